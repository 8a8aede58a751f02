"""What a dialect is, and how a reply is put into some. Pure."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.simulator.protocol.message_events import encode_json, event
from mimo_cli.simulator.protocol.responses import BodyKind, HttpResponse, merge_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mimo_cli.phrases import Phrase
    from mimo_cli.simulator.dialects.encodings import Pieces
    from mimo_cli.simulator.dialects.shapes import Event, Shape
    from mimo_cli.simulator.protocol.message_events import Json


class Dialect(NamedTuple):
    """How some servers differ from the protocol. What is None is as the service does it.

    Attributes:
        about: What is different, in one line.
        events: The events of a stream.
        message: The JSON of an answer that is not streamed.
        error: The JSON of an error.
        refusal: The reply that carries an error, after that.
        written: One event as it is written.
        chunk: The most bytes that a chunk holds; 0 puts the whole stream into one.
        encoding: The name for `Content-Encoding`, and what makes it, whatever was asked for.
        streams: Whether answers are streamed, whatever was asked for.
        signs: Whether thinking has a signature.
        takes: Kinds of blocks that it sends, and so takes back in a request.
    """

    about: Phrase
    events: Shape | None = None
    message: Callable[[Json], Json] | None = None
    error: Callable[[Json], Json] | None = None
    refusal: Callable[[HttpResponse], HttpResponse] | None = None
    written: Callable[[bytes], bytes] | None = None
    chunk: int | None = None
    encoding: tuple[str, Callable[[Pieces], Pieces]] | None = None
    streams: bool | None = None
    signs: bool = True
    takes: tuple[str, ...] = ()


def speak(reply: HttpResponse, dialects: Sequence[Dialect]) -> HttpResponse:
    """Put a reply of the service into these dialects, one after the other."""
    if not dialects:
        return reply
    match reply.kind:
        case BodyKind.EVENTS:
            spoken = _stream(reply, dialects)
        case BodyKind.MESSAGE:
            spoken = replace(reply, body=(_json(reply, [one.message for one in dialects]),))
        case BodyKind.ERROR:
            shapes = [one.error for one in dialects if one.error is not None]
            spoken = replace(reply, body=(_json(reply, shapes[-1:]),))  # there is only one shape
            for change in filter(None, (one.refusal for one in dialects)):
                spoken = change(spoken)
        case BodyKind.OTHER:
            return reply
    for name, encode_body in filter(None, (one.encoding for one in dialects)):
        headers = merge_headers(spoken.headers, (("Content-Encoding", name),))
        spoken = replace(spoken, headers=headers, body=encode_body(spoken.body))
    return spoken


def should_stream(dialects: Iterable[Dialect], *, asked: bool) -> bool:
    """Return whether to stream an answer: the last dialect with a will of its own decides."""
    return [asked, *(one.streams for one in dialects if one.streams is not None)][-1]


def _stream(reply: HttpResponse, dialects: Sequence[Dialect]) -> HttpResponse:
    body = reply.body
    shapes = [one.events for one in dialects if one.events is not None]
    if shapes:
        events: Iterable[Event] = map(_parse_event, body)
        for shape in shapes:
            events = shape(events)
        body = tuple(one if isinstance(one, bytes) else event(one) for one in events)
    for written in filter(None, (one.written for one in dialects)):
        body = tuple(map(written, body))
    chunk = next((one.chunk for one in reversed(dialects) if one.chunk is not None), None)
    if chunk == 0:
        body, chunk = (b"".join(body),), None
    return replace(reply, body=body, events=body, chunk=chunk)


def _json(reply: HttpResponse, changes: Iterable[Callable[[Json], Json] | None]) -> bytes:
    value = json.loads(b"".join(reply.body))
    for change in filter(None, changes):
        value = change(value)
    return encode_json(value)


def _parse_event(piece: bytes) -> Json:
    parsed: Json = json.loads(piece.partition(b"data: ")[2])
    return parsed
