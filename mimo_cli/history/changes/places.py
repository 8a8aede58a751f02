"""Which turns are a part of their conversation, by statements in a transaction of the caller's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.history.search import waiting_turns

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence


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
