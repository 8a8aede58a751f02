"""A connection to the file, in a way that its file system bears.

With SQLite's write-ahead log readers and writers do not wait for each other. It needs memory that
processes share by a file, and one machine; without them a rollback journal takes its place. Locks
that the system does not give are taken by SQLite's lock files. None of that is waited for.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from typing import TYPE_CHECKING

from mimo_cli.history.file import damage, filesystem, schema
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from mimo_cli.history.file.damage import Header

BUSY = 5
NO_MEMORY_FILE = 4874
"""SQLITE_IOERR_SHMSIZE: the disk has no room for the memory that processes share."""

_STEP = 0.003  # seconds

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SWITCH = 0.1  # seconds to wait for a file that nobody else uses


class Locks(NamedTuple):
    """Which locks the system gives: of a file's parts, and of shared memory's."""

    of_file: bool
    of_memory: bool


class OpeningMode(NamedTuple):
    """How a file is opened.

    `is_logged`: with a write-ahead log, not a rollback journal; `has_locks`: the system's, not
    files that stand for them; `is_fixed`: only to be read, as it is.
    """

    is_logged: bool
    has_locks: bool
    is_fixed: bool

    @property
    def parameters(self) -> str:
        """Return the parameters of SQLite's URI."""
        # https://www.sqlite.org/uri.html, https://www.sqlite.org/wal.html#read_only_databases
        mode = "mode=ro&immutable=1" if self.is_fixed else "mode=rw"
        return mode if self.has_locks or self.is_fixed else f"{mode}&vfs=unix-dotfile"


class LockWait:
    """How long other processes are waited for, in seconds of an idle machine.

    Looks at a lock are counted, not time: where fifty programs start at once each gets its turn.
    """

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    def wait(self) -> None:
        """Wait until it is worth to look again."""
        time.sleep(_STEP)
        self.left = max(0.0, self.left - _STEP)

    def apply(self, connection: sqlite3.Connection) -> None:
        """Let the next statement wait for what is left."""
        connection.execute(f"PRAGMA busy_timeout = {int(self.left * 1000)}")

    def begin_writing(self, connection: sqlite3.Connection) -> None:
        """Begin a transaction that writes.

        SQLite's own waiting looks every tenth of a second, which loses against many that write.

        Raises:
            sqlite3.OperationalError: another process writes for longer.
        """
        from sqlite3 import OperationalError

        connection.execute("PRAGMA busy_timeout = 0")
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                break
            except OperationalError as error:
                if damage.code(error) & damage.PRIMARY != BUSY or not self.left:
                    raise
            self.wait()
        self.apply(connection)  # a rollback journal also waits at the end, for those that read


def _make_private(path: Path) -> None:
    """Take a file, and what SQLite has put beside it, from other users."""
    if not path.stat().st_mode & _OTHERS:
        return
    for file in (path, *filesystem.beside(path)):
        with contextlib.suppress(OSError):  # another's, or read-only: reading it may work
            file.chmod(0o600)


def connect(
    path: Path, patience: LockWait, refuse_newer: Callable[[int], None]
) -> sqlite3.Connection:
    """Return a connection to a file that there is, brought to the newest schema.

    `refuse_newer` is called with the version of the file's schema before it is used.

    Raises:
        DamagedError, sqlite3.Error: the file cannot be used.
        OSError: nor can it be read.
    """
    import sqlite3

    header, locks = read_header(path)
    refuse_newer(header.version)
    if header.may_be_anothers:
        _look_without_writing(path, patience)
    way = OpeningMode(
        locks.of_memory and _can_be_logged(path, header), locks.of_file, _is_fixed(path)
    )
    if not locks.of_file:
        from mimo_cli.history.file import poor_filesystem

        poor_filesystem.drop_stale_lock(path)
    try:
        return _open(path, way, header, patience, refuse_newer)
    except sqlite3.OperationalError as error:
        if damage.code(error) == NO_MEMORY_FILE:  # alone, a process needs none
            return _open(path, way, header, patience, refuse_newer, is_alone=True)
        from mimo_cli.history.file import poor_filesystem

        if not (header.is_logged and way.is_logged) or poor_filesystem.shares_memory(path.parent):
            raise
    # The file came here from where there was shared memory.
    return _open(path, way._replace(is_logged=False), header, patience, refuse_newer)


def _look_without_writing(path: Path, patience: LockWait) -> None:
    """Refuse another program's file; SQLite would finish its journal, given the chance.

    Raises:
        DamagedError, sqlite3.Error: the file cannot be used.
        OSError: it is another's.
    """
    import sqlite3

    uri = f"{path.absolute().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, timeout=patience.left, uri=True)) as connection:
        connection.text_factory = damage.TEXT
        # Where it cannot be read like this it is looked at again before anything is written.
        with contextlib.suppress(sqlite3.OperationalError):
            schema.refuse_planted(connection)


def read_header(path: Path) -> tuple[Header, Locks]:
    """Return what the beginning of a file says, and which locks its file system has.

    Raises:
        DamagedError: it is no file of ours.
        OSError: it cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        found = damage.header(file.read(damage.HEADER))
        has_locks = filesystem.has_locks(file.fileno())
        return found, Locks(has_locks, has_locks and filesystem.has_memory_locks(file.fileno()))


def _can_be_logged(path: Path, header: Header) -> bool:
    """Return whether a write-ahead log is right there; that of an old file is found by using it."""
    if filesystem.is_network(path.parent):
        return False
    if header.is_logged:
        return True
    from mimo_cli.history.file import poor_filesystem  # most files are logged

    return poor_filesystem.shares_memory(path.parent)


def _open(
    path: Path,
    way: OpeningMode,
    header: Header,
    patience: LockWait,
    refuse_newer: Callable[[int], None],
    *,
    is_alone: bool = False,
) -> sqlite3.Connection:
    import sqlite3

    uri = f"{path.absolute().as_uri()}?{way.parameters}"
    connection = sqlite3.connect(uri, timeout=patience.left, isolation_level=None, uri=True)
    connection.text_factory = damage.TEXT
    try:
        if is_alone:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
        if way.is_fixed and schema.SAME_TABLES <= header.version <= schema.VERSION:
            schema.refuse_planted(connection)
            return connection
        if header.is_logged and not way.is_logged:
            from mimo_cli.history.file import poor_filesystem  # most file systems have all

            poor_filesystem.leave_log(connection)
        found = schema.version(connection)
        refuse_newer(found)
        schema.refuse_planted(connection)
        _make_private(path)
        if not found:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        if way.is_logged and not header.is_logged:
            LockWait(min(patience.left, _SWITCH)).apply(connection)
            # Refused while others use the file: it works without.
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON").fetchall()
        if found < schema.VERSION:
            from mimo_cli.history.file import migrations  # most files have the newest

            migrations.migrate_if_writable(connection, found, patience.begin_writing)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_fixed(path: Path) -> bool:
    """Return whether nobody can write to a file, and there is all of it: no journal beside it."""
    can_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return not can_write and not filesystem.log(path).exists()
