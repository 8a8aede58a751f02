"""What goes wrong on the way to a server, as errors for people. Pure but for the clock."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import httpcore

from mimo_cli.advice import Action
from mimo_cli.api.transport import http_errors, tls_errors
from mimo_cli.api.transport.http_errors import through
from mimo_cli.api.transport.tls_errors import cannot_connect, causes
from mimo_cli.errors import ALWAYS, NetworkError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.transport.heard import Heard
    from mimo_cli.api.transport.proxy import Proxy

Stage = Literal["target", "name", "connection", "proxy tls", "proxy", "tls"]
"""How far the making of a connection is: looking up the server's name for a proxy that does not,
looking up a name (of the proxy, where there is one), reaching its address, TLS with the proxy,
asking it for the way on, TLS with the server.
"""

_LONGEST_REPLY = 200
_SHORTEST_SECRET = 4
NO_PASSWORD = 407
_NOT_LET_IN = 401
_FIRST_5XX = 500


def host_and_port(url: str) -> tuple[str, int]:
    """Return where a connection for a URL goes."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def place(host: str, port: int) -> str:
    """Write a host and port as in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def translate(
    error: Exception, url: str, proxy: Proxy | None, heard: Heard, *, has_head: bool
) -> Exception:
    """Return what an exception of httpcore's means; any other as it is."""
    where = place(*host_and_port(url))
    match error:
        case httpcore.ConnectTimeout():  # with a proxy: that led on, and the server is silent
            return late("tls", where, proxy, None, heard)
        case httpcore.ConnectError():
            return connect_error(error, where, proxy)
        case httpcore.WriteTimeout():
            return NetworkError("the upload stalled", f"{where} takes no more data")
        case httpcore.RemoteProtocolError() if has_head:
            return http_errors.broken_body(where, proxy, heard)
        case httpcore.NetworkError() | httpcore.ProtocolError() | httpcore.TimeoutException():
            if has_head:
                return http_errors.connection_lost(where, proxy)
            is_said = isinstance(error, httpcore.RemoteProtocolError)
            why = http_errors.unquoted(error) if is_said else ""
            if proxy is not None and url.startswith("http:") and heard.first:
                return proxy_makes_no_sense(proxy, http_errors.of_proxy(heard, why))
            return http_errors.broken_head(where, proxy, heard, why)
        case _:
            return error  # one of ours, or a bug: shown as one


def late(
    stage: Stage, where: str, proxy: Proxy | None, seconds: float | None, heard: Heard
) -> NetworkError:
    """Say that no connection came about in time; `heard` is what a proxy has said."""
    took = "it took too long" if seconds is None else f"it took over {seconds:g} s"
    if proxy is None:
        return cannot_connect(where, took)
    match stage:
        case "tls":
            return cannot_connect(f"{where}{through(proxy)}", took)
        case "proxy":
            return _stuck(proxy, where, seconds, heard)
        case "proxy tls":
            return _unreachable(proxy, took, hint=_plain(proxy))
        case "target":
            return NetworkError(f"cannot find host {where}", took, _names_here(proxy))
        case _:
            return _unreachable(proxy, took)


def _stuck(proxy: Proxy, target: str, seconds: float | None, heard: Heard) -> NetworkError:
    """Say that a proxy that was asked for a way has opened none."""
    span = "" if seconds is None else f" for {seconds:g} s"
    if not heard.first:
        why = f"it said nothing{span}" if span else "it does not answer"
        return _proxy_error(proxy, why, _speaks(proxy))
    if not _is_spoken(proxy, heard):
        return _proxy_error(proxy, f"it has not ended its answer{span}", _speaks(proxy))
    why = f"it answered, but opened no way{span}"
    hint = f"Is what it goes through itself up? {proxy.variable} names it. Or check base_url."
    return NetworkError(f"proxy {proxy.where} did not connect to {target}", why, hint)


_GREETINGS = {"socks4": b"\0", "socks5": b"\5"}
"""What replies of SOCKS begin with."""


def _is_spoken(proxy: Proxy, heard: Heard) -> bool:
    """Whether what a proxy has said is of its protocol."""
    if not proxy.is_socks:
        return heard.first != b"" and heard.is_http
    return heard.first.startswith(_GREETINGS[proxy.scheme[:6]])


