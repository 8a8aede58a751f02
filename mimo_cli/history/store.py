"""Conversations that are kept.

Any number of processes may use the file at once. A question is on the disk before it is sent, an
answer as far as it has come while it streams.
"""

from __future__ import annotations

import json
from functools import partial, wraps
from itertools import islice
from math import inf
from typing import TYPE_CHECKING, Concatenate, Literal, NamedTuple, ParamSpec, TypeVar, cast

from mimo_cli.conversation.turns import Conversation, Piece, Turn, title_of
from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.history import cells, record, rows, spent
from mimo_cli.history.cells import Losses
from mimo_cli.history.database import WORK, Database, is_from_damage, may_be_from_damage
from mimo_cli.history.rows import Entry
from mimo_cli.history.search import index
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator, Iterable, Sequence
    from pathlib import Path

    from mimo_cli.catalogue.pricing import Grouping, Sum
    from mimo_cli.history.search.query import Query

__all__ = ["FILE", "Entry", "History", "Match", "Stored"]

FILE = "history.db"

_APPEND_WAIT = 0.2
_FINISH_WAIT = 5.0  # the answer has been shown: nobody waits for what comes after it
_STEP = 100
_MERGES = 100_000  # more than there are in any file that is sound
_INDEXED = 500  # turns of which the index is brought up to date in one transaction
_MANY = 5000


Given = ParamSpec("Given")
Result = TypeVar("Result")
Moved = Literal["", "forked", "gone", "lost"]


