"""The steps by which a reply is sent, faults and all. Pure: the server carries them out."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from mimo_cli.simulator.protocol.message_events import is_delta
from mimo_cli.simulator.protocol.responses import (
    Framing,
    HttpResponse,
    merge_headers,
    reason_phrase,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.simulator.faults import Fault

_WRITE = 64 * 1024
"""Bytes of events from which on they are written: so few writes that a benchmark is not bound by
them, and so early that a client begins to read while the rest is framed.
"""
_LAST_CHUNK = b"0\r\n\r\n"


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
TimedPiece = tuple[float, bytes]
"""Seconds to wait, and what comes then."""


def sending_steps(reply: HttpResponse, fault: Fault, between: float = 0.0) -> Iterator[Step]:
    """Yield the steps that send a reply with its fault. There may be no end to them.

    Args:
        reply: What `apply_fault` made of the service's reply.
        fault: When to wait, and where to break off.
        between: Seconds before each delta of a stream, or between two pieces of another body.
    """
    if fault.delay:
        yield Wait(fault.delay)
    head, closes = _head(reply)
    if head:
        yield Send(head)
    framed = reply.framing is Framing.CHUNKED
    frame = partial(_chunks, size=reply.chunk) if framed else bytes
    size = _WRITE if reply.events and fault.drip_at is None else 0
    pending = b""
    for wait, write in _writes(_pieces(reply, fault, between), size):
        if pending:
            yield Send(pending)
        if wait:
            yield Wait(wait)
        pending = b"".join(map(frame, write))
    if fault.ends_at is None and framed:
        pending += _LAST_CHUNK  # in one write with the last piece: clients wait for it
    if pending:
        yield Send(pending)
    yield from _end(fault, closes=closes, framed=framed)


def _pieces(reply: HttpResponse, fault: Fault, between: float) -> Iterable[TimedPiece]:
    """Return the pieces of a body as far as its fault lets them through, each with its pause."""
    pieces = _pace(reply, between)
    if fault.ends_at is not None:
        pieces = _cut(pieces, fault.ends_at)
    if fault.drip_at is not None:
        pieces = _drip(pieces, fault.drip_at, fault.drip_seconds)
    return pieces


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


def _head(reply: HttpResponse) -> tuple[bytes, bool]:
    """Return the status line and headers, and whether the connection closes after the body."""
    if reply.framing is Framing.BARE:
        return b"", True
    headers = reply.headers
    closes = reply.framing is Framing.CLOSE
    if closes:
        headers = merge_headers(headers, (("Connection", "close"),))
    elif reply.framing is Framing.CHUNKED:
        headers = merge_headers(headers, (("Transfer-Encoding", "chunked"),))
    elif reply.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        length = str(sum(map(len, reply.body)))
        claimed = next((v for name, v in headers if name.lower() == "content-length"), length)
        headers = merge_headers(headers, (("Content-Length", claimed),))
        closes = claimed != length
    lines = [f"HTTP/1.1 {reply.status} {reason_phrase(reply.status)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape"), closes


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _chunks(data: bytes, size: int | None) -> bytes:
    """Return a piece in chunks of so many bytes, or in one."""
    if size is None:
        return _chunk(data)
    return b"".join(_chunk(data[at : at + size]) for at in range(0, len(data), size))


def _pace(reply: HttpResponse, between: float) -> Iterable[TimedPiece]:
    """Return the pieces of a body, each with the seconds to wait before it."""
    if not between:
        return zip(itertools.repeat(0.0), reply.body)  # endless, the first
    starts = reply.events or reply.body
    pauses = (at > 0 and (not reply.events or is_delta(start)) for at, start in enumerate(starts))
    waits = (between if pause else 0.0 for pause in pauses)
    return zip(waits, reply.body, strict=True)


def _writes(pieces: Iterable[TimedPiece], size: int) -> Iterator[tuple[float, list[bytes]]]:
    """Yield the pieces to write at once: up to a pause, or so many bytes and one piece more."""
    write: list[bytes] = []
    before, length = 0.0, 0
    for wait, piece in pieces:
        if not piece:
            continue  # an empty chunk would be the last
        if write and (wait or length >= size):
            yield before, write
            write, before, length = [], 0.0, 0
        before = before or wait
        write.append(piece)
        length += len(piece)
    yield before, write


def _cut(pieces: Iterable[TimedPiece], end: int) -> Iterator[TimedPiece]:
    """Yield the pieces up to an offset."""
    offset = 0
    for wait, piece in pieces:
        yield wait, piece[: max(0, end - offset)]
        offset += len(piece)


def _drip(pieces: Iterable[TimedPiece], start: int, seconds: float) -> Iterator[TimedPiece]:
    """Yield the pieces, from an offset on in single bytes."""
    offset = 0
    for wait, piece in pieces:
        whole = max(0, start - offset)
        yield wait, piece[:whole]
        for byte in piece[whole:]:
            yield seconds, bytes((byte,))
        offset += len(piece)
