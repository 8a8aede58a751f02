"""Turns copied into a new conversation, by statements in a transaction of the caller's."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from mimo_cli.history import rows
from mimo_cli.history.changes import places

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_NUMBERED = re.compile(r"(.+) \([1-9][0-9]{0,5}\)", re.DOTALL)
_COPY = """
    INSERT INTO turn (number, conversation, model, status, started, seconds, first_text, cost,
        currency, error, request, question, reply)
    SELECT ?, ?, model, status, started, seconds, first_text, cost, currency, error, request,
        question, reply
    FROM turn WHERE number = ?
"""


def next_title(connection: sqlite3.Connection, name: str) -> str:
    """Return a title for a copy: the original's, with a number that no other has behind it.

    The copy of a copy counts on, as long as there is an original of that name.
    """
    numbered = _NUMBERED.fullmatch(name)
    base = numbered[1] if numbered and _is_title(connection, numbered[1]) else name
    free = (f"{base} ({number})" for number in count(2))
    return next(it for it in free if not _is_title(connection, it)) if base else ""


def _is_title(connection: sqlite3.Connection, name: str) -> bool:
    select = "SELECT 1 FROM conversation WHERE title = ?"
    return connection.execute(select, (name,)).fetchone() is not None


def fork(
    connection: sqlite3.Connection, name: str, numbers: Sequence[int], now: float
) -> tuple[str, tuple[int, ...]]:
    """Copy turns into a new conversation of that title; return its id and their numbers there."""
    chosen = rows.create(connection, name, now)
    return chosen, tuple(copy(connection, number, chosen) for number in numbers)


def copy(connection: sqlite3.Connection, number: int, new: str) -> int:
    """Copy a turn into another conversation, also if others dropped it.

    Return its number there, 0 if there is no such turn.
    """
    there = rows.next_number(connection)
    if not connection.execute(_COPY, (there, new, number)).rowcount:
        return 0
    connection.execute(
        "INSERT INTO piece (turn, block, kind, text)"
        " SELECT ?, block, kind, text FROM piece WHERE turn = ? ORDER BY number",
        (there, number),
    )
    connection.execute(
        "INSERT INTO attachment (turn, content) SELECT ?, content FROM attachment WHERE turn = ?",
        (there, number),
    )
    places.restore(connection, there)
    return there
