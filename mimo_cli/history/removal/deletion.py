"""Deletes conversations for good. Raises `sqlite3.Error`; all of it is within a transaction."""

from __future__ import annotations

from contextlib import contextmanager
from math import inf
from typing import TYPE_CHECKING

from mimo_cli.history.search import index

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


def delete(connection: sqlite3.Connection, conversation: str, before: float) -> bool:
    """Delete a conversation that was not used since a time; return whether there was one.

    What its turns had besides words stays for `contents.remove_unused`.
    """
    since = "" if before == inf else " AND updated < ?"
    values = (conversation,) if before == inf else (conversation, before)
    select = f"SELECT 1 FROM conversation WHERE id = ?{since}"  # noqa: S608 - our own words
    if connection.execute(select, values).fetchone() is None:
        return False
    index.remove_conversation(connection, conversation)
    connection.execute("DELETE FROM conversation WHERE id = ?", (conversation,))
    return True


def clear(connection: sqlite3.Connection) -> int:
    """Delete all conversations; return how many there were. `contents` are left as above."""
    for table in ("piece", "spent", "attachment", "turn"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    index.rebuild(connection)
    return connection.execute("DELETE FROM conversation").rowcount


@contextmanager
def not_overwriting(connection: sqlite3.Connection) -> Iterator[None]:
    """Leave pages that become free as they are: to overwrite them takes as much of the log."""
    connection.execute("PRAGMA secure_delete = FAST").fetchall()
    try:
        yield
    finally:
        connection.execute("PRAGMA secure_delete = ON").fetchall()
