"""What a reply that is no HTTP, or breaks off, means: errors for people. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.errors import ALWAYS, MimoError, NetworkError, ProtocolError, ServerError

if TYPE_CHECKING:
    from mimo_cli.api.transport.heard import Heard
    from mimo_cli.api.transport.proxy import Proxy

_BLANK = "blank lines stand before its head"


def through(proxy: Proxy | None) -> str:
    """Return the words for a proxy on the way, empty without one."""
    return "" if proxy is None else f" through proxy {proxy.where}"


def unquoted(error: Exception) -> str:
    """Return what h11 finds wrong in a reply, without the bytes, which it quotes as Python does."""
    return str(error).partition(": bytearray")[0]


def of_proxy(heard: Heard, why: str) -> str:
    """Say what a proxy answered in the place of HTTP; `why` is what is wrong in its head."""
    if heard.is_tls:
        return "it speaks TLS, so its address begins with https://"
    if not heard.is_http:
        return _BLANK if heard.words.startswith("HTTP/") else f"it answered: {heard.words}"
    return f"it closed the connection after: {heard.words}" if heard.has_ended else why


def broken_head(where: str, proxy: Proxy | None, heard: Heard, why: str) -> MimoError:
    """Say what came in the place of a reply's head; `why` says what is wrong in it, if known."""
    if not heard.first:
        return _no_reply(where, proxy)
    if not heard.is_http:
        return _no_http(where, heard)
    if heard.has_ended:
        return ProtocolError(
            "the reply broke off",
            f"{where}{through(proxy)} closed the connection after: {heard.words}",
            "Try again later.",
            retry_limit=ALWAYS,
        )
    if re.match(rb"HTTP/1\.[01] 101\b", heard.first):
        return ProtocolError("the server gave an unexpected reply", "status 101", status=101)
    return ProtocolError("this is not proper HTTP", why or heard.words, retry_limit=ALWAYS)


def broken_body(where: str, proxy: Proxy | None, heard: Heard) -> MimoError:
    """Say that a reply's body broke off, or what is wrong in it: only its chunks have a form."""
    if not heard.has_ended:
        why = f"{where}{through(proxy)} sends chunks that are not as HTTP has them"
        return ProtocolError("the reply's framing is broken", why, retry_limit=ALWAYS)
    return connection_lost(where, proxy)


def connection_lost(where: str, proxy: Proxy | None) -> ServerError:
    """Say that the connection broke within the reply."""
    why = f"{where} closed it" if proxy is None else _way_closed(where, proxy)
    return ServerError("connection lost", why, retry_limit=ALWAYS)


def _no_reply(where: str, proxy: Proxy | None) -> NetworkError:
    why = f"{where} closed the connection" if proxy is None else _way_closed(where, proxy)
    return NetworkError("no reply", why, "Try again later.", retry_limit=ALWAYS)


def _way_closed(where: str, proxy: Proxy) -> str:
    return f"the way to {where}{through(proxy)} was closed"


def _no_http(where: str, heard: Heard) -> ProtocolError:
    if heard.is_tls:
        what, why = f"{where} speaks TLS", "base_url says plain http"
        return ProtocolError(what, why, "Write https:// in base_url.")
    if heard.words.startswith("HTTP/"):
        return ProtocolError("this is not proper HTTP", _BLANK, retry_limit=ALWAYS)
    what = f"{where} is no HTTP server"
    hint = "Check base_url: is the port right?"
    return ProtocolError(what, f"it answered: {heard.words}", hint, retry_limit=ALWAYS)
