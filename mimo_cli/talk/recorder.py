"""Keeps a conversation while it goes on: the question before it is sent, the answer as it comes.

Trouble with the disk costs the entry, never the answer: it is told once, and the conversation goes
on in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from mimo_cli.api.messages import Retrying, SignatureDelta, TextDelta, ThinkingDelta
from mimo_cli.conversation import Piece, title_of
from mimo_cli.errors import MimoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mimo_cli.api.messages import Signal
    from mimo_cli.conversation import Conversation, Kind, Turn
    from mimo_cli.history.store import History
    from mimo_cli.signals import Signals
    from mimo_cli.terminal.console import Console

Result = TypeVar("Result")

_DELTAS = (TextDelta, ThinkingDelta, SignatureDelta)
_KINDS: dict[type, Kind] = {
    TextDelta: "text",
    ThinkingDelta: "thinking",
    SignatureDelta: "signature",
}

SAVE_SECONDS = 0.8
"""What was shown longer ago than a second survives a `kill -9`."""


class Recorder:
    """One conversation, in memory and, with a `history`, on disk.

    `history` becomes None when there is trouble with it.
    """

    def __init__(
        self,
        conversation: Conversation,
        history: History | None,
        *,
        console: Console,
        signals: Signals,
        monotonic: Callable[[], float],
    ) -> None:
        self.conversation = conversation
        self.history = history
        self._console = console
        self._signals = signals
        self._monotonic = monotonic
        self._turn: Turn | None = None
        self._aside: Turn | None = None  # what this turn is to replace
        self._runs: list[tuple[int, Kind, list[str]]] = []  # what came, and is not on disk yet
        self._has_pieces = False  # some of this turn are
        self._saved = 0.0

    def begin(self, turn: Turn, *, replacing: bool = False) -> None:
        """Keeps a question. When this returns it is on disk, and may be sent.

        With `replacing` it takes the place of the last turn, once it has a better answer.
        """
        self._aside = self._without_last() if replacing else None
        self._runs.clear()
        self._has_pieces = False
        self._saved = self._monotonic()
        self._turn = turn
        known = self.conversation
        last = self._aside or (known.turns[-1] if known.turns else None)
        after = 0 if last is None else last.number
        wanted = "" if last is None else known.id  # one of which all was taken back is left behind
        begun = self._on_disk(lambda history: history.begin(turn, conversation=wanted, after=after))
        if begun is None:
            return
        self._turn = turn._replace(number=begun.number)
        self.conversation = known._replace(id=begun.conversation)
        if begun.forked:
            new = begun.conversation
            self._console.notice(f"{known.id} went on elsewhere; this conversation is now {new}")
            self._renumber()

    def waking(self, wake: Callable[[], float | None]) -> Callable[[], float | None]:
        """Like `wake`, and also when something waits to be kept."""

        def sooner() -> float | None:
            wanted = wake()
            if not self._runs or self.history is None:
                return wanted
            due = max(0.0, self._saved + SAVE_SECONDS - self._monotonic())
            return due if wanted is None else min(wanted, due)

        return sooner

    def take(self, groups: Iterable[Sequence[Signal]]) -> Iterator[Sequence[Signal]]:
        """Passes the events of an answer on, and keeps them after they were shown."""
        for events in groups:
            yield events
            if self.history is not None:
                for event in events:
                    self._note(event)
                self._save()

    def finish(self, turn: Turn) -> None:
        """Keeps the turn as it ended. `turn` needs no number."""
        number = self._turn.number if self._turn is not None else 0
        turn = turn._replace(number=number)
        before = self.conversation
        aside, self._aside = self._aside, None
        kept, dropped = (turn, aside) if aside is None or _is_better(turn, aside) else (aside, turn)
        if kept is aside and turn.is_answered:
            self._console.notice("the answer before stays: this one is not whole")
        self.conversation = before._replace(
            title=before.title or title_of(turn.asked),
            created=before.created or turn.started,
            updated=turn.started + (turn.seconds or 0.0),
            turns=(*before.turns, kept),
        )
        self._turn = None
        if number:
            self._on_disk(lambda history: history.finish(turn))
        if dropped is not None:
            self._drop(dropped)

    def drop_last(self) -> Turn | None:
        """Takes the last turn back: the model is not sent it again. It stays in the file."""
        last = self._without_last()
        if last is not None:
            self._drop(last)
        return last

    def rename(self, title: str) -> None:
        """Gives the conversation another title."""
        self.conversation = self.conversation._replace(title=title)
        named = self.conversation.id
        if named:
            self._on_disk(lambda history: history.rename(named, title))

    def _without_last(self) -> Turn | None:
        """Takes the last turn out of the conversation."""
        if not self.conversation.turns:
            return None
        *kept, last = self.conversation.turns
        self.conversation = self.conversation._replace(turns=tuple(kept))
        return last

    def _drop(self, turn: Turn) -> None:
        if turn.number:
            self._on_disk(lambda history: history.drop(turn.number))

    def _note(self, event: Signal) -> None:
        if isinstance(event, _DELTAS):  # not `match`: this is done for each delta
            self._add(event[0], _KINDS[type(event)], event[1])
        elif isinstance(event, Retrying):
            if self._has_pieces:
                self._add(0, "restart", "")
            else:
                self._runs.clear()

    def _add(self, index: int, kind: Kind, text: str) -> None:
        last = self._runs[-1] if self._runs else None
        if last is not None and last[0] == index and last[1] == kind:
            last[2].append(text)
        else:
            self._runs.append((index, kind, [text]))

    def _save(self) -> None:
        now = self._monotonic()
        if self._turn is None or not self._runs or now < self._saved + SAVE_SECONDS:
            return
        self._saved = now
        if self.history is None:
            return
        try:
            with self._signals.held():
                pieces = [Piece(index, kind, "".join(parts)) for index, kind, parts in self._runs]
                self.history.append(self._turn.number, pieces)
                self._runs.clear()
                self._has_pieces = True
        except MimoError:
            return  # busy, say: these are kept with the next ones, and `finish` tells of trouble

    def _renumber(self) -> None:
        """The turns of a conversation that was copied have other numbers there."""
        new = self._on_disk(lambda history: history.load(self.conversation.id))
        known = [*self.conversation.turns, *filter(None, [self._aside])]
        numbers = [0] * len(known)
        if new is not None and len(new.turns) == len(known) + 1:
            numbers = [turn.number for turn in new.turns]
        turns = [turn._replace(number=n) for turn, n in zip(known, numbers, strict=False)]
        if self._aside is not None:
            self._aside = turns.pop()
        self.conversation = self.conversation._replace(turns=tuple(turns))

    def _on_disk(self, act: Callable[[History], Result]) -> Result | None:
        if self.history is None:
            return None
        try:
            with self._signals.held():
                return act(self.history)
        except MimoError as error:
            self.history = None
            self._runs.clear()
            text = f"{error.message}. This conversation is no longer kept. {error.hint}"
            self._console.warn(text.rstrip())
            return None


def _is_better(new: Turn, old: Turn) -> bool:
    """Whether an answer takes the place of one that was set aside for it."""
    return new.is_answered and (new.is_whole or not old.is_whole)
