"""One request under way, between two threads: the network's puts what comes, the caller takes it.

What has come is taken in one piece, so that a server's many small chunks cost one hand-over for
all that came meanwhile. No lock guards anything: a signal's exception may leave any line of the
caller, and a lock that it left locked would stop the network's thread for ever. `SimpleQueue` is
proof against that. Its own wait is not used for items: a time limit that passes while a signal's
handler runs (which a Ctrl-Z stops until `fg`) becomes negative in it, and it waits for ever. The
wait of a lock bears that. This one is a bell: rung while it is unlocked, and never waited for by
the network.
"""

from __future__ import annotations

from queue import SimpleQueue
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from mimo_cli.api.response import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 16 * 1024
"""Bytes that may wait before the network is left alone."""

_A_CHUNK = 64  # what a chunk takes besides its bytes


class Connected:
    """The connection stands; the request goes out."""


class Sent:
    """The request is out; the reply is awaited."""


class End:
    """The body has ended, as far as HTTP can tell."""


Item = Connected | Sent | Response | bytes | End | Exception
"""What an exchange gives, in this order; bytes are the body's, and an exception ends it."""


class Abandoned(Exception):  # noqa: N818 - not an error: nobody listens any more
    """The caller of an exchange has gone."""


class Exchange:
    """Hands items over in their order. Bounded: a slow reader slows the server down.

    `size` is how many bytes the request's body has.
    """

    def __init__(self, size: int = 0) -> None:
        self.size = size
        self.sent = 0
        """How many of them are out; set by the network's thread alone."""
        self.is_unpacked = True
        """Whether what is packed has come to its end by the last bytes, or nothing is packed.

        Set by the network's thread alone, before it hands them over.
        """
        self._items: SimpleQueue[Item] = SimpleQueue()
        self._bell = Lock()  # wakes `take`
        self._bell.acquire()
        self._room: SimpleQueue[None] = SimpleQueue()  # wakes `put`
        self._next: Item | None = None  # is out of the queue, and not yet taken
        self._put = 0  # bytes, counted by the network's thread alone
        self._taken = 0  # by the caller's alone
        self._waits_for_room = False
        self._is_abandoned = False

    def put(self, item: Item) -> None:
        """Hand over the next item, once there is room for it; for the network's thread.

        Raises:
            Abandoned: the caller has gone.
        """
        while self._is_full and not self._is_abandoned:
            self._waits_for_room = True  # before looking again: `take` looks in the reverse order
            if self._is_full:
                self._room.get()
            self._waits_for_room = False
        if self._is_abandoned:
            raise Abandoned
        if isinstance(item, bytes):
            self._put += len(item) + _A_CHUNK
        self._items.put(item)
        if self._bell.locked():  # nobody else unlocks it
            self._bell.release()

    def trace(self, event: str, _: Mapping[str, Any]) -> None:
        """Hand over how far the request is: a trace hook of httpcore."""
        match event:
            case "http11.send_request_headers.started":
                self.put(Connected())
            case (
                "http11.send_request_body.complete"
                | "http11.send_request_body.failed"  # as far as the server let it
                | "http11.send_request_headers.failed"
            ):
                self.put(Sent())
            case _:
                pass

    def take(self, timeout: float | None) -> Item:
        """Return the next item, of the body all that is there; for the caller.

        Raises:
            queue.Empty: nothing came for `timeout` seconds.
        """
        item, self._next = self._next, None
        if item is None:
            item = self._wait(timeout)
        return self._joined(item) if isinstance(item, bytes) else item

    def abandon(self) -> None:
        """Take nothing more; for the caller."""
        self._is_abandoned = True
        self._room.put(None)

    @property
    def _is_full(self) -> bool:
        return self._put - self._taken > LIMIT

    def _wait(self, timeout: float | None) -> Item:
        end = None if timeout is None else monotonic() + timeout
        while self._items.empty():  # an old ring may be of what was taken already
            left = -1.0 if end is None else max(0.0, end - monotonic())
            if not self._bell.acquire(timeout=left):
                break
        return self._items.get_nowait()

    def _joined(self, first: bytes) -> bytes:
        chunks = [first]
        for _ in range(self._items.qsize()):
            item = self._items.get()
            if not isinstance(item, bytes):
                self._next = item
                break
            chunks.append(item)
        body = b"".join(chunks)
        self._taken += len(body) + _A_CHUNK * len(chunks)
        if self._waits_for_room:
            self._room.put(None)
        return body
