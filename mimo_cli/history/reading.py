"""What is read of the tables, within a transaction of the caller's. Raises `sqlite3.Error`."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.conversation.turns import Conversation
from mimo_cli.history import cells, turn_row
from mimo_cli.history.losses import Losses, UnreadableError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from typing import Any

    from mimo_cli.conversation.turns import Turn
    from mimo_cli.history.search.lookup import Titled

_NEWEST = 1000
_AFTER = "~"  # comes after every symbol
_ODD = "ifnull(dropped, 2) NOT IN (0, 1)"  # of a turn: damage
_LINE = f"""
    SELECT id, title,
        (SELECT model FROM turn WHERE conversation = id AND dropped = 0
            ORDER BY number DESC LIMIT 1),
        (SELECT count(*) FROM turn WHERE conversation = id AND dropped = 0),
        created,
        updated,
        EXISTS (SELECT 1 FROM turn WHERE conversation = id AND dropped = 0 AND status = 'complete'),
        EXISTS (SELECT 1 FROM turn WHERE conversation = id AND {_ODD})
    FROM conversation
"""  # noqa: S608 - our own words


class Entry(NamedTuple):
    """A line of the listing.

    `model` is the last turn's, `updated` in seconds since 1970; not `answered` is a conversation in
    which no words of an answer ever came, None one where damage keeps that from being told.
    """

    id: str
    title: str
    model: str
    turns: int
    updated: float
    answered: bool | None = True


HAS_TURNS = "EXISTS (SELECT 1 FROM turn WHERE conversation = id AND dropped IS NOT 1)"
"""Of a conversation: not all was taken back. What damage keeps from being told was not."""


def ids(connection: sqlite3.Connection, start: str) -> list[str]:
    """Return the first two of the ids that begin so; not of those of which all was taken back."""
    select = (
        f"SELECT id FROM conversation WHERE id >= ? AND id < ? AND {HAS_TURNS} ORDER BY id LIMIT 2"  # noqa: S608 - our own words
    )
    return [id_ for (id_,) in connection.execute(select, (start, start + _AFTER))]


def titles(connection: sqlite3.Connection, losses: Losses) -> list[Titled]:
    """Return the id and title of every conversation that has turns, newest first."""
    select = "SELECT id, title FROM conversation"
    found = connection.execute(select).fetchall()
    titled = dict(losses.readable(found, lambda row: (cells.identity(row[0]), cells.text(row[1]))))
    return [(id_, titled[id_]) for id_ in newest_first(connection) if id_ in titled]


def newest_first(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the conversations that have turns, in the order in which their last ones were asked.

    That is the order of the turns' numbers: of times, one that a wrong clock gave would be the
    newest for ever. Most callers want few, so the newest turns are looked at one by one first.
    """
    walk = "SELECT conversation FROM turn WHERE dropped IS NOT 1 ORDER BY number DESC LIMIT ?"
    group = """
        SELECT conversation FROM turn WHERE dropped IS NOT 1 GROUP BY conversation
        ORDER BY max(number) DESC
    """
    seen = set()
    for statement, values in ((walk, (_NEWEST,)), (group, ())):
        for (id_,) in connection.execute(statement, values):
            if id_ not in seen:
                seen.add(id_)
                yield id_


def load(connection: sqlite3.Connection, conversation: str, losses: Losses) -> Conversation | None:
    """Return a conversation with its turns; None if there is none of that id."""
    for found in losses.readable(heads(connection, "id = ?", conversation), head):
        rows = turns(connection, "conversation = ? AND dropped = 0", conversation)
        if _is_any(connection, f"conversation = ? AND {_ODD}", conversation):
            losses.tell()
        return found._replace(turns=tuple(losses.readable(rows, partial(turn, connection))))
    return None


def read_if_sound(connection: sqlite3.Connection, number: int) -> Turn | None:
    """Return a turn that is part of a conversation and can be read."""
    with contextlib.suppress(UnreadableError):  # told by whoever searches
        return read(connection, number)
    return None


def read(connection: sqlite3.Connection, number: int) -> Turn | None:
    """Return a turn that is part of a conversation.

    Raises:
        UnreadableError: something of it is damaged.
    """
    for row in turns(connection, "number = ? AND dropped = 0", number):
        return turn(connection, row)
    if _is_any(connection, f"number = ? AND {_ODD}", number):
        raise UnreadableError
    return None


