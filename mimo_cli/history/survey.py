"""What is wrong with a file: with all of it, or with rows that no version of ours has written."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from mimo_cli.common_phrases import chained, listed
from mimo_cli.errors import LocalIOError
from mimo_cli.history import cells, contents, reading, spending
from mimo_cli.history.file import filesystem, inspection, opening, reasons, schema
from mimo_cli.history.file.database import WAIT
from mimo_cli.history.file.opening import LockWait
from mimo_cli.history.losses import UnreadableError
from mimo_cli.phrases import NOTHING, Phrase, counted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from typing import Any

    from mimo_cli.history.file.database import Database

_NAMED = 5
_STRAY = """
    SELECT number FROM turn
    WHERE dropped NOT IN (0, 1) OR conversation NOT IN (SELECT id FROM conversation)
"""


def find_problem(database: Database) -> LocalIOError | None:
    """Return what keeps the file from being used, or None; nothing is set aside."""
    try:
        with database.errors():
            path = database.real_path()
            if not path.parent.exists():
                return None
            filesystem.refuse_unsafe(database.path, path)
            if not path.exists():
                return None
            database.refuse_newer(opening.read_header(path)[0].version)
            return _find_damage(database, path)
    except LocalIOError as error:
        return error


def _find_damage(database: Database, path: Path) -> LocalIOError | None:
    import sqlite3

    try:
        if found := inspection.find_or_raise(path):
            why = Phrase("it is damaged ({why})", why=found)
            return LocalIOError(database.what, why, reasons.SAVE)
        unreadable = find_unreadable(path)
    except sqlite3.Error:  # a closer look takes more than use does
        opening.connect(path, LockWait(WAIT), database.refuse_newer).close()
        return None
    if not unreadable:
        return None
    what = Phrase("a part of the history {file} is damaged and left out", file=database.path)
    return LocalIOError(what, unreadable, reasons.REMOVE)


def find_unreadable(path: Path) -> Phrase:
    """Return which rows are left out wherever they would be shown; nothing if none are.

    Raises:
        sqlite3.Error: the machine, or another process, keeps the file from being read.
    """
    return inspection.run_check(path, _find_unreadable)


def _find_unreadable(connection: sqlite3.Connection) -> Phrase:
    version = schema.version(connection)
    if not version:
        return NOTHING
    turns = _failing(reading.turns(connection), lambda row: reading.turn(connection, row))
    conversations = _failing(reading.heads(connection), reading.head)
    stray = [number for (number,) in connection.execute(_STRAY)]
    sums = spending.find_unsound(connection) if version > 1 else []
    without = _without_files(connection) if version >= schema.WITH_FILES else []
    kinds = (
        (counted(len(turns), "1 turn", "{count:,} turns"), turns),
        (counted(len(conversations), "1 conversation", "{count:,} conversations"), conversations),
        (counted(len(stray), "1 stray turn", "{count:,} stray turns"), stray),
        (counted(len(sums), "1 sum", "{count:,} sums"), sums),
        (counted(len(without), "the files of 1 turn", "the files of {count:,} turns"), without),
    )
    told = [
        _in_conversations(kind, _conversations(connection, found)) or _with_names(kind, found)
        for kind, found in kinds
        if found
    ]
    return chained(told) if told else NOTHING


def _without_files(connection: sqlite3.Connection) -> list[object]:
    """Return the numbers of the turns of which a file is damaged or gone."""
    have = contents.sound(connection)
    without: list[object] = []
    for row in reading.turns(connection, "question LIKE '%\"sha256\"%'"):
        with suppress(UnreadableError):  # told of already
            turn = reading.turn(connection, row)
            if not contents.are_among(have, turn):
                without.append(turn.number)
    return without


def _failing(
    found: Iterable[Sequence[Any]], read: Callable[[Sequence[Any]], object]
) -> list[object]:
    """Return the first cells of the rows that cannot be read."""
    failing = []
    for row in found:
        try:
            read(row)
        except UnreadableError:
            failing.append(row[0])
    return failing


def _conversations(connection: sqlite3.Connection, turns: Sequence[object]) -> list[str]:
    """Return the ids of the conversations that turns are in; none if one is in no such."""
    select = "SELECT id FROM turn JOIN conversation ON id = conversation WHERE number = ?"
    found = [
        connection.execute(select, (number,)).fetchone() if isinstance(number, int) else None
        for number in turns
    ]
    ids = [row[0] for row in found if row is not None and _is_id(row[0])]
    return list(dict.fromkeys(ids)) if len(ids) == len(turns) else []


def _in_conversations(kind: Phrase, ids: Sequence[str]) -> Phrase:
    """Return how many there are, and in which conversations; nothing where that is not told."""
    if not ids:
        return NOTHING
    more = ["…"] if len(ids) > _NAMED else []
    names = listed([*ids[:_NAMED], *more])
    return Phrase("{things} (of {names})", things=kind, names=names)


def _with_names(kind: Phrase, found: Sequence[object]) -> Phrase:
    """Return how many there are, and which of them have a number or an id that can be shown."""
    shown = [str(it) for it in found[:_NAMED] if isinstance(it, int) or _is_id(it)]
    if not shown:
        return kind
    more = ["…"] if len(found) > len(shown) else []
    return Phrase("{things} ({names})", things=kind, names=listed([*shown, *more]))


def _is_id(value: object) -> bool:
    try:
        cells.identity(value)
    except UnreadableError:
        return False
    return True
