"""Whether the model that is asked takes the media that are sent, before they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.advice import EarlierMedia, ModelsForMedia
from mimo_cli.api.protocol.messages import Media, UrlSource
from mimo_cli.api.replies import media_refusals
from mimo_cli.attachments import web_address
from mimo_cli.catalogue import models, suggestions
from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Message

_FEW = 2


def check(messages: Sequence[Message], model: str, endpoint: Endpoint) -> None:
    """Refuse media that the model, or the service that would have to fetch them, cannot take.

    A model that is not known may take anything. The last of the messages is the new one.

    Raises:
        UsageError: it is known to take no such media; or an address is of this machine.
    """
    _check(messages[-1:], model, endpoint)
    try:
        _check(messages[:-1], model, endpoint)
    except UsageError as error:  # to leave out what is attached now would be of no use
        names = error.hint.names if isinstance(error.hint, ModelsForMedia) else ()
        raise UsageError(error.what, error.why, EarlierMedia(names)) from error


def _check(messages: Iterable[Message], model: str, endpoint: Endpoint) -> None:
    for media in _media(messages):
        if refusal := refusal_of_model(media, model):
            raise refusal
        check_address(media, endpoint)


def check_address(media: Media, endpoint: Endpoint) -> None:
    """Refuse what the service would have to fetch, and cannot.

    Raises:
        UsageError: it is on this machine or its network, and the service elsewhere.
    """
    if not isinstance(media.source, UrlSource) or endpoint.is_loopback:
        return
    if refusal := web_address.refusal(media.source.url):
        what = Phrase("the service cannot fetch {address}", address=media.source.url)
        raise UsageError(what, refusal, Phrase("Download it, and attach the file."))


def refusal_of_model(media: Media, model: str) -> UsageError | None:
    """Return the error for a model that is known to take no such media; None if it may take it."""
    if models.takes(model, media.kind) is not False:
        return None
    what = media_refusals.not_taken(model, media.kind)
    others = suggestions.who_takes(media.kind, model)
    return UsageError(what, hint=ModelsForMedia(others[:_FEW]))


def _media(messages: Iterable[Message]) -> Iterator[Media]:
    for message in messages:
        if not isinstance(message.content, str):
            yield from (block for block in message.content if isinstance(block, Media))