def connect_error(error: Exception, where: str, proxy: Proxy | None) -> NetworkError:
    """Say what an error of DNS, TCP or TLS means, on the way to a server.

    With a proxy the way to that stands already: see `unreachable`.
    """
    return tls_errors.of(error, where, proxy) or _connect_error(error, where, proxy)


def unreachable(proxy: Proxy, error: Exception, stage: Stage = "connection") -> NetworkError:
    """Say what an error of DNS, TCP or TLS means, on the way to a proxy."""
    if isinstance(error, TimeoutError):
        hint = _plain(proxy) if stage == "proxy tls" else ""
        return _unreachable(proxy, "it took too long", hint=hint)
    if (found := tls_errors.of(error, f"proxy {proxy.where}", None)) is not None:
        found.hint = tls_errors.proxys_certificate(error, _check(proxy)) or _plain(proxy)
        return found
    for cause in causes(error):
        if isinstance(cause, socket.gaierror):
            found = no_such_host(proxy.host, is_temporary=cause.errno == socket.EAI_AGAIN)
            found.what = f"cannot find the proxy's host {proxy.host}"
            found.hint = _check(proxy)
            return found
    hint = _plain(proxy) if stage == "proxy tls" else ""
    return _unreachable(proxy, _reason(error), hint=hint, retry_limit=ALWAYS)


def _plain(proxy: Proxy) -> str:
    return f"Does it speak TLS? Most are written http://HOST:PORT. {_check(proxy)}"


def no_such_host(
    host: str, *, is_temporary: bool = False, proxy: Proxy | None = None
) -> NetworkError:
    """Say that a name has no address; `is_temporary` if nobody could be asked.

    `proxy` is one that has to be told addresses.
    """
    why = "the name service does not answer" if is_temporary else "no such host"
    hint = Action.CHECK_NETWORK if proxy is None else _names_here(proxy)
    retry_limit = ALWAYS if is_temporary else 0
    return NetworkError(f"cannot find host {host}", why, hint, retry_limit=retry_limit)


def _names_here(proxy: Proxy) -> str:
    return (
        f"{proxy.variable} says socks4://, so names are looked up here. "
        "Where the proxy can do that: socks4a:// or socks5://"
    )


def no_address_for_socks4(proxy: Proxy, host: str) -> NetworkError:
    """Say that a host is beyond SOCKS 4, which knows the addresses of IPv4 alone."""
    why = f"{host} has no IPv4 address, and SOCKS 4 takes no other"
    return _proxy_error(proxy, why, f"Where the proxy can, write socks5:// in {proxy.variable}.")


def proxy_broke(proxy: Proxy, target: str, error: OSError, heard: Heard) -> NetworkError:
    """Say that the connection to a proxy broke, or stayed silent, when it was asked."""
    if isinstance(error, TimeoutError):
        return late("proxy", target, proxy, None, heard)
    if _is_spoken(proxy, heard):
        return _refused(proxy, target, _reason(error), retry_limit=ALWAYS)
    return _proxy_error(proxy, _reason(error), _speaks(proxy), retry_limit=ALWAYS)


def proxy_closed(proxy: Proxy, target: str, heard: Heard) -> NetworkError:
    """Say that a proxy went away when it was asked, perhaps within its reply."""
    if proxy.is_socks:
        return _refused(proxy, target, "it closed the connection", retry_limit=ALWAYS)
    why = http_errors.of_proxy(heard, "") if heard.first else "it closed the connection"
    hint = _check(proxy) if _is_spoken(proxy, heard) else _speaks(proxy)
    return _proxy_error(proxy, _inert(proxy, why), hint, retry_limit=ALWAYS)


def proxy_makes_no_sense(proxy: Proxy, said: str) -> NetworkError:
    """Say that a proxy does not keep to its protocol, or let us in."""
    password = "is the password right" if proxy.user is not None else "does it want a password"
    return _proxy_error(proxy, _inert(proxy, said), _speaks(proxy, f", and {password}"))


