"""JSON to blocks and events. Pure; shapes are checked here and nowhere else.

Unknown fields, events, blocks and deltas are tolerated; a known one of the wrong shape is a
`ProtocolError`, because skipping it would lose text in silence.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from mimo_cli.api.messages import (
    Block,
    BlockStart,
    BlockStop,
    Event,
    InputJsonDelta,
    Json,
    MessageDelta,
    MessageStart,
    MessageStop,
    OtherBlock,
    Ping,
    SignatureDelta,
    StreamError,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolUse,
    Usage,
)
from mimo_cli.api.surrogates import Joiner, whole
from mimo_cli.errors import ALWAYS, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_INDEX = 100_000
_MAX_COUNT = 10**15  # of tokens; far more than SQLite's largest number would not be kept
_MAX_DEPTH = 100
_STATUS = "[45][0-9][0-9]"
_NOT_MESSAGES = "the server does not speak the Messages protocol"


def parse(data: str | bytes) -> Any:
    """JSON from outside.

    Raises:
        ProtocolError: not JSON, or nested too deeply to read.
    """
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig", "replace")
        if text.startswith("{"):  # as it comes: no need to look for white space round it
            value, end = _JSON.raw_decode(text)
            if end == len(text):
                return value
        return _JSON.decode(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(
            "the server's reply makes no sense", "it is not valid JSON", retry_limit=ALWAYS
        ) from error


def decode_message(body: object) -> list[Event]:
    """A reply that was not streamed, as the events it would have been.

    Raises:
        ProtocolError: the object is not a message.
    """
    message = _object(body, "reply")
    if message.get("type") != "message":
        raise _foreign(message) or _wrong("reply", "type")
    events: list[Event] = [_message_start(message)]
    for index, block in enumerate(_list(message.get("content"), "content")):
        events += [*_block_events(index, _object(block, "content block")), BlockStop(index)]
    events += [_message_delta(message, message), MessageStop()]
    joiner = Joiner()
    return [joined for event in events for joined in joiner.join(event)]


def decode_block(raw: Json) -> Block:
    """One content block of a reply, whole. An unknown type is kept as it is.

    Raises:
        ProtocolError: a known type of the wrong shape.
    """
    match raw.get("type"):
        case "text":
            return Text(_string(raw, "text"))
        case "thinking":
            return Thinking(_string(raw, "thinking"), _optional_string(raw, "signature"))
        case "tool_use":
            tool_input = _settled(_object(raw.get("input", {}), "tool input"))
            return ToolUse(whole(_string(raw, "id")), whole(_string(raw, "name")), tool_input)
        case str():
            return OtherBlock(_settled(raw))
        case _:
            raise _wrong("content block", "type")


def events(name: str, data: str) -> Iterable[Event]:
    """The events of one server-sent event. The `type` in the data wins over the event's name."""
    if not data.startswith("{") and data.strip() in ("", "[DONE]"):
        return ()
    body = _object(parse(data), "event")
    kind = body.get("type", name)
    match kind:
        case "content_block_delta":
            delta = _delta(_index(body), _object(body.get("delta"), "delta"))
            return () if delta is None else (delta,)
        case "content_block_start":
            block = _object(body.get("content_block"), "content block")
            return _block_events(_index(body), block)
        case "content_block_stop":
            return (BlockStop(_index(body)),)
        case "message_start":
            return (_message_start(_object(body.get("message"), "message")),)
        case "message_delta":
            return (_message_delta(_object(body.get("delta"), "delta"), body),)
        case "message_stop":
            return (MessageStop(),)
        case "ping":
            return (Ping(),)
        case _ if kind == "error" or body.get("error") is not None:
            return (_error(body),)
        case str() if kind:
            if foreign := _foreign(body):
                raise foreign
            return ()
        case _:
            raise _foreign(body) or _wrong("event", "type")


def _delta(index: int, delta: Json) -> Event | None:
    """More of block `index`; None for a kind that is not known."""
    match delta.get("type"):
        case "text_delta":
            return TextDelta(index, _string(delta, "text"))
        case "thinking_delta":
            return ThinkingDelta(index, _string(delta, "thinking"))
        case "signature_delta":
            return SignatureDelta(index, _string(delta, "signature"))
        case "input_json_delta":
            return InputJsonDelta(index, _string(delta, "partial_json"))
        case str():
            return None
        case _:
            raise _wrong("delta", "type")


