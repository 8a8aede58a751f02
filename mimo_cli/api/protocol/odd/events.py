"""Data that does not begin as an event of the protocol. Pure.

Loaded for those alone: most answers have none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol.odd.life import is_life
from mimo_cli.api.protocol.odd.unread import passed_over, unreadable
from mimo_cli.api.protocol.odd.wrappers import OF_ANY, has_delta, parsed

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json, Unread


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
    value = parsed(data)
    if name == "content_block_delta" and value and value is not data and _is_texts(value):
        return {"type": name, "delta": value}
    if is_life(data) or (value in (None, "", [], 0, 1) and value is not data):  # true, false, too
        return None
    if isinstance(value, list) and any(isinstance(it, dict) for it in value):
        raise unreadable(data)
    if name not in OF_ANY or (value is data and data.startswith("[{")):
        raise unreadable(data)
    return passed_over(value, data)


_AROUND = "\ufeff\x1e\0 \t"
"""A byte-order mark, the separator of JSON text sequences (RFC 7464), and what pads."""
_BROKEN = re.compile(r"[^{}\n]{0,8}\{.*\"delta\"\s*:", re.DOTALL)
"""How an event begins of which something stands before its JSON, or that is cut."""
_ENCODINGS = 3
"""How often JSON is read, which may be a text that is JSON again."""


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
            value = parsed(value.strip(_AROUND))
    return value
