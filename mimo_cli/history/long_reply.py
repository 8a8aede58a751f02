"""A reply that is long, as the bytes of its cell: written part by part.

As a text it would be in memory three times while SQLite makes a row of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mimo_cli.history import record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from mimo_cli.api.protocol.messages import Reply

_PART = 8 * 1024
"""Characters that are made JSON of at once."""


def write(connection: sqlite3.Connection, number: int, reply: Reply) -> None:
    """Make a turn's cell the JSON of a reply, in ASCII."""
    value = record.reply_json(reply)
    size = sum(map(len, _parts(value)))
    connection.execute("UPDATE turn SET reply = zeroblob(?) WHERE number = ?", (size, number))
    with connection.blobopen("turn", "reply", number) as cell:
        for part in _parts(value):
            cell.write(part.encode("ascii"))


def _parts(value: object) -> Iterator[str]:
    """Yield the JSON of a value, as `json.dumps` makes it, with long texts in parts."""
    match value:
        case str() if len(value) > _PART:
            yield '"'
            for start in range(0, len(value), _PART):
                yield json.dumps(value[start : start + _PART])[1:-1]
            yield '"'
        case dict():
            yield "{"
            for place, (name, member) in enumerate(value.items()):
                yield f"{', ' if place else ''}{json.dumps(name)}: "
                yield from _parts(member)
            yield "}"
        case list():
            yield "["
            for place, member in enumerate(value):
                yield ", " if place else ""
                yield from _parts(member)
            yield "]"
        case _:
            yield json.dumps(value)