def _is_any(connection: sqlite3.Connection, condition: str, value: object) -> bool:
    """Return whether any turn meets a condition."""
    select = f"SELECT 1 FROM turn WHERE {condition} LIMIT 1"  # noqa: S608 - our own names
    return connection.execute(select, (value,)).fetchone() is not None


def read_with_title(connection: sqlite3.Connection, number: int) -> tuple[str, str, Turn] | None:
    """Return a turn that is part of a conversation, with the conversation's id and title.

    Raises:
        UnreadableError: something of it is damaged.
    """
    select = "SELECT id, title FROM turn JOIN conversation ON id = conversation WHERE number = ?"
    place = connection.execute(select, (number,)).fetchone()
    it = read(connection, number)
    if it is None:
        return None
    if place is None:  # of no conversation
        raise UnreadableError
    return cells.identity(place[0]), cells.text(place[1]), it


def entries(connection: sqlite3.Connection, losses: Losses) -> Iterator[Entry]:
    """Return the lines of the listing, newest first, each when it is wanted."""
    one = f"{_LINE} WHERE id = ?"
    lines = (connection.execute(one, (id_,)).fetchone() for id_ in newest_first(connection))
    return losses.readable(lines, partial(entry, connection, losses))


def every_entry(connection: sqlite3.Connection, losses: Losses, *, emptied: bool) -> list[Entry]:
    """Return all of them; `emptied`: also those of conversations without turns."""
    lines = {line[0]: line for line in connection.execute(_LINE)}
    ordered = [lines.pop(id_, None) for id_ in newest_first(connection)]
    if emptied:
        ordered += lines.values()
    return list(losses.readable(ordered, partial(entry, connection, losses)))


def by_time(found: Sequence[Entry], now: float) -> list[Entry]:
    """Return lines that were asked in order in that of their last times: an answer may take long.

    One that a wrong clock dated in the future keeps its place.
    """
    past = sorted(
        (it for it in reversed(found) if it.updated <= now), key=lambda it: it.updated
    )  # of the same time, the one asked last comes last
    return [past.pop() if it.updated <= now else it for it in found]


def entry(connection: sqlite3.Connection, losses: Losses, row: Sequence[Any] | None) -> Entry:
    """Return a line of the listing, from a row of its statement.

    Raises:
        UnreadableError: it holds something else, or there is none for the turns there are.
    """
    if row is None:
        raise UnreadableError
    id_, name, model, count, created, updated, is_whole, has_lost = row
    found = head((id_, name, created, updated))
    is_answered = bool(is_whole) or _is_answered(connection, losses, found.id)
    if has_lost:
        losses.tell()
        is_answered = is_answered or None
    last = "" if model is None else cells.text(model)
    return Entry(found.id, found.title, last, count, found.updated, is_answered)


def _is_answered(connection: sqlite3.Connection, losses: Losses, conversation: str) -> bool | None:
    """Return whether any words of an answer came; None if damage keeps that unknown."""
    found = turns(connection, "conversation = ? AND dropped = 0", conversation).fetchall()
    readable = [*losses.readable(found, partial(turn, connection))]
    if any(it.is_answered for it in readable):
        return True
    return False if len(readable) == len(found) else None


def heads(
    connection: sqlite3.Connection, condition: str = "true", *values: object
) -> list[Sequence[Any]]:
    """Return the rows of the conversations that meet a condition."""
    select = f"SELECT id, title, created, updated FROM conversation WHERE {condition}"  # noqa: S608 - our own names
    return connection.execute(select, values).fetchall()


def head(row: Sequence[Any]) -> Conversation:
    """Return the conversation of a row, without its turns.

    Raises:
        UnreadableError: it holds something else.
    """
    id_, name, created, updated = row
    return Conversation(
        cells.identity(id_), cells.text(name), cells.when(created), cells.when(updated)
    )


def turns(
    connection: sqlite3.Connection, condition: str = "true", *values: object
) -> sqlite3.Cursor:
    """Return the rows of the turns that meet a condition, in their order."""
    select = f"SELECT {turn_row.COLUMNS} FROM turn WHERE {condition} ORDER BY number"  # noqa: S608 - our own names
    return connection.execute(select, values)


def turn(connection: sqlite3.Connection, row: Sequence[Any]) -> Turn:
    """Return the turn of a row, if it has not ended as far as it came.

    Raises:
        UnreadableError: it holds something else.
    """
    pieces = "SELECT block, kind, text FROM piece WHERE turn = ? ORDER BY number"
    return turn_row.turn(row, () if row[-1] is not None else connection.execute(pieces, row[:1]))
