"""What to do about a server's refusal, in words. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.endpoint import CONSOLE
from mimo_cli.catalogue import models

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.endpoint import Endpoint

_OF_KEY = r"(?i)\bapi[ _-]?key\b"
_TOO_LONG = (
    r"(?i)context.{0,20}(?:length|window|size|long|exceed)|too long|too many tokens|上下文|超长"
)
_MEDIA = r"(?i)support (?:image|audio|video|file)|(?:image|audio|video) input"
_PLAIN = r"(?i)plain http request|http request to an https|plain http to an ssl"
"""What nginx, Go and Apache say to plain http on a port of https."""
_FEW = 5
_WHERE = "Check base_url; for MiMo it ends in /anthropic."


class Asked(NamedTuple):
    """Who was asked for what: advice depends on it."""

    endpoint: Endpoint
    model: str | None
    listed: Sequence[str]


def forbidden(endpoint: Endpoint) -> str:
    """Return why a key may not be let do something."""
    if endpoint.is_mimo:
        return "This region may not be served, or the key is restricted: see " + CONSOLE
    if endpoint.key is None:
        return where_from(endpoint)
    return f"{endpoint.host} does not let this key do that. It came from {endpoint.key_source}."


def see_console(endpoint: Endpoint) -> str:
    """Return where a plan is looked after."""
    return f"See {CONSOLE}." if endpoint.is_mimo else at_host(endpoint)


def at_host(endpoint: Endpoint) -> str:
    """Return whom to ask about a server of others."""
    return f"Ask whoever runs {endpoint.host}."


def where_from(endpoint: Endpoint) -> str:
    """Return where the key came from that was refused, or why none was sent."""
    if endpoint.auth == "none":
        words = "mimo config set auth bearer (or x-api-key)"
        return f"No key was sent: auth is none. For one: {words}"
    if endpoint.key is None and endpoint.key_source:  # there is one, for another server
        words = "mimo config set -p NAME api_key"
        return f"No key was sent: {endpoint.key_source}. A profile's own: {words}"
    if endpoint.key is None:
        return "No key was sent. Set one: mimo config set api_key"
    if regions := endpoint.other_regions():
        hosts = " or ".join(regions)
        return f"The key came from {endpoint.key_source}. Its plan may be of {hosts} (base_url)."
    if endpoint.is_mimo:
        return f"The key came from {endpoint.key_source}. Keys are made at {CONSOLE}."
    others = " or ".join(
        auth for auth in ("bearer", "x-api-key", "api-key") if auth != endpoint.auth
    )
    return f"The key came from {endpoint.key_source}. Or this server wants auth = {others}."


def on_request(why: str, asked: Asked) -> str:
    """Return what to do about a request that was refused with these words; empty if nothing."""
    if re.search(_PLAIN, why):
        return "Write https:// in base_url."
    if asked.model is None:
        return ""
    if re.search(_MEDIA, why):
        return "Ask a model that takes it (-m), or leave the attachment out."
    if re.search(r"reasoning_content|thinking", why, re.IGNORECASE):
        return "Start a new conversation; if this was one question, please report it as a bug."
    if re.search(_TOO_LONG, why):
        return "Shorten the question, or attach less."
    if re.search(r"\bmodel\b(?! group)|模型", why, re.IGNORECASE):
        return on_model(asked)
    return where_from(asked.endpoint) if re.search(_OF_KEY, why) else ""


def on_model(asked: Asked) -> str:
    """Return the model that was probably meant, or where the models are listed."""
    model = asked.model or ""
    if asked.listed or not (asked.endpoint.is_mimo or model.lower().startswith("mimo-")):
        return _listed_hint(model, asked.listed)
    known = models.find(model)
    if known is not None and known.replacement:
        return f"{model} was retired on {known.retired}; use -m {known.replacement}."
    if known is not None:
        return _WHERE
    names = models.nearest(model) or tuple(entry.id for entry in models.current())
    return f"Did you mean -m {' or '.join(names)}?"


def _listed_hint(model: str, listed: Sequence[str]) -> str:
    """For a server of which nothing is known but what it said itself."""
    if not listed:
        return "Check base_url, and what models it has: mimo models --remote"
    if model in listed:
        return _WHERE
    names = models.nearest(model, listed)
    if names:
        return f"Did you mean -m {' or '.join(names)}?"
    more = f" and {len(listed) - _FEW} more (mimo models --remote)" if len(listed) > _FEW else ""
    return f"The server has {', '.join(listed[:_FEW])}{more}."
