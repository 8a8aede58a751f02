"""A redirect, which is never followed, as an error for people. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from mimo_cli.advice import SetBaseUrl
from mimo_cli.api.hosts import port_of
from mimo_cli.errors import ServerError
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from mimo_cli.advice import Advice
    from mimo_cli.api.endpoint import Endpoint

_LONGEST = 120
_LOGIN = r"(?i)log.?in|sign.?in|auth|sso|portal|captive"
_NETWORK = Phrase("Check base_url, and whether this network wants you to log in.")
_CHECK = Phrase("Check base_url.")
_SAME = Phrase("another address of the same server")
_REDIRECTED = Phrase("the server redirected")


class _Words(NamedTuple):
    what: Phrase
    why: Phrase = NOTHING
    hint: Phrase | Advice = _CHECK


def redirect_error(endpoint: Endpoint, url: str, location: str, status: int) -> ServerError:
    """Return the error for a redirect from `url` to where a Location header says."""
    try:
        there = urlsplit(urljoin(url, location.strip()))
        port = port_of(there)
    except ValueError:
        words = _Words(_REDIRECTED, Phrase("its Location is no URL"))
    else:
        words = _words(endpoint, urlsplit(url), there, port) if location.strip() else _nowhere()
    return ServerError(words.what, words.why, words.hint, status=status)


def _nowhere() -> _Words:
    return _Words(_REDIRECTED, Phrase("it does not say where"))


def _words(endpoint: Endpoint, here: SplitResult, there: SplitResult, port: int) -> _Words:
    is_same_host = there.hostname == here.hostname
    if is_same_host and (there.scheme, port) == (here.scheme, port_of(here)):
        return _elsewhere(here, there)
    if is_same_host and there.scheme == "https" and here.scheme == "http":
        what = Phrase("the server redirected to https://{host}", host=there.netloc)
        hint = _base_url(there) or Phrase("Write https:// there.")
        return _Words(what, Phrase("base_url says plain http"), hint)
    if is_same_host and there.scheme == "http" and here.scheme == "https":
        what = Phrase("the server redirected to plain http ({host})", host=there.hostname)
        return _Words(what, Phrase("refusing to send anything unencrypted"))
    why = (
        Phrase("refusing to send the question there")
        if endpoint.key is None
        else Phrase("refusing to send the key there")
    )
    name = there.netloc.rpartition("@")[2] if is_same_host else there.hostname or there.scheme
    where = Phrase("the server redirected to {host}", host=name) if name else _NOWHERE
    return _Words(where, why, _NETWORK)


_NOWHERE = Phrase("the server redirected to nowhere")


def _elsewhere(here: SplitResult, there: SplitResult) -> _Words:
    """Return the words for the same server."""
    if there.path == here.path and there.query == here.query:
        return _Words(_REDIRECTED, Phrase("it names the address that was asked"))
    path = there.path[:_LONGEST] or "/"
    what = Phrase("the server redirected to {path}", path=path)
    if re.search(_LOGIN, there.path):
        return _Words(what, _SAME, Phrase("It seems to want a login: Check base_url."))
    return _Words(what, _SAME, _base_url(there) or _CHECK)


def _base_url(there: SplitResult) -> SetBaseUrl | None:
    """Return what to set, if messages or models are at the other address, without oddities.

    The host is known already, the path is the server's own word.
    """
    url = f"{there.scheme}://{there.netloc}{there.path}"
    match = re.fullmatch(r"([A-Za-z0-9:/._~\[\]-]+?)/v1/(?:messages|models)", url)
    return SetBaseUrl(match[1]) if match else None