def _looking_again(
    method: Callable[Concatenate[History, Given], Result],
) -> Callable[Concatenate[History, Given], Result]:
    """Let a method that reads look again at what looks like damage."""

    @wraps(method)
    def looking(self: History, /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        return self.retry_once(partial(method, self, *args, **kwargs))

    return cast("Callable[Concatenate[History, Given], Result]", looking)


class Stored(NamedTuple):
    """Where a question was stored.

    `moved`: not in the conversation that was named, because another process had changed it
    (`forked`: with copies of the known turns) or deleted it (`gone`: without them), or because the
    file was set aside (`lost`). `known` are the numbers that the known turns have there, 0 for
    those that are nowhere.
    """

    conversation: str
    number: int
    known: tuple[int, ...] = ()
    moved: Moved = ""


class Match(NamedTuple):
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

    `now` gives seconds since 1970; `notice` tells the user of damage. What is damaged in a file is
    left out; a file that cannot be used at all is set aside by the next question.
    Every method raises `LocalIOError` if the file cannot be used.
    """

    def __init__(
        self, folder: Path, *, now: Callable[[], float], notice: Callable[[Phrase], None]
    ) -> None:
        self._now: Callable[[], float] = lambda: cells.clamp_time(now())
        self._notice = notice
        self._losses = Losses(notice)
        self._database = Database(folder / FILE, now=self._now, notice=notice)

    @property
    def path(self) -> Path:
        """The file, whether it exists or not."""
        return self._database.path

    @property
    def has_losses(self) -> bool:
        """Whether a damaged file was set aside, or damaged rows were left out."""
        return self._database.was_set_aside or self._losses.any

    def is_partly_lost(self) -> bool:
        """Return whether anything in it is damaged, as a look at all of it shows."""
        is_there = self._database.exists
        return self.has_losses or (is_there and self._database.problem() is not None)

    # While an answer comes

    def begin(
        self,
        turn: Turn,
        *,
        conversation: str = "",
        known: Sequence[int] = (),
        title: str = "",
        replacing: bool = False,
    ) -> Stored:
        """Store a question, durably, as the next of a conversation; "" for a new one.

        `known` are the numbers of the turns that the caller knows, 0 for those that are not kept.
        If others were added or taken back meanwhile, the caller's go into a new conversation
        together with this one. A new conversation without a `title` has its first question's.

        With `replacing` it is a part of the conversation from where `append` or `finish` says so.
        """
        act = partial(self._begin, turn, conversation, known, title, replacing=replacing)
        was_set_aside = self._database.was_set_aside
        try:
            stored = self.retry_once(act)
        except LocalIOError as error:
            if not self.set_aside_if_damaged(error):
                raise
            stored = act()
        if stored.moved == "gone" and self._database.was_set_aside and not was_set_aside:
            return stored._replace(moved="lost")
        return stored

    def set_aside_if_damaged(self, error: LocalIOError) -> bool:
        """Set the file aside if an error came of damage to it; return whether it did."""
        if not is_from_damage(error):
            return False
        self._database.set_aside()
        return True

    def append(
        self,
        conversation: str,
        number: int,
        pieces: Sequence[Piece],
        *,
        instead_of: int | None = None,
        stands: bool = True,
    ) -> None:
        """Store what has come of an answer. The same piece is never given twice.

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
        with self._database.writing(wait=_APPEND_WAIT, is_durable=False, work=WORK) as connection:
            connection.executemany(insert, values)
            index.mark(connection, number)
            if instead_of is not None:
                rows.choose_turn(connection, conversation, number, instead_of, stands=stands)

    def finish(
        self, conversation: str, turn: Turn, *, instead_of: int | None = None, stands: bool = True
    ) -> Stored | None:
        """Store how the turn of that number ended; None if it was deleted, which it stays.

        `instead_of` is the turn whose place it takes, or if it does not stand, leaves. Where others
        have changed the conversation meanwhile it is left as they have it.

        Should the file prove to be damaged it is kept in a new one, in a conversation of its own.
        """
        try:
            act = partial(self._finish, conversation, turn, instead_of, stands=stands)
            is_there = self.retry_once(act)
        except LocalIOError as error:
            if not self.set_aside_if_damaged(error):
                raise
            stored = self._begin(turn, "", (), "", replacing=False)
            self._finish(
                stored.conversation, turn._replace(number=stored.number), None, stands=True
            )
            return stored._replace(moved="lost")
        return Stored(conversation, turn.number) if is_there else None

    def drop(self, conversation: str, number: int) -> None:
        """Take back the last turn of a conversation; if others have added to it, it stays there.

        It stays in the file in any case: what it cost was real.
        """
        with self._database.writing() as connection:
            if rows.last(connection, conversation) == number:
                rows.drop(connection, number)

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title.

        Raises:
            UsageError: there is no such conversation.
        """
        with self._database.writing() as connection:
            update = "UPDATE conversation SET title = ? WHERE id = ?"
            found = connection.execute(update, (record.storable(title), conversation)).rowcount
        if not found:
            raise _no_such(conversation)

    # Looking

    @_looking_again
    def find(self, reference: str) -> str:
        """Return the id of the conversation meant by an id, a title, or a unique start of one.

        Raises:
            UsageError: none, or several; the message names them or the nearest.
        """
        from mimo_cli.history import lookup
        from mimo_cli.history.search import folding

        wanted = record.storable(reference).strip()
        if not self._database.exists:
            return lookup.find(wanted, [])
        with self._database.reading(work=WORK) as connection:
            ids = rows.ids(connection, folding.fold(wanted))
            titled = [] if len(ids) == 1 else rows.titles(connection, self._losses)
        return ids[0] if len(ids) == 1 else lookup.find(wanted, titled)

    @_looking_again
    def newest(self, *, answered: bool = False) -> str:
        """Return the id of the conversation used last, `answered`: with an answer; "" for none."""
        if not self._database.exists:
            return ""
        with self._database.reading(work=WORK) as connection:
            entries = rows.entries(connection, self._losses)
            return next((entry.id for entry in entries if entry.answered or not answered), "")

    @_looking_again
    def load(self, conversation: str) -> Conversation:
        """Return a conversation with its turns, but those that were dropped.

        Raises:
            UsageError: there is no such conversation.
        """
        if self._database.exists:
            with self._database.reading(work=WORK) as connection:
                found = rows.load(connection, conversation, self._losses)
            if found is not None:
                return found
        raise _no_such(conversation)

    def load_each(self, ids: Iterable[str]) -> Generator[Conversation, None, None]:
        """Yield conversations one by one, all as they are when the first is taken."""
        with self._database.reading() as connection:
            for id_ in ids:
                found = rows.load(connection, id_, self._losses)
                if found is not None:  # it may have been deleted since its id was read
                    yield found

    @_looking_again
    def listing(self, limit: int | None = None, *, emptied: bool = False) -> list[Entry]:
        """Return the conversations, newest first; `emptied`: also those all taken back."""
        if not self._database.exists:
            return []
        with self._database.reading() as connection:
            if emptied or limit is None:
                return rows.every_entry(connection, self._losses, emptied=emptied)[:limit]
            return list(islice(rows.entries(connection, self._losses), limit))

    def listing_unless_damaged(self) -> list[Entry] | None:
        """Return all conversations, also emptied ones; None if the file is too damaged for that."""
        try:
            return self.listing(emptied=True)
        except LocalIOError as error:
            if not is_from_damage(error):
                raise
        return None

    def search(self, words: str, limit: int = 20) -> list[Match]:
        """Return the turns that hold all the words, newest first; the last may be a beginning."""
        from mimo_cli.history.search.query import parse

        query = parse(words)
        if not query.phrases or not self._database.exists:
            return []
        return self._with_index(lambda: self._search(query, limit))

    def retry_once(self, act: Callable[[], Result]) -> Result:
        """Do what is not done when it fails; once more if that looks like damage.

        A disk may fail for a moment.
        """
        try:
            return act()
        except LocalIOError as error:
            if not is_from_damage(error):
                raise
        self._database.close()
        return act()

    def _with_index(self, act: Callable[[], Result]) -> Result:
        """Do what needs the index; where that may be damaged, with a new one."""
        try:
            return self.retry_once(act)
        except LocalIOError as error:
            if not may_be_from_damage(error):
                raise
        with self._database.writing() as connection:
            index.rebuild(connection)
        return act()

    def _search(self, query: Query, limit: int) -> list[Match]:
        self._catch_up()
        with self._database.reading() as connection:
            numbers = index.find(connection, query)
            read = partial(_match, connection, query)
            found = list(islice(filter(None, self._losses.readable(numbers, read)), limit))
            if not found:
                index.check(connection)
            # What cannot be read is not in the index, whatever it held.
            if not self._losses.any:
                self._losses.look(index.find_missing(connection), partial(rows.read, connection))
            return found

    def _catch_up(self) -> None:
        """Bring the index up to date, in steps between which other processes can write."""
        with self._database.reading() as connection:
            waiting = index.count_waiting(connection)
        if waiting > _MANY:
            template = "up to {count:,} turns wait for the index; this takes a moment, once"
            self._notice(Phrase(template, count=waiting))
        is_done = not waiting
        while not is_done:
            try:
                with self._database.writing(is_durable=False) as connection:
                    is_done = index.catch_up(
                        connection, _INDEXED, partial(rows.read_if_sound, connection)
                    )
            except LocalIOError as error:
                if may_be_from_damage(error):
                    raise
                # Busy, or only to be read: what it has can be found all the same.
                self._notice(Phrase("the newest turns are not searched: {why}", why=error.why))
                return

    @_looking_again
    def spent(self, by: Grouping, since: float = 0.0) -> list[Sum]:
        """Return what was spent since a time, newest first; also on turns that were dropped."""
        if not self._database.exists:
            return []
        with self._database.reading() as connection:
            return spent.sums(connection, by, since, self._losses)

    # Deleting

    def delete(self, ids: Iterable[str]) -> int:
        """Delete conversations for good; return how many there were."""
        return self._delete(list(ids), inf)

    def delete_older(self, seconds: float) -> int:
        """Delete for good what was not used for so many seconds; return how many there were."""
        before = self._now() - seconds
        entries = self.listing(emptied=True)
        return self._delete([it.id for it in entries if it.updated < before], before)

    def delete_all(self) -> int | None:
        """Delete everything for good; return how many conversations there were.

        None where damage keeps that from being told: the file is removed.
        """
        if not self._database.exists:
            return 0
        try:
            return self.retry_once(self._clear)
        except LocalIOError as error:
            if not is_from_damage(error):
                raise
        self._database.remove()
        return None

    def _clear(self) -> int:
        with self._database.writing() as connection:
            count = rows.clear(connection)
        self._database.shrink()
        return count

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _begin(
        self, turn: Turn, conversation: str, known: Sequence[int], title: str, *, replacing: bool
    ) -> Stored:
        now = self._now()
        moved: Moved = ""
        there = tuple(known)
        with self._database.writing(work=WORK) as connection:
            kept = rows.title(connection, conversation)
            if kept is None:
                chosen = rows.create(connection, title or title_of(turn.asked), now)
                there = (0,) * len(known)
                moved = "gone" if conversation else ""
            elif rows.last(connection, conversation) != (known[-1] if known else 0):
                chosen = rows.create(connection, kept, now)
                there = tuple(rows.copy(connection, number, chosen) for number in known)
                moved = "forked"
            else:
                chosen = conversation
                update = "UPDATE conversation SET updated = ? WHERE id = ?"
                connection.execute(update, (now, conversation))
            replaces = replacing and any(there[-1:])
            number = rows.insert(connection, chosen, turn, dropped=replaces)
        return Stored(chosen, number, there, moved)

    def _finish(
        self, conversation: str, turn: Turn, instead_of: int | None, *, stands: bool
    ) -> bool:
        columns = record.answer_columns(turn)
        names = ", ".join(f"{name} = :{name}" for name in columns)
        update = f"UPDATE turn SET {names} WHERE number = :number AND conversation = :id"  # noqa: S608 - our own names
        columns.update(number=turn.number, id=conversation)
        with self._database.writing(wait=_FINISH_WAIT, work=WORK) as connection:
            if not connection.execute(update, columns).rowcount:
                return False
            if record.is_long(turn.reply):
                from mimo_cli.history import long_reply  # few are

                long_reply.write(connection, turn.number, turn.reply)
            rows.drop_pieces(connection, turn.number)
            spent.finish(connection, turn)
            connection.execute(
                "UPDATE conversation SET updated = ? WHERE id = ?", (self._now(), conversation)
            )
            if instead_of is not None:
                rows.choose_turn(connection, conversation, turn.number, instead_of, stands=stands)
            index.mark(connection, turn.number)
        return True

    def _delete(self, ids: list[str], before: float) -> int:
        """Delete in steps between which other processes can write."""
        if not ids or not self._database.exists:
            return 0
        count = 0
        for start in range(0, len(ids), _STEP):
            step = ids[start : start + _STEP]
            count += self._with_index(partial(self._delete_step, step, before))
        if count:
            for number in range(_MERGES):
                with self._database.writing() as connection:
                    if index.merge(connection, _STEP if number else -_STEP):
                        break
            self._database.shrink()
        return count

    def _delete_step(self, ids: Iterable[str], before: float) -> int:
        with self._database.writing() as connection:
            return sum(rows.delete(connection, id_, before) for id_ in ids)


def _no_such(conversation: str) -> UsageError:
    return UsageError(Phrase("no conversation has the id {id}", id=conversation))


def _match(connection: sqlite3.Connection, query: Query, number: int) -> Match | None:
    """Return what is shown of a turn that holds what is wanted; None if it was taken back."""
    from mimo_cli.history.search.snippet import snippet

    place = rows.read_with_title(connection, number)
    if place is None:
        return None
    id_, title, turn = place
    texts = (turn.asked, turn.reply.text)
    return Match(id_, title, number, *snippet(texts, query), turn.started)
