"""What was said among the events of a stream: why it ended without a stop reason, say. Pure.

Loaded for those alone: most answers come to their end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.messages import Unread
from mimo_cli.api.protocol.odd import pieces, unread
from mimo_cli.api.replies import body_text, embedded_json, error_body, failures, unstreamed
from mimo_cli.errors import ALWAYS, ProtocolError, ServerError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mimo_cli.api.protocol.stream import StreamDecoder
    from mimo_cli.api.replies.hints import Asked
    from mimo_cli.api.response import Response
    from mimo_cli.errors import MimoError

EXCERPT = 500
"""Characters that are told of what is no event."""
_SHOWN = 200


class CutOffError(ServerError):
    """The stream ended before the answer did, or without a word that it did."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(Phrase("the answer may be incomplete"), why, retry_limit=ALWAYS)


class Said(NamedTuple):
    """What came among the events of a stream, and is none.

    `stray` is JSON or a page, mostly of an error; `doubtful` came in the place of an event, and has
    words that may be an error's. Either may be empty.
    """

    stray: bytes
    doubtful: str


def cut_off(
    decoder: StreamDecoder, first: bytes, doubtful: str, response: Response, asked: Asked
) -> MimoError:
    """Return the error for a stream that ended, and began with `first`, without a stop reason."""
    said = Said(decoder.stray, doubtful)
    if decoder.ending.has_begun:
        why = (
            Phrase("the server gave no stop reason")
            if decoder.stopped
            else Phrase("the stream ended early")
        )
        return explained(CutOffError(why), said, response, asked)
    if doubtful and not said.stray:
        return unread.unreadable(doubtful)
    return explained(unstreamed.no_events_error(first, response.status), said, response, asked)


def lost_part(stray: bytes, conceal: Callable[[str], str]) -> MimoError | None:
    """Return the error for a part of the answer among the lines that are no events."""
    text = stray.decode("utf-8", "replace")
    if not unread.is_lost_part(text):
        return None
    why = Phrase(
        "a part of it cannot be read: {data}", data=conceal(" ".join(text.split()))[:_SHOWN]
    )
    error = ProtocolError(fields.NO_SENSE, why, retry_limit=ALWAYS)
    error.quotes_server = True
    return error


def _telling(stray: bytes) -> bytes:
    """Return which of the lines that are no events tells of a failure, the last that does.

    Else the last, which may. What is one page, or one object in several lines, is so.
    """
    text = stray.decode("utf-8", "replace")
    parts = [*_parts(text)]
    failures_told = (it for it in reversed(parts) if unread.may_tell_failure(it))
    return next(failures_told, parts[-1] if parts else "").encode()


def _parts(text: str) -> Iterator[str]:
    """Yield each object, page and run of other lines that a text has."""
    run: list[str] = []
    for piece, is_whole in pieces.split(text):
        if (is_whole or piece.startswith("<")) and not (
            run and run[0].startswith("<") and not is_whole
        ):
            if run:
                yield "\n".join(run)
            run = []
        if is_whole:
            yield piece
        else:
            run += [piece] if run or piece.strip() else []
    if run:
        yield "\n".join(run)


def passed_over(said: Said, conceal: Callable[[str], str], *, is_failure: bool) -> Unread:
    """Return what came among the events of a whole answer; `is_failure` is of what is doubtful."""
    part = _telling(said.stray)
    is_strayed = part and unread.may_tell_failure(part.decode("utf-8", "replace"))
    if part and (is_strayed or not is_failure):
        content = embedded_json.parse(part)
        shown = conceal(body_text.words(part, content).shown)[:EXCERPT]
        return Unread(shown, may_be_error=True, is_failure=bool(is_strayed))
    return Unread(said.doubtful, may_be_error=True, is_failure=is_failure)


def explained(error: MimoError, said: Said, response: Response, asked: Asked) -> MimoError:
    """Return an error with what the server may have said of it, or what it said in its place."""
    if error.quotes_server or not any(said):
        return error
    data = verbatim(said.doubtful)
    if part := _telling(said.stray):
        content = embedded_json.parse(part)
        if error_body.is_error(content):
            return failures.from_body(response, content, asked)
        words = body_text.words(part, content).shown
        data = words.with_values(lambda text: asked.endpoint.conceal(text)[:EXCERPT])
    why = error.why or error.what
    error.why = Phrase("{why}, after the server sent: {data}", why=why, data=data)
    error.quotes_server = True
    return error
