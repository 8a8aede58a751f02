"""The file itself: opened, kept private, set aside when damaged; SQLite's errors in our words."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli import files, folders
from mimo_cli.errors import LocalIOError
from mimo_cli.history import schema

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

WAIT = 5.0
"""Seconds to wait for other processes."""

_PAGES = 2000
_MAGIC = b"SQLite format 3\0"
_FIXED_AT, _FIXED = slice(21, 24), b"\x40\x20\x20"  # the same in every file
_VERSION_AT = slice(60, 64)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PRIMARY = 0xFF  # SQLite's extended codes have the kind of error in their lowest byte
_BUSY, _READONLY, _CORRUPT, _FULL, _CANT_OPEN, _NOT_A_DATABASE = 5, 8, 11, 13, 14, 26
_DAMAGED = (_CORRUPT, _NOT_A_DATABASE)
_SAVE = "Move it away, with -wal and -shm: a new one begins. `sqlite3 FILE .recover` may save some."
_BEGIN = "The next question (without -c or -r) sets it aside and begins a new one."
_WHY = {
    _BUSY: ("another process keeps it busy", "Try again in a moment."),
    _READONLY: ("it cannot be written to", "MIMO_DATA can name another folder."),
    _CORRUPT: ("it is damaged", _BEGIN),
    _FULL: ("the disk is full", "Make some room; nothing that was in it is lost."),
    _CANT_OPEN: ("it cannot be opened", "MIMO_DATA can name another folder."),
    _NOT_A_DATABASE: ("it is damaged", _BEGIN),
}


class Database:
    """A connection to the file, opened when it is first needed.

    Within one process there should be one of these for a file: closing any descriptor of a file
    gives up the locks that the process holds on it (POSIX).
    """

    def __init__(
        self, path: Path, *, now: Callable[[], float], notice: Callable[[str], None]
    ) -> None:
        self.path = path
        self._now = now
        self._notice = notice
        self._connection: sqlite3.Connection | None = None
        self._file: os.stat_result | None = None  # which one it is to

    @property
    def exists(self) -> bool:
        """Whether there is a file."""
        return self.path.exists()

    @contextlib.contextmanager
    def writing(
        self, *, wait: float = WAIT, is_durable: bool = True
    ) -> Iterator[sqlite3.Connection]:
        """A transaction that is kept when the block ends, and undone when it fails.

        `wait` is how many seconds another process may write meanwhile. One that `is_durable` is on
        the disk when this returns; another survives the process, but perhaps not the machine.

        Raises:
            LocalIOError: the file cannot be used.
        """
        with self._errors():
            connection = self._open()
            connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
            connection.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
            with _transaction(connection, "IMMEDIATE"):
                yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The file as it is at one moment, whatever others write meanwhile.

        Raises:
            LocalIOError: the file cannot be used.
        """
        with self._errors():
            connection = self._open()
            connection.execute(f"PRAGMA busy_timeout = {int(WAIT * 1000)}")
            with _transaction(connection, "DEFERRED"):
                yield connection

    def shrink(self) -> None:
        """Makes sure that what was deleted is nowhere in the file, and gives its space back.

        Raises:
            LocalIOError: the file cannot be used.
        """
        with self._errors():
            connection = self._open()
            before = 0
            while (free := _free_pages(connection)) != before:
                before = free
                # execute() would stop at one page; all at once would keep others out for long.
                connection.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def set_aside(self) -> None:
        """Renames the damaged file, and says so; the next use begins a new one.

        Raises:
            LocalIOError: it cannot be renamed.
        """
        self.close()
        with self._errors():
            path = self._real_path()
            aside = self._free_name(path)
            path.rename(aside)
            for end in ("-wal", "-shm"):  # with it they may be of use to somebody who repairs it
                with contextlib.suppress(FileNotFoundError):
                    path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
        self._notice(f"the history was damaged; it is now {aside}, and a new one begins")

    def problem(self) -> LocalIOError | None:
        """What keeps the file from being used, or None. Unlike any use, it sets nothing aside."""
        import sqlite3

        try:
            with self._errors():
                path = self._real_path()
                if not stat.S_ISREG(path.stat().st_mode):
                    raise OSError("it is not a regular file")
                self._refuse_newer(_version_in(path))
                uri = f"{path.absolute().as_uri()}?mode=rw"
                with contextlib.closing(sqlite3.connect(uri, timeout=WAIT, uri=True)) as connection:
                    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                    if found != "ok":
                        return LocalIOError(self._what, f"it is damaged ({found})", _SAVE)
        except LocalIOError as error:
            return error
        return None

    def close(self) -> None:
        """Lets go of the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and not self._is_in_place():
            self.close()
        if self._connection is None:
            self._connection = self._connected()
            self._file = self._real_path().stat()
        return self._connection

    def _is_in_place(self) -> bool:
        """Whether the file is still there: what goes into one that was removed is lost."""
        try:
            return self._file is None or os.path.samestat(self._file, self._real_path().stat())
        except FileNotFoundError:
            return False

    def _connected(self) -> sqlite3.Connection:
        """The connection.

        A file that is none of SQLite's, or of which a part is gone, is set aside, unless another
        process has done so already.
        """
        import sqlite3

        path = self._real_path()
        _create(path)
        before = path.stat()
        try:
            return self._prepared(path)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
        if os.path.samestat(before, path.stat()):
            self.set_aside()
            _create(path)
        return self._prepared(path)

    def _prepared(self, path: Path) -> sqlite3.Connection:
        import sqlite3

        self._refuse_newer(_version_in(path))
        is_fixed = _is_fixed(path)
        # https://www.sqlite.org/wal.html#read_only_databases
        mode = "ro&immutable=1" if is_fixed else "rw"
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", timeout=WAIT, isolation_level=None, uri=True
        )
        if is_fixed and _version_in(path) == schema.VERSION:
            return connection
        try:
            found = schema.version(connection)
            self._refuse_newer(found)
            if not found:
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            # Refused on a network file system, and while others use the file: it works without.
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode = WAL").fetchall()
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON").fetchall()
            if found < schema.VERSION:
                schema.migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _refuse_newer(self, found: int) -> None:
        if found > schema.VERSION:
            why = f"it was made by a newer mimo (format {found}, this one knows {schema.VERSION})"
            hint = "Update mimo, or let MIMO_DATA name another folder. The file is as it was."
            raise LocalIOError(self._what, why, hint)

    def _real_path(self) -> Path:
        """Where the file is: the user may have put a link in its place."""
        return Path(os.path.realpath(self.path))

    def _free_name(self, path: Path) -> Path:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._now()))
        ends = itertools.chain([""], (f".{number}" for number in itertools.count(2)))
        return files.unused(path.with_name(f"{path.name}.corrupt-{stamp}{end}") for end in ends)

    @property
    def _what(self) -> str:
        return f"cannot use the history {self.path}"

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        """Errors of SQLite and of the system, as what the user can be told."""
        import sqlite3

        try:
            yield
        except sqlite3.Error as error:
            why, hint = _WHY.get(_code(error), (str(error), ""))
            raise LocalIOError(self._what, why, hint) from error
        except OSError as error:
            raise LocalIOError(self._what, (error.strerror or str(error)).lower()) from error


def is_damaged_by(error: LocalIOError) -> bool:
    """Whether an error says that the file is damaged."""
    import sqlite3

    return isinstance(error.__cause__, sqlite3.Error) and _is_damage(error.__cause__)


def _is_damage(error: sqlite3.Error) -> bool:
    return _code(error) in _DAMAGED


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY  # not all errors come from SQLite


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection, kind: str) -> Iterator[None]:
    try:
        connection.execute(f"BEGIN {kind}")
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk ends it by itself
            connection.execute("ROLLBACK")
        raise


def _free_pages(connection: sqlite3.Connection) -> int:
    free: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    return free


def _create(path: Path) -> None:
    """Makes an empty file for nobody but the user; SQLite gives its other files the same mode."""
    folders.make(path.parent)
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    try:
        os.close(os.open(path, flags, 0o600))
    except FileExistsError:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):  # opening a pipe would wait for ever
            raise OSError("it is not a regular file") from None
        if mode & _OTHERS:
            with contextlib.suppress(OSError):  # another's, or read-only: reading it may work
                path.chmod(0o600)


def _is_fixed(path: Path) -> bool:
    """Whether nobody can write to a file, and there is all of it: no journal beside it."""
    can_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return not can_write and not path.with_name(f"{path.name}-wal").exists()


def _version_in(path: Path) -> int:
    """The schema's version as the file's first bytes say it: asking SQLite would open a journal.

    0 for what is no such file. https://www.sqlite.org/fileformat.html#the_database_header
    """
    with path.open("rb") as file:
        header = file.read(_VERSION_AT.stop)
    is_ours = header.startswith(_MAGIC) and header[_FIXED_AT] == _FIXED
    return int.from_bytes(header[_VERSION_AT]) if is_ours else 0
