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


def title(connection: sqlite3.Connection, conversation: str) -> str | None:
    """A conversation's title; None if there is no such conversation."""
    select = "SELECT title FROM conversation WHERE id = ?"
    row = connection.execute(select, (conversation,)).fetchone()
    return None if row is None else row[0]


def ids(connection: sqlite3.Connection, start: str) -> list[str]:
    """Two of the ids that begin so, at most."""
    select = "SELECT id FROM conversation WHERE id >= ? AND id < ? LIMIT 2"
    return [id_ for (id_,) in connection.execute(select, (start, start + _AFTER))]


def titles(connection: sqlite3.Connection) -> list[Titled]:
    """The id and title of every conversation, newest first."""
    select = "SELECT id, title FROM conversation ORDER BY updated DESC, id"
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


def insert(connection: sqlite3.Connection, conversation: str, turn: Turn) -> int:
    """Adds a question; its number."""
    columns = {"conversation": conversation, **record.question_columns(turn)}
    names, values = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    statement = f"INSERT INTO turn ({names}) VALUES ({values})"  # noqa: S608 - our own names
    number = connection.execute(statement, columns).lastrowid
    assert number is not None  # noqa: S101 - for the type checker: an INSERT has a row
    connection.execute(
        "INSERT INTO words (rowid, question, answer) VALUES (?, ?, '')",
        (number, search.indexed(turn.asked)),
    )
    spent.begin(connection, number)
    return number


def copy(connection: sqlite3.Connection, old: str, after: int, new: str) -> None:
    """Copies what the caller knows of a conversation: its last turn also if others dropped it."""
    select = (
        "SELECT number FROM turn"
        " WHERE conversation = ? AND (number < ? AND dropped = 0 OR number = ?) ORDER BY number"
    )
    for (number,) in connection.execute(select, (old, after, after)).fetchall():
        copied = connection.execute(_COPY, (new, number)).lastrowid
        connection.execute(
            "INSERT INTO piece (turn, block, kind, text)"
            " SELECT ?, block, kind, text FROM piece WHERE turn = ? ORDER BY number",
            (copied, number),
        )
        connection.execute(
            "INSERT INTO words (rowid, question, answer)"
            " SELECT ?, question, answer FROM words WHERE rowid = ?",
            (copied, number),
        )


def load(connection: sqlite3.Connection, conversation: str) -> Conversation | None:
    """A conversation with its turns; None if there is none of that id."""
    select = "SELECT id, title, created, updated FROM conversation WHERE id = ?"
    row = connection.execute(select, (conversation,)).fetchone()
    if row is None:
        return None
    turns = connection.execute(
        f"SELECT {record.COLUMNS} FROM turn"  # noqa: S608 - our own names
        " WHERE conversation = ? AND dropped = 0 ORDER BY number",
        (conversation,),
    ).fetchall()
    pieces = "SELECT block, kind, text FROM piece WHERE turn = ? ORDER BY number"
    id_, name, created, updated = row
    return Conversation(
        id_,
        name,
        created,
        updated,
        tuple(
            record.turn(turn, () if turn[-1] is not None else connection.execute(pieces, turn[:1]))
            for turn in turns
        ),
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