def proxy_refused(
    proxy: Proxy, target: str, status: int, reason: str, challenges: Sequence[str]
) -> NetworkError:
    """Say with what status an HTTP proxy refused to lead to `target`.

    `challenges` are the values of its Proxy-Authenticate headers (RFC 9110, 11.7.1).
    """
    said = _inert(proxy, f"{status} {reason}".strip())
    is_password_wrong = proxy.user is not None and status == _NOT_LET_IN  # so says tinyproxy
    if status == NO_PASSWORD or is_password_wrong:
        return _no_password(proxy, said, _auth_schemes(challenges))
    retry_limit = ALWAYS if status >= _FIRST_5XX else 0
    return _refused(proxy, target, said, retry_limit=retry_limit)


def _auth_schemes(challenges: Sequence[str]) -> list[str]:
    """The names of the ways to be let in that are offered."""
    bare = re.sub('"[^"]*"', "", ", ".join(challenges))
    return re.findall(r"(?:^|,)\s*([A-Za-z-]+)(?=\s*,|\s*$|\s+[^=\s])", bare)


_SOCKS5_FOR_GOOD = (2, 7, 8)
"""Not allowed, command or address type not supported (RFC 1928, 6)."""
_SOCKS4_REFUSED = 0x5B


def socks_refused(proxy: Proxy, target: str, code: int, said: str) -> NetworkError:
    """Say with what code a SOCKS proxy refused to lead to `target`."""
    is_version_5 = proxy.scheme.startswith("socks5")
    is_final = code in _SOCKS5_FOR_GOOD if is_version_5 else code != _SOCKS4_REFUSED
    return _refused(proxy, target, _inert(proxy, said), retry_limit=0 if is_final else ALWAYS)


def _refused(proxy: Proxy, target: str, said: str, *, retry_limit: int) -> NetworkError:
    return NetworkError(
        f"proxy {proxy.where} did not connect to {target}",
        said,
        f"Check base_url, and what the proxy allows. {proxy.variable} names it.",
        retry_limit=retry_limit,
    )


def _no_password(proxy: Proxy, said: str, schemes: Sequence[str]) -> NetworkError:
    if schemes and "basic" not in map(str.lower, schemes):
        why = f"it lets in by {', '.join(schemes)}, and only Basic is known here: {said}"
        hint = f"A proxy on this machine that does it (cntlm, px) can stand in {proxy.variable}."
        return _proxy_error(proxy, why[:_LONGEST_REPLY], hint)
    if proxy.user is not None:
        return _proxy_error(proxy, f"wrong user name or password: {said}", _check(proxy))
    hint = f"Write them into {proxy.variable}: {proxy.scheme}://USER:PASSWORD@{proxy.where}"
    return _proxy_error(proxy, f"it wants a user name and password: {said}", hint)


def _unreachable(proxy: Proxy, why: str, *, hint: str = "", retry_limit: int = 0) -> NetworkError:
    what = f"cannot connect to proxy {proxy.where}"
    hint = hint or f"Is it running? {_check(proxy)}"
    return NetworkError(what, why, hint, retry_limit=retry_limit)


def _proxy_error(proxy: Proxy, why: str, hint: str, *, retry_limit: int = 0) -> NetworkError:
    return NetworkError(f"proxy {proxy.where} failed", why, hint, retry_limit=retry_limit)


def _speaks(proxy: Proxy, more: str = "") -> str:
    return f"Does it speak {'SOCKS' if proxy.is_socks else 'HTTP'}{more}? {_check(proxy)}"


def _check(proxy: Proxy) -> str:
    return f"Check {proxy.variable}, which names it, or: unset {proxy.variable}"


def _inert(proxy: Proxy, said: str) -> str:
    """What a proxy said, not all of a page, and without what lets us in."""
    for secret in (proxy.basic_credentials, proxy.password):
        said = said.replace(secret, "…") if len(secret) >= _SHORTEST_SECRET else said
    return said[:_LONGEST_REPLY]


def _connect_error(error: Exception, where: str, proxy: Proxy | None) -> NetworkError:
    for cause in causes(error):
        if isinstance(cause, socket.gaierror):
            host = where.rpartition(":")[0].strip("[]")
            return no_such_host(host, is_temporary=cause.errno == socket.EAI_AGAIN)
    refused = cannot_connect(f"{where}{through(proxy)}", _reason(error))
    refused.retry_limit = ALWAYS
    return refused


def _reason(error: Exception) -> str:
    for cause in causes(error):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
    return str(error)
