"""What was said among the events of a stream: why it ended without a stop reason, say. Pure.

Loaded for those alone: most answers come to their end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Unread
from mimo_cli.api.protocol.odd import unread
from mimo_cli.api.replies import body_text, embedded_json, error_body, failures, unstreamed
from mimo_cli.errors import ALWAYS, ServerError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.api.protocol.stream import StreamDecoder
    from mimo_cli.api.replies.hints import Asked
    from mimo_cli.api.response import Response
    from mimo_cli.errors import MimoError

EXCERPT = 500
"""Characters that are told of what is no event."""


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


def passed_over(said: Said, conceal: Callable[[str], str], *, is_failure: bool) -> Unread:
    """Return what came among the events of a whole answer; `is_failure` is of what is doubtful."""
    if said.stray:
        content = embedded_json.parse(said.stray)
        shown = conceal(body_text.words(said.stray, content).shown)[:EXCERPT]
        is_lost = b'"content_block_delta"' in said.stray  # in several lines without `data:`
        is_failure = is_lost or error_body.is_error(content) or said.stray.startswith(b"<")
        return Unread(shown, may_be_error=True, is_failure=is_failure)
    return Unread(said.doubtful, may_be_error=True, is_failure=is_failure)


def explained(error: MimoError, said: Said, response: Response, asked: Asked) -> MimoError:
    """Return an error with what the server may have said of it, or what it said in its place."""
    if error.quotes_server or not any(said):
        return error
    data = verbatim(said.doubtful)
    if said.stray:
        content = embedded_json.parse(said.stray)
        if error_body.is_error(content):
            return failures.from_body(response, content, asked)
        words = body_text.words(said.stray, content).shown
        data = words.with_values(lambda text: asked.endpoint.conceal(text)[:EXCERPT])
    why = error.why or error.what
    error.why = Phrase("{why}, after the server sent: {data}", why=why, data=data)
    error.quotes_server = True
    return error
