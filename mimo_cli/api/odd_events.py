"""Events of a stream that are none of the protocol: signs of life, events within events. Pure.

Loaded for those alone: most answers have none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.api import fields, sse

if TYPE_CHECKING:
    from mimo_cli.api.messages import Json

DELTAS = ("text", "thinking", "signature", "input_json")
"""The types of deltas, which some servers give to the event itself."""

_WORD = re.compile(r"[\w.-]{1,32}", re.ASCII)
_LIFE = re.compile(
    r"(?:[\w.-]+ )?(?:keep[-_ ]?alive|alive|ping|pong|heart[-_ ]?beat|no-?op|ok|connected|started"
    r"|running|working|processing|pending|waiting|queued|in[-_ ]progress)[\W\d_TZ]*",
    re.IGNORECASE | re.ASCII,
)
"""A word that servers send to keep a connection, a time behind it perhaps."""

_METADATA = frozenset(
    {
        *("type", "id", "model", "object", "index", "usage", "role", "provider"),
        *("created", "created_at", "time", "timestamp", "ts", "request_id", "trace_id"),
        *("status", "state", "event", "ping", "pong", "heartbeat", "keepalive", "keep_alive"),
        *("progress", "system_fingerprint", "service_tier"),
    }
)


def inner(name: str, data: str) -> list[tuple[str, str]] | None:
    """Return the events that the data of one holds as lines of events; None where it does not.

    So do frameworks that are given ready-made lines, and wrap them once more.

    Raises:
        ProtocolError: they hold such lines again.
    """
    if not data.lstrip().startswith(sse.FIELDS):
        return None
    lines = data.strip().encode("utf-8", "replace") + b"\n\n"
    found = [(inside or name, more) for inside, more in sse.Decoder().feed(lines)]
    if any(more.lstrip().startswith(sse.FIELDS) for _, more in found):
        raise fields.wrong("type of event")
    return found


def is_life(data: str) -> bool:
    """Whether data is a word or a number, which no text of an answer can be.

    In quotes, as JSON, it might be one: there only words count that servers are known to send.
    """
    if data.startswith('"'):
        return _LIFE.fullmatch(data.strip('"')) is not None
    return bool(_WORD.fullmatch(data) or _LIFE.fullmatch(data))


def says_nothing(body: Json) -> bool:
    """Whether no field of an event without a type can hold a text."""
    return all(name in _METADATA or _is_empty(value) for name, value in body.items())


def _is_empty(value: object) -> bool:
    if isinstance(value, str) and value:
        return _LIFE.fullmatch(value) is not None
    return not value or isinstance(value, bool | int | float)
