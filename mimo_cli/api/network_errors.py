"""What goes wrong on the way to a server, as errors for people. Pure but for the clock."""

from __future__ import annotations

import re
import socket
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import httpcore

from mimo_cli.api import reply_errors
from mimo_cli.api.reply_errors import through
from mimo_cli.errors import ALWAYS, NetworkError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.heard import Heard
    from mimo_cli.api.proxy import Proxy

Stage = Literal["name", "connection", "proxy", "tls"]
"""How far the making of a connection is: looking up a name (of the proxy, where there is one),
reaching its address, asking the proxy for the way on, TLS with the server.
"""

_CHECK_URL = "Check the network, and base_url (mimo config get base_url)."
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
            return late("tls", where, proxy, None)
        case httpcore.ConnectError():
            return connect_error(error, where, proxy)
        case httpcore.WriteTimeout():
            return NetworkError("the upload stalled", f"{where} takes no more data")
        case httpcore.RemoteProtocolError() if has_head:
            return reply_errors.broken_body(where, proxy, heard)
        case httpcore.NetworkError() | httpcore.ProtocolError() | httpcore.TimeoutException():
            if has_head:
                return reply_errors.connection_lost(where, proxy)
            is_said = isinstance(error, httpcore.RemoteProtocolError)
            why = str(error).partition(": bytearray")[0] if is_said else ""  # h11 quotes the bytes
            if proxy is not None and url.startswith("http:") and heard.first:
                return proxy_makes_no_sense(proxy, reply_errors.of_proxy(heard, why))
            return reply_errors.broken_head(where, proxy, heard, why)
        case _:
            return error  # one of ours, or a bug: shown as one


def late(stage: Stage, where: str, proxy: Proxy | None, seconds: float | None) -> NetworkError:
    """Say that no connection came about in time."""
    took = "it took too long" if seconds is None else f"it took over {seconds:g} s"
    if proxy is None:
        return cannot_connect(where, took)
    if stage == "tls":
        return cannot_connect(f"{where}{through(proxy)}", took)
    if stage == "proxy":
        why = "it does not answer" if seconds is None else f"it said nothing for {seconds:g} s"
        return _proxy_error(proxy, why, _speaks(proxy))
    return _unreachable(proxy, took)


def cannot_connect(where: str, why: str) -> NetworkError:
    """Say that nothing answers at `where`."""
    return NetworkError(f"cannot connect to {where}", why, _CHECK_URL)


def connect_error(error: Exception, where: str, proxy: Proxy | None) -> NetworkError:
    """Say what an error of DNS, TCP or TLS means, on the way to a server.

    With a proxy the way to that stands already: see `unreachable`.
    """
    return _tls_error(error, where, proxy) or _connect_error(error, where, proxy)


def unreachable(proxy: Proxy, error: Exception) -> NetworkError:
    """Say what an error of DNS, TCP or TLS means, on the way to a proxy."""
    if isinstance(error, TimeoutError):
        return _unreachable(proxy, "it took too long")
    named = f"proxy {proxy.where}"
    if (found := _tls_error(error, named, None)) is not None:
        found.hint = f"Does it speak TLS? Most are written http://HOST:PORT. {_check(proxy)}"
        return found
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            found = no_such_host(proxy.host, is_temporary=cause.errno == socket.EAI_AGAIN)
            found.what = f"cannot find the proxy's host {proxy.host}"
            found.hint = _check(proxy)
            return found
    return _unreachable(proxy, _reason(error), retry_limit=ALWAYS)


def no_such_host(host: str, *, is_temporary: bool = False) -> NetworkError:
    """Say that a name has no address; `is_temporary` if nobody could be asked."""
    why = "the name service does not answer" if is_temporary else "no such host"
    retry_limit = ALWAYS if is_temporary else 0
    return NetworkError(f"cannot find host {host}", why, _CHECK_URL, retry_limit=retry_limit)


def no_address_for_socks4(proxy: Proxy, host: str) -> NetworkError:
    """Say that a host is beyond SOCKS 4, which knows the addresses of IPv4 alone."""
    why = f"{host} has no IPv4 address, and SOCKS 4 takes no other"
    return _proxy_error(proxy, why, f"Where the proxy can, write socks5:// in {proxy.variable}.")


def proxy_broke(proxy: Proxy, error: OSError) -> NetworkError:
    """Say that the connection to a proxy broke, or stayed silent, when it was asked."""
    if isinstance(error, TimeoutError):
        return late("proxy", "", proxy, None)
    return _proxy_error(proxy, _reason(error), _speaks(proxy), retry_limit=ALWAYS)


def proxy_closed(proxy: Proxy, heard: Heard) -> NetworkError:
    """Say that a proxy went away when it was asked, perhaps within its reply."""
    why = reply_errors.of_proxy(heard, "") if heard.first else "it closed the connection"
    return _proxy_error(proxy, _inert(proxy, why), _speaks(proxy), retry_limit=ALWAYS)


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


def _unreachable(proxy: Proxy, why: str, *, retry_limit: int = 0) -> NetworkError:
    hint = f"Is it running? {_check(proxy)}"
    return NetworkError(
        f"cannot connect to proxy {proxy.where}", why, hint, retry_limit=retry_limit
    )


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
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            host = where.rpartition(":")[0].strip("[]")
            return no_such_host(host, is_temporary=cause.errno == socket.EAI_AGAIN)
    refused = cannot_connect(f"{where}{through(proxy)}", _reason(error))
    refused.retry_limit = ALWAYS
    return refused


def _closed_during_tls(where: str) -> NetworkError:
    closed = cannot_connect(where, "the connection was closed before TLS stood")
    closed.retry_limit = ALWAYS
    return closed


def _tls_error(error: Exception, where: str, proxy: Proxy | None) -> NetworkError | None:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate_error(cause, where, proxy)
        if isinstance(cause, ssl.SSLEOFError):
            return _closed_during_tls(f"{where}{through(proxy)}")
        if isinstance(cause, ssl.SSLError):
            return _no_tls(cause, f"{where}{through(proxy)}")
    return None


_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
"""What OpenSSL calls bytes that are no record of TLS, by its version and the bytes."""


def _no_tls(error: ssl.SSLError, where: str) -> NetworkError:
    what, why = f"no TLS with {where}", error.reason or str(error)
    if error.reason in _NO_TLS:
        hint = "Does this port speak plain http? Then base_url begins with http://"
        return NetworkError(what, "it does not answer in TLS", hint)
    return NetworkError(what, why, "Check base_url: does this port speak https?")


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _reason(error: Exception) -> str:
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
    return str(error)


_EXPIRED, _NOT_YET_VALID, _WRONG_HOST = 10, 9, 62
"""OpenSSL's verification codes (X509_V_ERR_…)."""


def _certificate_error(
    error: ssl.SSLCertVerificationError, where: str, proxy: Proxy | None
) -> NetworkError:
    what, why = f"the certificate of {where} is not trusted", error.verify_message
    if error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        return NetworkError(what, why, f"It is {now} here: is your clock right?")
    if error.verify_code == _WRONG_HOST:
        return NetworkError(what, why, "Check base_url, or whether this network wants a login.")
    hint = "If you trust this server, name its CA in SSL_CERT_FILE."
    if proxy is not None:
        hint = f"If proxy {proxy.where} opens TLS and you trust it, name its CA in SSL_CERT_FILE."
    return NetworkError(what, why, hint)
