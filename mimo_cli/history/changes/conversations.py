"""What changes a conversation that a journal keeps: which turns it ends with, and its title.

Every function raises `LocalIOError` if the file cannot be used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.history import record, rows
from mimo_cli.history.changes import copies, places
from mimo_cli.history.journal import no_such, stored_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.history.journal import Journal, Stored


def drop(journal: Journal, conversation: str, numbers: Sequence[int]) -> None:
    """Take back the last turns of a conversation; if others changed it, they stay there.

    They stay in the file in any case: what they cost was real.
    """
    with journal.database.writing() as connection:
        places.exchange(connection, conversation, leaving=numbers, coming=())


def take_place(
    journal: Journal,
    conversation: str,
    numbers: Sequence[int],
    *,
    known: Sequence[int],
    instead_of: Sequence[int],
) -> Stored | None:
    """Let turns that were kept aside be a conversation's last, in the place of others.

    Where others have changed it meanwhile they go into a new one, behind copies of the `known`
    turns before them. Return where the last of them is; None if it was deleted.
    """
    there = (*known, *numbers)
    with journal.database.writing() as connection:
        if places.exchange(connection, conversation, instead_of, numbers):
            return stored_at(conversation, there)
        kept = rows.title(connection, conversation)
        if kept is None:
            return None
        chosen, copied = copies.fork(connection, kept, there, journal.now())
        return stored_at(chosen, copied, "forked")


def put_back(
    journal: Journal, conversation: str, numbers: Sequence[int], *, instead_of: Sequence[int]
) -> bool:
    """Let turns that were taken out be a conversation's last again, in the place of others.

    Return whether they are; they are not if others changed it meanwhile.
    """
    with journal.database.writing() as connection:
        return places.exchange(connection, conversation, instead_of, numbers)


def rename(journal: Journal, conversation: str, title: str) -> None:
    """Give a conversation another title.

    Raises:
        UsageError: there is no such conversation.
    """
    with journal.database.writing() as connection:
        update = "UPDATE conversation SET title = ? WHERE id = ?"
        found = connection.execute(update, (record.storable(title), conversation)).rowcount
    if not found:
        raise no_such(conversation)
