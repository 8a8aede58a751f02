"""A streamed reply: bytes in, events out, however the bytes are cut. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api import decode, sse
from mimo_cli.api.messages import Event, MessageStop, TextDelta
from mimo_cli.api.surrogates import Joiner

if TYPE_CHECKING:
    from collections.abc import Iterator


class Decoder:
    """The events of one streamed reply. Feed it the body's bytes as they come."""

    def __init__(self) -> None:
        self._sse = sse.Decoder()
        self._joiner = Joiner()
        self.stopped = False
        """Whether `message_stop` has come; what follows it is ignored."""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events that `chunk` completes. To be read to the end before the next call.

        Raises:
            ProtocolError: the bytes are not a stream of this protocol.
        """
        for name, data in self._sse.feed(chunk):
            if self.stopped:
                return
            for event in decode.events(name, data):
                self.stopped = isinstance(event, MessageStop)
                if type(event) is TextDelta and event.text.isascii() and not self._joiner.waits:
                    yield event  # by far the most: nothing to join
                else:
                    yield from self._joiner.join(event)

    def close(self) -> list[Event]:
        """What was held back when the stream ended. An event without its blank line is dropped."""
        return self._joiner.close()

    @property
    def pending(self) -> bool:
        """Whether an event was cut off in the middle."""
        return self._sse.pending
