"""Files of the history as older versions of its tables have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

_LATER = ((5, ("content", "attachment")), (3, ("unindexed",)), (2, ("spent",)))
"""The tables that each version has added."""


def take_back(connection: sqlite3.Connection, version: int) -> None:
    """Make a file, whose turns have no files, one of an older version."""
    for since, tables in _LATER:
        for table in tables if since > version else ():
            connection.execute(f"DROP TABLE {table}")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
