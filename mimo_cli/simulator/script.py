"""The steps by which a reply is sent, faults and all. Pure: the server carries them out."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from mimo_cli.simulator.replies import Framing, Reply, merged, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.simulator.faults import Fault


@dataclass(frozen=True, slots=True)
class Send:
    """Write these bytes at once."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Let so many seconds pass since the last wait was over."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stall:
    """Hold the connection open until the client goes or the server stops."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection as one does: all that was sent arrives."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Break the connection off."""


Step = Send | Wait | Stall | Close | Reset


def script(reply: Reply, fault: Fault, between: float = 0.0) -> Iterator[Step]:
    """The steps that send a reply with its fault. May never end.

    Args:
        reply: What `apply` made of the service's reply.
        fault: When to wait, and where to break off.
        between: Seconds between two pieces of the body.
    """
    if fault.delay:
        yield Wait(fault.delay)
    head, closes = _head(reply)
    if head:
        yield Send(head)
    end = next(
        (at for at in (fault.cut_at, fault.reset_at, fault.stall_at) if at is not None), None
    )
    framed = reply.framing is Framing.CHUNKED
    pending = b""
    for wait, piece in _timed(_until(reply.body, end), between, fault):
        if pending:
            yield Send(pending)
        if wait:
            yield Wait(wait)
        pending = _chunk(piece) if framed else piece
    if end is None and framed:
        pending += b"0\r\n\r\n"  # in one write with the last piece, which is what clients wait for
    if pending:
        yield Send(pending)
    yield from _end(fault, closes=closes, framed=framed)


def _end(fault: Fault, *, closes: bool, framed: bool) -> Iterator[Step]:
    if fault.reset_at is not None:
        yield Reset()
    elif fault.stall_at is not None and not fault.repeat:
        yield Stall()
    elif fault.stall_at is not None:
        while True:
            yield Wait(fault.repeat_seconds)
            yield Send(_chunk(fault.repeat) if framed else fault.repeat)
    elif closes or fault.cut_at is not None:
        yield Close()


def _head(reply: Reply) -> tuple[bytes, bool]:
    """The status line and headers, and whether the connection has to close after the body."""
    if reply.framing is Framing.BARE:
        return b"", True
    headers = reply.headers
    closes = reply.framing is Framing.CLOSE
    if closes:
        headers = merged(headers, (("Connection", "close"),))
    elif reply.framing is Framing.CHUNKED:
        headers = merged(headers, (("Transfer-Encoding", "chunked"),))
    elif reply.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        length = str(sum(map(len, reply.body)))
        claimed = next((v for name, v in headers if name.lower() == "content-length"), length)
        headers = merged(headers, (("Content-Length", claimed),))
        closes = claimed != length
    lines = [f"HTTP/1.1 {reply.status} {phrase(reply.status)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape"), closes


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _until(pieces: Iterable[bytes], end: int | None) -> Iterator[bytes]:
    """The pieces up to an offset; empty ones are left out, for an empty chunk is the last."""
    offset = 0
    for piece in pieces:
        part = piece if end is None else piece[: max(0, end - offset)]
        if part:
            yield part
        offset += len(piece)


def _timed(pieces: Iterable[bytes], between: float, fault: Fault) -> Iterator[tuple[float, bytes]]:
    """The pieces, each with the seconds to wait before it, single bytes where they drip."""
    offset = 0
    wait = 0.0
    for piece in pieces:
        whole = len(piece) if fault.drip_at is None else max(0, fault.drip_at - offset)
        if piece[:whole]:
            yield wait, piece[:whole]
        for byte in piece[whole:]:
            yield fault.drip_seconds, bytes((byte,))
        offset += len(piece)
        wait = between