def _block_events(index: int, raw: Json) -> Iterator[Event]:
    """A block that begins. What it holds already comes as deltas, so that readers have one case."""
    match block := decode_block(raw):
        case Text(text):
            yield BlockStart(index, Text(""))
            if text:
                yield TextDelta(index, text)
        case Thinking(thinking, signature):
            yield BlockStart(index, Thinking(""))
            if thinking:
                yield ThinkingDelta(index, thinking)
            if signature is not None:
                yield SignatureDelta(index, signature)
        case ToolUse(id_, name, tool_input):
            yield BlockStart(index, ToolUse(id_, name, {}))
            if tool_input:
                yield InputJsonDelta(index, json.dumps(tool_input))
        case _:
            yield BlockStart(index, block)


def _message_start(message: Json) -> MessageStart:
    return MessageStart(
        _optional_string(message, "id"), _optional_string(message, "model"), _usage(message)
    )


def _message_delta(delta: Json, body: Json) -> MessageDelta:
    return MessageDelta(
        _optional_string(delta, "stop_reason"),
        _optional_string(delta, "stop_sequence"),
        _usage(body),
    )


def _usage(body: Json) -> Usage:
    usage = _object(body.get("usage") or {}, "usage")
    return Usage(
        _count(usage, "input_tokens"),
        _count(usage, "output_tokens"),
        _count(usage, "cache_read_input_tokens"),
    )


def _error(body: Json) -> StreamError:
    error = body.get("error")
    if not isinstance(error, dict):
        return StreamError("error", whole(str(error or body.get("message") or "")))
    words = [error.get("message"), error.get("param")]
    message = ": ".join(word for word in words if isinstance(word, str) and word)
    code = str(error.get("code"))  # MiMo's is the status, which says more than its type
    kind = (
        code if re.fullmatch(_STATUS, code) else error.get("type") or error.get("code") or "error"
    )
    return StreamError(whole(str(kind)), whole(message))


def _foreign(body: Json) -> ProtocolError | None:
    """The error for a body of OpenAI's protocol, which is a wrong base URL."""
    if "choices" in body or str(body.get("object", "")).startswith("chat.completion"):
        return ProtocolError(
            _NOT_MESSAGES,
            "this is an OpenAI-style reply, not an Anthropic-style one",
            "Check base_url: for MiMo it ends in /anthropic.",
        )
    return None


def _wrong(where: str, what: str) -> ProtocolError:
    why = f"wrong shape: {what} of {where}"
    return ProtocolError("the server's reply makes no sense", why, retry_limit=ALWAYS)


def _object(value: object, where: str) -> Json:
    if not isinstance(value, dict):
        raise _wrong(where, "type")
    return value


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(where, "type")
    return value


def _string(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise _wrong("reply", name)
    return value


def _optional_string(body: Json, name: str) -> str | None:
    return None if body.get(name) is None else whole(_string(body, name))


def _count(body: Json, name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= _MAX_COUNT:  # not isinstance: True is an int
        raise _wrong("usage", name)
    return value


def _index(body: Json) -> int:
    value = body.get("index")
    if type(value) is not int or not 0 <= value < _MAX_INDEX:
        raise _wrong("event", "index")
    return value


def _settled(value: Json) -> Json:
    """JSON that is kept and written again: `_whole`, and not nested too deeply for that."""
    level: list[Any] = [value]
    for _ in range(_MAX_DEPTH):
        level = [child for item in level for child in _children(item)]
    if level:
        raise _wrong("content block", "depth")
    text = json.dumps(value, ensure_ascii=False)
    settled: Json = value if whole(text) is text else json.loads(whole(text))
    return settled


def _children(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _no_number(text: str) -> float:
    raise ValueError(text)  # NaN and Infinity are Python's, not JSON's


_JSON = json.JSONDecoder(parse_float=_finite, parse_constant=_no_number)
