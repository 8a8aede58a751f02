"""Whether a file is damaged: what its header says, what an error says, what a closer look shows.

A disk that fails for a moment, or for good, looks like damage to SQLite, and is none.
"""

from __future__ import annotations

from functools import partial

from mimo_cli.history.file.schema import DamagedError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

__all__ = ["DamagedError", "Header", "HeaderDamagedError"]

TEXT = partial(str, encoding="utf-8", errors="replace")
"""How texts of cells are read: in a damaged file they may be any bytes."""

PRIMARY = 0xFF  # SQLite's extended codes have the kind of error in their lowest byte
CORRUPT, NOT_A_DATABASE = 11, 26
# What lies in the machine or in others: busy, locked, memory, read-only, interrupted, input or
# output, full, cannot be opened, locking, large files, not allowed.
NOT_THE_FILES = frozenset((5, 6, 7, 8, 9, 10, 13, 14, 15, 22, 23))

# https://www.sqlite.org/fileformat.html#the_database_header
HEADER = 72
_MAGIC = b"SQLite format 3\0"
_FIXED = b"\x40\x20\x20"
_PAGES = frozenset((1, *(1 << power for power in range(9, 16))))
_LOCKED, _LOGGED = 1, 2  # versions of the format: by which kind of journal
_FORMATS = range(5)
_UTF8 = (0, 1)
_LAST_VERSION = 0x7FFFFFFF  # the number has a sign


class HeaderDamagedError(DamagedError):
    """The first bytes of a file are damaged, as they were read: the disk did give them back."""


class Header(NamedTuple):
    """What the first bytes of a file say.

    `version` is the schema's, 0 for a new file; `is_logged`: it has a write-ahead log;
    `may_be_anothers`: this program has made none like it that has tables.
    """

    version: int = 0
    is_logged: bool = False
    may_be_anothers: bool = False


def header(data: bytes) -> Header:
    """Return the header of a file, from its first bytes: asking SQLite would open a journal.

    Raises:
        DamagedError: it cannot be one that this program has made.
    """
    if not data:
        return Header()
    number = int.from_bytes
    is_right = (
        len(data) == HEADER
        and data.startswith(_MAGIC)
        and number(data[16:18]) in _PAGES
        and {data[18], data[19]} <= {_LOCKED, _LOGGED}
        and data[21:24] == _FIXED
        and number(data[44:48]) in _FORMATS
        and number(data[56:60]) in _UTF8
        and number(data[60:64]) <= _LAST_VERSION
    )
    if not is_right:
        raise HeaderDamagedError(Phrase("its header is damaged"))
    version = number(data[60:64])
    return Header(version, data[19] == _LOGGED, not version or any(data[68:72]))


def is_told_by(error: BaseException | None) -> bool:
    """Return whether an error means damage, whatever else there is to know."""
    is_text = isinstance(
        error, (DamagedError, UnicodeDecodeError)
    )  # in the text of the schema, say
    return is_text or code(error) & PRIMARY in (CORRUPT, NOT_A_DATABASE)


def is_about_file(error: BaseException | None) -> bool:
    """Return whether an error does not come from the machine, or from other processes."""
    import sqlite3

    is_sqlites = isinstance(error, sqlite3.Error)
    return is_told_by(error) or (is_sqlites and code(error) & PRIMARY not in NOT_THE_FILES)


def code(error: BaseException | None) -> int:
    """Return SQLite's extended code of an error, 0 if it has none."""
    return getattr(error, "sqlite_errorcode", 0) or 0
