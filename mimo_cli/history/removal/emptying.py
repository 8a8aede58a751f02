"""All of the file deleted: removed if it is damaged, else made empty in its place.

The latter needs no room on the disk. It is done while nobody else has the file open, by SQLite's
own locks; who waits for them finds an empty file, of which it makes a new one. So nothing is
removed that another process goes on with.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from mimo_cli.errors import LocalIOError
from mimo_cli.history.file import damaged_file, filesystem
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mimo_cli.history.file.database import Database

_LOCKS = (0x40000000, 512)
"""The first byte and the length of what SQLite locks in a file that it has open.
https://www.sqlite.org/fileformat.html#the_lock_byte_page"""

_FIRST = 1 << 12  # bytes that are not overwritten: without them a file is not told from damage
_CHUNK = 1 << 20


class InUseError(Exception):
    """Another process has the file open, or that cannot be told there."""


def remove_damaged(database: Database) -> None:
    """Remove a damaged file for good, with what SQLite has beside it.

    Raises:
        LocalIOError: it cannot be removed, or another process is at it.
    """
    database.close()
    with database.errors():
        path = database.real_path()
        filesystem.refuse_unsafe(database.path, path)
        damaged_file.remove(path, database.file)


def empty(database: Database) -> bool:
    """Make a file empty in its place; return whether it could be overwritten.

    Raises:
        LocalIOError: it cannot be, or another process has it open.
    """
    database.close()
    with database.errors():
        path = database.real_path()
        filesystem.refuse_unsafe(database.path, path)
        try:
            return empty_file(path)
        except InUseError as error:
            why = Phrase("the disk is full, and another process has it open")
            hint = Phrase("End the other mimo, or make some room.")
            raise LocalIOError(database.what, why, hint) from error


def empty_file(path: Path) -> bool:
    """Overwrite a file and its log, and cut them to nothing; return False where only the latter.

    No process of ours may have it open: closing it here gives up its locks.

    Raises:
        InUseError: another process may have it open.
        OSError: it cannot be written.
    """
    with _opened(path) as descriptor:
        if not _lock(descriptor):
            raise InUseError
        is_overwritten = True
        memory = path.with_name(f"{path.name}-shm")
        for file in filesystem.beside(path):  # without them first: what is left is no damaged file
            with contextlib.suppress(FileNotFoundError), _opened(file) as other:
                if file != memory:  # which has no text of anybody's
                    is_overwritten &= _overwrite(other, 0)
                os.ftruncate(other, 0)
            file.unlink(missing_ok=True)
        is_overwritten &= _overwrite(descriptor, _FIRST)
        os.ftruncate(descriptor, 0)
        os.fsync(descriptor)
    return is_overwritten


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows
        return False
    start, length = _LOCKS
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
    except OSError:
        return False
    return True


def _overwrite(descriptor: int, start: int) -> bool:
    """Overwrite an open file from a byte on; return whether its file system had room for that.

    One that never writes over what is there needs some.
    """
    end = os.fstat(descriptor).st_size
    try:
        for at in range(start, end, _CHUNK):
            os.pwrite(descriptor, bytes(min(_CHUNK, end - at)), at)
        os.fsync(descriptor)
    except OSError:
        return False
    return True
