"""The full-text index, within a transaction of the caller's. Statements raise `sqlite3.Error`.

It is derived from the turns, and brought up to date when something is searched for: no question
waits for it, and damage in it costs nothing. A turn is one row under its own number; a long one is
several under negative numbers, since the index holds all words of a row in memory at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.history import record
from mimo_cli.history.file import migrations
from mimo_cli.history.file.damage import DamagedError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from mimo_cli.conversation.turns import Turn
    from mimo_cli.history.search.query import Query

_PARTS = 16  # bits for the number of a part
_LEAST_CHANGES = 2  # fewer: there was nothing to merge
_TABLES = ("words_data", "words_idx", "words_content", "words_docsize", "words_config")
"""FTS5's own. https://www.sqlite.org/fts5.html#fts5_data_structures"""

_WAITING = """
    SELECT count(*), sum(1 + min(last, newest) - max(first, 1))
    FROM unindexed, (SELECT max(number) AS newest FROM turn WHERE number < ?)
"""
_OLD = """
    SELECT number, EXISTS (SELECT 1 FROM piece WHERE piece.turn = turn.number), c0, c1
    FROM turn LEFT JOIN words_content ON id = number WHERE number BETWEEN ? AND ?
"""
_COUNTED = f"""
    SELECT
        (SELECT count(*) FROM words_docsize WHERE id > 0)
            + (SELECT count(DISTINCT -id >> {_PARTS}) FROM words_docsize WHERE id < 0),
        (SELECT count(*) FROM turn WHERE dropped IS NOT 1)
"""  # noqa: S608 - our own number
_MISSING = f"""
    SELECT number FROM turn
    WHERE dropped IS NOT 1 AND NOT EXISTS (SELECT 1 FROM words_docsize WHERE id = number)
        AND NOT EXISTS (
            SELECT 1 FROM words_docsize
            WHERE id BETWEEN 1 - ((number + 1) << {_PARTS}) AND -(number << {_PARTS})
        )
    ORDER BY number DESC LIMIT 1000
"""  # noqa: S608 - our own number
_INSERT = "INSERT INTO words (rowid, question, answer) VALUES (?, ?, ?)"


def count_waiting(connection: sqlite3.Connection) -> int:
    """Return how many turns wait for the index, about; 0 for none."""
    spans: int
    spans, turns = connection.execute(_WAITING, (record.LAST_NUMBER,)).fetchone()
    return max(spans, turns) if isinstance(turns, int) else spans


def catch_up(
    connection: sqlite3.Connection, turns: int, load: Callable[[int], Turn | None]
) -> bool:
    """Take so many of the turns that wait, newest first; return whether none is left.

    `load` gives a turn if it is a part of its conversation and can be read.

    Raises:
        DamagedError: what waits is not told.
    """
    select = "SELECT first, last, old FROM unindexed ORDER BY last DESC LIMIT 1"
    delete = "DELETE FROM unindexed WHERE (first, last, old) = (?, ?, ?)"
    while turns and (span := connection.execute(select).fetchone()):
        if not connection.execute(delete, span).rowcount:
            raise DamagedError(Phrase("it has a row that it does not find"))  # for ever
        first, last, is_old = span
        numbers = _numbers(connection, first, last, turns)
        for number in _find_taken_otherwise(connection, numbers) if is_old else numbers:
            put(connection, number, load(number))
        if len(numbers) == turns and numbers[-1] > first:
            rest = (first, numbers[-1] - 1, is_old)
            connection.execute("INSERT OR IGNORE INTO unindexed VALUES (?, ?, ?)", rest)
        turns -= len(numbers)
    return turns > 0


def put(connection: sqlite3.Connection, number: int, turn: Turn | None) -> None:
    """Let a turn be found by its words; None: no longer. It waits no more."""
    connection.execute("DELETE FROM unindexed WHERE (first, last) = (?, ?)", (number, number))
    connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
    connection.execute("DELETE FROM words WHERE rowid BETWEEN ? AND ?", _parts_of(number))
    if turn is None:
        return
    from mimo_cli.history.search.query import is_long, parts, to_index  # by nobody who only asks
    from mimo_cli.history.search.turn_texts import answered_texts, asked_texts

    question = to_index("\n".join(asked_texts(turn)))
    answer = to_index("\n".join(answered_texts(turn)))
    if not is_long(question, answer):
        connection.execute(_INSERT, (number, question, answer))
        return
    texts = [*((part, "") for part in parts(question))]
    texts += [("", part) for part in parts(answer)]
    last = _parts_of(number)[1]
    rows = ((last - at, *text) for at, text in enumerate(texts))
    connection.executemany(_INSERT, rows)


