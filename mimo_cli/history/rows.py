"""Statements on the tables, within a transaction of the caller's. They raise `sqlite3.Error`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mimo_cli.history import record, spent
from mimo_cli.history.record import LAST_NUMBER
from mimo_cli.history.search import waiting_turns

if TYPE_CHECKING:
    import sqlite3

    from mimo_cli.conversation.turns import Turn

_LETTERS = b"abcdefghjkmnpqrstvwxyz"  # without those that look like digits
_SYMBOLS = b"0123456789" + _LETTERS
_ID_LENGTH = 8
# A number is never given twice: a process may still hold that of a turn that was deleted. SQLite
# would give the next one by itself, but none after a damaged one that is the largest there can be.
_NEXT = """
    SELECT 1 + max(
        (SELECT coalesce(max(number), 0) FROM turn WHERE number < :limit),
        (SELECT coalesce(max(seq), 0) FROM sqlite_sequence
            WHERE name = 'turn' AND typeof(seq) = 'integer' AND seq < :limit - 1)
    )
"""


def title(connection: sqlite3.Connection, conversation: str) -> str | None:
    """Return a conversation's title; None if there is no such conversation."""
    select = "SELECT title FROM conversation WHERE id = ?"
    row = connection.execute(select, (conversation,)).fetchone()
    return None if row is None else row[0] if isinstance(row[0], str) else ""


def newest_titles(connection: sqlite3.Connection, most: int) -> list[tuple[object, object, object]]:
    """Return ids, titles and last uses, by the clock, of conversations not all taken back."""
    select = """
        SELECT id, title, updated FROM conversation
        WHERE EXISTS (SELECT 1 FROM turn WHERE conversation = id AND dropped IS NOT 1)
        ORDER BY updated DESC LIMIT ?
    """
    return connection.execute(select, (most,)).fetchall()


def last(connection: sqlite3.Connection, conversation: str) -> int:
    """Return the number of a conversation's last turn, 0 if it has none."""
    select = "SELECT coalesce(max(number), 0) FROM turn WHERE conversation = ? AND dropped = 0"
    number: int = connection.execute(select, (conversation,)).fetchone()[0]
    return number


def create(connection: sqlite3.Connection, name: str, now: float) -> str:
    """Return a conversation without turns, of that title; its id."""
    statement = "INSERT INTO conversation (id, title, created, updated) VALUES (?, ?, ?, ?)"
    chosen = _id()
    while title(connection, chosen) is not None:
        chosen = _id()
    connection.execute(statement, (chosen, record.storable(name), now, now))
    return chosen


def _id() -> str:
    first, *rest = os.urandom(_ID_LENGTH)
    symbols = [_LETTERS[first % len(_LETTERS)], *(_SYMBOLS[byte % len(_SYMBOLS)] for byte in rest)]
    return bytes(symbols).decode()


def insert(
    connection: sqlite3.Connection, conversation: str, turn: Turn, *, dropped: bool = False
) -> int:
    """Add a question; return its number."""
    columns = {
        "number": next_number(connection),
        "conversation": conversation,
        "dropped": int(dropped),
        **record.question_columns(turn),
    }
    names, values = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    connection.execute(f"INSERT INTO turn ({names}) VALUES ({values})", columns)  # noqa: S608 - our own names
    number: int = columns["number"]
    drop_pieces(connection, number)  # none: this shows damage before the question is sent
    spent.begin(connection, number)
    waiting_turns.mark(connection, number)
    return number


def next_number(connection: sqlite3.Connection) -> int:
    """Return the number of a turn that is going to be added."""
    number: int = connection.execute(_NEXT, {"limit": LAST_NUMBER}).fetchone()[0]
    return number


def drop_pieces(connection: sqlite3.Connection, number: int) -> None:
    """Forget how an answer came."""
    connection.execute("DELETE FROM piece WHERE turn = ?", (number,))
