"""The room that the file and its log take on a disk, and what to do where there is too little.

SQLite writes over its write-ahead log from the beginning, and never cuts it by itself: it stays as
long as the largest transaction made it, also one that was undone because the disk was full.
https://www.sqlite.org/wal.html#avoiding_excessively_large_wal_files
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from mimo_cli.history.file import damage, opening

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

FULL = 13
_NOT_WRITTEN = 778  # SQLITE_IOERR_WRITE: over a limit of the process, say
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)

_SPARE = 512 << 10  # for rows, the tree's inner pages, the shared memory


def is_wanted_by(error: BaseException | None) -> bool:
    """Return whether an error means that the disk has no room."""
    if isinstance(error, OSError):
        return error.errno in _NO_SPACE
    code = damage.code(error)
    return code & damage.PRIMARY == FULL or code in (opening.NO_MEMORY_FILE, _NOT_WRITTEN)


def cut_log(connection: sqlite3.Connection) -> None:
    """Take over what is in the log, and cut it, as far as that goes now: others may be reading."""
    from sqlite3 import Error

    try:
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except Error:  # nothing is lost by it; what is wrong shows when the file is used
        return


def refuse_larger(connection: sqlite3.Connection, path: Path, size: int) -> None:
    """Refuse a content for which the disk has no room: it is in the log once, and in the file.

    Found out at once, it does not fill the disk first. Where the disk does not say, it is tried.

    Raises:
        OSError: it has none.
    """
    import shutil

    # A log of what is in the file already would count as room that is taken; and were the content
    # undone after all, then with nothing else in it the log can be cut, however full the disk is.
    cut_log(connection)
    try:
        disk = shutil.disk_usage(path.parent)
    except OSError:
        return
    free = count_free(connection) * _number(connection, "page_size")  # which is written over
    needed = size + max(0, size - free) + _SPARE
    if disk.total and disk.free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def shrink(connection: sqlite3.Connection, pages: int) -> bool:
    """Give so many free pages back; return whether none is left that can be."""
    before = count_free(connection)
    # execute() would stop at one page; all at once would keep others out for long.
    connection.executescript(f"PRAGMA incremental_vacuum({pages})")
    return count_free(connection) in (0, before)


def count_free(connection: sqlite3.Connection) -> int:
    """Return how many pages `shrink` can give back."""
    return _number(connection, "freelist_count")


def size(connection: sqlite3.Connection) -> int:
    """Return how many bytes all pages have."""
    return _number(connection, "page_count") * _number(connection, "page_size")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    found: int = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
    return found


def in_steps(act: Callable[[int], bool], most: int, least: int, after: Callable[[], None]) -> None:
    """Call `act` with how much it may do at once, until it says that all is done.

    Where the disk has no room for the log of so much, it is less from then on, and `after` gives
    back what each step took.

    Raises:
        LocalIOError: there is no room for the least either, or it is about something else.
    """
    from mimo_cli.errors import LocalIOError

    size, is_done = most, False
    while not is_done:
        try:
            is_done = act(size)
        except LocalIOError as error:
            if not is_wanted_by(error.__cause__) or size == least:
                raise
            size = max(least, size // 4)
        if size < most:
            after()
