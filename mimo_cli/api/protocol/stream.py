"""A streamed reply: bytes in, events out, however the bytes are cut. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol import decode, sse
from mimo_cli.api.protocol.ending import BLOCK_EVENTS, Ending
from mimo_cli.api.protocol.json_text.reader import is_object
from mimo_cli.api.protocol.messages import (
    NO_INDEX,
    Block,
    BlockStart,
    BlockStop,
    Event,
    InputJsonDelta,
    MessageStop,
    OtherBlock,
    OtherDelta,
    Restated,
    SignatureDelta,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
)
from mimo_cli.api.protocol.surrogates import Joiner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_GROWTH = (TextDelta, ThinkingDelta, SignatureDelta, InputJsonDelta)


class BlockIndexer:
    """Gives an event without an index that of the block that is open, else of a new one.

    A delta of no known type that has a text is more of its block, if that is of a known one.
    """

    def __init__(self) -> None:
        self._open: int | None = None
        self._next = 0
        self._blocks: dict[int, type[Block]] = {}  # those that are open

    def assign(self, event: Event) -> Event:
        """Return the event with the index of the block it belongs to."""
        if isinstance(event, _GROWTH) and event.block_index == self._open:
            return event  # by far the most
        if not isinstance(event, BLOCK_EVENTS):
            return event
        index = event.block_index
        if index == NO_INDEX:
            is_new = self._open is None or isinstance(event, BlockStart)
            index = self._next if is_new else self._open or 0
            event = event._replace(block_index=index)
        self._open = None if isinstance(event, BlockStop) else index
        self._next = max(self._next, index + 1)
        return self._known(index, event)

    def block_of(self, event: Event) -> tuple[int, type[Block] | None]:
        """Return the index of the block that an event is of, and its type if that is open."""
        index = event.block_index if isinstance(event, BLOCK_EVENTS) else NO_INDEX
        if index == NO_INDEX:
            index = NO_INDEX if self._open is None else self._open
        return index, self._blocks.get(index)

    def _known(self, index: int, event: Event) -> Event:
        if isinstance(event, BlockStart):
            self._blocks[index] = type(event.block)
        elif isinstance(event, BlockStop):
            self._blocks.pop(index, None)
        elif isinstance(event, OtherDelta):
            from mimo_cli.api.protocol.odd import deltas as odd_deltas  # most answers have none

            block = self._blocks.get(index, Text)
            if block is Thinking:
                return odd_deltas.of_thinking(index, event.delta) or event
            if block is not OtherBlock:
                said = odd_deltas.read(index, event.delta)
                is_its = block is Text or isinstance(said, ThinkingDelta)
                return said if said is not None and is_its else event
        return event


class StreamDecoder:
    """The events of one streamed reply. Feed it the body's bytes as they come.

    `charset` is the encoding that is declared, in lower case; empty for none.
    """

    def __init__(self, charset: str = "") -> None:
        self._sse = sse.SseDecoder(charset=charset)
        self._indexer = BlockIndexer()
        self.ending = Ending()
        """How near the answer is to its end. Only a stop reason makes one whole."""
        self._joiner = Joiner(self.ending.came)
        self.stopped = False
        """Whether `message_stop` has come, or `[DONE]` after all; what follows is ignored."""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Yield the events that `chunk` completes. To be read to the end before the next call.

        Raises:
            ProtocolError: the bytes are not a stream of this protocol.
        """
        return self._decoded(self._sse.feed(chunk))

    def finish(self) -> Iterator[Event]:
        """Yield the events of a last one without its blank line, if it is there as a whole.

        That is, its JSON is; the words of an error are told as far as they came.

        Raises:
            ProtocolError: it is not one of this protocol.
        """
        last = self._sse.close()
        return self._decoded(it for it in last if _has_object(it[1]) or _is_told_error(*it))

    def close(self) -> list[Event]:
        """Return what was held back when the stream ended."""
        return self._joiner.close()

    def _decoded(self, found: Iterable[tuple[str, str]]) -> Iterator[Event]:
        for name, data in found:
            if self.stopped:
                return
            for decoded in decode.events(name, data):
                event = self._indexer.assign(decoded)
                self.ending.observe(event)
                if type(event) is TextDelta and event.text.isascii() and not self._joiner.waits:
                    yield event  # by far the most: nothing to join
                elif type(event) is Restated:
                    yield from self._new_in(event)
                else:
                    self.stopped = self.stopped or isinstance(event, MessageStop)
                    yield from self._joiner.join(event)
            if self.ending.has_reason and data.strip() == decode.DONE:
                self.ending.end()
                self.stopped = True

    def _new_in(self, found: Restated) -> Iterator[Event]:
        """Yield what has not come of what may be said again."""
        from mimo_cli.api.protocol.odd import restated  # most streams say nothing again

        index, block = self._indexer.block_of(found.events[0] if found.events else found)
        known = restated.Known(self.ending, block, index)
        for one in restated.news(found, known):
            if isinstance(one, Restated):
                yield from self._new_in(one)
                continue
            event = self._indexer.assign(one)
            self.ending.observe_restated(event)
            self.stopped = self.stopped or isinstance(event, MessageStop)
            yield from self._joiner.join(event)

    @property
    def stray(self) -> bytes:
        """What came that is no event: JSON or a page, mostly of an error."""
        return self._sse.stray

    @property
    def pending(self) -> bool:
        """Whether an event was cut off in the middle."""
        return self._sse.pending


def _has_object(data: str) -> bool:
    if is_object(data) or "\n" not in data:
        return is_object(data)
    from mimo_cli.api.protocol.odd import pieces  # most streams end with a blank line

    return any(is_whole for _, is_whole in pieces.split(data))


def _is_told_error(name: str, data: str) -> bool:
    return name in decode.ERRORS and not data.startswith("{")
