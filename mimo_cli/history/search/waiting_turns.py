"""The turns that the index has to take: all that those who keep one need of it.

Statements raise `sqlite3.Error`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


def mark(connection: sqlite3.Connection, number: int) -> None:
    """Note that the index has to take a turn anew, or to leave it out."""
    connection.execute("INSERT OR IGNORE INTO unindexed VALUES (?, ?, 0)", (number, number))
