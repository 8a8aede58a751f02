"""A closer look at a file that may be damaged. It changes nothing."""

from __future__ import annotations

import os
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from mimo_cli.history.file import filesystem, migrations, schema
from mimo_cli.history.file.damage import NOT_THE_FILES, PRIMARY, TEXT, code
from mimo_cli.history.file.schema import DamagedError
from mimo_cli.phrases import NOTHING, Phrase, verbatim

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

_CHUNK = 1 << 16
READING = 2.0  # seconds


def find(path: Path) -> Phrase:
    """Return what a closer look shows to be wrong with a file; nothing if it is sound.

    It reads all of the file and changes nothing. What keeps it from being read is no damage.
    """
    import sqlite3

    try:
        return find_or_raise(path)
    except (sqlite3.Error, OSError):
        return NOTHING


def find_or_raise(path: Path) -> Phrase:
    """Return what is wrong with a file, as `find` does; raise what keeps it from being read.

    Raises:
        sqlite3.Error: the machine, or another process, keeps the file from being read.
        OSError: it is another program's, or the disk does not give it back.
    """
    if not run_check(path, check_structure):
        return NOTHING
    read_through(path)
    return run_check(path, check_structure)


def read_through(path: Path, seconds: float = READING) -> None:
    """Read a file as it is, and what SQLite has beside it, as far as that goes in some seconds.

    What a disk does not give back is damage to SQLite: it tells of `SQLITE_IOERR_CORRUPTFS` as of
    `SQLITE_CORRUPT` (`sqlite3VdbeExec`). No process of ours may have the file open, since this
    gives up its locks.

    Raises:
        OSError: the disk does not give it back.
    """
    if not hasattr(os, "pread"):
        return
    end = time.monotonic() + seconds
    for file in (path, *filesystem.beside(path)):
        with suppress(FileNotFoundError):
            descriptor = os.open(file, os.O_RDONLY)
            try:
                _read(descriptor, end)
            finally:
                os.close(descriptor)


def _read(descriptor: int, end: float) -> None:
    at = 0
    while time.monotonic() < end and (data := os.pread(descriptor, _CHUNK, at)):
        at += len(data)


def run_check(path: Path, check: Callable[[sqlite3.Connection], Phrase]) -> Phrase:
    """Return what `check` says of a file, or else what keeps it from saying so if that is damage.

    Raises:
        sqlite3.Error: the machine, or another process, keeps it from being read.
        OSError: it is another program's.
    """
    import sqlite3

    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, timeout=1.0, uri=True)) as connection:
            connection.text_factory = TEXT
            return check(connection)
    except UnicodeDecodeError:
        return Phrase("its tables have no names")
    except DamagedError as error:
        return error.why
    except (sqlite3.Error, MemoryError) as error:
        if code(error) & PRIMARY in NOT_THE_FILES:
            raise
        return verbatim(str(error))


def check_structure(connection: sqlite3.Connection) -> Phrase:
    """Return what SQLite, and our schema, find wrong with an open file; nothing if it is sound."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != ("ok",):
        return verbatim(str(found and found[0]))
    schema.refuse_planted(connection)
    return NOTHING if migrations.is_right(connection) else Phrase("its tables are not right")
