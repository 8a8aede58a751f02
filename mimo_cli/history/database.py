"""The file itself: transactions, what is set aside when damaged, all errors in our words."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli import files
from mimo_cli.config import paths
from mimo_cli.errors import LocalIOError
from mimo_cli.history import damage, filesystem, opening, schema
from mimo_cli.history.opening import Patience

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

WAIT = 2.0
"""Seconds to wait for other processes. No question is held up for longer."""

WORK = 2.0
"""Seconds for which a file may keep the processor busy, on a question's way. None needs that."""

_READING = 0.3  # seconds for which a file that looks damaged is read, on a question's way
_PAGES = 2000
_OFTEN = 100_000  # of SQLite's instructions: some milliseconds
_ASIDE_WAIT = 0.2  # renaming takes no longer
_ELSEWHERE = "MIMO_DATA can name another folder."
_SAVE = "Move it away, with -wal and -shm: a new one begins. `sqlite3 FILE .recover` may save some."
_REMOVE = "mimo history delete removes a conversation; the rest of the file is sound."
_BEGIN = "The next question (without -r) sets it aside and begins a new one."
_BUSY = ("another process keeps it busy", "Try again in a moment.")
_DAMAGED = ("it is damaged", _SAVE)
_FAILED = ("the disk does not take it, or does not give it back", _ELSEWHERE)
_WHY = {
    opening.BUSY: _BUSY,
    6: _BUSY,
    8: ("it cannot be written to", _ELSEWHERE),
    9: ("it takes too long", _SAVE),
    10: _FAILED,
    damage.CORRUPT: _DAMAGED,
    13: ("the disk is full", "Make some room; nothing that was in it is lost."),
    14: ("it cannot be opened", _ELSEWHERE),
    15: _BUSY,
    damage.NOT_A_DATABASE: _DAMAGED,
}
"""By SQLite's code of an error. https://www.sqlite.org/rescode.html"""


