"""The file itself: transactions, what is set aside when damaged, all errors in our words."""

from __future__ import annotations

import contextlib
import os
import time
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.config import paths
from mimo_cli.errors import LocalIOError
from mimo_cli.history.file import damage, filesystem, opening, schema, transactions
from mimo_cli.history.file.opening import LockWait
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

WAIT = 2.0
"""Seconds to wait for other processes. No question is held up for longer."""

WORK = 2.0
"""Seconds for which a file may keep the processor busy, on a question's way. None needs that."""

_LONG_LOG = 4_500_000  # bytes; left alone it grows to 1000 pages, and is written over from then on
_READING = 0.3  # seconds for which a file that looks damaged is read, on a question's way


class Database:
    """A connection to the file, opened when it is first needed.

    Within one process there should be one of these for a file: closing any descriptor of a file
    gives up the locks that the process holds on it (POSIX).
    """

    def __init__(
        self, path: Path, *, now: Callable[[], float], notice: Callable[[Phrase], None]
    ) -> None:
        self.path = path
        self.was_set_aside = False
        self._now = now
        self._notice = notice
        self._connection: sqlite3.Connection | None = None
        self.file: os.stat_result | None = None
        """Which one it is to be, once there was one."""
        self._reading = _READING  # what is left of it

    @property
    def exists(self) -> bool:
        """Whether there is a file.

        Raises:
            LocalIOError: that cannot be told.
        """
        with self.errors():
            try:
                self.path.stat()
            except (FileNotFoundError, NotADirectoryError):
                return False
            return True

    @contextlib.contextmanager
    def writing(
        self, *, wait: float = WAIT, is_durable: bool = True, work: float = inf
    ) -> Iterator[sqlite3.Connection]:
        """Open a transaction that is kept when the block ends, and undone when it fails.

        `wait` is how many seconds another process may write meanwhile. One that `is_durable` is on
        the disk when this returns; another survives the process, but perhaps not the machine.
        `work` is for how many seconds it may keep the processor busy.

        Raises:
            LocalIOError: the file cannot be used.
        """
        patience = LockWait(wait)
        with self.errors(work):
            connection = self._open(patience)
            connection.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
            patience.begin_writing(connection)
            try:
                with transactions.limited(connection, work), transactions.ended(connection):
                    yield connection
            except BaseException as error:
                from mimo_cli.history.file import room  # there is some, as a rule

                if room.is_wanted_by(error):  # what it wrote until then is in the way
                    room.cut_log(connection)
                raise

    @contextlib.contextmanager
    def reading(self, *, work: float = inf) -> Iterator[sqlite3.Connection]:
        """Open the file as it is at one moment, whatever others write meanwhile.

        `work` is for how many seconds it may keep the processor busy.

        Raises:
            LocalIOError: the file cannot be used.
        """
        patience = LockWait(WAIT)
        with self.errors(work):
            connection = self._open(patience)
            patience.apply(connection)
            connection.execute("BEGIN")
            with transactions.limited(connection, work), transactions.ended(connection):
                yield connection

    @contextlib.contextmanager
    def using(self) -> Iterator[sqlite3.Connection]:
        """Open the file outside of a transaction.

        Raises:
            LocalIOError: the file cannot be used.
        """
        with self.errors():
            yield self._open(LockWait(WAIT))

    def keep_log_short(self) -> None:
        """Cut a log that a large content has made long, unless something is in the way."""
        if self._connection is None:
            return
        try:
            is_long = filesystem.log(self.real_path()).stat().st_size > _LONG_LOG
        except OSError:  # there is none
            return
        if is_long:
            self.cut_log()

    def cut_log(self) -> None:
        """Take over what is in the log, and give its room back, unless something is in the way.

        Raises:
            LocalIOError: the file cannot be used.
        """
        from mimo_cli.history.file import room

        with self.using() as connection:
            room.cut_log(connection)

    def set_aside(self) -> None:
        """Rename the damaged file, and say so; the next use begins a new one.

        Where another process has done so already there is nothing left to do.

        Raises:
            LocalIOError: it cannot be renamed.
        """
        from mimo_cli.history.file import damaged_file  # most are not

        self.close()
        with self.errors():
            aside = damaged_file.rename(self.real_path(), self.file, self._now())
        if aside is None:
            return
        self.was_set_aside = True
        template = "the history was damaged; it is now {file}, and a new one begins"
        self._notice(Phrase(template, file=aside))

    def close(self) -> None:
        """Let go of the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _read_through(self, work: float) -> None:
        """See whether the disk gives the file back, on a question's way in a moment at most.

        Raises:
            OSError: it does not.
        """
        from mimo_cli.history.file import inspection  # most files are sound

        started = time.monotonic()
        seconds = inspection.READING if work == inf else self._reading
        inspection.read_through(self.real_path(), seconds)
        if work != inf:
            self._reading = max(0.0, seconds - (time.monotonic() - started))

    def _cause(self, error: Exception, work: float) -> Exception:
        """Return what an error of SQLite comes of, as far as a closer look shows.

        It may be the disk that does not give a sound file back, or a damaged file of which SQLite
        says something else; or, of a sound one, this program asks too much.
        """
        from mimo_cli.history.file import inspection, reasons

        is_told = damage.is_told_by(error)
        if not is_told and reasons.is_known(error):
            return error
        self.close()
        try:
            self._read_through(work)
        except OSError as failure:
            return failure
        if is_told:
            return error
        found = inspection.find(self.real_path())
        return damage.DamagedError(found) if found else error

    def _open(self, patience: LockWait) -> sqlite3.Connection:
        if self._connection is not None and not self._is_in_place():
            self.close()
        if self._connection is None:
            self._connection = self._connect(patience)
        return self._connection

    def _is_in_place(self) -> bool:
        """Return whether the file is still there: what goes into one that was removed is lost."""
        try:
            return self.file is None or os.path.samestat(self.file, self.path.stat())
        except FileNotFoundError:
            return False

    def _connect(self, patience: LockWait) -> sqlite3.Connection:
        """Return a connection; set a file that is damaged as a whole aside, after a second look."""
        for is_last in (False, True):
            try:
                return self._connect_once(patience)
            except Exception as error:
                if not damage.is_told_by(error):
                    raise
                is_read = isinstance(error, damage.HeaderDamagedError)
            if not (is_last or is_read):
                self._read_through(WORK)
        self.set_aside()
        return self._connect_once(patience)

    def _connect_once(self, patience: LockWait) -> sqlite3.Connection:
        path = self.real_path()
        paths.make(path.parent)
        filesystem.refuse_unsafe(self.path, path)
        if not os.path.lexists(path):
            from mimo_cli.history.file import making  # once

            making.make(path, patience)
        self.file = path.stat()
        return opening.connect(path, patience, self.refuse_newer)

    def refuse_newer(self, found: int) -> None:
        """Refuse a file of a version that is not known yet.

        Raises:
            LocalIOError: it is one.
        """
        if found > schema.VERSION:
            template = "it was made by a newer mimo (format {version}, this one knows {known})"
            why = Phrase(template, version=found, known=schema.VERSION)
            hint = "Update mimo, or let MIMO_DATA name another folder. The file is as it was."
            raise LocalIOError(self.what, why, Phrase(hint))

    def real_path(self) -> Path:
        """Return where the file is: the user may have put a link in its place."""
        return Path(os.path.realpath(self.path))

    @property
    def what(self) -> Phrase:
        """What went wrong with the file, without why."""
        return Phrase("cannot use the history {file}", file=self.path)

    @contextlib.contextmanager
    def errors(self, work: float = inf) -> Iterator[None]:
        """Make what SQLite, the system or a damaged file raises an error that the user can be told.

        This is the one place for that. Damage may show at any statement, and as more than SQLite's
        errors: its messages quote the file, whose texts need not be any.
        """
        import sqlite3

        try:
            yield
        except (
            sqlite3.Error,
            MemoryError,
            OSError,
            UnicodeDecodeError,
            damage.DamagedError,
        ) as error:
            from mimo_cli.history.file import reasons  # not for those that can use it

            is_sqlites = isinstance(error, (sqlite3.Error, MemoryError))
            cause = self._cause(error, work) if is_sqlites else error
            raise LocalIOError(self.what, *reasons.find(error, cause)) from cause


def is_from_damage(error: LocalIOError) -> bool:
    """Return whether an error came because the file is damaged."""
    return damage.is_told_by(error.__cause__)


def may_be_from_damage(error: LocalIOError) -> bool:
    """Return whether an error may come of damage to a part of the file, such as the index."""
    return damage.is_about_file(error.__cause__)
