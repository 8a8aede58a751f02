"""HTTP replies as values, and the service's error bodies. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

from mimo_cli.simulator.protocol.message_events import encode_json

Headers = tuple[tuple[str, str], ...]

CORRUPTED = "Multimodal data is corrupted or cannot be processed."
"""The service's message for what it cannot decode, under status 400; it does not say which."""


class Framing(Enum):
    """How the end of a reply is known: in HTTP/1.1 by one of the first three."""

    LENGTH = "a Content-Length"
    CHUNKED = "chunks, the last one empty"
    CLOSE = "the connection is closed"
    BARE = "closed as well, and no status line or headers are written"


class BodyKind(Enum):
    """What a body is, to those who say it in another dialect."""

    EVENTS = "the events of a streamed answer"
    MESSAGE = "the JSON of an answer that is not streamed"
    ERROR = "the JSON of an error"
    OTHER = "neither: it stays as it is"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One HTTP reply.

    Attributes:
        status: The status.
        headers: The headers, but for those that tell of the framing.
        body: The body in pieces: each is a chunk of its own where there are chunks.
        framing: How its end is known.
        events: The events that the pieces are, one each, in the same order; empty if they are
            none. Pauses are made before deltas, and events without a pause share a write; any
            other piece is a write of its own.
        kind: What the body is.
        chunk: The most bytes in a chunk, where a piece is not a chunk of its own.
    """

    status: int
    headers: Headers
    body: tuple[bytes, ...]
    framing: Framing = Framing.LENGTH
    events: tuple[bytes, ...] = ()
    kind: BodyKind = BodyKind.OTHER
    chunk: int | None = None


_ERRORS: dict[int, tuple[str, str | None, str]] = {
    # The 400, 401 and 429 were seen in the wild. The wording of the others is the simulator's own.
    400: ("Param Incorrect", "", ""),
    401: ("Invalid API Key", "Please provide valid API Key", "invalid_key"),
    402: ("Insufficient Balance", "The balance of this account is used up", ""),
    403: ("Forbidden", "This region is not served, or the key is restricted", ""),
    421: ("Content Blocked", "The request was blocked by the content filter", ""),
    429: ("Too many requests", None, "limitation"),
    500: ("Internal Server Error", "The server failed, please try again later", ""),
    503: ("Service Unavailable", "The server is overloaded, please try again later", ""),
}


def error_body(status: int, param: str = "", message: str = "") -> bytes:
    """Return the service's error body for a status.

    `param` carries the useful text; an error with a message of its own has none.
    """
    general, usual, kind = _ERRORS.get(status, (reason_phrase(status), reason_phrase(status), ""))
    useful = "" if message else param or usual
    error = {"code": str(status), "message": message or general, "param": useful, "type": kind}
    return encode_json({"error": {name: text for name, text in error.items() if text is not None}})


def reason_phrase(status: int) -> str:
    """Return the words that go with a status, also with one that nobody has defined."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def merge_headers(headers: Headers, others: Headers) -> Headers:
    """Put other headers in place of those of the same name, and leave out the empty ones."""
    names = {name.lower() for name, _ in others}
    kept = tuple(pair for pair in headers if pair[0].lower() not in names)
    return kept + tuple(pair for pair in others if pair[1])
