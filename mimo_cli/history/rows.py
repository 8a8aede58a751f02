"""Statements on the tables, within a transaction of the caller's. They raise `sqlite3.Error`."""

from __future__ import annotations

import os
import re
from itertools import count
from typing import TYPE_CHECKING

from mimo_cli.history import record, spent
from mimo_cli.history.record import LAST_NUMBER
from mimo_cli.history.search import waiting_turns

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from mimo_cli.conversation.turns import Turn

_LETTERS = b"abcdefghjkmnpqrstvwxyz"  # without those that look like digits
_SYMBOLS = b"0123456789" + _LETTERS
_ID_LENGTH = 8
_NUMBERED = re.compile(r"(.+) \([1-9][0-9]{0,5}\)", re.DOTALL)
_COPY = """
    INSERT INTO turn (number, conversation, model, status, started, seconds, first_text, cost,
        currency, error, request, question, reply)
    SELECT ?, ?, model, status, started, seconds, first_text, cost, currency, error, request,
        question, reply
    FROM turn WHERE number = ?
"""
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
        "number": _next(connection),
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


def _next(connection: sqlite3.Connection) -> int:
    number: int = connection.execute(_NEXT, {"limit": LAST_NUMBER}).fetchone()[0]
    return number


def drop_pieces(connection: sqlite3.Connection, number: int) -> None:
    """Forget how an answer came."""
    connection.execute("DELETE FROM piece WHERE turn = ?", (number,))


def choose_turn(
    connection: sqlite3.Connection, conversation: str, new: int, old: Sequence[int], *, stands: bool
) -> None:
    """Make a new turn a part of a conversation, and the old ones not, or the reverse.

    Nothing is done where those that leave are not its last: others have changed it meanwhile.
    """
    leaving, coming = (old, [new]) if stands else ([new], old)
    exchange(connection, conversation, leaving, coming)


def exchange(
    connection: sqlite3.Connection, conversation: str, leaving: Sequence[int], coming: Sequence[int]
) -> bool:
    """Take turns out of a conversation, and let others be a part of it again.

    Return whether it was done: not where those that leave are not its last.
    """
    if not _are_last(connection, conversation, leaving):
        return False
    for number in leaving:
        drop(connection, number)
    for number in coming:
        restore(connection, number)
    return True


def _are_last(connection: sqlite3.Connection, conversation: str, numbers: Sequence[int]) -> bool:
    """Return whether a conversation ends with these turns."""
    select = """
        SELECT number FROM turn WHERE conversation = ? AND dropped = 0 ORDER BY number DESC LIMIT ?
    """
    found = connection.execute(select, (conversation, len(numbers)))
    return [number for (number,) in found] == sorted(numbers, reverse=True)


def drop(connection: sqlite3.Connection, number: int) -> None:
    """Take a turn out of its conversation."""
    connection.execute("UPDATE turn SET dropped = 1 WHERE number = ?", (number,))
    waiting_turns.mark(connection, number)


def restore(connection: sqlite3.Connection, number: int) -> None:
    """Make a turn a part of its conversation again."""
    connection.execute("UPDATE turn SET dropped = 0 WHERE number = ?", (number,))
    waiting_turns.mark(connection, number)


def is_dropped(connection: sqlite3.Connection, number: int) -> bool:
    """Return whether a turn is not a part of its conversation."""
    select = "SELECT 1 FROM turn WHERE number = ? AND dropped = 1"
    return connection.execute(select, (number,)).fetchone() is not None


def fork(
    connection: sqlite3.Connection, name: str, numbers: Sequence[int], now: float
) -> tuple[str, tuple[int, ...]]:
    """Copy turns into a new conversation of that title; return its id and their numbers there."""
    chosen = create(connection, name, now)
    return chosen, tuple(copy(connection, number, chosen) for number in numbers)


def copy(connection: sqlite3.Connection, number: int, new: str) -> int:
    """Copy a turn into another conversation, also if others dropped it.

    Return its number there, 0 if there is no such turn.
    """
    there = _next(connection)
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
    restore(connection, there)
    return there
