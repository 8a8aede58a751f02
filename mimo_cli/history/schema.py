"""The tables, and how those of older versions become them.

Texts that come from outside are JSON strings and arrays in ASCII: SQLite takes neither a NUL
everywhere nor half a surrogate pair anywhere. Only what is shown and compared (titles, model names)
is plain text, without either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

INDEX = "CREATE VIRTUAL TABLE words USING fts5(question, answer)"
"""The words of each turn that is part of a conversation; its rowid is the turn's number."""

_FIRST = (
    """
    CREATE TABLE conversation (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        created REAL NOT NULL,
        updated REAL NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX conversation_updated ON conversation (updated)",
    # A number is never given twice: a process may still hold that of a turn that was deleted.
    # `reply` is null until the turn has ended. A dropped turn was taken back by the user.
    """
    CREATE TABLE turn (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        dropped INTEGER NOT NULL DEFAULT 0,
        model TEXT NOT NULL,
        status TEXT NOT NULL,
        started REAL NOT NULL,
        seconds REAL,
        first_text REAL,
        cost REAL,
        currency TEXT,
        error TEXT,
        request TEXT NOT NULL,
        question TEXT NOT NULL,
        reply TEXT
    )
    """,
    "CREATE INDEX turn_conversation ON turn (conversation, dropped, number)",
    # What has come of an answer that has not ended, in the order it came.
    """
    CREATE TABLE piece (
        number INTEGER PRIMARY KEY,
        turn INTEGER NOT NULL REFERENCES turn (number) ON DELETE CASCADE,
        block INTEGER NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL
    )
    """,
    "CREATE INDEX piece_turn ON piece (turn)",
    INDEX,
)

# What each request took, apart from its texts, in the order in which it is added up: of 100,000 of
# them only this small table is read. `day` is the local one when it was sent. A turn that was
# copied into another conversation was not paid for again, and has no row here.
_SPENT = (
    """
    CREATE TABLE spent (
        day TEXT NOT NULL,
        model TEXT NOT NULL,
        conversation TEXT NOT NULL,
        turn INTEGER NOT NULL UNIQUE REFERENCES turn (number) ON DELETE CASCADE,
        started REAL NOT NULL,
        input INTEGER,
        cached INTEGER,
        output INTEGER,
        usd REAL,
        cny REAL,
        PRIMARY KEY (day, model, conversation, turn)
    ) WITHOUT ROWID
    """,
    # A copy has the same start as its original, to the microsecond, and the same question.
    """
    INSERT INTO spent
    SELECT date(started, 'unixepoch', 'localtime'), model, conversation, number, started,
        json_extract(usage, '$.input_tokens'),
        json_extract(usage, '$.cache_read_input_tokens'),
        json_extract(usage, '$.output_tokens'),
        CASE currency WHEN 'USD' THEN cost END,
        CASE currency WHEN 'CNY' THEN cost END
    FROM (
        SELECT *, CASE WHEN json_valid(reply) THEN json_extract(reply, '$.usage') END AS usage
        FROM turn WHERE number IN (SELECT min(number) FROM turn GROUP BY started, question)
    )
    """,
)

Step = tuple[str, ...]
"""The statements that make version n + 1 of version n."""

STEPS: Sequence[Step] = (_FIRST, _SPENT)
"""To change the schema add a step; those that are there have run on users' files."""

VERSION = len(STEPS)


def version(connection: sqlite3.Connection) -> int:
    """The version of a file's schema; 0 for an empty file."""
    number: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return number


def migrate(connection: sqlite3.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Brings a file to the newest version, in one transaction; another process may be at it too.

    Raises:
        sqlite3.Error: it cannot be done; the file is as it was.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        for step in steps[version(connection) :]:
            for statement in step:
                connection.execute(statement)
        newest = max(version(connection), len(steps))
        connection.execute(f"PRAGMA user_version = {newest}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
