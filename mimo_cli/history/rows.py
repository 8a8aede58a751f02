"""Statements on the tables, within a transaction of the caller's. They raise `sqlite3.Error`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mimo_cli.conversation import Conversation
from mimo_cli.history import record, schema, search, spent

if TYPE_CHECKING:
    import sqlite3

    from mimo_cli.conversation import Turn
    from mimo_cli.history.lookup import Titled

_LETTERS = b"abcdefghjkmnpqrstvwxyz"  # without those that look like digits
_SYMBOLS = b"0123456789" + _LETTERS
_ID_LENGTH = 8
_LEAST_CHANGES = 2  # fewer: there was nothing to merge
_AFTER = "~"  # comes after every symbol
_COPY = """
    INSERT INTO turn (conversation, model, status, started, seconds, first_text, cost, currency,
        error, request, question, reply)
    SELECT ?, model, status, started, seconds, first_text, cost, currency, error, request, question,
        reply
    FROM turn WHERE number = ?
"""


HAS_TURNS = "EXISTS (SELECT 1 FROM turn WHERE conversation = id AND dropped = 0)"
"""Of a conversation: not all was taken back."""


def title(connection: sqlite3.Connection, conversation: str) -> str | None:
    """A conversation's title; None if there is no such conversation."""
    select = "SELECT title FROM conversation WHERE id = ?"
    row = connection.execute(select, (conversation,)).fetchone()
    return None if row is None else row[0]


def ids(connection: sqlite3.Connection, start: str) -> list[str]:
    """Two of the ids that begin so, at most; not of those of which all was taken back."""
    select = f"SELECT id FROM conversation WHERE id >= ? AND id < ? AND {HAS_TURNS} LIMIT 2"  # noqa: S608 - our own words
    return [id_ for (id_,) in connection.execute(select, (start, start + _AFTER))]


def titles(connection: sqlite3.Connection) -> list[Titled]:
    """The id and title of every conversation that has turns, newest first."""
    select = f"SELECT id, title FROM conversation WHERE {HAS_TURNS} ORDER BY updated DESC, id"  # noqa: S608 - our own words
    return connection.execute(select).fetchall()


def last(connection: sqlite3.Connection, conversation: str) -> int:
    """The number of a conversation's last turn, 0 if it has none."""
    select = "SELECT coalesce(max(number), 0) FROM turn WHERE conversation = ? AND dropped = 0"
    number: int = connection.execute(select, (conversation,)).fetchone()[0]
    return number


def new(connection: sqlite3.Connection, name: str, now: float) -> str:
    """A conversation without turns, of that title; its id."""
    statement = "INSERT INTO conversation (id, title, created, updated) VALUES (?, ?, ?, ?)"
    chosen = _id()
    while title(connection, chosen) is not None:
        chosen = _id()
    connection.execute(statement, (chosen, record.plain(name), now, now))
    return chosen


def _id() -> str:
    first, *rest = os.urandom(_ID_LENGTH)
    symbols = [_LETTERS[first % len(_LETTERS)], *(_SYMBOLS[byte % len(_SYMBOLS)] for byte in rest)]
    return bytes(symbols).decode()


def insert(
    connection: sqlite3.Connection, conversation: str, turn: Turn, *, dropped: bool = False
) -> int:
    """Adds a question; its number."""
    columns = {
        "conversation": conversation,
        "dropped": int(dropped),
        **record.question_columns(turn),
    }
    names, values = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    statement = f"INSERT INTO turn ({names}) VALUES ({values})"  # noqa: S608 - our own names
    number = connection.execute(statement, columns).lastrowid
    assert number is not None  # noqa: S101 - for the type checker: an INSERT has a row
    index(connection, turn._replace(number=number))
    spent.begin(connection, number)
    return number


def index(connection: sqlite3.Connection, turn: Turn) -> None:
    """Lets a turn be found by its words, unless it was dropped."""
    connection.execute(
        "INSERT OR REPLACE INTO words (rowid, question, answer)"
        " SELECT number, ?, ? FROM turn WHERE number = ? AND dropped = 0",
        (search.indexed(turn.asked), search.indexed(turn.reply.text), turn.number),
    )


