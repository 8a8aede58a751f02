"""JSON to blocks and events. Pure; shapes are checked here and nowhere else.

What servers send is read, not what the reference says: `fields` has what a field means that is
missing, null or of another type; here a structure gets the nearest sensible reading. Unknown
fields, events, blocks and deltas are kept or tolerated. What might have been a part of the answer
and cannot be read is a `ProtocolError`: skipping it would lose text in silence. What is no event at
all is `Unread`, a sign of life or an error's words: how the stream ends will tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol import fields, sse
from mimo_cli.api.protocol.content_blocks import as_blocks, block_events, content_events
from mimo_cli.api.protocol.json_text.reader import object_or_none, parse
from mimo_cli.api.protocol.messages import (
    EVENT_TYPES,
    NO_INDEX,
    NO_USAGE,
    STOP_REASONS,
    BlockStart,
    BlockStop,
    Event,
    InputJsonDelta,
    Json,
    MessageDelta,
    MessageStart,
    MessageStop,
    OtherBlock,
    OtherDelta,
    Ping,
    Restated,
    SignatureDelta,
    StreamError,
    TextDelta,
    ThinkingDelta,
    ToolUse,
    Unread,
)
from mimo_cli.api.protocol.surrogates import Joiner

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.api.protocol.odd.wrappers import Wrapped

ERRORS = ("error", "exception", "failure", "failed")
"""Types of events that say that something went wrong; the first is the protocol's."""

DONE = "[DONE]"
"""The end of a stream, in OpenAI's protocol."""

_TYPE_OF_FIELD = (
    ("delta", "content_block_delta"),
    ("content_block", "content_block_start"),
    ("message", "message_start"),
)
_DELTA_OF = {
    "text": "text_delta",
    "thinking": "thinking_delta",
    "signature": "signature_delta",
    "partial_json": "input_json_delta",
}
_REASONS = ("stop_reason", "finish_reason", "stopReason", "finishReason")
_WRAPPERS = (
    *("data", "event", "payload", "result", "chunk", "response", "body", "output", "message"),
)
"""Where an object may have whole events, or the data of the one it names."""
_NO_DELTA = MessageDelta(None, None, NO_USAGE)


def decode_message(body: object) -> list[Event]:
    """Return a reply that was not streamed as the events it would have been.

    Raises:
        ProtocolError: the object is not a message, or holds what is nested too deeply.
    """
    from mimo_cli.api.replies import wrapped

    message = wrapped.unwrap(body)
    if message.get("type") != "message" and "content" not in message:
        raise wrapped.foreign_error(message) or wrapped.no_message_error(body)
    events: list[Event] = [_message_start(message), *content_events(message.get("content"))]
    events += [_message_delta(message), MessageStop()]
    joiner = Joiner()
    return [joined for event in events for joined in joiner.join(event)]


def events(name: str, data: str) -> Iterable[Event]:
    """Return the events of one server-sent event. The `type` in the data wins over its name.

    Raises:
        ProtocolError: it cannot be read.
    """
    if "\n" in data or (not data.startswith("{") and data.lstrip().startswith(sse.FIELDS)):
        from mimo_cli.api.protocol.odd import pieces  # most answers have none

        if (several := pieces.events_within(name, data)) is not None:
            return (event for one in several for event in events(*one))
    body = _event_object(name, data)
    if not isinstance(body, dict):
        return () if body is None else (body,)
    if body.get("type") == "content_block_delta":  # by far the most
        return _delta_events(body)
    return _object_events(name, body)


def _object_events(name: str, body: Json) -> Iterable[Event]:
    if _own_type(body) not in EVENT_TYPES and any(body.get(wrapper) for wrapper in _WRAPPERS):
        from mimo_cli.api.protocol.odd import wrappers  # most answers have none

        if found := wrappers.unwrap(name, body):
            return (event for one in found for event in _wrapped_events(one))
    return _named_events(name, body)


def _named_events(name: str, body: Json) -> Iterable[Event]:
    return _typed(_own_type(body) or _event_type(name, body), body)


def _wrapped_events(found: Wrapped) -> Iterable[Event]:
    from mimo_cli.api.protocol.odd import restated

    told = None if found.is_quoted else found.body
    for event in _named_events(found.name, found.body):
        yield restated.in_envelope(event, told, is_direct=found.is_direct)


def _own_type(body: Json) -> str:
    return fields.word(body.get("type")) or ""


def _typed(kind: str, body: Json) -> Iterable[Event]:
    match kind:
        case "content_block_delta":
            return _delta_events(body)
        case "content_block_start":
            blocks = as_blocks(body.get("content_block"))
            index = fields.index(body.get("index"))
            return (event for block in blocks for event in block_events(index, block))
        case "content_block_stop":
            return (*_ended_block(body), BlockStop(fields.index(body.get("index"))))
        case "message_start":
            message = fields.mapping(body.get("message"))
            return _message_events(message)
        case "message_delta":
            return (*_closing_text(body.get("delta")), _message_delta(body))
        case "message_stop":
            ended = _message_delta({**body, "delta": None})
            whole = _ended_message(body.get("message"))
            return (*whole, MessageStop()) if ended == _NO_DELTA else (*whole, ended, MessageStop())
        case "message" if "content" in body:  # all of it in one: a gateway that does not stream
            return (Restated(tuple(decode_message(body)), "message"),)
        case "ping":
            return (Ping(),)
        case kind:
            return _other(kind, body)


