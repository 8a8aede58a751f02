"""The tables, and how those of older versions become them. Loaded for a file that lacks some.

Texts that come from outside are JSON strings and arrays in ASCII: SQLite takes neither a NUL
everywhere nor half a surrogate pair anywhere. Only what is shown and compared (titles, model names)
is plain text, without either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.history.file import damage
from mimo_cli.history.file.schema import SAME_TABLES, VERSION, version

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

INDEX = "CREATE VIRTUAL TABLE words USING fts5(question, answer)"
"""The words of each turn that is part of a conversation: see `index`."""

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
    INSERT OR IGNORE INTO spent
    SELECT date(started, 'unixepoch', 'localtime'), model, conversation, number, started,
        json_extract(usage, '$.input_tokens'),
        json_extract(usage, '$.cache_read_input_tokens'),
        json_extract(usage, '$.output_tokens'),
        CASE currency WHEN 'USD' THEN cost END,
        CASE currency WHEN 'CNY' THEN cost END
    FROM (
        SELECT *,
            CASE WHEN CASE WHEN json_valid(reply) THEN json_type(reply, '$.usage') END = 'object'
                THEN json_extract(reply, '$.usage') END AS usage
        FROM turn WHERE number IN (SELECT min(number) FROM turn GROUP BY started, question)
    )
    """,
)

ALL_WAIT = "INSERT INTO unindexed SELECT 1, number, ? FROM turn ORDER BY number DESC LIMIT 1"
"""Lets all turns wait for the index."""

# The turns that the index has to take yet, from `first` to `last`. The `old` are in it from before
# it folded more than case and accents: those that it would take otherwise now are found one by one
# when something is searched for, so that a large file costs no start anything.
_FOLDED = (
    """
    CREATE TABLE unindexed (
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        old INTEGER NOT NULL,
        PRIMARY KEY (last, first, old)
    ) WITHOUT ROWID
    """,
    ALL_WAIT.replace("?", "1"),
)

Step = tuple[str, ...]
"""The statements that make version n + 1 of version n."""

# From here on a long reply may be the bytes of its JSON, and not a text. The tables are the same,
# but an older version would take such a turn for damage.
_BYTES: Step = ()

# What questions have besides words: each content once, whatever it is called and however often it
# was sent. It is in a table that has row numbers, since it is written and read part by part, and in
# the last column, since only there SQLite makes room without holding it in memory. A content goes
# with the last turn that has it: see `contents`.
_FILES: Step = (
    """
    CREATE TABLE content (
        number INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        data BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE attachment (
        turn INTEGER NOT NULL REFERENCES turn (number) ON DELETE CASCADE,
        content INTEGER NOT NULL,
        PRIMARY KEY (turn, content)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX attachment_content ON attachment (content)",
)

_READ_ONLY = 8  # by itself: SQLite has opened the file only to be read

STEPS: Sequence[Step] = (_FIRST, _SPENT, _FOLDED, _BYTES, _FILES)
"""To change the schema add a step, and to `VERSION`; those there have run on users' files."""


def is_right(connection: sqlite3.Connection) -> bool:
    """Return whether a file has the tables and indexes of its version, whatever else it has."""
    newest = _tables_of(VERSION)
    found = {name: sql for name, sql in _statements(connection).items() if name in newest}
    return found == _tables_of(version(connection))


def _tables_of(version: int) -> dict[str, str]:
    """Return the statements of a version; not FTS5's own, which depend on SQLite's version."""
    from sqlite3 import connect

    connection = connect(":memory:", isolation_level=None)
    try:
        migrate(connection, STEPS[:version])
        made = _statements(connection).items()
    finally:
        connection.close()
    return {name: sql for name, sql in made if not name.startswith("words_")}


def _statements(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the name of each table and index, and the statement that makes it."""
    return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


def _begin(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")


def migrate(
    connection: sqlite3.Connection,
    steps: Sequence[Step] = STEPS,
    *,
    begin: Callable[[sqlite3.Connection], None] = _begin,
) -> None:
    """Bring a file to the newest version, in one transaction; another process may be at it too.

    `begin` begins a transaction that writes.

    Raises:
        sqlite3.Error: it cannot be done; the file is as it was.
    """
    try:
        begin(connection)
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


def migrate_if_writable(
    connection: sqlite3.Connection, found: int, begin: Callable[[sqlite3.Connection], None]
) -> None:
    """Bring a file to the newest schema, or leave it where it can only be read.

    Its log may be beside it, so that it is not opened as one that is fixed.

    Raises:
        sqlite3.Error: it cannot be done, and is needed.
    """
    import sqlite3

    try:
        migrate(connection, begin=begin)
    except sqlite3.OperationalError as error:
        if damage.code(error) != _READ_ONLY or found < SAME_TABLES:
            raise
