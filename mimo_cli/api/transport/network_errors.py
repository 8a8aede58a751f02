"""What goes wrong on the way to a server, as errors for people. Pure but for the clock."""

from __future__ import annotations

import re
import socket
import ssl
from typing import TYPE_CHECKING, Literal

import httpcore

from mimo_cli.advice import Action, SuspectBaseUrl
from mimo_cli.api.endpoint import without
from mimo_cli.api.hosts import authority, host_and_port
from mimo_cli.api.response import PROXY_AUTHENTICATION_REQUIRED
from mimo_cli.api.transport import http_errors, tls_errors
from mimo_cli.api.transport.http_errors import through
from mimo_cli.api.transport.proxies import socks_reply
from mimo_cli.api.transport.tls_errors import cannot_connect, causes
from mimo_cli.api.transport.trust import openssl_words
from mimo_cli.errors import ALWAYS, NetworkError
from mimo_cli.phrases import NOTHING, Phrase, reason, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.transport.heard import Heard
    from mimo_cli.api.transport.proxies.proxy_url import Proxy

Stage = Literal["target", "name", "connection", "proxy tls", "proxy", "tls"]
"""How far the making of a connection is: looking up the server's name for a proxy that does not,
looking up a name (of the proxy, where there is one), reaching its address, TLS with the proxy,
asking it for the way on, TLS with the server.
"""

_LONGEST_REPLY = 200
_NOT_LET_IN = 401
_FIRST_5XX = 500


def translate(
    error: Exception,
    url: str,
    proxy: Proxy | None,
    heard: Heard,
    *,
    has_head: bool,
    unsent: int = 0,
) -> Exception:
    """Return what an exception of httpcore's means; any other as it is.

    `unsent` is the size, in bytes, of a request's body of which some did not go out.
    """
    where = authority(*host_and_port(url))
    match error:
        case httpcore.ConnectTimeout():  # with a proxy: that led on, and the server is silent
            return late("tls", where, proxy, None, heard)
        case httpcore.ConnectError():
            return connect_error(error, where, proxy)
        case httpcore.WriteTimeout():
            why = Phrase("{where} takes no more data", where=where)
            return NetworkError(Phrase("the upload stalled"), why)
        case httpcore.RemoteProtocolError() if has_head:
            return http_errors.broken_body(where, proxy, heard)
        case httpcore.NetworkError() | httpcore.ProtocolError() | httpcore.TimeoutException():
            if has_head:
                return http_errors.connection_lost(where, proxy)
            if not heard.first and (ended := _ended_tls(error, url, where, proxy)) is not None:
                return ended
            is_said = isinstance(error, httpcore.RemoteProtocolError)
            problem = http_errors.without_bytes(error) if is_said else ""
            if proxy is not None and url.startswith("http:") and heard.first:
                status, words = heard.status_line
                if status == PROXY_AUTHENTICATION_REQUIRED:
                    return proxy_refused(proxy, where, status, words, ())
                return proxy_makes_no_sense(proxy, http_errors.proxy_reply(heard, problem))
            if unsent >= http_errors.LARGE and not heard.first:
                return http_errors.upload_broke(where, proxy, unsent)
            return http_errors.broken_head(where, proxy, heard, problem)
        case _:
            return error  # one of ours, or a bug: shown as one


def _ended_tls(error: Exception, url: str, where: str, proxy: Proxy | None) -> NetworkError | None:
    """Return what it means that the other side ended TLS in the place of a reply, if it did.

    Without TLS to the server that is the proxy, which gets the requests themselves.
    """
    if proxy is not None and url.startswith("http:"):
        return _proxy_ended_tls(error, proxy)
    return tls_errors.alert_error(error, through(where, proxy))


def _proxy_ended_tls(error: Exception, proxy: Proxy) -> NetworkError | None:
    found = tls_errors.alert_error(error, _name(proxy))
    if found is not None:
        found.hint = _check(proxy)
    return found


def _name(proxy: Proxy) -> Phrase:
    return Phrase("proxy {proxy}", proxy=proxy.where)


