"""The version of a file's tables, and whether they are ours at all: what every use looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    import sqlite3

VERSION = 5
"""The newest version, which `migrations` makes of all before."""

SAME_TABLES = 3
"""The oldest version with all that reading needs: such a file is read where it cannot be changed.

Its turns have no files, so that nobody looks for those.
"""

WITH_FILES = 5
"""The oldest version that has tables for files."""

_NAMES = frozenset(
    ("conversation", "turn", "piece", "words", "spent", "unindexed", "content", "attachment")
)
_KNOWN_BY = 2  # of these a file is taken for ours, however damaged: another may have one by chance


class DamagedError(Exception):
    """A file is not the database that it should be: `why`."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(why)
        self.why = why


def version(connection: sqlite3.Connection) -> int:
    """Return the version of a file's schema; 0 for an empty file."""
    number: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return number


def refuse_planted(connection: sqlite3.Connection) -> None:
    """Refuse what no version has made, before anything is read from or written to a table.

    A view in a table's place may never end, and a trigger may do anything. More tables and indexes
    do no harm, and views that only their owner reads.

    Raises:
        DamagedError: there is a trigger, or a view in a table's place.
        OSError: the file is another program's.
    """
    found = connection.execute(
        "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    ).fetchall()
    is_known = len(_NAMES.intersection(name for _, name in found)) >= _KNOWN_BY
    if not is_known and (found or connection.execute("PRAGMA application_id").fetchone()[0]):
        raise OSError(Phrase("it is the database of another program"))
    if any(kind == "trigger" or (kind == "view" and _is_ours(name)) for kind, name in found):
        raise DamagedError(Phrase("it has a view or a trigger"))


def _is_ours(name: str) -> bool:
    """Return whether a name is one of a table of ours, or of one that FTS5 makes for it."""
    folded = name.lower()  # as SQLite does
    return folded in _NAMES or folded.startswith("words_")
