"""Conversations that are kept: looked for, read, copied and deleted."""

from __future__ import annotations

from functools import partial, wraps
from itertools import islice
from math import inf
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec, TypeVar, cast

from mimo_cli.errors import LocalIOError
from mimo_cli.history import contents, reading, record, rows, spending
from mimo_cli.history.changes import copies
from mimo_cli.history.file import room
from mimo_cli.history.file.database import WORK, is_from_damage, may_be_from_damage
from mimo_cli.history.journal import Journal, no_such
from mimo_cli.history.reading import Entry
from mimo_cli.history.removal import cleaning, deletion, emptying
from mimo_cli.history.search import index
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator, Iterable, Sequence

    from mimo_cli.api.protocol.messages import FileSource
    from mimo_cli.catalogue.pricing import Grouping, Sum
    from mimo_cli.conversation.turns import Conversation, Turn
    from mimo_cli.history.search.query import Query

__all__ = ["Entry", "History", "Match"]

_STEP = 100
_INDEXED = 500  # turns of which the index is brought up to date in one transaction
_MANY = 5000


Given = ParamSpec("Given")
Result = TypeVar("Result")


def _looking_again(
    method: Callable[Concatenate[History, Given], Result],
) -> Callable[Concatenate[History, Given], Result]:
    """Let a method that reads look again at what looks like damage."""

    @wraps(method)
    def looking(self: History, /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        return self.retry_once(partial(method, self, *args, **kwargs))

    return cast("Callable[Concatenate[History, Given], Result]", looking)


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


class History(Journal):
    """A journal of which all that is kept can be found, read and deleted, too."""

    def is_partly_lost(self) -> bool:
        """Return whether anything in it is damaged, as a look at all of it shows."""
        from mimo_cli.history import survey

        is_there = self.database.exists
        return self.has_losses or (is_there and survey.find_problem(self.database) is not None)

    # Looking

    @_looking_again
    def find(self, reference: str, *, title_starts: bool = True) -> str:
        """Return the id of the conversation meant by an id, a title, or a unique start of one.

        Without `title_starts`, for what cannot be undone, the start of a title is none.

        Raises:
            SeveralError: several are meant; the message names them.
            UsageError: none is; the message names the nearest.
        """
        from mimo_cli.history.search import folding, lookup

        wanted = record.storable(reference).strip()
        if not self.database.exists:
            return lookup.find(wanted, [])
        folded = folding.fold(wanted)
        with self.database.reading(work=WORK) as connection:
            ids = reading.ids(connection, folded)
            if folded in ids:
                return folded
            titled = reading.titles(connection, self._losses)
        readable = {id_ for id_, _ in titled}
        titled += [(id_, "") for id_ in ids if id_ not in readable]  # its title is damaged
        return lookup.find(wanted, titled, title_starts=title_starts)

    @_looking_again
    def newest(self, *, answered: bool = False) -> str:
        """Return the id of the conversation used last, `answered`: with an answer; "" for none."""
        if not self.database.exists:
            return ""
        with self.database.reading(work=WORK) as connection:
            entries = reading.entries(connection, self._losses)
            return next((entry.id for entry in entries if entry.answered or not answered), "")

    @_looking_again
    def load(self, conversation: str) -> Conversation:
        """Return a conversation with its turns, but those that were dropped.

        Raises:
            UsageError: there is no such conversation.
        """
        if self.database.exists:
            with self.database.reading(work=WORK) as connection:
                found = reading.load(connection, conversation, self._losses)
            if found is not None:
                return found
        raise no_such(conversation)

    def with_data(self, conversation: Conversation, *, unanswered: bool = False) -> Conversation:
        """Return a conversation with the bytes of the files that are sent again, each read once.

        Those of questions without an answer are not, unless `unanswered` ones may be asked again.
        What is lost is left out of its question, and the user is told.
        """
        known: dict[str, bytes] = {}

        def filled(turn: Turn) -> Turn:
            if not (unanswered or turn.is_answered):
                return turn
            for file in contents.files(turn.question):
                data = known.get(file.sha256) or file.data or self.data_of(file)
                if data is not None:
                    known[file.sha256] = data
            return turn._replace(question=contents.with_data(turn.question, known))

        return conversation._replace(turns=tuple(map(filled, conversation.turns)))

    def data_of(self, file: FileSource) -> bytes | None:
        """Return the bytes of a file that a turn has; None, and the user is told, if lost."""
        try:
            data = self._read_data(file)
        except LocalIOError as error:
            if not is_from_damage(error):
                raise
            data = None
        if data is None:
            self._losses.tell()
        return data

    @_looking_again
    def _read_data(self, file: FileSource) -> bytes | None:
        with self.database.reading(work=WORK) as connection:
            return contents.read(connection, file)

    def load_each(self, ids: Iterable[str]) -> Generator[Conversation, None, None]:
        """Yield conversations one by one, all as they are when the first is taken."""
        with self.database.reading() as connection:
            for id_ in ids:
                found = reading.load(connection, id_, self._losses)
                if found is not None:  # it may have been deleted since its id was read
                    yield found

    @_looking_again
    def listing(self, limit: int | None = None, *, emptied: bool = False) -> list[Entry]:
        """Return the conversations, newest first; `emptied`: also those all taken back.

        Those asked last, in the order of the times that they show.
        """
        if not self.database.exists:
            return []
        with self.database.reading() as connection:
            if emptied or limit is None:
                found = reading.every_entry(connection, self._losses, emptied=emptied)[:limit]
            else:
                found = list(islice(reading.entries(connection, self._losses), limit))
        return reading.by_time(found, self.now())

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
        if not query.phrases or not self.database.exists:
            return []
        return self._with_index(lambda: self._search(query, limit))

    def _with_index(self, act: Callable[[], Result]) -> Result:
        """Do what needs the index; where that may be damaged, with a new one."""
        try:
            return self.retry_once(act)
        except LocalIOError as error:
            if not may_be_from_damage(error):
                raise
        with self.database.writing() as connection:
            index.rebuild(connection)
        return act()

    def _search(self, query: Query, limit: int) -> list[Match]:
        self._catch_up()
        with self.database.reading() as connection:
            numbers = index.find(connection, query)
            read = partial(_match, connection, query)
            found = list(islice(filter(None, self._losses.readable(numbers, read)), limit))
            if not found:
                index.check(connection)
            # What cannot be read is not in the index, whatever it held.
            if not self._losses.any:
                self._losses.look(index.find_missing(connection), partial(reading.read, connection))
            return found

    def _catch_up(self) -> None:
        """Bring the index up to date, in steps between which other processes can write."""
        with self.database.reading() as connection:
            waiting = index.count_waiting(connection)
        if waiting > _MANY:
            template = "up to {count:,} turns wait for the index; this takes a moment, once"
            self._notice(Phrase(template, count=waiting))
        is_done = not waiting
        while not is_done:
            try:
                with self.database.writing(is_durable=False) as connection:
                    is_done = index.catch_up(
                        connection, _INDEXED, partial(reading.read_if_sound, connection)
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
        if not self.database.exists:
            return []
        with self.database.reading() as connection:
            return spending.sums(connection, by, since, self._losses)

    # Copying

    def fork(self, conversation: str, numbers: Sequence[int]) -> str:
        """Copy turns of a conversation, by their numbers, into a new one; return its id.

        Its title is the other's with a number that no other has behind it: `docker (2)`. What the
        turns took counts once.

        Raises:
            UsageError: there is no such conversation, or none of its turns is there any more.
        """
        return self.retry_once(partial(self._fork, conversation, numbers))

    def _fork(self, conversation: str, numbers: Sequence[int]) -> str:
        with self.database.writing() as connection:
            kept = rows.title(connection, conversation)
            if kept is None:
                raise no_such(conversation)
            name = copies.next_title(connection, kept)
            chosen, copied = copies.fork(connection, name, numbers, self.now())
            if not any(copied):
                raise no_such(conversation)
        return chosen

    # Deleting

    def delete(self, ids: Iterable[str]) -> int:
        """Delete conversations for good; return how many there were."""
        return self._delete(list(ids), inf)

    def delete_older(self, seconds: float) -> int:
        """Delete for good what was not used for so many seconds; return how many there were."""
        before = self.now() - seconds
        entries = self.listing(emptied=True)
        return self._delete([it.id for it in entries if it.updated < before], before)

    def delete_all(self) -> int | None:
        """Delete everything for good; return how many conversations there were.

        None where damage keeps that from being told: the file is removed.
        """
        if not self.database.exists:
            return 0
        try:
            return self.retry_once(self._clear)
        except LocalIOError as error:
            if room.is_wanted_by(error.__cause__):
                count = len(self.listing(emptied=True))
                self._empty()
                return count
            if not is_from_damage(error):
                raise
        emptying.remove_damaged(self.database)
        return None

    def finish_deletion(self) -> int:
        """Do what a deletion that was cut short has left to do; return how many bytes that gave."""
        if not (self.database.exists and cleaning.is_needed(self.database)):
            return 0
        before = cleaning.size(self.database)
        self._clean()
        return before - cleaning.size(self.database)

    def _clear(self) -> int:
        with self.database.writing() as connection:
            count = deletion.clear(connection)
        try:
            self._clean()
        except LocalIOError as error:
            if not room.is_wanted_by(error.__cause__):
                raise
            self._empty()
        return count

    def _empty(self) -> None:
        """Do what needs no room on the disk."""
        self._tell_overwritten(is_overwritten=emptying.empty(self.database))

    def _delete(self, ids: list[str], before: float) -> int:
        """Delete in steps between which other processes can write."""
        if not ids or not self.database.exists:
            return 0
        left, count = ids, 0

        def delete(most: int) -> bool:
            nonlocal left, count
            count += self._with_index(partial(self._delete_step, left[:most], before))
            left = left[most:]
            return not left

        try:
            room.in_steps(delete, _STEP, 1, self.database.cut_log)
        except LocalIOError as error:
            if not room.is_wanted_by(error.__cause__):
                raise
            cleaning.drop_index(self.database)
            self._tell_overwritten(is_overwritten=False)
            room.in_steps(delete, _STEP, 1, self.database.cut_log)
        if count:
            self.retry_once(self._clean)
        return count

    def _delete_step(self, ids: Iterable[str], before: float) -> int:
        with self.database.writing() as connection:
            return sum(deletion.delete(connection, id_, before) for id_ in ids)

    def _clean(self) -> None:
        self._tell_overwritten(is_overwritten=cleaning.clean(self.database))

    def _tell_overwritten(self, *, is_overwritten: bool) -> None:
        if not is_overwritten:
            template = "what was deleted is not overwritten: the disk has no room for that"
            self._notice(Phrase(template))


def _match(connection: sqlite3.Connection, query: Query, number: int) -> Match | None:
    """Return what is shown of a turn that holds what is wanted; None if it was taken back."""
    from mimo_cli.history.search.snippet import snippet
    from mimo_cli.history.search.turn_texts import answered_texts, asked_texts

    place = reading.read_with_title(connection, number)
    if place is None:
        return None
    id_, title, turn = place
    texts = (*asked_texts(turn), *answered_texts(turn))
    return Match(id_, title, number, *snippet(texts, query), turn.started)
