"""Events of a stream that are none of the protocol: signs of life, events within events. Pure.

Loaded for those alone: most answers have none.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol import fields, sse
from mimo_cli.api.protocol.json_text.exact import is_too_deep
from mimo_cli.api.protocol.json_text.reader import is_object, parse
from mimo_cli.api.protocol.messages import EVENT_TYPES, Unread
from mimo_cli.api.protocol.surrogates import join_surrogates
from mimo_cli.api.replies import error_body
from mimo_cli.errors import ALWAYS, ProtocolError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.api.protocol.messages import Json

DELTAS = ("text", "thinking", "signature", "input_json")
"""The types of deltas, which some servers give to the event itself."""

_LIFE = re.compile(
    r"keep[- ]?alive|keep|alive|ping|pong|heart[- ]?beat|heart|beat|hb|tick|processing|waiting"
    r"|pending|queued|still|working|ok|null|none|noop",
    re.IGNORECASE,
)
"""The words that servers are known to send to keep a connection. Any other may be an error's."""
_WORDS = re.compile(r"[^\W\d_]{2,}")
"""Of one letter is what stands in times: `2026-11-26T10:00:00Z`."""
_GOING_ON = re.compile(
    rf"{_LIFE.pattern}|in_progress|running|started|streaming|success|200", re.IGNORECASE
)
_FAILED = re.compile("err|fail|abort|cancel", re.IGNORECASE)

_METADATA = frozenset(
    {
        *("type", "id", "model", "object", "index", "usage", "created", "time", "timestamp", "ts"),
        *("event", "ping", "pong", "heartbeat", "keepalive", "keep_alive", "position", "eta"),
    }
)
_ANSWERS = (
    "text",
    "content",
    "output",
    "response",
    "completion",
    "answer",
    "thinking",
    "reasoning",
)
"""Where an object of another protocol has a part of its answer."""
_SHOWN = 200


def events_within(name: str, data: str) -> list[tuple[str, str]] | None:
    """Return the events that the data of one holds; None if that is one by itself.

    Some servers forget the blank line behind a sign of life: of lines that are no JSON together,
    one is an object then. Frameworks that are given ready-made lines wrap them once more.

    Raises:
        ProtocolError: it holds wrapped lines, and they such lines again.
    """
    lines = data.split("\n")
    if any(map(is_object, lines)) and not is_object(data):
        own = name if name == "error" or name not in EVENT_TYPES else ""
        return [(name if is_object(line) else own, line) for line in lines if line.strip()]
    return _nested_events(name, data) if data.lstrip().startswith(sse.FIELDS) else None


def _nested_events(name: str, data: str) -> list[tuple[str, str]]:
    """Return the events whose lines are the data of one.

    Raises:
        ProtocolError: they hold such lines again.
    """
    lines = data.strip().encode("utf-8", "replace") + b"\n\n"
    found = [(inside or name, more) for inside, more in sse.SseDecoder().feed(lines) if more]
    if any(more.lstrip().startswith(sse.FIELDS) for _, more in found):
        raise fields.wrong_shape(Phrase("type of event"))
    return found


def read(name: str, data: str) -> Json | Unread | None:
    """Return the object of data that does not begin with one; None for a known sign of life.

    Raises:
        ProtocolError: it is JSON that is broken, several objects, or no sign of life and `name` is
            that of a part of an answer: a text would be lost.
    """
    if (event := event_in(data)) is not None:
        return event
    if isinstance(text := _unwrapped(data), str) and _BROKEN.match(text):
        raise unreadable(data)
    value = _parsed(data)
    if name == "content_block_delta" and value and value is not data and _is_texts(value):
        return {"type": name, "delta": value}
    if _is_life(data) or (value in (None, "", [], 0, 1) and value is not data):  # true, false, too
        return None
    if isinstance(value, list) and any(isinstance(it, dict) for it in value):
        raise unreadable(data)
    if name not in _OF_ANY or (value is data and data.startswith("[{")):
        raise unreadable(data)
    return passed_over(value, data)


_OF_ANY = ("", "message", "error")
"""Names of events that may hold anything: that of HTML's own event stream, say."""
_AROUND = "\ufeff\x1e\0 \t"
"""A byte-order mark, the separator of JSON text sequences (RFC 7464), and what pads."""
_BROKEN = re.compile(r"[^{}\n]{0,8}\{.*\"delta\"\s*:", re.DOTALL)
"""How an event begins of which something stands before its JSON, or that is cut."""
_ENCODINGS = 3
"""How often JSON is read, which may be a text that is JSON again."""


def _parsed(data: object) -> Any:
    """Return the value of a text of JSON; what is none as it is."""
    try:
        return parse(data) if isinstance(data, str) else data
    except ProtocolError:
        return data


def _is_texts(value: object) -> bool:
    is_list = isinstance(value, list) and all(isinstance(it, str) for it in value)
    return is_list or isinstance(value, str)


def event_in(data: str) -> Json | None:
    """Return the object that data is, encoded twice, marked, or in a list; None if it is none.

    Raises:
        ProtocolError: it is a list with parts of an answer.
    """
    match value := _unwrapped(data):
        case (dict() as found) | [dict() as found]:
            return found
        case list() if any(map(has_delta, value)):
            raise unreadable(data)
        case _:
            return None


def _unwrapped(data: str) -> Any:
    value: Any = data
    for _ in range(_ENCODINGS):
        if isinstance(value, str):
            value = _parsed(value.strip(_AROUND))
    return value


