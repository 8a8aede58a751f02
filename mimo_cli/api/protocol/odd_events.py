"""Events of a stream that are none of the protocol: signs of life, events within events. Pure.

Loaded for those alone: most answers have none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.api.protocol import fields, sse
from mimo_cli.api.protocol.json_reader import parse
from mimo_cli.errors import ALWAYS, ProtocolError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json

DELTAS = ("text", "thinking", "signature", "input_json")
"""The types of deltas, which some servers give to the event itself."""

_LIFE = re.compile(
    r"keep[- ]?alive|ping|pong|heartbeat|alive|processing|waiting|pending|queued|working|ok|null"
    r"|none|noop",
    re.IGNORECASE,
)
"""The words that servers are known to send to keep a connection. Any other may be an error's."""
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
_SHOWN = 200


def nested_events(name: str, data: str) -> list[tuple[str, str]]:
    """Return the events that the data of one holds as lines of events.

    So do frameworks that are given ready-made lines, and wrap them once more.

    Raises:
        ProtocolError: they hold such lines again.
    """
    lines = data.strip().encode("utf-8", "replace") + b"\n\n"
    found = [(inside or name, more) for inside, more in sse.SseDecoder().feed(lines)]
    if any(more.lstrip().startswith(sse.FIELDS) for _, more in found):
        raise fields.wrong_shape(Phrase("type of event"))
    return found


def read(data: str) -> Json | None:
    """Return the object of data that does not begin with one; None where it says nothing.

    Raises:
        ProtocolError: it might have said something.
    """
    if _is_life(data):
        return None
    try:
        value = parse(data)
    except ProtocolError as error:
        raise unreadable(data) from error
    if isinstance(value, dict):
        return value
    if value in (None, "", [], 0, 1):  # true and false, too
        return None
    raise unreadable(data)


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