def late(
    stage: Stage, where: str, proxy: Proxy | None, seconds: float | None, heard: Heard
) -> NetworkError:
    """Say that no connection came about in time; `heard` is what a proxy has said."""
    took = _TOO_LONG if seconds is None else Phrase("it took over {seconds:g} s", seconds=seconds)
    if proxy is None:
        return cannot_connect(where, took)
    match stage:
        case "tls":
            return cannot_connect(through(where, proxy), took)
        case "proxy":
            return _stuck(proxy, where, seconds, heard)
        case "proxy tls":
            return _unreachable(proxy, took, hint=_plain(proxy))
        case "target":
            what = Phrase("cannot find host {host}", host=where)
            return NetworkError(what, took, _names_here(proxy))
        case _:
            return _unreachable(proxy, took)


def _stuck(proxy: Proxy, target: str, seconds: float | None, heard: Heard) -> NetworkError:
    """Say that a proxy that was asked for a way has opened none."""
    if not heard.first:
        why = (
            Phrase("it does not answer")
            if seconds is None
            else Phrase("it said nothing for {seconds:g} s", seconds=seconds)
        )
        return _proxy_error(proxy, why, _speaks(proxy))
    if not _is_spoken(proxy, heard):
        why = (
            Phrase("it has not ended its answer")
            if seconds is None
            else Phrase("it has not ended its answer for {seconds:g} s", seconds=seconds)
        )
        return _proxy_error(proxy, why, _speaks(proxy))
    why = (
        Phrase("it answered, but opened no way")
        if seconds is None
        else Phrase("it answered, but opened no way for {seconds:g} s", seconds=seconds)
    )
    hint = SuspectBaseUrl(
        Phrase(
            "Is what it goes through itself up? {variable} names it. Or check base_url.",
            variable=proxy.variable,
        ),
        Phrase("Is what it goes through itself up? {variable} names it.", variable=proxy.variable),
    )
    return NetworkError(_not_connected(proxy, target), why, hint)


def _is_spoken(proxy: Proxy, heard: Heard) -> bool:
    """Return whether what a proxy has said is of its protocol."""
    is_spoken = socks_reply.may_begin(proxy, heard.first) if proxy.is_socks else heard.is_http
    return heard.first != b"" and is_spoken


def connect_error(error: Exception, where: str, proxy: Proxy | None) -> NetworkError:
    """Say what an error of DNS, TCP or TLS means, on the way to a server.

    With a proxy the way to that stands already: see `unreachable`.
    """
    return tls_errors.tls_error(error, where, proxy) or _connect_error(error, where, proxy)


def unreachable(proxy: Proxy, error: Exception, stage: Stage = "connection") -> NetworkError:
    """Say what an error of DNS, TCP or TLS means, on the way to a proxy."""
    if isinstance(error, TimeoutError):
        hint = _plain(proxy) if stage == "proxy tls" else NOTHING
        return _unreachable(proxy, _TOO_LONG, hint=hint)
    if (found := tls_errors.tls_error(error, _name(proxy), None)) is not None:
        otherwise = _check(proxy) if tls_errors.speaks_tls(error) else _plain(proxy)
        found.hint = tls_errors.hint_on_proxy_certificate(error, _check(proxy)) or otherwise
        return found
    for cause in causes(error):
        if isinstance(cause, socket.gaierror):
            found = no_such_host(proxy.host, is_temporary=cause.errno == socket.EAI_AGAIN)
            found.what = Phrase("cannot find the proxy's host {host}", host=proxy.host)
            found.hint = _check(proxy)
            return found
    hint = _plain(proxy) if stage == "proxy tls" else NOTHING
    return _unreachable(proxy, _reason(error), hint=hint, retry_limit=ALWAYS)


_TOO_LONG = Phrase("it took too long")


def _plain(proxy: Proxy) -> Phrase:
    return Phrase(
        "Does it speak TLS? Most are written http://HOST:PORT. {check}", check=_check(proxy)
    )


def no_such_host(
    host: str, *, is_temporary: bool = False, proxy: Proxy | None = None
) -> NetworkError:
    """Say that a name has no address; `is_temporary` if nobody could be asked.

    `proxy` is one that has to be told addresses.
    """
    why = Phrase("the name service does not answer") if is_temporary else Phrase("no such host")
    what = Phrase("cannot find host {host}", host=host)
    hint = Action.CHECK_NETWORK if proxy is None else _names_here(proxy)
    retry_limit = ALWAYS if is_temporary else 0
    return NetworkError(what, why, hint, retry_limit=retry_limit)