def has_delta(value: object) -> bool:
    """Return whether a value is an object that has a part of an answer as its delta.

    Only its structure counts: words of the protocol are in what is said of it, too.
    """
    delta = value.get("delta") if isinstance(value, dict) else None
    return isinstance(delta, dict) and any(
        isinstance(delta.get(name), str) and delta[name]
        for name in ("text", "thinking", "partial_json")
    )


def check_wrapped(body: Json, wrappers: Iterable[str]) -> None:
    """Look whether an object of no known type wraps a part of an answer.

    Raises:
        ProtocolError: so it does.
    """
    if any(has_delta(_parsed(body.get(wrapper))) for wrapper in wrappers):
        raise unreadable(_written(body))


def _written(body: Json) -> str:
    try:
        return json.dumps(body, ensure_ascii=False)
    except RecursionError as error:
        raise fields.wrong_shape(Phrase("depth of event")) from error


def unwrap(name: str, body: Json, wrappers: Iterable[str]) -> tuple[str, Json]:
    """Return the event in an object that wraps one, with its name; both as they are if not."""
    named = body.get("event")
    inner_name = named if isinstance(named, str) and named in EVENT_TYPES else name
    for wrapper in wrappers:
        inner = _parsed(body.get(wrapper))
        if isinstance(inner, dict):
            kind = fields.word(inner.get("type")) or inner_name
            if kind == "ping" and "type" in inner:
                return kind, inner
            if kind in EVENT_TYPES and ("type" in inner or kind not in _OF_ANY or named == kind):
                return inner_name, inner
    return name, body


def read_untyped(body: Json) -> Unread:
    """Return what an object without a type says, which is no known sign of life.

    Raises:
        ProtocolError: it has what may be a part of the answer.
    """
    text = _written(body)
    if any(fields.text(body.get(name)) for name in _ANSWERS):
        raise unreadable(text)
    message = body.get("message")
    return passed_over(body, error_body.read(body).text if isinstance(message, str) else text)


def passed_over(value: object, text: str) -> Unread:
    """Return what came in the place of an event, with its `text`."""
    is_deep = is_too_deep(value)
    may_be_error = _may_be_error(text if is_deep else value)
    return Unread(join_surrogates(text), may_be_error, not is_deep and _is_failure(value))


def _may_be_error(value: object) -> bool:
    """Return whether a value has a word that is of no sign of life, or says that it failed."""
    match value:
        case str():
            return any(_LIFE.fullmatch(word) is None for word in _WORDS.findall(value))
        case list():
            return any(map(_may_be_error, value))
        case dict():
            others = (
                item for name, item in value.items() if name not in _METADATA or name == "event"
            )
            is_named = any(item and _FAILED.search(name) for name, item in value.items())
            return is_named or error_body.has_failed(value) or any(map(_may_be_error, others))
        case _:
            return False


_STRONG = re.compile(
    r"\berrors?\b|\bfailed\b|failure|exceeded|timed out|time-?out|unavailable|overloaded|denied"
    r"|unauthorized|quota|exception"
    r"|\u9519|\u8bef|\u8d25|\u8d85|\u5f02\u5e38|\u5fd9|\u4e0d\u8db3|\u4e0d\u53ef\u7528",
    re.IGNORECASE,
)
"""Words of errors alone: what has none of them may be a server's greeting, or metadata."""
_ERRORS_NAME = re.compile(
    r"(?:err|errors?|fail(?:ed|ure)?|exception)(?:_?(?:msg|message|code|text|type|reason|detail))?",
    re.IGNORECASE,
)
_NO_ERROR = ("none", "null", "false", "ok", "success", "0")


def _is_failure(value: object) -> bool:
    """Return whether a text has words of errors, or an object names an error or its status."""
    match value:
        case str():
            return _STRONG.search(value) is not None
        case dict():
            is_named = any(
                item and _ERRORS_NAME.fullmatch(name) and str(item).lower() not in _NO_ERROR
                for name, item in value.items()
            )
            return is_named or error_body.has_failed(
                {name: item for name, item in value.items() if _may_say_failed(name, item)}
            )
        case _:
            return False


def _may_say_failed(name: str, item: object) -> bool:
    """Return whether a field may be looked at for a failure: `{"status": "routed"}` tells none."""
    if isinstance(item, str):
        return item.isdecimal() or _STRONG.search(item) is not None
    return name != "detail"


def _is_life(data: str) -> bool:
    """Return whether data is a word that is known to be a sign of life, and no text or error."""
    return _LIFE.fullmatch(data.strip(" \t\r\n:.\"'")) is not None


def says_nothing(body: Json) -> bool:
    """Return whether an event without a type is a known sign of life, or has metadata alone."""
    states = [body[name] for name in ("status", "state") if body.get(name) is not None]
    if not all(_GOING_ON.fullmatch(_word(state)) for state in states):
        return False
    others = {name: value for name, value in body.items() if name not in ("status", "state")}
    if states and isinstance(body.get("message"), str):
        del others["message"]
    if _FAILED.search(str(body.get("event"))):
        return False
    return all(name in _METADATA or _is_empty(name, value) for name, value in others.items())


def _word(state: object) -> str:
    """Return a state as a word; JSON's true is none."""
    return str(state).removesuffix(".") if isinstance(state, str | int) else ""


def _is_empty(name: str, value: object) -> bool:
    return not value and not (value is False and name in ("success", "ok"))


def unreadable(data: str) -> ProtocolError:
    """Return the error for an event that might have said something; it quotes what came."""
    why = Phrase("it sent: {data}", data=data[:_SHOWN])
    error = ProtocolError(fields.NO_SENSE, why, retry_limit=ALWAYS)
    error.quotes_server = True
    return error
