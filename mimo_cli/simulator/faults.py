"""Faults on demand: what goes wrong with a reply. Pure but for the queue.

A `Fault` says what goes wrong; `apply_fault` puts it into the service's reply, and
`steps` break the sending of it off where the fault says so.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from mimo_cli.simulator.dialects.dialect import speak
from mimo_cli.simulator.protocol.responses import (
    CORRUPTED,
    BodyKind,
    Framing,
    Headers,
    HttpResponse,
    error_body,
    merge_headers,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimo_cli.simulator.dialects.dialect import Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with the next reply, or the next few. `Fault()` changes nothing.

    Offsets are in bytes of the body as it is before chunks are put round it (of `raw`, when that
    is given); times are in seconds. An offset beyond the end means the end.

    Attributes:
        times: How many requests it applies to; None is for ever.
        status: This status instead of the service's reply.
        headers: Added to the reply; one of the same name is replaced, one with an empty value is
            left out. A false `Content-Length` is sent as it stands, then the connection closes.
        body: The body instead of the service's. Without it a `status` of 400 and more has the
            service's usual error body, any other an empty one.
        message: What that error body says in place of the usual.
        sse: A 200 `text/event-stream` reply with this body; a tuple is written piece by piece.
        raw: These bytes instead of the whole reply, status line and all; then close.
        pieces: How the body is cut into writes (and chunks), instead of an event each: every so
            many bytes, or a tuple of sizes, the rest being the last.
        clean: No length and no chunks: the end of the connection ends the body, so that a cut
            looks like a clean end of stream.
        delay: Time before the first byte of the reply.
        between: Time between the deltas of a stream, or between `pieces`.
        cut_at: Close the connection at this offset.
        reset_at: Reset the connection (RST) at this offset. What the client's system has not taken
            by then may be lost too.
        stall_at: Send nothing more from this offset on, but keep the connection open.
        repeat: Sent over and over from `stall_at` on, for a reply that never ends.
        repeat_seconds: Time before each `repeat`.
        drip_at: From this offset on send one byte at a time,
        drip_seconds: with this time before each.
    """

    times: int | None = 1
    status: int | None = None
    headers: Headers = ()
    body: bytes | None = None
    message: str = ""
    sse: bytes | tuple[bytes, ...] | None = None
    raw: bytes | None = None
    pieces: int | tuple[int, ...] = ()
    clean: bool = False
    delay: float = 0.0
    between: float = 0.0
    cut_at: int | None = None
    reset_at: int | None = None
    stall_at: int | None = None
    repeat: bytes = b""
    repeat_seconds: float = 0.0
    drip_at: int | None = None
    drip_seconds: float = 0.0

    def __post_init__(self) -> None:
        ends = (self.cut_at, self.reset_at, self.stall_at)
        if sum(end is not None for end in ends) > 1:
            raise ValueError("a fault has only one of cut_at, reset_at and stall_at")
        if self.repeat and self.stall_at is None:
            raise ValueError("repeat needs stall_at: the offset from which on it is sent")
        if isinstance(self.pieces, int) and self.pieces < 1:
            raise ValueError("pieces must be of at least 1 byte")

    @property
    def ends_at(self) -> int | None:
        """The offset in bytes from which on nothing more of the body is sent; None for its end."""
        ends = (self.cut_at, self.reset_at, self.stall_at)
        return next((at for at in ends if at is not None), None)

    @property
    def replaces(self) -> bool:
        """Whether the service itself never answers, so that it does not remember the request."""
        own = (self.status, self.body, self.sse, self.raw)
        return any(part is not None for part in own)

    @classmethod
    def http(
        cls,
        status: int,
        *,
        times: int | None = 1,
        headers: Headers = (),
        body: bytes | None = None,
    ) -> Fault:
        """Answer with a status, `times` times, then with success."""
        return cls(status=status, times=times, headers=headers, body=body)

    @classmethod
    def corrupted(cls, *, times: int | None = 1) -> Fault:
        """Answer as the service does to media that it cannot decode, be they as they are."""
        return cls(status=400, message=CORRUPTED, times=times)

    @classmethod
    def cut(cls, at: int, *, clean: bool = False, times: int | None = 1) -> Fault:
        """Close the connection in the middle of the body: `at` is an offset in bytes."""
        return cls(cut_at=at, clean=clean, times=times)

    @classmethod
    def reset(cls, at: int, *, times: int | None = 1) -> Fault:
        """Reset the connection in the middle of the body."""
        return cls(reset_at=at, times=times)

    @classmethod
    def stall(cls, at: int, *, times: int | None = 1) -> Fault:
        """Send no more of the body, but keep the connection open."""
        return cls(stall_at=at, times=times)

    @classmethod
    def drip(cls, at: int, seconds: float, *, times: int | None = 1) -> Fault:
        """Send the rest of the body one byte every `seconds`."""
        return cls(drip_at=at, drip_seconds=seconds, times=times)

    @classmethod
    def silence(cls, *, times: int | None = 1) -> Fault:
        """Read the request, and never send a byte."""
        return cls(raw=b"", stall_at=0, times=times)


class FaultQueue:
    """The faults still to come, in order. Safe to use from several threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._waiting = list(faults)

    def add(self, *faults: Fault) -> None:
        """Put faults behind those that are waiting."""
        with self._lock:
            self._waiting.extend(faults)

    def next(self) -> Fault:
        """Take the fault for the request that has just come: `Fault()` if none is waiting."""
        with self._lock:
            while self._waiting:
                fault = self._waiting[0]
                if fault.times is None:
                    return fault
                left = fault.times - 1
                if left > 0:
                    self._waiting[0] = replace(fault, times=left)
                else:
                    del self._waiting[0]
                if left >= 0:
                    return fault
            return Fault()


def apply_fault(
    fault: Fault, reply: HttpResponse, dialects: Sequence[Dialect] = ()
) -> HttpResponse:
    """Return what a fault leaves of the service's reply, which is put into these dialects.

    What the fault gives word for word is not.
    """
    if fault.raw is not None:
        return HttpResponse(reply.status, (), _split(fault.raw, fault.pieces), Framing.BARE)
    reply = speak(_replace_reply(fault, reply), dialects)
    framing = Framing.CLOSE if fault.clean else reply.framing
    reply = replace(reply, headers=merge_headers(reply.headers, fault.headers), framing=framing)
    if fault.pieces == ():
        return reply
    pieces = _split(b"".join(reply.body), fault.pieces)
    return replace(reply, body=pieces, events=(), chunk=None)


def _replace_reply(fault: Fault, reply: HttpResponse) -> HttpResponse:
    if fault.sse is not None:
        body = fault.sse if isinstance(fault.sse, tuple) else (fault.sse,)
        headers = merge_headers(reply.headers, (("Content-Type", "text/event-stream"),))
        return HttpResponse(fault.status or 200, headers, body, Framing.CHUNKED)
    if fault.status is None and fault.body is None:
        return reply
    status = fault.status or 200
    headers = merge_headers(reply.headers, (("Content-Type", "application/json"),))
    if fault.body is not None or status < HTTPStatus.BAD_REQUEST:
        return HttpResponse(status, headers, (fault.body or b"",))
    error = error_body(status, message=fault.message)
    return HttpResponse(status, headers, (error,), kind=BodyKind.ERROR)


def _split(body: bytes, pieces: int | tuple[int, ...]) -> tuple[bytes, ...]:
    if isinstance(pieces, int):
        return tuple(body[at : at + pieces] for at in range(0, len(body), pieces))
    parts = []
    for size in pieces:
        parts.append(body[:size])
        body = body[size:]
    return (*parts, body)