def _names_here(proxy: Proxy) -> Phrase:
    return Phrase(
        "{variable} says socks4://, so names are looked up here. "
        "Where the proxy can do that: socks4a:// or socks5://",
        variable=proxy.variable,
    )


def no_address_for_socks4(proxy: Proxy, host: str) -> NetworkError:
    """Say that a host is beyond SOCKS 4, which knows the addresses of IPv4 alone."""
    why = Phrase("{host} has no IPv4 address, and SOCKS 4 takes no other", host=host)
    hint = Phrase("Where the proxy can, write socks5:// in {variable}.", variable=proxy.variable)
    return _proxy_error(proxy, why, hint)


def proxy_broke(proxy: Proxy, target: str, error: OSError, heard: Heard) -> NetworkError:
    """Say that the connection to a proxy broke, or stayed silent, when it was asked."""
    if isinstance(error, TimeoutError):
        return late("proxy", target, proxy, None, heard)
    if not heard.first and (ended := _proxy_ended_tls(error, proxy)) is not None:
        return ended
    if _is_spoken(proxy, heard):
        return _refused(proxy, target, _reason(error), retry_limit=ALWAYS)
    return _proxy_error(proxy, _reason(error), _speaks(proxy), retry_limit=ALWAYS)


def proxy_closed(proxy: Proxy, target: str, heard: Heard) -> NetworkError:
    """Say that a proxy went away when it was asked, perhaps within its reply."""
    if proxy.is_socks:
        return _refused(proxy, target, _CLOSED, retry_limit=ALWAYS)
    why = http_errors.proxy_reply(heard, "") if heard.first else _CLOSED
    hint = _check(proxy) if _is_spoken(proxy, heard) else _speaks(proxy)
    return _proxy_error(proxy, _inert(proxy, why), hint, retry_limit=ALWAYS)


def proxy_hung_up(proxy: Proxy) -> NetworkError:
    """Say that a SOCKS proxy went away before it let us in."""
    return _proxy_error(proxy, _CLOSED, _speaks(proxy), retry_limit=ALWAYS)


_CLOSED = Phrase("it closed the connection")


def proxy_makes_no_sense(proxy: Proxy, said: Phrase) -> NetworkError:
    """Say that a proxy does not keep to its protocol, or let us in. SOCKS 4 has no passwords."""
    if proxy.is_socks and not socks_reply.is_version_5(proxy):
        return _proxy_error(proxy, _inert(proxy, said), _speaks(proxy))
    question = (
        Phrase("does it want a password") if proxy.user is None else Phrase("is the password right")
    )
    hint = Phrase(
        "Does it speak {protocol}, and {question}? {check}",
        protocol=_protocol(proxy),
        question=question,
        check=_check(proxy),
    )
    return _proxy_error(proxy, _inert(proxy, said), hint)


def proxy_refused(
    proxy: Proxy, target: str, status: int, reason: str, challenges: Sequence[str]
) -> NetworkError:
    """Say with what status an HTTP proxy refused to lead to `target`.

    `challenges` are the values of its Proxy-Authenticate headers (RFC 9110, 11.7.1).
    """
    said = _inert(proxy, verbatim(f"{status} {reason}".strip()))
    is_password_wrong = proxy.user is not None and status == _NOT_LET_IN  # so says tinyproxy
    if status == PROXY_AUTHENTICATION_REQUIRED or is_password_wrong:
        return _no_password(proxy, said, _auth_schemes(challenges))
    retry_limit = ALWAYS if status >= _FIRST_5XX else 0
    return _refused(proxy, target, said, retry_limit=retry_limit)


def _auth_schemes(challenges: Sequence[str]) -> list[str]:
    """Return the names of the ways to be let in that are offered."""
    bare = re.sub('"[^"]*"', "", ", ".join(challenges))
    return re.findall(r"(?:^|,)\s*([A-Za-z-]+)(?=\s*,|\s*$|\s+[^=\s])", bare)


_SOCKS5_FOR_GOOD = (2, 7, 8)
"""Not allowed, command or address type not supported (RFC 1928, 6)."""
_SOCKS4_REFUSED = 0x5B


