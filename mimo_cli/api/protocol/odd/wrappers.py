"""Events within a gateway's own objects. Pure.

Loaded for those alone: most answers have none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

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
_ENVELOPES = (*_OF_ONE, "result", "chunk", "response", "body", "output", "message")
"""Where an object may have whole events.

One with a name or a type of its own that has them elsewhere than in the first three is a record,
unless the whole stream is of such.
"""
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


class Wrapped(NamedTuple):
    """An event in an object, with its name or an empty one.

    `is_direct`: it stands where an object has the data of an event. `is_quoted`: that object has a
    name or a type of its own, none of the protocol's, and may tell of others' events.
    """

    name: str
    body: Json
    is_direct: bool
    is_quoted: bool


def unwrap(name: str, body: Json) -> list[Wrapped]:
    """Return the events in an object that wraps some; none if it does not."""
    is_quoted = bool(fields.word(body.get("type"))) or is_foreign(name)
    if found := _within(body, _DEEPEST, is_direct=True):
        return [it._replace(is_quoted=is_quoted or it.is_quoted) for it in found]
    named = body.get("event")
    inner_name = named if isinstance(named, str) and named in EVENT_TYPES else name
    for wrapper in _OF_ONE:
        inner = parsed(body.get(wrapper))
        if isinstance(inner, dict):
            kind = fields.word(inner.get("type")) or inner_name
            if kind in EVENT_TYPES and ("type" in inner or kind not in OF_ANY or named == kind):
                return [Wrapped(inner_name, inner, is_direct=True, is_quoted=is_quoted)]
    return []


def is_foreign(name: str) -> bool:
    """Return whether the name of an event is none of the protocol's, and of none in particular."""
    return name not in EVENT_TYPES and name not in OF_ANY


def _within(body: Json, left: int, *, is_direct: bool) -> list[Wrapped]:
    """Return the whole events in an object's envelopes, at most `left` levels deep.

    One that has a type of its own may tell of others' events.
    """
    is_typed = bool(fields.word(body.get("type")))
    for wrapper in _ENVELOPES:
        value = body.get(wrapper)
        is_one = is_direct and wrapper in _OF_ONE
        found = (
            [] if is_typed and isinstance(value, list) else _whole(value, left, is_direct=is_one)
        )
        if wrapper == "message":  # of a start, or of what is told of an error
            found = [it for it in found if it.body["type"] not in OF_ANY]
        if found:
            return [it._replace(is_quoted=it.is_quoted or is_typed) for it in found]
    return []


def _whole(value: object, left: int, *, is_direct: bool) -> list[Wrapped]:
    """Return the whole events that a value is, holds, or is the JSON or the lines of."""
    if isinstance(value, str) and value.lstrip().startswith(sse.FIELDS):
        value = [_named(*it) for it in lines_within(value)]
    value = parsed(value)
    if isinstance(value, list):
        bodies = (one for one in value if isinstance(one, dict))
        return [it for one in bodies for it in _whole(one, left, is_direct=is_direct)]
    if not isinstance(value, dict) or not left:
        return []
    kind = value.get("type")
    if kind == "ping" or (isinstance(kind, str) and kind in EVENT_TYPES):
        is_whole = kind.endswith(_WHOLE) or any(value.get(it) for it in _NEEDED[kind])
        return [Wrapped("", value, is_direct, is_quoted=False)] if is_whole else []
    return _within(value, left - 1, is_direct=is_direct)


def _named(name: str, data: str) -> Any:
    """Return the value of an event's data, which may have its type in its name."""
    value = parsed(data)
    if name == "ping" or data.startswith(":"):
        return {"type": "ping"}
    return {"type": name, **value} if name and isinstance(value, dict) else value


_WHOLE = ("_stop", "ping")
"""How the types of events end that need have nothing else."""


def holds_part(kind: str, body: Json) -> bool:
    """Return whether an object of no known type wraps a part of an answer.

    One that has a type of its own may tell of others' events.
    """
    wrapped = [body.get(wrapper) for wrapper in _OF_ONE] if kind else [*body.values()]
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
