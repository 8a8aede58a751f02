"""What is left when conversations were deleted: removed for good, in steps.

Between the steps other processes can write. A disk may have no room for the log of a large step,
so that it is done in smaller ones; what was cut short by the end of a process is done by the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.errors import LocalIOError
from mimo_cli.history import contents
from mimo_cli.history.file import room
from mimo_cli.history.removal import deletion
from mimo_cli.history.search import index

if TYPE_CHECKING:
    from mimo_cli.history.file.database import Database

_REMOVED = 64 << 20  # bytes of files that are overwritten in one transaction
_PARTS = (1 << 14, 1 << 20)  # the same where there is no room for that
_MERGED = (4, 100)  # pages of the index
_GIVEN_BACK = (16, 2000)  # pages at once: where there is little room on the disk, and else
_MERGES = 100_000  # more than there are in any file that is sound


def clean(database: Database) -> bool:
    """Remove for good what was deleted, and give its space back.

    Return whether all that was removed was overwritten; where the disk has no room it may not be.

    Raises:
        LocalIOError: the file cannot be used.
    """
    is_overwritten = True
    try:
        _remove_contents(database)
    except LocalIOError as error:
        if not room.is_wanted_by(error.__cause__):
            raise
        is_overwritten = _remove_in_parts(database)
        shrink(database)  # so that there is room for the rest
    _merge(database)
    shrink(database)
    return is_overwritten


def is_needed(database: Database) -> bool:
    """Return whether something may be left of a deletion that was cut short.

    Raises:
        LocalIOError: the file cannot be used.
    """
    with database.reading() as connection:
        return bool(contents.unused(connection)) or room.count_free(connection) > 0


def size(database: Database) -> int:
    """Return how many bytes the file has, with what of the log belongs into it.

    Raises:
        LocalIOError: the file cannot be used.
    """
    with database.reading() as connection:
        return room.size(connection)


def drop_index(database: Database) -> None:
    """Begin the index anew, without overwriting the old: taking a few words out may rewrite it all.

    Raises:
        LocalIOError: the file cannot be used.
    """
    with database.writing() as connection, deletion.not_overwriting(connection):
        index.rebuild(connection)
    shrink(database)


def shrink(database: Database) -> None:
    """Make sure that what was deleted is nowhere in the file, and give its space back.

    Raises:
        LocalIOError: the file cannot be used.
    """

    def give_back(pages: int) -> bool:
        with database.using() as connection:
            return room.shrink(connection, pages)

    least, most = _GIVEN_BACK
    room.in_steps(give_back, most, least, database.cut_log)
    with database.using() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _remove_contents(database: Database) -> None:
    is_done = False
    while not is_done:
        with database.writing() as connection:
            is_done = contents.remove_unused(connection, _REMOVED)


def _remove_in_parts(database: Database) -> bool:
    """Remove contents that are overwritten first, in steps for which there is room."""
    with database.reading() as connection:
        unused = contents.unused(connection)
    is_overwritten = True
    for number in unused:
        try:
            _overwrite(database, number)
        except LocalIOError as error:
            if not room.is_wanted_by(error.__cause__):
                raise
            is_overwritten = False
        with database.writing() as connection, deletion.not_overwriting(connection):
            contents.remove_if_unused(connection, number)
        database.cut_log()
    return is_overwritten


def _overwrite(database: Database, number: int) -> None:
    at = 0

    def overwrite(size: int) -> bool:
        nonlocal at
        with database.writing() as connection:
            is_done = contents.overwrite(connection, number, at, size)
        at += size
        return is_done

    least, most = _PARTS
    room.in_steps(overwrite, most, least, database.cut_log)


def _merge(database: Database) -> None:
    """Merge the index, which keeps deleted words until then."""
    count = 0

    def merge(pages: int) -> bool:
        nonlocal count
        with database.writing() as connection:
            is_done = index.merge(connection, pages if count else -pages)
        count += 1
        return is_done or count == _MERGES

    least, most = _MERGED
    room.in_steps(merge, most, least, database.cut_log)