def socks_refused(proxy: Proxy, target: str, code: int, said: Phrase) -> NetworkError:
    """Say with what code a SOCKS proxy refused to lead to `target`; `said` is its meaning."""
    is_final = (
        code in _SOCKS5_FOR_GOOD if socks_reply.is_version_5(proxy) else code != _SOCKS4_REFUSED
    )
    return _refused(proxy, target, said, retry_limit=0 if is_final else ALWAYS)


def _not_connected(proxy: Proxy, target: str) -> Phrase:
    return Phrase("proxy {proxy} did not connect to {target}", proxy=proxy.where, target=target)


def _refused(proxy: Proxy, target: str, said: Phrase, *, retry_limit: int) -> NetworkError:
    hint = SuspectBaseUrl(
        Phrase(
            "Check base_url, and what the proxy allows. {variable} names it.",
            variable=proxy.variable,
        ),
        Phrase("Check what the proxy allows. {variable} names it.", variable=proxy.variable),
    )
    return NetworkError(_not_connected(proxy, target), said, hint, retry_limit=retry_limit)


def _no_password(proxy: Proxy, said: Phrase, schemes: Sequence[str]) -> NetworkError:
    if schemes and "basic" not in map(str.lower, schemes):
        why = Phrase(
            "it lets in by {schemes}, and only Basic is known here: {words}",
            schemes=", ".join(schemes)[:_LONGEST_REPLY],
            words=said,
        )
        hint = Phrase(
            "A proxy on this machine that does it (cntlm, px) can stand in {variable}.",
            variable=proxy.variable,
        )
        return _proxy_error(proxy, why, hint)
    if proxy.user is not None:
        why = Phrase("wrong user name or password: {words}", words=said)
        return _proxy_error(proxy, why, _check(proxy))
    hint = Phrase(
        "Write them into {variable}: {scheme}://USER:PASSWORD@{proxy}",
        variable=proxy.variable,
        scheme=proxy.scheme,
        proxy=proxy.where,
    )
    why = Phrase("it wants a user name and password: {words}", words=said)
    return _proxy_error(proxy, why, hint)


def _unreachable(
    proxy: Proxy, why: Phrase, *, hint: Phrase = NOTHING, retry_limit: int = 0
) -> NetworkError:
    what = Phrase("cannot connect to proxy {proxy}", proxy=proxy.where)
    hint = hint or Phrase("Is it running? {check}", check=_check(proxy))
    return NetworkError(what, why, hint, retry_limit=retry_limit)


def _proxy_error(proxy: Proxy, why: Phrase, hint: Phrase, *, retry_limit: int = 0) -> NetworkError:
    what = Phrase("proxy {proxy} failed", proxy=proxy.where)
    return NetworkError(what, why, hint, retry_limit=retry_limit)


def _speaks(proxy: Proxy) -> Phrase:
    return Phrase(
        "Does it speak {protocol}? {check}", protocol=_protocol(proxy), check=_check(proxy)
    )


def _protocol(proxy: Proxy) -> str:
    return "SOCKS" if proxy.is_socks else "HTTP"


def _check(proxy: Proxy) -> Phrase:
    return Phrase("Check {variable}, which names it, or: unset {variable}", variable=proxy.variable)


def _inert(proxy: Proxy, said: Phrase) -> Phrase:
    """Return what a proxy said, not all of a page, and without what lets us in."""
    return said.with_values(lambda words: without(proxy.secrets, words)[:_LONGEST_REPLY])


def _connect_error(error: Exception, where: str, proxy: Proxy | None) -> NetworkError:
    for cause in causes(error):
        if isinstance(cause, socket.gaierror):
            host = where.rpartition(":")[0].strip("[]")
            return no_such_host(host, is_temporary=cause.errno == socket.EAI_AGAIN)
    refused = cannot_connect(through(where, proxy), _reason(error))
    refused.retry_limit = ALWAYS
    return refused


def _reason(error: Exception) -> Phrase:
    for cause in causes(error):
        if isinstance(cause, ssl.SSLEOFError):
            return _CLOSED
        if isinstance(cause, ssl.SSLError):
            return openssl_words(cause) or Phrase("its TLS failed")
        if isinstance(cause, OSError) and cause.args:
            return reason(cause)
    return verbatim(str(error))
