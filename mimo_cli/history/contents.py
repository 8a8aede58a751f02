"""The files that questions have, each kept once by its content.

All but the pure functions, and `refuse_larger`, are within a transaction of the caller's, and raise
`sqlite3.Error`. No more than a part of a file is copied while it is written, and nothing but the
file while it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import FileSource, Media, ToolResult
from mimo_cli.history.file import room
from mimo_cli.history.file.database import WORK

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from mimo_cli.api.protocol.messages import Block
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.history.file.database import Database

_LARGE = 1 << 20  # bytes for which it is found out at first whether there is room
_PART = 1 << 20
"""Bytes that are written, read or compared at once."""

_FIND = "SELECT number FROM content WHERE sha256 = ? AND typeof(data) = 'blob' AND length(data) = ?"
_UNUSED = """
    SELECT number FROM content
    WHERE NOT EXISTS (SELECT 1 FROM attachment WHERE content = content.number)
"""


def files(blocks: Iterable[Block]) -> Iterator[FileSource]:
    """Yield the files in some blocks, those in the results of tools too."""
    for block in blocks:
        match block:
            case Media(_, FileSource() as source):
                yield source
            case ToolResult(_, tuple() as inner):
                yield from files(inner)
            case _:
                pass


def with_data(blocks: Iterable[Block], known: Mapping[str, bytes]) -> tuple[Block, ...]:
    """Return blocks with the bytes of their files, by digest; without the files that are lost."""
    return tuple(_with_data(blocks, known))


def _with_data(blocks: Iterable[Block], known: Mapping[str, bytes]) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Media(_, FileSource(_, _, digest, None) as source):
                if digest in known:
                    yield block._replace(source=source._replace(data=known[digest]))
            case ToolResult(_, tuple() as inner):
                yield block._replace(content=with_data(inner, known))
            case _:
                yield block


def missing(connection: sqlite3.Connection, sizes: Mapping[str, int]) -> int:
    """Return how many bytes are not there yet of some contents, their sizes by digest."""
    return sum(
        size
        for digest, size in sizes.items()
        if connection.execute(_FIND, (digest, size)).fetchone() is None
    )


def refuse_larger(database: Database, blocks: Iterable[Block]) -> None:
    """Refuse files for which the disk has no room. Not within a transaction.

    Raises:
        LocalIOError: it has none, or the file cannot be used.
    """
    sizes = {it.sha256: it.size for it in files(blocks) if it.data is not None}
    if sum(sizes.values()) < _LARGE:
        return
    with database.reading(work=WORK) as connection:
        size = missing(connection, sizes)
    if size >= _LARGE:
        with database.using() as connection:
            room.refuse_larger(connection, database.real_path(), size)


def store(connection: sqlite3.Connection, turn: int, blocks: Iterable[Block]) -> None:
    """Keep the files of a turn; of those that are there already, that it has them too."""
    link = """
        INSERT OR IGNORE INTO attachment (turn, content)
        SELECT ?, number FROM content WHERE sha256 = ?
    """
    for file in files(blocks):
        if file.data is not None:
            _keep(connection, file.sha256, file.data)
        connection.execute(link, (turn, file.sha256))


def _keep(connection: sqlite3.Connection, digest: str, data: bytes) -> None:
    """Keep a content, also in the place of one that was damaged."""
    row = connection.execute(_FIND, (digest, len(data))).fetchone()
    if row is not None and _is_same(connection, row[0], data):
        return
    insert = "INSERT OR IGNORE INTO content (sha256, data) VALUES (?, zeroblob(0))"
    connection.execute(insert, (digest,))
    update = "UPDATE content SET data = zeroblob(?) WHERE sha256 = ?"
    connection.execute(update, (len(data), digest))
    (number,) = connection.execute(_FIND, (digest, len(data))).fetchone()
    with connection.blobopen("content", "data", number) as cell:
        for start in range(0, len(data), _PART):
            cell.write(data[start : start + _PART])


def _is_same(connection: sqlite3.Connection, number: int, data: bytes) -> bool:
    starts = range(0, len(data), _PART)
    parts = zip(starts, _parts(connection, number), strict=True)
    return all(part == data[start : start + _PART] for start, part in parts)


def _parts(connection: sqlite3.Connection, number: int) -> Iterator[bytes]:
    with connection.blobopen("content", "data", number, readonly=True) as cell:
        while part := cell.read(_PART):
            yield part


def read(connection: sqlite3.Connection, file: FileSource) -> bytes | None:
    """Return the bytes of a file, None if they are not there or are others."""
    row = connection.execute(_FIND, (file.sha256, file.size)).fetchone()
    if row is None:
        return None
    with connection.blobopen("content", "data", row[0], readonly=True) as cell:
        data = cell.read()
    from hashlib import sha256

    return data if sha256(data).hexdigest() == file.sha256 else None


def unused(connection: sqlite3.Connection) -> list[int]:
    """Return the numbers of what no turn has any more."""
    # SQLite frees the pages at the end of the file fastest where they are the last it was given.
    return sorted(number for (number,) in connection.execute(_UNUSED))


def remove_unused(connection: sqlite3.Connection, most: int) -> bool:
    """Remove what no turn has any more, until it was so many bytes; return whether that was all."""
    left = most
    for number in unused(connection):
        if left <= 0:
            return False
        select = "SELECT length(data) FROM content WHERE number = ?"
        left -= 1 + (connection.execute(select, (number,)).fetchone()[0] or 0)
        connection.execute("DELETE FROM content WHERE number = ?", (number,))
    return True


def overwrite(connection: sqlite3.Connection, number: int, start: int, size: int) -> bool:
    """Overwrite a part of what no turn has any more; return whether there is nothing after it."""
    select = f"SELECT length(data) FROM ({_UNUSED}) JOIN content USING (number) WHERE number = ?"  # noqa: S608 - our own words
    row = connection.execute(f"{select} AND typeof(data) = 'blob'", (number,)).fetchone()
    if row is None or start >= row[0]:
        return True
    with connection.blobopen("content", "data", number) as cell:
        cell.seek(start)
        cell.write(bytes(min(size, row[0] - start)))
    return bool(start + size >= row[0])


def remove_if_unused(connection: sqlite3.Connection, number: int) -> None:
    """Remove a content unless a turn has it again."""
    delete = f"DELETE FROM content WHERE number = ? AND number IN ({_UNUSED})"  # noqa: S608 - our own words
    connection.execute(delete, (number,))


def sound(connection: sqlite3.Connection) -> set[tuple[int, str]]:
    """Return which turn has which content, by digest, of those that are as they were stored."""
    select = "SELECT number, sha256 FROM content WHERE typeof(data) = 'blob'"
    rows = connection.execute(select).fetchall()
    good = {number: digest for number, digest in rows if _digest(connection, number) == digest}
    links = connection.execute("SELECT turn, content FROM attachment")
    return {(turn, good[number]) for turn, number in links if number in good}


def _digest(connection: sqlite3.Connection, number: int) -> str:
    from hashlib import sha256

    found = sha256()
    for part in _parts(connection, number):
        found.update(part)
    return found.hexdigest()


def are_among(have: set[tuple[int, str]], turn: Turn) -> bool:
    """Return whether each file of a turn is among what turns have."""
    return all((turn.number, file.sha256) in have for file in files(turn.question))
