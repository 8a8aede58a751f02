"""What to do about a server's refusal. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.advice import Action, ChooseModel, LeaveMediaOut, ReplaceModel, SeeModels, SetKey
from mimo_cli.api.endpoint import CONSOLE
from mimo_cli.catalogue import models, suggestions
from mimo_cli.common_phrases import either
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.advice import Advice
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.encode import NewMedia
    from mimo_cli.api.protocol.messages import MediaKind

    Hint = Phrase | Advice

_OF_KEY = r"(?i)\bapi[ _-]?key\b"
_TOO_LONG = (
    r"(?i)context.{0,20}(?:length|window|size|long|exceed)|too long|too many tokens|上下文|超长"
)
_MEDIA = r"(?i)support (?:image|audio|video|file)|(?:image|audio|video) input"
_PLAIN = r"(?i)plain http request|http request to an https|plain http to an ssl"
"""What nginx, Go and Apache say to plain http on a port of https."""
_FEW = 5
_CHECK_BASE_URL = Phrase("Check base_url; for MiMo it ends in /anthropic.")


class Asked(NamedTuple):
    """Who was asked for what; hints depend on it.

    `model` is None when the request was not about one; `listed` are the models that the server
    last said it has. `media` are the kinds of the media in the request, `size` is its own in bytes.
    `is_shrinkable`: the extra `images`, which is not there, would make a picture in it smaller.
    `new_media` are those that its last message has: the others were sent before.
    """

    endpoint: Endpoint
    model: str | None
    listed: Sequence[str] = ()
    media: tuple[str, ...] = ()
    size: int | None = None
    is_shrinkable: bool = False
    new_media: tuple[NewMedia, ...] = ()


def for_blocked(kinds: Sequence[MediaKind], *, has_media: bool) -> Hint:
    """Return what to do about a question that a filter blocked; the kinds are of its own media.

    `has_media`: it was sent with media, which may be those of earlier questions alone.
    """
    if not kinds and has_media:
        return Action.LEAVE_EARLIER_MEDIA_OUT
    if not kinds:
        return Phrase("Put the question in other words.")
    what = _ATTACHED[kinds[0]] if len({*kinds}) == 1 else (_ATTACHMENTS, _ATTACHMENTS)
    return LeaveMediaOut(what[len(kinds) > 1])


_ATTACHMENTS = Phrase("what is attached")
_ATTACHED = {
    "image": (Phrase("the picture"), Phrase("the pictures")),
    "audio": (Phrase("the recording"), Phrase("the recordings")),
    "video": (Phrase("the film"), Phrase("the films")),
}
"""One, and several."""


def for_forbidden(endpoint: Endpoint) -> Hint:
    """Return what to do where a key is not allowed something (403)."""
    if endpoint.is_mimo:
        return Phrase(
            "This region may not be served, or the key is restricted: see {url}", url=CONSOLE
        )
    if endpoint.key is None:
        return for_refused_key(endpoint)
    return Phrase(
        "{host} does not let this key do that. It came from {source}.",
        host=endpoint.host,
        source=endpoint.key_source,
    )


def for_used_up_plan(endpoint: Endpoint) -> Phrase:
    """Return where a plan is looked after."""
    return Phrase("See {url}.", url=CONSOLE) if endpoint.is_mimo else ask_host(endpoint)


def ask_host(endpoint: Endpoint) -> Phrase:
    """Return whom to ask about a server of others."""
    return Phrase("Ask whoever runs {host}.", host=endpoint.host)


def for_refused_key(endpoint: Endpoint) -> Hint:
    """Return where the key came from that was refused (401), or why none was sent."""
    if endpoint.auth == "none":
        return Action.SEND_KEY
    if endpoint.withheld is not None:
        return SetKey(withheld=endpoint.withheld.source)
    if endpoint.key is None:
        return SetKey()
    source = endpoint.key_source
    if regions := endpoint.other_regions():
        return Phrase(
            "The key came from {source}. Its plan may be of {hosts} (base_url).",
            source=source,
            hosts=either(regions),
        )
    if endpoint.is_mimo:
        return Phrase(
            "The key came from {source}. Keys are made at {url}.", source=source, url=CONSOLE
        )
    others = [auth for auth in ("bearer", "x-api-key", "api-key") if auth != endpoint.auth]
    return Phrase(
        "The key came from {source}. Or this server wants auth = {auth}.",
        source=source,
        auth=either(others),
    )


def for_refused_request(why: str, asked: Asked) -> Hint:
    """Return what to do about a request that the server refused with these words."""
    if re.search(_PLAIN, why):
        return Phrase("Write https:// in base_url.")
    if asked.model is None:
        return NOTHING
    if re.search(_MEDIA, why):
        return Action.OTHER_MODEL_FOR_ATTACHMENT
    if re.search(r"reasoning_content|thinking", why, re.IGNORECASE):
        return Phrase(
            "Start a new conversation; if this was one question, please report it as a bug."
        )
    if re.search(_TOO_LONG, why):
        return Phrase("Shorten the question, or attach less.")
    if re.search(r"\bmodel\b(?! group)|模型", why, re.IGNORECASE):
        return for_unknown_model(asked)
    return for_refused_key(asked.endpoint) if re.search(_OF_KEY, why) else NOTHING


def for_unknown_model(asked: Asked) -> Hint:
    """Return the model that was probably meant, or where the models are listed."""
    model = asked.model or ""
    if asked.listed or not (asked.endpoint.is_mimo or model.lower().startswith("mimo-")):
        return _for_model_of_others(model, asked.listed)
    known = models.find(model)
    if known is None:
        return ChooseModel(suggestions.nearest(model) or tuple(it.id for it in models.current()))
    if known.retired and known.replacement:
        return ReplaceModel(model, known.retired, known.replacement)
    return _CHECK_BASE_URL


def _for_model_of_others(model: str, listed: Sequence[str]) -> Hint:
    """Return the hint for a server of which only its own list is known."""
    if not listed:
        return Action.LIST_MODELS
    if model in listed:
        return _CHECK_BASE_URL
    if names := suggestions.nearest(model, listed):
        return ChooseModel(names)
    return SeeModels(tuple(listed[:_FEW]), more=max(0, len(listed) - _FEW))
