"""Deletes conversations for good. Raises `sqlite3.Error`; all but `shrink` are in a transaction."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from mimo_cli.history.search import index

if TYPE_CHECKING:
    import sqlite3

_PAGES = 2000  # that are given back at once


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


def shrink(connection: sqlite3.Connection) -> None:
    """Make sure that what was deleted is nowhere in the file, and give its space back."""
    before = 0
    while (free := _free_pages(connection)) != before:
        before = free
        # execute() would stop at one page; all at once would keep others out for long.
        connection.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _free_pages(connection: sqlite3.Connection) -> int:
    free: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    return free