def remove_conversation(connection: sqlite3.Connection, conversation: str) -> None:
    """Take all turns of a conversation out."""
    select = "SELECT number FROM turn WHERE conversation = ?"
    for (number,) in connection.execute(select, (conversation,)).fetchall():
        if number < record.LAST_NUMBER:
            put(connection, number, None)


def find(connection: sqlite3.Connection, query: Query) -> Iterator[int]:
    """Return the numbers of the turns that hold all phrases, newest first."""
    from heapq import merge
    from itertools import groupby

    whole = "SELECT rowid FROM words WHERE words MATCH ? AND rowid > 0 ORDER BY rowid DESC"
    part = "SELECT rowid FROM words WHERE words MATCH ? AND rowid < 0"
    short = (row[0] for row in connection.execute(whole, (" ".join(query.expressions),)))
    found = (connection.execute(part, (one,)) for one in query.expressions)
    long = set.intersection(*({-row[0] >> _PARTS for row in rows} for rows in found))
    numbers = merge(short, sorted(long, reverse=True), reverse=True)
    return (number for number, _ in groupby(numbers))


def find_missing(connection: sqlite3.Connection) -> list[int]:
    """Return the newest of the turns that the index does not have, as those that cannot be read.

    Of which damage keeps it unknown whether they were dropped, among them.

    Counting comes first: with 100,000 turns, one by one would take as long as a search.
    """
    have, all_ = connection.execute(_COUNTED).fetchone()
    if have == all_:
        return []
    return [number for (number,) in connection.execute(_MISSING)]


def check(connection: sqlite3.Connection) -> None:
    """See that the index finds a word which it was given: damage in it may look like emptiness.

    Raises:
        DamagedError: it does not.
    """
    from mimo_cli.history.search.folding import LETTER, compile_once

    last = "SELECT rowid, question || ' ' || answer FROM words ORDER BY rowid DESC LIMIT 1"
    number, text = connection.execute(last).fetchone() or (0, "")
    word = compile_once(f"(?<!{LETTER})[A-Za-z0-9]+(?!{LETTER})").search(str(text))
    if word is None:
        return
    found = "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?"
    if connection.execute(found, (f'"{word.group()}"', number)).fetchone() is None:
        raise DamagedError(Phrase("its index does not find what is in it"))


def rebuild(connection: sqlite3.Connection) -> None:
    """Begin the index anew, whatever state it is in: all turns wait for it."""
    from sqlite3 import DatabaseError

    try:
        connection.execute("DROP TABLE words")  # row by row would take ten times as long
    except DatabaseError:  # it is damaged so that FTS5 does not take it for its own
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'words'")
        connection.execute("PRAGMA writable_schema = RESET").fetchall()
        for name in _TABLES:
            connection.execute(f"DROP TABLE IF EXISTS {name}")
    connection.execute(migrations.INDEX)
    connection.execute("DELETE FROM unindexed")
    connection.execute(migrations.ALL_WAIT, (0,))


def merge(connection: sqlite3.Connection, pages: int) -> bool:
    """Merge so many pages of the index, which keeps deleted words until then.

    Return whether all are merged. A number below zero begins it. https://www.sqlite.org/fts5.html#the_merge_command
    """
    before = connection.total_changes
    connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (pages,))
    return connection.total_changes - before < _LEAST_CHANGES and pages > 0


def _parts_of(number: int) -> tuple[int, int]:
    """Return the first and last row that a part of a turn may have."""
    return -((number + 1) << _PARTS) + 1, -(number << _PARTS)


def _numbers(connection: sqlite3.Connection, first: int, last: int, most: int) -> list[int]:
    select = "SELECT number FROM turn WHERE number BETWEEN ? AND ? ORDER BY number DESC LIMIT ?"
    last = min(last, record.LAST_NUMBER - 1) if isinstance(last, int) else 0
    return [number for (number,) in connection.execute(select, (first, last, most))]


def _find_taken_otherwise(connection: sqlite3.Connection, numbers: list[int]) -> list[int]:
    """Return those of some turns in a row that the index has otherwise than it takes them now."""
    if not numbers:
        return []
    from mimo_cli.history.search.folding import was_taken_otherwise

    found = connection.execute(_OLD, (numbers[-1], numbers[0]))
    return [
        number
        for number, has_pieces, *texts in found
        if has_pieces
        or not all(isinstance(it, str) and not was_taken_otherwise(it) for it in texts)
    ]
