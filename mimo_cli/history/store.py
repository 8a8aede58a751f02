"""Conversations that are kept.

Any number of processes may use the file at once. A question is on the disk before it is sent, an
answer as far as it has come while it streams.
"""

from __future__ import annotations

import contextlib
import json
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Literal, NamedTuple

from mimo_cli.conversation import Conversation, Piece, Turn, title_of
from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.history import lookup, record, rows, search, spent
from mimo_cli.history.database import Database, is_damaged_by

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from pathlib import Path

    from mimo_cli.money import Grouping, Sum

FILE = "history.db"

_APPEND_WAIT = 0.2
_SNIPPET_TOKENS = 24
_STEP = 100

_LISTING = f"""
    SELECT id, title,
        (SELECT model FROM turn WHERE conversation = id AND dropped = 0
            ORDER BY number DESC LIMIT 1),
        (SELECT count(*) FROM turn WHERE conversation = id AND dropped = 0),
        updated
    FROM conversation
    WHERE ? OR {rows.HAS_TURNS}
    ORDER BY updated DESC, id LIMIT ?
"""  # noqa: S608 - our own words
_SEARCH = f"""
    SELECT turn.conversation, title, turn.number, started,
        snippet(words, -1, '{search.BEGIN}', '{search.END}', '…', {_SNIPPET_TOKENS})
    FROM words JOIN turn ON turn.number = words.rowid JOIN conversation ON id = turn.conversation
    WHERE words MATCH ? ORDER BY words.rowid DESC LIMIT ?
"""  # noqa: S608 - our own constants


Moved = Literal["", "forked", "gone"]


class Begun(NamedTuple):
    """Where a question was stored.

    `moved`: not in the conversation that was named, because another process had changed it
    (`forked`: with copies of the known turns) or deleted it (`gone`: without them). `known` are the
    numbers that the known turns have there, 0 for those that are nowhere.
    """

    conversation: str
    number: int
    known: tuple[int, ...] = ()
    moved: Moved = ""


class Entry(NamedTuple):
    """A line of the listing. `model` is the last turn's, `updated` in seconds since 1970."""

    id: str
    title: str
    model: str
    turns: int
    updated: float


class Found(NamedTuple):
    """A turn that was searched for.

    `snippet` is a part of its text as it was written, `matches` the places in it (beginning, end),
    `when` its start in seconds since 1970.
    """

    conversation: str
    title: str
    number: int
    snippet: str
    matches: tuple[tuple[int, int], ...]
    when: float