def _message_events(message: Json) -> Iterable[Event]:
    """Return a message that begins, or is there as a whole: its stop reason and content say so.

    Some servers name a stop reason at the start, with blocks that are empty, and send the rest
    after it.
    """
    begun = [*content_events(as_blocks(message.get("content")))]
    ended = _message_delta(message)
    if ended.stop_reason and any(map(_is_content, begun)):
        return (Restated(tuple(decode_message(message)), "message"),)
    start = _message_start(message)
    events = (start, *begun, ended) if ended.stop_reason else (start, *begun)
    return (Restated(events, "message"),) if begun else events


def _ended_message(message: object) -> Iterable[Event]:
    """Return a message that is there as a whole where it ends, but not that it does."""
    if not isinstance(message, dict) or not message.get("content"):
        return ()
    return (Restated(tuple(decode_message(message)[:-1]), "message"),)


def _ended_block(body: Json) -> Iterable[Event]:
    """Return a block that is there as a whole where it ends."""
    block = body.get("content_block")
    if not isinstance(block, dict):
        return ()
    events = tuple(block_events(fields.index(body.get("index")), block))
    return (Restated(events, "block"),) if events else ()


def _is_content(event: Event) -> bool:
    """Return whether a block that is there as a whole says something, or calls a tool."""
    match event:
        case TextDelta(_, text) | ThinkingDelta(_, text):
            return bool(text.strip())
        case BlockStart(_, block):
            kind = block.raw.get("type") if isinstance(block, OtherBlock) else ""
            return isinstance(block, ToolUse) or str(kind).endswith("tool_use")
        case _:
            return False


def _other(kind: str, body: Json) -> Iterable[Event]:
    """Return an error; nothing for an event of an unknown type, or that says nothing."""
    from mimo_cli.api.protocol.odd import (  # most answers have none such
        foreign,
        life,
        unread,
        wrappers,
    )
    from mimo_cli.api.replies import error_body, wrapped

    foreign_error = wrapped.foreign_error(body)
    is_nothing = not kind and not foreign_error and life.says_nothing(body)
    if is_nothing and body.get("error") is None:  # its state is none of an error
        return ()
    if not (kind or foreign_error) and body.get("error") is None and wrappers.holds_part("", body):
        raise unread.unreadable(wrappers.written(body))
    if kind in ERRORS or error_body.is_error(body):
        error = error_body.read(body)
        return (StreamError(error.name or "error", error.text),)
    if foreign_error:
        return foreign.events(body, foreign_error)
    if (found := _loose_delta(kind, body)) is not None:
        return found
    if wrappers.holds_part(kind, body):
        raise unread.unreadable(wrappers.written(body))
    return () if kind or is_nothing else (unread.read_untyped(body),)


def _loose_delta(kind: str, body: Json) -> Iterable[Event] | None:
    """Return what an event of an unknown type has of an answer; None if nothing."""
    from mimo_cli.api.protocol.odd import deltas  # most answers have no such event

    is_delta = kind.removesuffix("_delta") in deltas.TYPES  # without an event round it
    if is_delta and not isinstance(body.get("delta"), dict | list):
        delta = {**body, "type": kind, "index": None}
        found = _delta_events({"index": body.get("index"), "delta": delta})
        is_helper = kind == "signature" or "snapshot" in body
        return (Restated(tuple(found), "helper", body),) if is_helper else found
    if kind == "citation" and isinstance(body.get("citation"), dict):
        delta = {"type": "citations_delta", "citation": body["citation"]}
        return (Restated(tuple(_one_delta(NO_INDEX, delta)), "helper"),)
    if body.get("delta"):
        return deltas.read_delta(kind, fields.index(body.get("index")), body["delta"])
    if body.get("content_block"):
        return (Restated(tuple(_typed("content_block_start", body)), "content_block"),)
    return None


def _event_object(name: str, data: str) -> Json | Unread | None:
    """Return the object of an event; None for one that says nothing.

    That is an end marker of another protocol, a sign of life in whatever form, a comment that a
    proxy wrapped as data, and what belongs to an event of a name that is not the protocol's.

    Raises:
        ProtocolError: it cannot be read, and might have said something.
    """
    if name == "ping":
        return _json_or_none(data) or {"type": "ping"}
    if not data.startswith("{"):
        data = data.strip()
        if data.startswith(":"):
            return {"type": "ping"}
        if name in ERRORS:
            return _json_or_none(data) or {"type": "error", "message": data.strip('"')}
        if data in ("", DONE):
            return None
    if name and name not in EVENT_TYPES:
        return _json_or_none(data)
    if not data.startswith("{"):
        from mimo_cli.api.protocol.odd import events as odd_events  # most answers have none

        return odd_events.read(name, data)
    value: Json = parse(data)
    return value


