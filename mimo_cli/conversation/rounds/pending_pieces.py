"""What has come of an answer and is not in the history yet. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import (
    BlockStart,
    BlockStop,
    InputJsonDelta,
    Retrying,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
    ToolUse,
)
from mimo_cli.conversation.turns import Piece
from mimo_cli.text.text_buffer import TextBuffer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimo_cli.api.protocol.messages import Block, StreamItem
    from mimo_cli.conversation.turns import Kind

_DELTAS = (TextDelta, ThinkingDelta, SignatureDelta)
_KINDS: dict[type, Kind] = {
    TextDelta: "text",
    ThinkingDelta: "thinking",
    SignatureDelta: "signature",
}


class PendingPieces:
    """The pieces of one answer that wait to be stored, and what is known of all that came.

    `earlier` are those of a reply that the answer goes on from: they are stored before its first.
    """

    def __init__(self, earlier: Sequence[Piece] = ()) -> None:
        self._earlier = earlier
        self._runs: list[tuple[int, Kind, TextBuffer]] = []
        self._has_stored = False  # some of this answer are stored
        self._restart()

    @property
    def has_any(self) -> bool:
        """Whether there is something to store: words or calls, not only that others are void."""
        return bool(self._runs) and self._runs[-1][1] != "restart"  # what is void still counts

    @property
    def length(self) -> int:
        """Characters of the answer's text, with what it goes on from, stored or not."""
        return self._length + sum(len(it.text) for it in self._earlier if it.kind == "text")

    def add(self, events: Iterable[StreamItem]) -> None:
        """Take what has just come."""
        for event in events:
            if isinstance(event, _DELTAS):  # not `match`: this is done for each delta
                self._append(event[0], _KINDS[type(event)], event[1])
            elif isinstance(event, InputJsonDelta):
                if event.block_index in self._calls:
                    self._append(event.block_index, "input", event.partial_json)
            elif isinstance(event, BlockStart):
                self._start(event.block_index, event.block)
            elif isinstance(event, BlockStop):
                self._calls.pop(event.block_index, None)
            elif isinstance(event, Retrying):
                self._restart()

    def pieces(self) -> list[Piece]:
        """Return what waits, in its order; before the first of it, what it goes on from."""
        came = [Piece(index, kind, str(run)) for index, kind, run in self._runs]
        if not self._is_first:
            return came
        first = 1 if came[0].kind == "restart" else 0
        return [*came[:first], *self._earlier, *came[first:]]

    def mark_stored(self) -> None:
        """Let go of what waited."""
        self._runs.clear()
        self._has_stored, self._is_first = True, False

    def _restart(self) -> None:
        """Begin anew: nothing has come yet, or all that did is void."""
        self._runs.clear()
        self._calls: dict[int, tuple[str, str]] = {}  # that are open: their ids and names
        self._length = 0
        self.has_words = False
        """Whether any text came that is not only white space."""
        self._is_first = True  # none that counts is stored
        if self._has_stored:
            self._runs.append((0, "restart", TextBuffer()))

    def _append(self, index: int, kind: Kind, text: str) -> None:
        if kind == "text":
            self._length += len(text)
            self.has_words = self.has_words or not text.isspace()
        last = self._runs[-1] if self._runs else None
        if last is not None and last[0] == index and last[1] == kind:
            last[2].append(text)
        else:
            self._append_run(index, kind, text)

    def _append_run(self, index: int, kind: Kind, text: str) -> None:
        run = TextBuffer()
        run.append(text)
        self._runs.append((index, kind, run))

    def _start(self, index: int, block: Block) -> None:
        if not isinstance(block, ToolUse):
            self._calls.pop(index, None)
        elif self._calls.get(index) != block[:2]:  # else it begins again, as with some servers
            from mimo_cli.conversation.rounds.reply_pieces import begun_call

            self._calls[index] = (block.id, block.name)
            self._append_run(*begun_call(index, block))
