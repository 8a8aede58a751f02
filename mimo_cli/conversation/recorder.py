"""Keeps a conversation while it goes on: the question before it is sent, the answer as it comes.

Trouble with the disk costs the entry, never the answer: it is told once, and the conversation goes
on in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from mimo_cli.api.protocol.messages import Retrying, SignatureDelta, TextDelta, ThinkingDelta
from mimo_cli.conversation.turns import Piece, pieces, title_of
from mimo_cli.errors import MimoError, UsageError
from mimo_cli.phrases import Phrase
from mimo_cli.text.text_buffer import TextBuffer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mimo_cli.api.protocol.messages import Reply, StreamItem
    from mimo_cli.conversation.turns import Conversation, Kind, Turn
    from mimo_cli.history.store import History
    from mimo_cli.output.console import Console
    from mimo_cli.signals import Signals

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
        self._stands = True  # this turn is a part of the conversation on disk
        self._earlier: Sequence[Piece] = ()  # what this turn's answer goes on from
        self._runs: list[tuple[int, Kind, TextBuffer]] = []  # what came, and is not on disk yet
        self._length = 0  # characters of the answer that came
        self._has_words = False  # not only white space
        self._has_pieces = False  # some of this turn are on disk
        self._is_fresh = True  # none that count
        self._saved = 0.0

    @property
    def kept_in(self) -> str | None:
        """The conversation on disk that holds the last turn, None if that is not kept."""
        turns = self.conversation.turns
        return self.conversation.id if self.history and turns and turns[-1].number else None

    def begin(self, turn: Turn, *, replacing: bool = False, earlier: Reply | None = None) -> None:
        """Keeps a question. When this returns it is on disk, and may be sent.

        With `replacing` it takes the place of the last turn, once it has a better answer. With an
        `earlier` reply its answer goes on from there. What was begun has to be finished.

        Raises:
            Interrupted: it is begun all the same.
        """
        with self._signals.held():
            self._begin(turn, replacing=replacing, earlier=earlier)

    def _begin(self, turn: Turn, *, replacing: bool, earlier: Reply | None) -> None:
        self._aside = self._without_last() if replacing else None
        self._earlier = () if earlier is None else pieces(earlier)
        self._has_pieces = False
        self._restart()
        self._saved = self._monotonic()
        self._turn = turn
        before = self.conversation
        known = [*before.turns, *filter(None, [self._aside])]
        begun = self._on_disk(
            lambda history: history.begin(
                turn,
                conversation=before.id if known else "",  # if all was taken back it is left behind
                known=[it.number for it in known],
                title=before.title,
                replacing=replacing,
            )
        )
        if begun is None:
            return
        self._turn = turn._replace(number=begun.number)
        known = [it._replace(number=n) for it, n in zip(known, begun.known, strict=True)]
        self._aside = known.pop() if self._aside is not None else None
        self._stands = self._aside is None or not self._aside.number
        self.conversation = before._replace(id=begun.conversation, turns=tuple(known))
        new = begun.conversation
        if begun.moved == "forked":
            self._console.info(f"{before.id} went on elsewhere; this conversation is now {new}")
        elif begun.moved == "gone":
            why = f"{before.id} was deleted elsewhere"
            self._console.info(f"{why}; what comes is kept as {new}, without what came before")

    def waking(self, wake: Callable[[], float | None]) -> Callable[[], float | None]:
        """Like `wake`, and also when something waits to be kept."""

        def sooner() -> float | None:
            wanted = wake()
            if not self._runs or self.history is None:
                return wanted
            due = max(0.0, self._saved + SAVE_SECONDS - self._monotonic())
            return due if wanted is None else min(wanted, due)

        return sooner

    def take(self, groups: Iterable[Sequence[StreamItem]]) -> Iterator[Sequence[StreamItem]]:
        """Passes the events of an answer on, and keeps them after they were shown."""
        for events in groups:
            yield events
            if self.history is not None:
                for event in events:
                    self._note(event)
                self._save()

    def finish(self, turn: Turn) -> None:
        """Keep the turn as it ended. `turn` needs no number; its `failure` is let go of."""
        number, conversation = self._turn.number if self._turn else 0, self.conversation.id
        self._runs.clear()  # `turn` has it all
        turn = turn._replace(number=number, failure=None)
        before = self.conversation
        aside, self._aside = self._aside, None
        length = len(turn.reply.text)
        is_better = aside is None or (turn.is_answered and _wins(turn, aside, length))
        kept = turn if aside is None or is_better else aside
        if kept is aside and turn.is_answered:
            self._console.info("the answer before stays: this one is not whole")
        replaced = aside.number if aside is not None and aside.number else None
        self.conversation = before._replace(
            title=before.title or title_of(turn.asked),
            created=before.created or turn.started,
            updated=turn.started + (turn.seconds or 0.0),
            turns=(*before.turns, kept),
        )
        self._turn = None
        if not number:
            return
        history = self.history
        found = self._on_disk(
            lambda history: history.finish(
                conversation, turn, instead_of=replaced, stands=kept is turn
            )
        )
        if found is None and history is not None and self.history is history:
            self._console.info("this answer is not kept: its conversation was deleted elsewhere")
        elif found is not None and found.moved:
            numbers = [0] * len(before.turns) + [found.number if kept is turn else 0]
            self.conversation = _renumbered(self.conversation, found.conversation, numbers)

    def drop_last(self) -> Turn | None:
        """Takes the last turn back: the model is not sent it again. It stays in the file."""
        with self._signals.held():
            return self._drop_last()

    def _drop_last(self) -> Turn | None:
        last = self._without_last()
        if last is None:
            return None
        before = self.conversation
        if not before.turns and before.title == title_of(last.asked):
            self.conversation = before._replace(title="")  # the next question gives it its own
        if last.number:
            self._on_disk(lambda history: history.drop(before.id, last.number))
        return last

    def rename(self, title: str) -> None:
        """Gives the conversation another title."""
        self.conversation = self.conversation._replace(title=title)
        named = self.conversation.id
        if named:
            self._on_disk(lambda history: _renamed(history, named, title))

    def _without_last(self) -> Turn | None:
        """Takes the last turn out of the conversation."""
        if not self.conversation.turns:
            return None
        *kept, last = self.conversation.turns
        self.conversation = self.conversation._replace(turns=tuple(kept))
        return last

    def _note(self, event: StreamItem) -> None:
        if isinstance(event, _DELTAS):  # not `match`: this is done for each delta
            self._add(event[0], _KINDS[type(event)], event[1])
        elif isinstance(event, Retrying):
            self._restart()

    def _restart(self) -> None:
        """Nothing has come yet, or all that did is void."""
        self._runs.clear()
        self._length = 0
        self._has_words = False
        self._is_fresh = True
        if self._has_pieces:
            self._runs.append((0, "restart", TextBuffer()))

    def _add(self, index: int, kind: Kind, text: str) -> None:
        if kind == "text":
            self._length += len(text)
            self._has_words = self._has_words or not text.isspace()
        last = self._runs[-1] if self._runs else None
        if last is not None and last[0] == index and last[1] == kind:
            last[2].append(text)
        else:
            run = TextBuffer()
            run.append(text)
            self._runs.append((index, kind, run))

    def _save(self) -> None:
        now = self._monotonic()
        if self._turn is None or not self._runs or now < self._saved + SAVE_SECONDS:
            return
        if self.history is None or self._runs[-1][1] == "restart":  # what was void still counts
            return
        self._saved = now
        old = self._aside if self._aside is not None and self._aside.number else None
        stands = old is None or self._leads(self._turn, old)
        try:
            with self._signals.held():
                self.history.append(
                    self.conversation.id,
                    self._turn.number,
                    self._unsaved(),
                    instead_of=None if old is None or stands is self._stands else old.number,
                    stands=stands,
                )
                self._runs.clear()
                self._has_pieces, self._is_fresh, self._stands = True, False, stands
        except MimoError:
            return  # busy, say: these are kept with the next ones, and `finish` tells of trouble

    def _unsaved(self) -> list[Piece]:
        """What is not on disk yet; before the first words, what they go on from."""
        came = [Piece(index, kind, str(run)) for index, kind, run in self._runs]
        if not self._is_fresh:
            return came
        first = 1 if came[0].kind == "restart" else 0
        return [*came[:first], *self._earlier, *came[first:]]

    def _leads(self, turn: Turn, old: Turn) -> bool:
        """Whether what came is already better than the answer that is to be replaced."""
        length = self._length + sum(len(it.text) for it in self._earlier if it.kind == "text")
        return self._has_words and _wins(turn, old, length)

    def _on_disk(self, act: Callable[[History], Result]) -> Result | None:
        if self.history is None:
            return None
        try:
            with self._signals.held():
                return act(self.history)
        except MimoError as error:
            self.history = None
            self._runs.clear()
            from mimo_cli.output.command_terms import in_command_terms  # most are kept

            self._console.warn(
                Phrase(
                    "{problem}. This conversation is no longer kept. {hint}",
                    problem=error.message,
                    hint=in_command_terms(error.hint),
                )
            )
            return None


def _renumbered(conversation: Conversation, id_: str, numbers: Sequence[int]) -> Conversation:
    """A conversation whose turns have other numbers in another file, 0 where they are not in it."""
    pairs = zip(conversation.turns, numbers, strict=True)
    return conversation._replace(id=id_, turns=tuple(it._replace(number=n) for it, n in pairs))


def _renamed(history: History, conversation: str, title: str) -> None:
    try:
        history.rename(conversation, title)
    except UsageError:
        return  # it was deleted elsewhere: the next question says so, and takes the title with it


def _wins(new: Turn, old: Turn, length: int) -> bool:
    """Whether an answer of that length takes the place of one that was set aside for it.

    That of another question does as soon as there is any of it.
    """
    is_longer = not old.is_whole and length > len(old.reply.text)
    return new.is_whole or new.question != old.question or is_longer