def _json_or_none(data: str) -> Json | None:
    """Return an object, None for anything else: what it belongs to is of no use here.

    Raises:
        ProtocolError: it is a list with parts of an answer.
    """
    value = object_or_none(data)
    if value is not None or "type" not in data:
        return value
    from mimo_cli.api.protocol.odd import events as odd_events  # most answers have none

    return odd_events.event_in(data)


def _event_type(name: str, body: Json) -> str:
    """Return an event's type where it is missing: its name, else by what it has."""
    if name and name != "message":
        return name
    delta = body.get("delta")
    if isinstance(delta, dict) and any(name in delta for name in _REASONS):
        return "message_delta"
    if isinstance(body.get("message"), str):
        return ""  # an error's
    return next((found for field, found in _TYPE_OF_FIELD if body.get(field) is not None), "")


def _delta_events(body: Json) -> Iterable[Event]:
    """Return more of a block, or nothing. The delta may be a text, or the event itself."""
    index, delta = fields.index(body.get("index")), body.get("delta")
    if isinstance(delta, list) and delta:
        return (event for one in delta for event in _one_delta(index, one))
    if not delta or (isinstance(delta, dict) and len(delta) == 1 and "type" in delta):
        own = {name: body[name] for name in body if name not in ("type", "index", "delta")}
        delta = {**own, **delta} if isinstance(delta, dict) else own
    return _one_delta(index, delta)


def _one_delta(index: int, delta: object) -> Iterable[Event]:
    if not isinstance(delta, dict):
        return _untyped(index, delta)
    match _delta_type(delta):
        case "text_delta":
            return (_text_delta(index, delta),)
        case "thinking_delta":
            return (ThinkingDelta(index, fields.text_of(delta, "thinking")),)
        case "signature_delta":
            signature = fields.signature(delta.get("signature"))
            return () if signature is None else (SignatureDelta(index, signature),)
        case "input_json_delta":
            return (InputJsonDelta(index, fields.json_text(delta.get("partial_json"))),)
        case "":
            return _untyped(index, delta)
        case "content_block_delta" if delta.get("delta"):  # a delta of its own
            return _delta_events({"index": index, **delta})
        case _:
            from mimo_cli.api.protocol.json_text.exact import storable  # most are known

            return (OtherDelta(index, storable(delta)),)


def _untyped(index: int, delta: object) -> Iterable[Event]:
    """Return more text, if that is what a delta is whose type or fields do not tell."""
    from mimo_cli.api.protocol.odd import deltas as odd_deltas  # most answers have no such delta

    return odd_deltas.read_delta("", index, [delta])


def _text_delta(index: int, delta: Json) -> Event:
    """Return more text; reasoning, where the delta has that alone."""
    text = delta.get("text")
    if isinstance(text, str) and text:  # by far the most
        return TextDelta(index, text)
    thinking = fields.text(delta.get("thinking"))
    text = fields.text_of(delta, "text")
    if thinking and not text:
        return ThinkingDelta(index, thinking)
    return TextDelta(index, text or fields.text(delta.get("message") or delta.get("output")))


def _delta_type(delta: Json) -> str:
    """Return a delta's type; where it is missing, by what it has; "" if nothing is in it."""
    kind = delta.get("type")
    if not isinstance(kind, str) or not kind:
        kind = next((name for name in _DELTA_OF if delta.get(name) is not None), "")
    return _DELTA_OF.get(kind, kind)


def _message_start(message: Json) -> MessageStart:
    """Return the start of a message. What it says of the output is of before there was any."""
    return MessageStart(
        fields.word(message.get("id")),
        fields.word(message.get("model")),
        fields.usage(message.get("usage"))._replace(output_tokens=None),
    )


def _closing_text(delta: object) -> Iterable[Event]:
    text = delta.get("text") or delta.get("content") if isinstance(delta, dict) else delta
    if not isinstance(text, str) or not text:
        return ()
    return (Restated((TextDelta(NO_INDEX, text),), "closing"),)


def _message_delta(body: Json) -> MessageDelta:
    places = [fields.mapping(body.get("delta")), body, fields.mapping(body.get("message"))]
    usage = NO_USAGE
    for found in (*(place.get("usage") for place in reversed(places)), body.get("usage")):
        usage = usage.merged(fields.usage(found)) if found else usage
    return MessageDelta(
        _stop_reason(places),
        next((it for one in places if (it := fields.word(one.get("stop_sequence")))), None),
        usage,
    )


def _stop_reason(places: Iterable[Json]) -> str | None:
    """Return the first that there is."""
    for reason in (fields.word(place.get(name)) for place in places for name in _REASONS):
        if reason in STOP_REASONS:  # by far the most
            return reason
        if reason is not None:
            from mimo_cli.api.protocol.odd import reasons as odd_reasons  # most answers have none

            if (usual := odd_reasons.usual(reason)) is not None:
                return usual
    return None
