"""What is done where the file system lacks something: locks, or memory that processes share."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from mimo_cli.history.file import filesystem
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_STALE = 60.0  # seconds after which nobody can be at work behind a lock file any more


def leave_log(
    connection: sqlite3.Connection,
) -> None:  # pragma: no cover - tried where the kernel refuses calls, coverage's too
    """Give a file a rollback journal, unless others use it.

    A process that has a file for itself needs no shared memory.
    https://www.sqlite.org/wal.html#use_of_wal_without_shared_memory
    """
    import sqlite3

    connection.execute("PRAGMA busy_timeout = 0")
    connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    connection.execute("PRAGMA locking_mode = NORMAL").fetchall()


def drop_stale_lock(
    path: Path,
) -> None:  # pragma: no cover - tried where the kernel refuses calls, coverage's too
    """Remove the lock file (SQLite makes a folder) of a process that was killed.

    Raises:
        OSError: it is something else, which would be waited for each time.
    """
    lock = path.with_name(f"{path.name}.lock")
    refuse_odd_lock(lock)
    with contextlib.suppress(OSError):
        age = _now(path.parent) - lock.stat().st_mtime
        if age > _STALE:
            lock.rmdir()


def refuse_odd_lock(lock: Path) -> None:
    """Refuse what is no folder in the place of SQLite's lock, which it is by being there.

    It is looked at once: other processes make and remove it meanwhile.

    Raises:
        OSError: it is something else, which would be waited for each time.
    """
    try:
        mode = lock.lstat().st_mode
    except OSError:
        return
    if not stat.S_ISDIR(mode):
        raise OSError(Phrase("{file} is in the way: it is no folder", file=lock.name))


def _now(folder: Path) -> float:
    """Return the time by the clock that a folder's files have theirs from, in seconds since 1970.

    Raises:
        OSError: no file can be made there.
    """
    with filesystem.own_file(folder) as descriptor:
        return os.fstat(descriptor).st_mtime