class Database:
    """A connection to the file, opened when it is first needed.

    Within one process there should be one of these for a file: closing any descriptor of a file
    gives up the locks that the process holds on it (POSIX).
    """

    def __init__(
        self, path: Path, *, now: Callable[[], float], notice: Callable[[str], None]
    ) -> None:
        self.path = path
        self.was_set_aside = False
        self._now = now
        self._notice = notice
        self._connection: sqlite3.Connection | None = None
        self._file: os.stat_result | None = None  # which one it is to
        self._reading = _READING  # what is left of it

    @property
    def exists(self) -> bool:
        """Whether there is a file.

        Raises:
            LocalIOError: that cannot be told.
        """
        with self._errors():
            try:
                self.path.stat()
            except (FileNotFoundError, NotADirectoryError):
                return False
            return True

    @contextlib.contextmanager
    def writing(
        self, *, wait: float = WAIT, is_durable: bool = True, work: float = inf
    ) -> Iterator[sqlite3.Connection]:
        """A transaction that is kept when the block ends, and undone when it fails.

        `wait` is how many seconds another process may write meanwhile. One that `is_durable` is on
        the disk when this returns; another survives the process, but perhaps not the machine.
        `work` is for how many seconds it may keep the processor busy.

        Raises:
            LocalIOError: the file cannot be used.
        """
        patience = Patience(wait)
        with self._errors(work):
            connection = self._open(patience)
            connection.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
            patience.begin_writing(connection)
            with _limited(connection, work), _transaction(connection):
                yield connection

    @contextlib.contextmanager
    def reading(self, *, work: float = inf) -> Iterator[sqlite3.Connection]:
        """The file as it is at one moment, whatever others write meanwhile.

        `work` is for how many seconds it may keep the processor busy.

        Raises:
            LocalIOError: the file cannot be used.
        """
        patience = Patience(WAIT)
        with self._errors(work):
            connection = self._open(patience)
            patience.apply(connection)
            connection.execute("BEGIN")
            with _limited(connection, work), _transaction(connection):
                yield connection

    def shrink(self) -> None:
        """Makes sure that what was deleted is nowhere in the file, and gives its space back.

        Raises:
            LocalIOError: the file cannot be used.
        """
        with self._errors():
            connection = self._open(Patience(WAIT))
            before = 0
            while (free := _free_pages(connection)) != before:
                before = free
                # execute() would stop at one page; all at once would keep others out for long.
                connection.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def set_aside(self) -> None:
        """Renames the damaged file, and says so; the next use begins a new one.

        Where another process has done so already there is nothing left to do.

        Raises:
            LocalIOError: it cannot be renamed.
        """
        self.close()
        with self._errors():
            path = self._real_path()
            with _alone_with(path) as found:
                if not self._is_the_one(found, path):
                    return
                aside = self._free_name(path)
                path.rename(aside)
                for end in filesystem.BESIDE:  # with them it may be of use to whoever repairs it
                    with contextlib.suppress(FileNotFoundError):
                        path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
        self.was_set_aside = True
        self._notice(f"the history was damaged; it is now {aside}, and a new one begins")

    def remove(self) -> None:
        """Removes the damaged file for good, with what SQLite has beside it.

        Raises:
            LocalIOError: it cannot be removed, or another process is at it.
        """
        self.close()
        with self._errors():
            path = self._real_path()
            filesystem.refuse_strangers(self.path, path)
            with _alone_with(path) as found:
                if not self._is_the_one(found, path):
                    raise OSError("another process has just replaced it")
                for end in (*filesystem.BESIDE, ""):  # a new file would be taken for that log's
                    path.with_name(path.name + end).unlink(missing_ok=True)

    def problem(self) -> LocalIOError | None:
        """What keeps the file from being used, or None. Unlike any use, it sets nothing aside."""
        import sqlite3

        try:
            with self._errors():
                path = self._real_path()
                if not path.parent.exists():
                    return None
                filesystem.refuse_strangers(self.path, path)
                filesystem.refuse_odd(path)
                if not path.exists():
                    return None
                self._refuse_newer(opening.look(path)[0].version)
                from mimo_cli.history import survey

                try:
                    found = damage.looked_twice(path)
                    unreadable = "" if found else survey.unreadable_in(path)
                except sqlite3.Error:  # a closer look takes more than use does
                    opening.connect(path, Patience(WAIT), self._refuse_newer).close()
                    return None
                if found:
                    return LocalIOError(self._what, f"it is damaged ({found})", _SAVE)
                if unreadable:
                    what = f"a part of the history {self.path} is damaged and left out"
                    return LocalIOError(what, unreadable, _REMOVE)
        except LocalIOError as error:
            return error
        return None

    def close(self) -> None:
        """Lets go of the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _read_through(self, work: float) -> None:
        """Sees whether the disk gives the file back, on a question's way in a moment at most.

        Raises:
            OSError: it does not.
        """
        started = time.monotonic()
        seconds = damage.READING if work == inf else self._reading
        damage.read_through(self._real_path(), seconds)
        if work != inf:
            self._reading = max(0.0, seconds - (time.monotonic() - started))

    def _cause(self, error: Exception, work: float) -> Exception:
        """What an error of SQLite comes of, as far as a closer look shows.

        It may be the disk that does not give a sound file back, or a damaged file of which SQLite
        says something else; or, of a sound one, this program asks too much.
        """
        is_told = damage.is_told_by(error)
        if not is_told and damage.code(error) & damage.PRIMARY in _WHY:
            return error
        self.close()
        try:
            self._read_through(work)
        except OSError as failure:
            return failure
        found = "" if is_told else damage.found_in(self._real_path())
        return damage.DamagedError(found) if found else error

    def _open(self, patience: Patience) -> sqlite3.Connection:
        if self._connection is not None and not self._is_in_place():
            self.close()
        if self._connection is None:
            self._connection = self._connected(patience)
        return self._connection

    def _is_in_place(self) -> bool:
        """Whether the file is still there: what goes into one that was removed is lost."""
        try:
            return self._file is None or os.path.samestat(self._file, self.path.stat())
        except FileNotFoundError:
            return False

    def _connected(self, patience: Patience) -> sqlite3.Connection:
        """The connection. A file that is damaged as a whole is set aside, after a second look."""
        for is_last in (False, True):
            try:
                return self._prepared(patience)
            except Exception as error:
                if not damage.is_told_by(error):
                    raise
                is_read = isinstance(error, damage.HeaderDamagedError)
            if not (is_last or is_read):
                self._read_through(WORK)
        self.set_aside()
        return self._prepared(patience)

    def _prepared(self, patience: Patience) -> sqlite3.Connection:
        path = self._real_path()
        paths.make(path.parent)
        filesystem.refuse_strangers(self.path, path)
        filesystem.refuse_odd(path)
        opening.create(path, patience)
        self._file = path.stat()
        return opening.connect(path, patience, self._refuse_newer)

    def _is_the_one(self, found: os.stat_result | None, path: Path) -> bool:
        """Whether an open file is the one that was damaged, and still has its name."""
        if found is None or not os.path.samestat(found, path.stat()):
            return False
        return self._file is None or os.path.samestat(found, self._file)

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
    def _errors(self, work: float = inf) -> Iterator[None]:
        """Whatever SQLite, the system or a damaged file does, as what the user can be told.

        This is the one place for that. Damage may show at any statement, and as more than SQLite's
        errors: its messages quote the file, whose texts need not be any.
        """
        import sqlite3

        try:
            yield
        except damage.HeaderDamagedError as error:
            raise LocalIOError(self._what, _DAMAGED[0], _BEGIN) from error
        except (damage.DamagedError, UnicodeDecodeError) as error:
            raise LocalIOError(self._what, *_DAMAGED) from error
        except (sqlite3.Error, MemoryError) as error:
            cause = self._cause(error, work)
            raise LocalIOError(self._what, *_reason(cause)) from cause
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise LocalIOError(self._what, why, _ELSEWHERE) from error


def _reason(cause: Exception) -> tuple[str, str]:
    """Why the file cannot be used, and what to do."""
    if damage.is_told_by(cause):
        return _DAMAGED
    if isinstance(cause, OSError):
        return _FAILED
    return _WHY.get(damage.code(cause) & damage.PRIMARY, (str(cause), _ELSEWHERE))


def is_damaged_by(error: LocalIOError) -> bool:
    """Whether an error came because the file is damaged."""
    return damage.is_told_by(error.__cause__)


def lies_in_file(error: LocalIOError) -> bool:
    """Whether an error may come of damage to a part of the file, such as the index."""
    return damage.lies_in_file(error.__cause__)


@contextlib.contextmanager
def _limited(connection: sqlite3.Connection, work: float) -> Iterator[None]:
    """Interrupts a statement when this thread has worked for so many seconds.

    Not by the clock: on a machine with much to do a sound file takes longer.
    """
    if work == inf:
        yield
        return
    end = time.thread_time() + work
    connection.set_progress_handler(lambda: time.thread_time() > end, _OFTEN)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that has begun: kept at the end, undone when something is raised."""
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk ends it by itself
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def _alone_with(path: Path) -> Iterator[os.stat_result | None]:
    """A file while no other process sets it aside; None if one is at it, or has done so."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        yield None
        return
    try:
        yield os.fstat(descriptor) if _is_locked(descriptor) else None
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    """Locks a file against others that would set it aside too, where the system can."""
    try:
        import fcntl
    except ImportError:
        return True
    patience = Patience(_ASIDE_WAIT)
    while patience.left:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            patience.wait()
        except OSError:
            return True
        else:
            return True
    return False


def _free_pages(connection: sqlite3.Connection) -> int:
    free: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    return free
