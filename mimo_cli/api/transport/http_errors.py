"""What a reply that is no HTTP, or breaks off, means: errors for people. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.advice import SuspectBaseUrl
from mimo_cli.common_phrases import file_size
from mimo_cli.errors import ALWAYS, MimoError, NetworkError, ProtocolError, ServerError
from mimo_cli.phrases import NOTHING, Phrase, verbatim

if TYPE_CHECKING:
    from mimo_cli.api.transport.heard import Heard
    from mimo_cli.api.transport.proxies.proxy_url import Proxy

_BLANK = Phrase("blank lines stand before its head")
_NO_PROPER_HTTP = Phrase("this is not proper HTTP")
LARGE = 1_000_000
"""Bytes of a request that a server may find too many."""
_TRY_LATER = Phrase("Try again later.")


def through(where: str, proxy: Proxy | None) -> Phrase:
    """Return the name of a server, with the proxy on the way to it, if there is one."""
    if proxy is None:
        return verbatim(where)
    return Phrase("{where} through proxy {proxy}", where=where, proxy=proxy.where)


def without_bytes(error: Exception) -> str:
    """Return what h11 finds wrong in a reply, without the bytes, which it quotes as Python does."""
    return str(error).partition(": bytearray")[0]


def proxy_reply(heard: Heard, why: str = "") -> Phrase:
    """Say what a proxy answered in the place of HTTP; `why` is what is wrong in its head."""
    if heard.is_tls:
        return Phrase("it speaks TLS, so its address begins with https://")
    if not heard.is_http:
        return _BLANK if heard.is_late_http else _answered(heard)
    if heard.has_ended:
        return Phrase("it closed the connection after: {words}", words=heard.words)
    return verbatim(why) if why else NOTHING


def broken_head(where: str, proxy: Proxy | None, heard: Heard, why: str) -> MimoError:
    """Say what came in the place of a reply's head; `why` says what is wrong in it, if known."""
    if not heard.first:
        return _no_reply(where, proxy)
    if not heard.is_http:
        return _no_http(where, heard)
    if heard.has_ended:
        return ProtocolError(
            Phrase("the reply broke off"),
            Phrase(
                "{where} closed the connection after: {words}",
                where=through(where, proxy),
                words=heard.words,
            ),
            _TRY_LATER,
            retry_limit=ALWAYS,
        )
    if re.match(rb"HTTP/1\.[01] 101\b", heard.first):
        what = Phrase("the server gave an unexpected reply")
        return ProtocolError(what, Phrase("status {status}", status=101), status=101)
    problem = verbatim(why) if why else heard.words
    return ProtocolError(_NO_PROPER_HTTP, problem, retry_limit=ALWAYS)


def broken_body(where: str, proxy: Proxy | None, heard: Heard) -> MimoError:
    """Say that a reply's body broke off, or what is wrong in it: only its chunks have a form."""
    if heard.has_ended:
        return connection_lost(where, proxy)
    name = through(where, proxy)
    why = Phrase("{where} sends chunks that are not as HTTP has them", where=name)
    return ProtocolError(Phrase("the reply's framing is broken"), why, retry_limit=ALWAYS)


def connection_lost(where: str, proxy: Proxy | None) -> ServerError:
    """Say that the connection broke within the reply."""
    why = Phrase("{where} closed it", where=where) if proxy is None else _way_closed(where, proxy)
    return ServerError(Phrase("connection lost"), why, retry_limit=ALWAYS)


def broke_off_packed() -> ServerError:
    """Say that a compressed body lacks its end, whatever HTTP says of it."""
    why = Phrase("what is compressed in it lacks its end")
    return ServerError(Phrase("the reply broke off"), why, _TRY_LATER, retry_limit=ALWAYS)


_PROXIES_SAY = (403, 502, 503, 504)
"""Statuses that a proxy which forwards gives by itself, and a server too (RFC 9110, 15)."""


def perhaps_of_proxy(error: MimoError, proxy: Proxy) -> MimoError:
    """Say of an error that stands for a reply that the proxy may have given it."""
    if error.status in _PROXIES_SAY and isinstance(error.hint, Phrase):
        template = "It went through proxy {proxy}, which may have said that: {variable} names it."
        told = Phrase(template, proxy=proxy.where, variable=proxy.variable)
        error.hint = Phrase("{hint} {more}", hint=error.hint, more=told) if error.hint else told
    return error


_DAMAGED = Phrase("the reply is damaged")
_COMPRESSED = Phrase(
    "Try again. If that does not help: something between here and the server compresses it."
)


class DamagedError(ProtocolError):
    """What is compressed in a body is not what was sent."""


class ChecksumError(DamagedError):
    """A body could be unpacked, but is not what was packed: not even a whole answer is right."""


def damaged_packing(problem: str) -> DamagedError:
    """Say that a compressed body cannot be unpacked; `problem` is what zlib finds in it."""
    why = Phrase("what is compressed in it cannot be unpacked ({problem})", problem=problem)
    return DamagedError(_DAMAGED, why, _COMPRESSED, retry_limit=ALWAYS)


def wrong_checksum() -> ChecksumError:
    """Say that an unpacked body is not what was packed."""
    why = Phrase("its checksum is wrong: the text may not be what was sent")
    return ChecksumError(_DAMAGED, why, _COMPRESSED, retry_limit=ALWAYS)


def upload_broke(where: str, proxy: Proxy | None, size: int) -> NetworkError:
    """Say that the connection ended, without a word, before a body of `size` bytes was out."""
    found = _no_reply(where, proxy)
    found.what = Phrase("the upload broke off")
    template = "It may take no request of {size}: try it with less."
    found.hint = Phrase(template, size=file_size(size))
    return found


def _no_reply(where: str, proxy: Proxy | None) -> NetworkError:
    why = (
        Phrase("{where} closed the connection", where=where)
        if proxy is None
        else _way_closed(where, proxy)
    )
    return NetworkError(Phrase("no reply"), why, _TRY_LATER, retry_limit=ALWAYS)


def _way_closed(where: str, proxy: Proxy) -> Phrase:
    return Phrase("the way to {where} was closed", where=through(where, proxy))


def _no_http(where: str, heard: Heard) -> ProtocolError:
    if heard.is_tls:
        what, why = Phrase("{where} speaks TLS", where=where), Phrase("base_url says plain http")
        return ProtocolError(what, why, SuspectBaseUrl(Phrase("Write https:// in base_url.")))
    if heard.is_late_http:
        return ProtocolError(_NO_PROPER_HTTP, _BLANK, retry_limit=ALWAYS)
    what = Phrase("{where} is no HTTP server", where=where)
    hint = SuspectBaseUrl(Phrase("Check base_url: is the port right?"))
    return ProtocolError(what, _answered(heard), hint, retry_limit=ALWAYS)


def _answered(heard: Heard) -> Phrase:
    return Phrase("it answered: {words}", words=heard.words)
