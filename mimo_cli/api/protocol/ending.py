"""How near an answer is to its end, by what has come of it. Pure.

Some servers name a stop reason too early, and go on; others never end the stream after it.
"""

from __future__ import annotations

from mimo_cli.api.protocol.messages import (
    BlockStart,
    BlockStop,
    InputJsonDelta,
    MessageDelta,
    MessageStop,
    OtherDelta,
    SignatureDelta,
    StreamItem,
    TextDelta,
    ThinkingDelta,
    ToolUse,
    has_words,
)

BLOCK_EVENTS = (
    TextDelta,
    ThinkingDelta,
    SignatureDelta,
    InputJsonDelta,
    OtherDelta,
    BlockStart,
    BlockStop,
)
"""What comes of blocks, as against the message as a whole."""


class Ending:
    """Is told of the events of one answer."""

    def __init__(self) -> None:
        self.has_begun = False
        """Something of it has come, besides the message's own start."""
        self.is_growing = False
        """It has said something, and no stop reason has come."""
        self.has_reason = False
        """A stop reason has come at any time."""
        self.is_whole = False
        """A stop reason has come, and no content since, or else the end of the stream."""
        self.is_over = False
        """Nothing is missing but the end of the stream, or it has come."""
        self._has_words = False
        self._has_calls = False
        self._open: set[int] = set()

    def observe(self, event: StreamItem) -> None:
        """Take the next event."""
        if self.is_growing and type(event) is TextDelta:
            return  # by far the most: as it was
        if isinstance(event, BLOCK_EVENTS):
            self._see_block(event)
        elif isinstance(event, MessageStop):
            self.has_begun = True
            self.end()
        elif isinstance(event, MessageDelta):
            self.has_begun = True
            self._see_delta(event)

    def _see_delta(self, event: MessageDelta) -> None:
        if event.stop_reason:
            self.has_reason = self.is_whole = True
            self.is_growing = False
            self.is_over = (self._has_words or self._has_calls) and not self._open

    def end(self) -> None:
        """Note that the server has said that this is all."""
        self.is_whole = self.is_over = self.has_reason

    def _see_block(self, event: StreamItem) -> None:
        self.has_begun = True
        self.is_over = False
        if isinstance(event, BlockStop):
            self._open.discard(event.block_index)
            return
        if isinstance(event, BlockStart):
            self._open.add(event.block_index)
            self._has_calls = self._has_calls or isinstance(event.block, ToolUse)
        self._has_words = self._has_words or has_words(event)
        self.is_growing = self._has_words and not self.has_reason
        if not (isinstance(event, TextDelta) and not event.text):
            self.is_whole = False
