"""Replies that are no stream of events: refusals, pages, whole messages. Pure.

Loaded for those alone: most replies are streams.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.protocol import decode
from mimo_cli.api.replies import embedded_json, error_body, failures, redirects, sniffing, wrapped
from mimo_cli.errors import ALWAYS, MimoError, ProtocolError, ServerError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.api.protocol.messages import Event
    from mimo_cli.api.replies.hints import Asked
    from mimo_cli.api.response import Response

REDIRECTS = range(300, 400)
"""The statuses that want a request to go elsewhere."""
_SHOWN = 60


class Unstreamed(NamedTuple):
    """What a reply says that was not streamed; its events come before the error it names."""

    events: Sequence[Event]
    error: MimoError | None


def refusal_error(response: Response, url: str, asked: Asked, *, encoding: str = "") -> MimoError:
    """Return the error for a reply of another status than 200; `url` was asked for.

    `encoding` is how its body is compressed, where nobody can read that.
    """
    if response.status in REDIRECTS:
        location = response.headers.get("location", "")
        return redirects.redirect_error(asked.endpoint, url, location, response.status)
    if not encoding:
        return failures.from_response(response, asked)
    error = failures.from_response(response._replace(body=b""), asked)
    error.why = error.why or failures.compressed(encoding)
    return error


def read_message(response: Response, asked: Callable[[], Asked]) -> Unstreamed:
    """Return what a reply with status 200 says that is no stream. `asked` is for its error.

    Raises:
        ProtocolError: it is no message.
        ServerError: there is nothing in it.
    """
    if not response.body.strip():
        raise empty_error()
    content = wrapped.parse_body(response.body)
    is_error = error_body.is_error(content)
    has_content = isinstance(content, dict) and bool(content.get("content"))
    return Unstreamed(
        decode.decode_message(content) if has_content or not is_error else (),
        failures.from_body(response, content, asked()) if is_error else None,
    )


def empty_error() -> ServerError:
    """Return the error for a reply without anything."""
    why = Phrase("the server sent no answer")
    return ServerError(Phrase("empty response"), why, retry_limit=ALWAYS)


def no_events_error(first: bytes, status: int) -> MimoError:
    """Return the error for a reply in which no event was found; it may be something else."""
    content = embedded_json.parse(first)
    if isinstance(content, dict) and (foreign := wrapped.foreign_error(content)):
        return foreign  # with chunks of nothing alone
    text = first.strip(sniffing.BLANK)
    if not text or text.startswith(sniffing.EVENTS):
        return empty_error()
    for beginning, name in ((sniffing.GZIP, "gzip"), (sniffing.ZSTD, "zstd")):
        if text.startswith(beginning):
            return failures.from_encoding(name, status)
    words = text.splitlines()[0][:_SHOWN].decode("utf-8", "replace")
    why = (
        Phrase("it begins: {words}", words=words)
        if words.isprintable()
        else Phrase("it is no text")
    )
    return ProtocolError(wrapped.NO_ANSWER, why, Phrase("Check base_url."))
