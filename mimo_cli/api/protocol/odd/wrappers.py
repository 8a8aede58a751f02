"""Events within a gateway's own objects. Pure.

Loaded for those alone: most answers have none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol import fields, sse
from mimo_cli.api.protocol.json_text.reader import parse
from mimo_cli.api.protocol.messages import EVENT_TYPES
from mimo_cli.api.protocol.odd.pieces import lines_within
from mimo_cli.api.replies import error_body
from mimo_cli.errors import ProtocolError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.api.protocol.messages import Json

OF_ANY = ("", "message", "error")
"""Names of events that may hold anything: that of HTML's own event stream, say."""
_OF_ONE = ("data", "event", "payload")
"""Where an object may have the data of the event it names, which need not be whole."""
_OF_ANSWERS = (*_OF_ONE, "result", "chunk")
_ENVELOPES = (*_OF_ANSWERS, "response", "body", "message")
_DEEPEST = 3
_SEARCHED = 6
"""Levels of envelopes that are read, and of any objects that are looked through."""
_NEEDED = {
    "message_start": ("message",),
    "content_block_start": ("content_block",),
    "content_block_delta": ("delta",),
    "message_delta": ("delta", "usage", "stop_reason"),
    "message": ("content",),
    "error": ("error", "message"),
}
"""What a whole event has, one of these at least."""


def unwrap(name: str, body: Json) -> list[tuple[str, Json]]:
    """Return the events in an object that wraps some, with their names; itself if it does not."""
    if events := _within(body, _DEEPEST):
        return [("", event) for event in events]
    named = body.get("event")
    inner_name = named if isinstance(named, str) and named in EVENT_TYPES else name
    for wrapper in _OF_ONE:
        inner = parsed(body.get(wrapper))
        if isinstance(inner, dict):
            kind = fields.word(inner.get("type")) or inner_name
            if kind == "ping" and "type" in inner:
                return [(kind, inner)]
            if kind in EVENT_TYPES and ("type" in inner or kind not in OF_ANY or named == kind):
                return [(inner_name, inner)]
    return [(name, body)]


def _within(body: Json, left: int) -> list[Json]:
    """Return the whole events in an object's envelopes, at most `left` levels deep.

    One that has a type of its own may tell of others' events.
    """
    is_typed = bool(fields.word(body.get("type")))
    for wrapper in _OF_ANSWERS if is_typed else _ENVELOPES:
        value = body.get(wrapper)
        found = [] if is_typed and isinstance(value, list) else _whole(value, left)
        if wrapper == "message":  # of a start, or of what is told of an error
            found = [it for it in found if it["type"] not in OF_ANY]
        if found:
            return found
    return []


def _whole(value: object, left: int) -> list[Json]:
    """Return the whole events that a value is, holds, or is the JSON or the lines of."""
    if isinstance(value, str) and value.lstrip().startswith(sse.FIELDS):
        value = [parsed(data) for _, data in lines_within(value)]
    value = parsed(value)
    if isinstance(value, list):
        return [event for one in value if isinstance(one, dict) for event in _whole(one, left)]
    if not isinstance(value, dict) or not left:
        return []
    kind = value.get("type")
    if isinstance(kind, str) and kind in EVENT_TYPES:
        is_whole = kind.endswith("_stop") or any(value.get(it) for it in _NEEDED[kind])
        return [value] if is_whole else []
    return [] if kind == "ping" else _within(value, left - 1)


def holds_part(kind: str, body: Json) -> bool:
    """Return whether an object of no known type wraps a part of an answer.

    One that has a type of its own may tell of others' events.
    """
    wrapped = [body.get(wrapper) for wrapper in _OF_ANSWERS] if kind else [*body.values()]
    return any(_holds_delta(value, 1 if kind else _SEARCHED) for value in wrapped)


def _holds_delta(value: object, left: int) -> bool:
    value = parsed(value)
    if has_delta(value):
        return True
    inner: Iterable[object] = ()
    if isinstance(value, dict | list) and left > 1:
        inner = value.values() if isinstance(value, dict) else value
    return any(_holds_delta(one, left - 1) for one in inner)


def has_delta(value: object) -> bool:
    """Return whether a value is an object that has a part of an answer as its delta.

    Only its structure counts: words of the protocol are in what is said of it, too.
    """
    delta = value.get("delta") if isinstance(value, dict) else None
    return isinstance(delta, dict) and any(
        isinstance(delta.get(name), str) and delta[name]
        for name in ("text", "thinking", "partial_json")
    )


def wrapped_error(body: Json) -> object | None:
    """Return the error in an object's envelope; None if there is none."""
    found = (fields.mapping(parsed(body.get(wrapper))).get("error") for wrapper in _ENVELOPES)
    return next(filter(error_body.is_there, found), None)


def parsed(data: object) -> Any:
    """Return the value of a text of JSON; what is none as it is."""
    try:
        return parse(data) if isinstance(data, str) else data
    except ProtocolError:
        return data


def written(body: Json) -> str:
    """Return an object as JSON.

    Raises:
        ProtocolError: it is nested too deeply for that.
    """
    try:
        return json.dumps(body, ensure_ascii=False)
    except RecursionError as error:
        raise fields.wrong_shape(Phrase("depth of event")) from error