def unfinished(connection: sqlite3.Connection) -> tuple[Turn, ...]:
    """The turns that have not ended, as far as they came."""
    return _turns(connection, "number IN (SELECT DISTINCT turn FROM piece)")


def settle(
    connection: sqlite3.Connection, conversation: str, new: int, old: int, *, stands: bool
) -> None:
    """Makes one of two turns a part of a conversation, and the other one not.

    Nothing is done where neither is its last: others have changed it meanwhile.
    """
    chosen, other = (new, old) if stands else (old, new)
    if last(connection, conversation) == other:
        drop(connection, other)
        restore(connection, chosen)


def drop(connection: sqlite3.Connection, number: int) -> None:
    """Takes a turn out of its conversation."""
    connection.execute("UPDATE turn SET dropped = 1 WHERE number = ?", (number,))
    connection.execute("DELETE FROM words WHERE rowid = ?", (number,))


def restore(connection: sqlite3.Connection, number: int) -> None:
    """Makes a turn a part of its conversation again."""
    connection.execute("UPDATE turn SET dropped = 0 WHERE number = ?", (number,))
    for turn in _turns(connection, "number = ?", number):
        index(connection, turn)


def copy(connection: sqlite3.Connection, number: int, new: str) -> int:
    """Copies a turn into another conversation, also if others dropped it; its number there.

    0 if there is no such turn.
    """
    copied = connection.execute(_COPY, (new, number))
    there = copied.lastrowid if copied.rowcount else None
    if there is None:
        return 0
    connection.execute(
        "INSERT INTO piece (turn, block, kind, text)"
        " SELECT ?, block, kind, text FROM piece WHERE turn = ? ORDER BY number",
        (there, number),
    )
    restore(connection, there)
    return there


def load(connection: sqlite3.Connection, conversation: str) -> Conversation | None:
    """A conversation with its turns; None if there is none of that id."""
    select = "SELECT id, title, created, updated FROM conversation WHERE id = ?"
    row = connection.execute(select, (conversation,)).fetchone()
    if row is None:
        return None
    turns = _turns(connection, "conversation = ? AND dropped = 0", conversation)
    id_, name, created, updated = row
    return Conversation(id_, name, created, updated, turns)


def _turns(connection: sqlite3.Connection, condition: str, *values: object) -> tuple[Turn, ...]:
    """The turns that meet a condition, those that have not ended as far as they came."""
    select = f"SELECT {record.COLUMNS} FROM turn WHERE {condition} ORDER BY number"  # noqa: S608 - our own names
    pieces = "SELECT block, kind, text FROM piece WHERE turn = ? ORDER BY number"
    return tuple(
        record.turn(row, () if row[-1] is not None else connection.execute(pieces, row[:1]))
        for row in connection.execute(select, values).fetchall()
    )


def delete(connection: sqlite3.Connection, conversation: str, before: float) -> bool:
    """Deletes a conversation that was not used since a time; whether there was one."""
    select = "SELECT 1 FROM conversation WHERE id = ? AND updated < ?"
    if connection.execute(select, (conversation, before)).fetchone() is None:
        return False
    turns = "SELECT number FROM turn WHERE conversation = ?"
    connection.execute(f"DELETE FROM words WHERE rowid IN ({turns})", (conversation,))  # noqa: S608 - our own words
    connection.execute("DELETE FROM conversation WHERE id = ?", (conversation,))
    return True


def clear(connection: sqlite3.Connection) -> int:
    """Deletes everything; how many conversations there were."""
    connection.execute("DROP TABLE words")  # row by row would take ten times as long
    connection.execute("DELETE FROM piece")
    connection.execute("DELETE FROM spent")
    connection.execute("DELETE FROM turn")
    connection.execute(schema.INDEX)
    return connection.execute("DELETE FROM conversation").rowcount


def merge(connection: sqlite3.Connection, pages: int) -> bool:
    """Merges so many pages of the index, which keeps deleted words until then; whether all are.

    A number below zero begins it. https://www.sqlite.org/fts5.html#the_merge_command
    """
    before = connection.total_changes
    connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (pages,))
    return connection.total_changes - before < _LEAST_CHANGES and pages > 0
