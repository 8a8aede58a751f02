"""What is done where the file system lacks something: locks, or memory that processes share."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from mimo_cli.history.file import file_trial, filesystem
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_SHARED = 32_768  # bytes of SQLite's shared memory
_STALE = 60.0  # seconds after which nobody can be at work behind a lock file any more


def shares_memory(folder: Path) -> bool:
    """Return whether processes can share memory by a file in a folder; try it on one of our own."""
    import mmap

    try:
        with file_trial.own_file(folder) as descriptor:
            os.write(descriptor, bytes(_SHARED))  # a hole would end us, were the disk full
            with mmap.mmap(descriptor, _SHARED):
                return filesystem.has_memory_locks(descriptor)
    except (
        OSError,
        ValueError,
    ):  # pragma: no cover - tried where the kernel refuses calls, coverage's too
        return False


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
        age = file_trial.now(path.parent) - lock.stat().st_mtime
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