class History:
    """The conversations in a folder's `history.db`. Nothing is opened before it is needed.

    `now` gives seconds since 1970; `notice` tells the user that a damaged file was set aside.
    Every method raises `LocalIOError` if the file cannot be used.
    """

    def __init__(
        self, folder: Path, *, now: Callable[[], float], notice: Callable[[str], None]
    ) -> None:
        self._now = now
        self._database = Database(folder / FILE, now=now, notice=notice)

    @property
    def path(self) -> Path:
        """The file, whether it exists or not."""
        return self._database.path

    # While an answer comes

    def begin(
        self,
        turn: Turn,
        *,
        conversation: str = "",
        known: Sequence[int] = (),
        title: str = "",
        replacing: bool = False,
    ) -> Begun:
        """Stores a question, durably, as the next of a conversation; "" for a new one.

        `known` are the numbers of the turns that the caller knows, 0 for those that are not kept.
        If others were added or taken back meanwhile, the caller's go into a new conversation
        together with this one. A new conversation without a `title` has its first question's.

        With `replacing` it is a part of the conversation from where `append` or `finish` says so.
        """
        act = partial(self._begin, turn, conversation, known, title, replacing=replacing)
        try:
            return act()
        except LocalIOError as error:
            if not is_damaged_by(error):
                raise
        self._database.set_aside()
        return act()

    def append(
        self,
        conversation: str,
        number: int,
        pieces: Sequence[Piece],
        *,
        instead_of: int | None = None,
        stands: bool = True,
    ) -> None:
        """Stores what has come of an answer. The same piece is never given twice.

        `instead_of` is the turn whose place it takes from now on, or if it does not stand, leaves
        again. Waits for others for 0.2 s at most; when this raises nothing was stored.
        """
        values = [
            (block, kind, json.dumps(text), number, conversation) for block, kind, text in pieces
        ]
        insert = (
            "INSERT INTO piece (turn, block, kind, text) SELECT number, ?, ?, ? FROM turn"
            " WHERE number = ? AND conversation = ? AND reply IS NULL"
        )
        with self._database.writing(wait=_APPEND_WAIT, is_durable=False) as connection:
            connection.executemany(insert, values)
            if instead_of is not None:
                rows.settle(connection, conversation, number, instead_of, stands=stands)

    def finish(
        self, conversation: str, turn: Turn, *, instead_of: int | None = None, stands: bool = True
    ) -> bool:
        """Stores how the turn of that number ended; False if it was deleted, which it stays.

        `instead_of` is the turn whose place it takes, or if it does not stand, leaves. Where others
        have changed the conversation meanwhile it is left as they have it.
        """
        columns = {**record.answer_columns(turn), "number": turn.number}
        names = ", ".join(f"{name} = :{name}" for name in columns)
        update = f"UPDATE turn SET {names} WHERE number = :number AND conversation = :id"  # noqa: S608 - our own names
        with self._database.writing() as connection:
            if not connection.execute(update, {**columns, "id": conversation}).rowcount:
                return False
            connection.execute("DELETE FROM piece WHERE turn = ?", (turn.number,))
            spent.finish(connection, turn)
            connection.execute(
                "UPDATE conversation SET updated = ? WHERE id = ?", (self._now(), conversation)
            )
            if instead_of is not None:
                rows.settle(connection, conversation, turn.number, instead_of, stands=stands)
            rows.index(connection, turn)
        return True

    def drop(self, conversation: str, number: int) -> None:
        """Takes back the last turn of a conversation; if others have added to it, it stays there.

        It stays in the file in any case: what it cost was real.
        """
        with self._database.writing() as connection:
            if rows.last(connection, conversation) == number:
                rows.drop(connection, number)

    def rename(self, conversation: str, title: str) -> None:
        """Gives a conversation another title.

        Raises:
            UsageError: there is no such conversation.
        """
        with self._database.writing() as connection:
            update = "UPDATE conversation SET title = ? WHERE id = ?"
            found = connection.execute(update, (record.plain(title), conversation)).rowcount
        if not found:
            raise UsageError(f"no conversation has the id {conversation}")

    # Looking

    def find(self, reference: str) -> str:
        """The conversation meant by an id, a unique start of one, a title, or a start of one.

        Raises:
            UsageError: none, or several; the message names them or the nearest.
        """
        wanted = record.plain(reference).strip()
        if not self._database.exists:
            return lookup.find(wanted, [])
        with self._database.reading() as connection:
            ids = rows.ids(connection, wanted.lower())
            titled = [] if len(ids) == 1 else rows.titles(connection)
        return ids[0] if len(ids) == 1 else lookup.find(wanted, titled)

    def newest(self) -> str:
        """The conversation that was used last; "" if there is none."""
        return next((entry.id for entry in self.listing(1)), "")

    def load(self, conversation: str) -> Conversation:
        """A conversation with its turns, but those that were dropped.

        Raises:
            UsageError: there is no such conversation.
        """
        if self._database.exists:
            with self._database.reading() as connection:
                found = rows.load(connection, conversation)
            if found is not None:
                return found
        raise UsageError(f"no conversation has the id {conversation}")

    def every(self, ids: Iterable[str]) -> Generator[Conversation, None, None]:
        """Conversations one by one, all as they are when the first is taken."""
        with self._database.reading() as connection:
            for id_ in ids:
                found = rows.load(connection, id_)
                if found is not None:  # it may have been deleted since its id was read
                    yield found

    def listing(self, limit: int | None = None, *, emptied: bool = False) -> list[Entry]:
        """The conversations, newest first; `emptied`: also those of which all was taken back."""
        if not self._database.exists:
            return []
        numbers = (emptied, -1 if limit is None else limit)
        with self._database.reading() as connection:
            found = connection.execute(_LISTING, numbers).fetchall()
        return [Entry(id_, title, model or "", *rest) for id_, title, model, *rest in found]

    def search(self, words: str, limit: int = 20) -> list[Found]:
        """The turns that hold all the words, newest first; the last word may be a beginning."""
        query = search.query(words)
        if not query or not self._database.exists:
            return []
        self._index_unfinished()
        with self._database.reading() as connection:
            found = connection.execute(_SEARCH, (query, limit)).fetchall()
        return [
            Found(id_, title, number, *search.marked(snippet), when)
            for id_, title, number, when, snippet in found
        ]

    def _index_unfinished(self) -> None:
        """Lets answers be found that never ended: those of a process that was killed, say."""
        with self._database.reading() as connection:
            unfinished = rows.unfinished(connection)
        if not unfinished:
            return
        with (
            contextlib.suppress(LocalIOError),  # what ended can be found all the same
            self._database.writing(wait=_APPEND_WAIT, is_durable=False) as connection,
        ):
            for turn in rows.unfinished(connection):
                rows.index(connection, turn)

    def spent(self, by: Grouping, since: float = 0.0) -> list[Sum]:
        """What was spent since a time, newest first; also on turns that were dropped."""
        if not self._database.exists:
            return []
        with self._database.reading() as connection:
            return spent.sums(connection, by, since)

    # Deleting

    def delete(self, ids: Iterable[str]) -> int:
        """Deletes conversations for good; how many there were."""
        return self._delete(list(ids), inf)

    def delete_older(self, seconds: float) -> int:
        """Deletes for good what was not used for so long; how many conversations that were."""
        before = self._now() - seconds
        entries = self.listing(emptied=True)
        return self._delete([it.id for it in entries if it.updated < before], before)

    def delete_all(self) -> int:
        """Deletes everything for good; how many conversations there were."""
        if not self._database.exists:
            return 0
        with self._database.writing() as connection:
            count = rows.clear(connection)
        self._database.shrink()
        return count

    def close(self) -> None:
        """Lets go of the file."""
        self._database.close()

    def _begin(
        self, turn: Turn, conversation: str, known: Sequence[int], title: str, *, replacing: bool
    ) -> Begun:
        now = self._now()
        moved: Moved = ""
        there = tuple(known)
        with self._database.writing() as connection:
            kept = rows.title(connection, conversation)
            if kept is None:
                chosen = rows.new(connection, title or title_of(turn.asked), now)
                there = (0,) * len(known)
                moved = "gone" if conversation else ""
            elif rows.last(connection, conversation) != (known[-1] if known else 0):
                chosen = rows.new(connection, kept, now)
                there = tuple(rows.copy(connection, number, chosen) for number in known)
                moved = "forked"
            else:
                chosen = conversation
                update = "UPDATE conversation SET updated = ? WHERE id = ?"
                connection.execute(update, (now, conversation))
            replaces = replacing and any(there[-1:])
            number = rows.insert(connection, chosen, turn, dropped=replaces)
        return Begun(chosen, number, there, moved)

    def _delete(self, ids: list[str], before: float) -> int:
        """Deletes in steps between which other processes can write."""
        if not ids or not self._database.exists:
            return 0
        count = 0
        for start in range(0, len(ids), _STEP):
            with self._database.writing() as connection:
                step = ids[start : start + _STEP]
                count += sum(rows.delete(connection, id_, before) for id_ in step)
        if count:
            is_merged, pages = False, -_STEP
            while not is_merged:
                with self._database.writing() as connection:
                    is_merged = rows.merge(connection, pages)
                pages = _STEP
            self._database.shrink()
        return count
