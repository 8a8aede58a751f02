"""What is kept of a conversation while it goes on: all that a plain question needs of the history.

Any number of processes may use the file at once. A question is on the disk before it is sent, an
answer as far as it has come while it streams.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeVar

from mimo_cli.api.protocol.messages import Text
from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.history import record, rows, spent
from mimo_cli.history.file.database import WORK, Database, is_from_damage
from mimo_cli.history.losses import Losses
from mimo_cli.history.search import waiting_turns
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mimo_cli.conversation.turns import Piece, Turn

FILE = "history.db"

_APPEND_WAIT = 0.2
_FINISH_WAIT = 5.0  # the answer has been shown: nobody waits for what comes after it

Result = TypeVar("Result")
Moved = Literal["", "forked", "gone", "lost"]


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


class Journal:
    """The conversations in a folder's `history.db`. Nothing is opened before it is needed.

    `now` gives seconds since 1970; `notice` tells the user of damage. What is damaged in a file is
    left out; a file that cannot be used at all is set aside by the next question.
    Every method raises `LocalIOError` if the file cannot be used.
    """

    def __init__(
        self, folder: Path, *, now: Callable[[], float], notice: Callable[[Phrase], None]
    ) -> None:
        self.now: Callable[[], float] = lambda: record.clamp_time(now())
        self._notice = notice
        self._losses = Losses(notice)
        self.database = Database(folder / FILE, now=self.now, notice=notice)

    @property
    def path(self) -> Path:
        """The file, whether it exists or not."""
        return self.database.path

    @property
    def has_losses(self) -> bool:
        """Whether a damaged file was set aside, or damaged rows were left out."""
        return self.database.was_set_aside or self._losses.any

    def begin(
        self,
        turn: Turn,
        *,
        conversation: str = "",
        known: Sequence[int] = (),
        title: str = "",
        replacing: int = 0,
        behind: int | None = None,
    ) -> Stored:
        """Store a question, durably, as the next of a conversation; "" for a new one.

        Its files are kept with it, each once by its content.

        `known` are the numbers of the turns that the caller knows, 0 for those that are not kept.
        If others were added or taken back meanwhile, the caller's go into a new conversation
        together with this one. A new conversation without a `title` has its first question's.

        Where it takes the place of so many of the last ones, `replacing`, it is a part of the
        conversation from where `append` or `finish` says so. If those that are known are not a part
        of it either, but its last turn is the one of the number `behind`, `take_place` says so: see
        `changes.conversations`.
        """
        act = partial(
            self._begin, turn, conversation, known, title, replacing=replacing, behind=behind
        )
        was_set_aside = self.database.was_set_aside
        try:
            stored = self.retry_once(act)
        except LocalIOError as error:
            if not self.set_aside_if_damaged(error):
                raise
            stored = act()
        if stored.moved == "gone" and self.database.was_set_aside and not was_set_aside:
            return stored._replace(moved="lost")
        return stored

    def set_aside_if_damaged(self, error: LocalIOError) -> bool:
        """Set the file aside if an error came of damage to it; return whether it did."""
        if not is_from_damage(error):
            return False
        self.database.set_aside()
        return True

    def append(
        self,
        conversation: str,
        number: int,
        pieces: Sequence[Piece],
        *,
        instead_of: Sequence[int] = (),
        stands: bool = True,
    ) -> None:
        """Store what has come of an answer. The same piece is never given twice.

        `instead_of` are the turns whose place it takes from now on, or if it does not stand, leaves
        again. Waits for others for 0.2 s at most; when this raises nothing was stored.
        """
        values = [
            (block, kind, json.dumps(text), number, conversation) for block, kind, text in pieces
        ]
        insert = (
            "INSERT INTO piece (turn, block, kind, text) SELECT number, ?, ?, ? FROM turn"
            " WHERE number = ? AND conversation = ? AND reply IS NULL"
        )
        with self.database.writing(wait=_APPEND_WAIT, is_durable=False, work=WORK) as connection:
            connection.executemany(insert, values)
            waiting_turns.mark(connection, number)
            if instead_of:
                from mimo_cli.history.changes import places

                places.choose_turn(connection, conversation, number, instead_of, stands=stands)

    def finish(
        self,
        conversation: str,
        turn: Turn,
        *,
        known: Sequence[int] = (),
        instead_of: Sequence[int] = (),
        stands: bool = True,
    ) -> Stored | None:
        """Store how the turn of that number ended; None if it was deleted, which it stays.

        `instead_of` are the turns whose place it takes, or if it does not stand, leaves. Where
        others have changed the conversation meanwhile it is left as they have it, and what stands
        but has no place there goes into a new one, behind copies of the `known` turns before it.

        Should the file prove to be damaged it is kept in a new one, in a conversation of its own.
        """
        try:
            act = partial(self._finish, conversation, turn, known, instead_of, stands=stands)
            stored = self.retry_once(act)
        except LocalIOError as error:
            if not self.set_aside_if_damaged(error):
                raise
            begun = self._begin(turn, "", (), "")
            numbered = turn._replace(number=begun.number)
            self._finish(begun.conversation, numbered, (), (), stands=True)
            return begun._replace(known=(0,) * len(known), moved="lost")
        self.database.keep_log_short()  # the answer is there: nobody waits for the disk
        return stored

    def newest_titles(self, most: int) -> list[tuple[object, object, object]]:
        """Return ids, titles and last uses of the conversations used last, newest first.

        They are as the file has them: damage is not looked for.
        """
        if not self.database.exists:
            return []
        with self.database.reading(work=WORK) as connection:
            return rows.newest_titles(connection, most)

    def retry_once(self, act: Callable[[], Result]) -> Result:
        """Do what is not done when it fails; once more if that looks like damage.

        A disk may fail for a moment.
        """
        try:
            return act()
        except LocalIOError as error:
            if not is_from_damage(error):
                raise
        self.database.close()
        return act()

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def _begin(
        self,
        turn: Turn,
        conversation: str,
        known: Sequence[int],
        title: str,
        *,
        replacing: int = 0,
        behind: int | None = None,
    ) -> Stored:
        if not _is_words(turn):
            from mimo_cli.history import contents

            contents.refuse_larger(self.database, turn.question)
        now = self.now()
        moved: Moved = ""
        there = tuple(known)
        last = (known[-1] if known else 0) if behind is None else behind
        with self.database.writing(work=WORK) as connection:
            kept = rows.title(connection, conversation)
            if kept is None:
                chosen = rows.create(connection, title or turn.title, now)
                there = (0,) * len(known)
                moved = "gone" if conversation else ""
            elif rows.last(connection, conversation) != last:
                from mimo_cli.history.changes import copies  # few go on elsewhere

                chosen, there = copies.fork(connection, kept, known, now)
                moved = "forked"
            else:
                chosen = conversation
                update = "UPDATE conversation SET updated = ? WHERE id = ?"
                connection.execute(update, (now, conversation))
            replaces = replacing > 0 and any(there[-replacing:])
            is_aside = replaces or (behind is not None and not moved)
            number = rows.insert(connection, chosen, turn, dropped=is_aside)
            if not _is_words(turn):
                from mimo_cli.history import contents

                contents.store(connection, number, turn.question)
        return Stored(chosen, number, there, moved)

    def _finish(
        self,
        conversation: str,
        turn: Turn,
        known: Sequence[int],
        instead_of: Sequence[int],
        *,
        stands: bool,
    ) -> Stored | None:
        columns = record.answer_columns(turn)
        names = ", ".join(f"{name} = :{name}" for name in columns)
        update = f"UPDATE turn SET {names} WHERE number = :number AND conversation = :id"  # noqa: S608 - our own names
        columns.update(number=turn.number, id=conversation)
        with self.database.writing(wait=_FINISH_WAIT, work=WORK) as connection:
            if not connection.execute(update, columns).rowcount:
                return None
            if record.is_long(turn.reply):
                from mimo_cli.history import long_reply  # few are

                long_reply.write(connection, turn.number, turn.reply)
            rows.drop_pieces(connection, turn.number)
            spent.finish(connection, turn)
            connection.execute(
                "UPDATE conversation SET updated = ? WHERE id = ?", (self.now(), conversation)
            )
            if instead_of:
                from mimo_cli.history.changes import copies, places

                places.choose_turn(connection, conversation, turn.number, instead_of, stands=stands)
            waiting_turns.mark(connection, turn.number)
            numbers = (*known, turn.number)
            if instead_of and stands and places.is_dropped(connection, turn.number):
                kept = rows.title(connection, conversation) or ""
                chosen, there = copies.fork(connection, kept, numbers, self.now())
                return stored_at(chosen, there, "forked")
        return stored_at(conversation, numbers)


def stored_at(conversation: str, numbers: Sequence[int], moved: Moved = "") -> Stored:
    """Return where turns are of which the last is the one that is spoken of."""
    return Stored(conversation, numbers[-1], tuple(numbers[:-1]), moved)


def _is_words(turn: Turn) -> bool:
    """Return whether a question has no files, as most: nothing is loaded for them."""
    return all(isinstance(it, Text) for it in turn.question)


def no_such(conversation: str) -> UsageError:
    """Return the error for an id that no conversation has."""
    return UsageError(Phrase("no conversation has the id {id}", id=conversation))
