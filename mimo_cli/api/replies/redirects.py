"""A redirect, which is never followed, as an error for people. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from mimo_cli.advice import SetBaseUrl
from mimo_cli.errors import ServerError

if TYPE_CHECKING:
    from mimo_cli.advice import Advice
    from mimo_cli.api.endpoint import Endpoint

_LONGEST = 120
_PORTS = {"http": 80, "https": 443}
_LOGIN = r"(?i)log.?in|sign.?in|auth|sso|portal|captive"
_NETWORK = "Check base_url, and whether this network wants you to log in."
_CHECK = "Check base_url."
_SAME = "another address of the same server"


class _Words(NamedTuple):
    what: str
    why: str = ""
    hint: str | Advice = _CHECK


def refused(endpoint: Endpoint, url: str, location: str, status: int) -> ServerError:
    """Return the error for a redirect from `url` to where a Location header says."""
    try:
        there = urlsplit(urljoin(url, location.strip()))
        port = _port(there)
    except ValueError:
        words = _Words("the server redirected", "its Location is no URL")
    else:
        words = _words(endpoint, urlsplit(url), there, port) if location.strip() else _nowhere()
    return ServerError(words.what, words.why, words.hint, status=status)


def _nowhere() -> _Words:
    return _Words("the server redirected", "it does not say where")


def _words(endpoint: Endpoint, here: SplitResult, there: SplitResult, port: int | None) -> _Words:
    is_same_host = there.hostname == here.hostname
    if is_same_host and (there.scheme, port) == (here.scheme, _port(here)):
        return _elsewhere(here, there)
    if is_same_host and there.scheme == "https" and here.scheme == "http":
        what = f"the server redirected to https://{there.netloc}"
        return _Words(what, "base_url says plain http", _base_url(there) or "Write https:// there.")
    if is_same_host and there.scheme == "http" and here.scheme == "https":
        what = f"the server redirected to plain http ({there.hostname})"
        return _Words(what, "refusing to send anything unencrypted")
    thing = "the key" if endpoint.key is not None else "the question"
    name = there.netloc.rpartition("@")[2] if is_same_host else there.hostname or there.scheme
    why = f"refusing to send {thing} there"
    return _Words(f"the server redirected to {name or 'nowhere'}", why, _NETWORK)


def _elsewhere(here: SplitResult, there: SplitResult) -> _Words:
    """The words for the same server."""
    if there.path == here.path and there.query == here.query:
        return _Words("the server redirected", "it names the address that was asked")
    what = f"the server redirected to {there.path[:_LONGEST] or '/'}"
    if re.search(_LOGIN, there.path):
        return _Words(what, _SAME, "It seems to want a login: " + _CHECK)
    return _Words(what, _SAME, _base_url(there) or _CHECK)


def _base_url(there: SplitResult) -> SetBaseUrl | None:
    """What to set, if messages or models are at the other address. It is to be typed: no oddities.

    The host is known already, the path is the server's own word.
    """
    url = f"{there.scheme}://{there.netloc}{there.path}"
    match = re.fullmatch(r"([A-Za-z0-9:/._~\[\]-]+?)/v1/(?:messages|models)", url)
    return SetBaseUrl(match[1]) if match else None


def _port(url: SplitResult) -> int | None:
    return url.port or _PORTS.get(url.scheme)
