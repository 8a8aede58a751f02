"""Statements on the tables, within a transaction of the caller's. They raise `sqlite3.Error`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mimo_cli.conversation import Conversation
from mimo_cli.history import record, search

if TYPE_CHECKING:
    import sqlite3

    from mimo_cli.conversation import Turn

_LETTERS = b"abcdefghjkmnpqrstvwxyz"  # without those that look like digits
_SYMBOLS = b"0123456789" + _LETTERS
_ID_LENGTH = 8
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
