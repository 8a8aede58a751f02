"""Keeps a conversation while it goes on: the question before it is sent, the answer as it comes.

Trouble with the disk costs the entry, never the answer: it is told once, and the conversation goes
on in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from mimo_cli.conversation.rounds.pending_pieces import PendingPieces
from mimo_cli.conversation.rounds.standing import (
    Asking,
    Idle,
    Replaced,
    Replacing,
    may_come_back,
    numbers_of,
    renumbered,
    wins,
)
from mimo_cli.errors import MimoError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from mimo_cli.api.protocol.messages import Reply, StreamItem
    from mimo_cli.conversation.rounds.standing import State
    from mimo_cli.conversation.turns import Conversation, Turn
    from mimo_cli.history.journal import Journal, Stored
    from mimo_cli.output.console import Console
    from mimo_cli.signals import Signals

Result = TypeVar("Result")

SAVE_SECONDS = 0.8
"""What was shown longer ago than a second survives a `kill -9`."""


class Recorder:
    """One conversation, in memory and, with a `history`, on disk.

    `history` becomes None when there is trouble with it.
    """

    def __init__(
        self,
        conversation: Conversation,
        history: Journal | None,
        *,
        console: Console,
        signals: Signals,
        monotonic: Callable[[], float],
    ) -> None:
        self.conversation = conversation
        self.history = history
        self.console = console
        self._signals = signals
        self._monotonic = monotonic
        self._state: State = Idle()
        self.replaced: Replaced | None = None
        """What the last question took the place of."""
        self._saved = 0.0  # when pieces were last stored, or that was tried

    @property
    def kept_in(self) -> str | None:
        """The conversation on disk that holds the last turn, None if that is not kept."""
        turns = self.conversation.turns
        return self.conversation.id if self.history and turns and turns[-1].number else None

    @property
    def is_idle(self) -> bool:
        """Whether no question is under way: one can be begun, and none finished."""
        return isinstance(self._state, Idle)

    def held(self) -> AbstractContextManager[None]:
        """Return what lets what is inside run to its end before a signal takes effect.

        Raises:
            Interrupted: on leaving it, one came.
        """
        return self._signals.held()

    def begin(
        self,
        turn: Turn,
        *,
        replacing: bool = False,
        last: int = 0,
        earlier: Reply | None = None,
    ) -> None:
        """Keep a question. When this returns it is on disk, and may be sent.

        With `replacing` it takes the place of the last question, with all its turns, or of so many
        of the `last` ones alone, once it has a better answer. With an `earlier` reply, the last
        turn's, its answer goes on from there, and it takes that turn's place alone. What was begun
        has to be finished.

        Raises:
            Interrupted: it is begun all the same.
            RuntimeError: another is under way.
        """
        with self._signals.held():
            if not self.is_idle:
                raise RuntimeError("the question before is not finished")
            old: tuple[Turn, ...] = ()
            if turn.kind != "correction":
                self.replaced = None
            if replacing:
                from mimo_cli.conversation.rounds.questions import last_question

                turns = self.conversation.turns
                last = last if earlier is None else 1
                old = self.take_out(turns[-last:] if last else last_question(turns))
            if earlier is None:
                pending = PendingPieces()
            else:
                from mimo_cli.conversation.rounds.reply_pieces import pieces  # few answers go on

                pending = PendingPieces(pieces(earlier))
            self._saved = self._monotonic()
            turn, old = self._begin_on_disk(turn, old)
            if old:
                self._state = Replacing(turn, pending, old, stands=not numbers_of(old))
            else:
                self._state = Asking(turn, pending)

    def _begin_on_disk(self, turn: Turn, old: tuple[Turn, ...]) -> tuple[Turn, tuple[Turn, ...]]:
        """Store a question; it and the old turns with the numbers that they have there."""
        before = self.conversation
        known = (*before.turns, *old)
        held = self.held_place()
        begun = self.on_disk(
            lambda history: history.begin(
                turn,
                conversation=before.id if known else "",  # if all was taken back it is left behind
                known=[it.number for it in known],
                title=before.title,
                replacing=len(old),
                behind=None if held is None else held.old[-1].number,
            )
        )
        if begun is None:
            return turn, old
        self._tell_where(begun)
        moved = renumbered(before._replace(turns=known), begun.conversation, begun.known)
        kept = len(before.turns)
        self.conversation = moved._replace(turns=moved.turns[:kept])
        return turn._replace(number=begun.number), moved.turns[kept:]

    def _tell_where(self, stored: Stored) -> None:
        """Say that a turn was stored elsewhere than in the conversation it belongs to."""
        old, new = self.conversation.id, stored.conversation
        if stored.moved == "forked":
            self.console.info(
                Phrase("{old} went on elsewhere; this conversation is now {new}", old=old, new=new)
            )
        elif stored.moved == "gone":
            self.console.info(
                Phrase(
                    "{old} was deleted elsewhere; what comes is kept as {new}, without what came "
                    "before",
                    old=old,
                    new=new,
                )
            )

    def seconds_until_save(self) -> float | None:
        """Return in how many seconds what came wants to be stored; None while nothing waits."""
        match self._state:
            case Asking(_, pending) | Replacing(_, pending) if (
                self.history is not None and pending.has_any
            ):
                return max(0.0, self._saved + SAVE_SECONDS - self._monotonic())
            case _:
                return None

    def record(self, groups: Iterable[Sequence[StreamItem]]) -> Iterator[Sequence[StreamItem]]:
        """Pass the events of an answer on, and store them after they were shown."""
        for events in groups:
            yield events
            if self.history is not None:
                self._add(events)
                if self.seconds_until_save() == 0:
                    self._save(self.history)

    def finish(self, turn: Turn) -> None:
        """Keep the turn as it ended. `turn` needs no number; its `failure` is let go of.

        Raises:
            Interrupted: it is kept all the same.
            RuntimeError: none is under way.
        """
        with self._signals.held():
            match self._state:
                case Idle():
                    raise RuntimeError("no question was begun")
                case Asking(begun):
                    old: tuple[Turn, ...] = ()
                case Replacing(begun, _, old):
                    pass
            self._state = Idle()  # which lets go of the pieces: `turn` has it all
            self._finish(turn._replace(number=begun.number, failure=None), old)

    def _finish(self, turn: Turn, old: tuple[Turn, ...]) -> None:
        stands = not old or (turn.is_answered and wins(turn, old, len(turn.reply.text)))
        if not stands and turn.is_answered:
            self.console.info(Phrase("the answer before stays: this one is not whole"))
        before = self.conversation
        if old and stands:
            is_kept = bool(turn.number) and len(numbers_of(old)) == len(old)
            holds = is_kept and turn.is_checked and may_come_back(old, turn)
            self.replaced = Replaced(before.id, len(before.turns), old, holds)
        self.conversation = before._replace(
            title=before.title or turn.title,
            created=before.created or turn.started,
            updated=turn.started + (turn.seconds or 0.0),
            turns=(*before.turns, *((turn,) if stands else old)),
        )
        if turn.number:
            held, known = self.held_place(), [it.number for it in before.turns]
            stands_there = stands and held is None
            self.keep(
                lambda history: history.finish(
                    before.id, turn, known=known, instead_of=numbers_of(old), stands=stands_there
                ),
                stands=stands,
            )

    def keep(self, act: Callable[[Journal], Stored | None], *, stands: bool = True) -> None:
        """Do what keeps the last turn, and say where it is if that is not where it belongs.

        It is the conversation's own if it `stands`, else one beside it.
        """
        history, talk = self.history, self.conversation
        found = self.on_disk(act)
        if found is None and history is not None and self.history is history:
            self.console.info(
                Phrase("this answer is not kept: its conversation was deleted elsewhere")
            )
        elif found is not None and found.moved:
            self._tell_where(found)
            numbers = (*found.known, found.number) if stands else (0,) * len(talk.turns)
            self.conversation = renumbered(talk, found.conversation, numbers)

    def held_place(self) -> Replaced | None:
        """Return what holds its place on the disk until what came instead proves to fit."""
        held = self.replaced
        return held if held is not None and held.holds and held.id == self.conversation.id else None

    def take_out(self, last: tuple[Turn, ...]) -> tuple[Turn, ...]:
        """Take the last turns out of the conversation; return them."""
        turns = self.conversation.turns
        kept = turns[: len(turns) - len(last)]
        self.conversation = self.conversation._replace(turns=kept)
        return last

    def _add(self, events: Sequence[StreamItem]) -> None:
        match self._state:
            case Asking(_, pending) | Replacing(_, pending):
                pending.add(events)
            case Idle():
                pass  # nobody waits for an answer

    def _save(self, history: Journal) -> None:
        self._saved = self._monotonic()
        after = self._state
        match state := self._state:
            case Idle():
                return
            case Asking(turn, pending):
                place: tuple[int, ...] = ()
                stands = True
            case Replacing(turn, pending, old, stood):
                leads = pending.has_words and wins(turn, old, pending.length)
                stands = leads or not numbers_of(old)
                place = () if stands is stood else numbers_of(old)
                after = state._replace(stands=stands)
        try:
            with self._signals.held():
                history.append(
                    self.conversation.id,
                    turn.number,
                    pending.pieces(),
                    instead_of=place,
                    stands=stands,
                )
                pending.mark_stored()
                self._state = after
        except MimoError:
            return  # busy, say: these are kept with the next ones, and `finish` tells of trouble

    def on_disk(self, act: Callable[[Journal], Result]) -> Result | None:
        """Return what `act` does with the history; None without one, or if it fails."""
        if self.history is None:
            return None
        try:
            with self._signals.held():
                return act(self.history)
        except MimoError as error:
            self.history = None
            lost = Phrase("{problem}. This conversation is no longer kept", problem=error.message)
            if error.hint:
                self.console.warn(lost, error.hint)
            else:
                self.console.warn(Phrase("{sentence}.", sentence=lost))
            return None
