"""The end of a transaction, and the limit of its work."""

from __future__ import annotations

import contextlib
import time
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_OFTEN = 100_000  # of SQLite's instructions: some milliseconds


@contextlib.contextmanager
def limited(connection: sqlite3.Connection, work: float) -> Iterator[None]:
    """Interrupt a statement when this thread has worked for so many seconds.

    Not by the clock: on a machine with much to do a sound file takes longer.
    """
    if work == inf:
        yield
        return
    end = time.thread_time() + work
    connection.set_progress_handler(lambda: time.thread_time() > end, _OFTEN)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


@contextlib.contextmanager
def ended(connection: sqlite3.Connection) -> Iterator[None]:
    """End a transaction that has begun: keep it, or undo it when something is raised."""
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk ends it by itself
            connection.execute("ROLLBACK")
        raise
