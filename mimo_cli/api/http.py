"""HTTP: one request at a time, on a thread of its own.

httpcore is used as it is: what httpx adds to it (cookies, redirects, forms) is not wanted here, and
would take 25 ms to import. A socket's time limits are per operation, so a server that drips bytes
gets past them, and a DNS look-up has none at all. Therefore a thread talks to the network and fills
a queue, and the caller waits on that queue with deadlines of its own (see `client`): every limit is
a wall-clock limit, and Ctrl-C works at once whatever the network is doing.
"""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import ssl
import threading
import urllib.request
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import certifi
import httpcore

from mimo_cli import __version__
from mimo_cli.api.backend import Backend
from mimo_cli.api.failures import Response
from mimo_cli.errors import (
    ALWAYS,
    ConfigError,
    MimoError,
    NetworkError,
    ProtocolError,
    ServerError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mimo_cli.api.endpoint import Endpoint

_KEPT_OPEN = 5.0
"""Seconds that a connection waits for the next request."""
_QUEUED_CHUNKS = 64
_PUT_SECONDS = 0.2
_PROXY_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


class Connected:
    """The connection stands; the request goes out."""


class Sent:
    """The request is out; the reply is awaited."""


class End:
    """The body has ended, as far as HTTP can tell."""


Item = Connected | Sent | Response | bytes | End | Exception
"""What an exchange's queue holds, in this order; an exception ends it."""


class Http:
    """The way to one server.

    `connect` and `upload` are seconds; the first is for each address, the second without progress.

    Raises:
        ConfigError: a proxy variable or a certificate file is not usable.
    """

    def __init__(
        self, endpoint: Endpoint, *, connect: float, upload: float, trust_env: bool
    ) -> None:
        self._url = endpoint.messages_url
        self._headers = {
            **endpoint.headers(),
            "host": _host_header(self._url),
            "accept-encoding": "identity",  # compressed events would wait in the compressor
            "user-agent": f"mimo-chat-cli/{__version__}",
        }
        self._timeout = {"connect": connect, "write": upload}
        self._tls = tls_context() if self._url.startswith("https:") else None
        proxy = _proxy_url(self._url) if trust_env else None
        self._proxy = proxy_for(self._url) if trust_env else None
        self._proxy_url = proxy
        self._line = _Line(self._tls, proxy)

    def post(self, body: bytes, *, stream: bool) -> Exchange:
        """Sends `body`, a message; what comes back is in the exchange's queue."""
        accept = "text/event-stream" if stream else "application/json"
        headers = {
            "content-type": "application/json",
            "content-length": str(len(body)),
            "accept": accept,
        }
        return self._start("POST", self._url, body, headers)

    def get(self, url: str) -> Exchange:
        """Asks for what is at `url`, which must be on this server: the key goes with it."""
        return self._start("GET", url, None, {"accept": "application/json"})

    def _start(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Exchange:
        exchange = Exchange()
        request = httpcore.Request(
            method,
            url,
            headers=list({**self._headers, **headers}.items()),
            content=body,
            extensions={"timeout": self._timeout, "trace": exchange.follow},
        )
        if self._line.is_cut:
            self._line = _Line(self._tls, self._proxy_url)
        self._line.begin()
        thread = threading.Thread(
            target=self._talk,
            args=(self._line, exchange, request),
            name="mimo-http",
            daemon=True,
        )
        thread.start()
        return exchange

    def cut(self) -> None:
        """Ends the connection, and with it whatever waits for it."""
        self._line.cut()

    def close(self) -> None:
        """Ends the connection for good."""
        self.cut()

    def _talk(self, line: _Line, exchange: Exchange, request: httpcore.Request) -> None:
        has_head = False
        try:
            with contextlib.closing(line.pool.handle_request(request)) as response:
                has_head = True
                names = _texts(response.headers)
                exchange.put(Response(response.status, names))
                decode = _decoder(names.get("content-encoding", ""))
                for chunk in response.iter_stream():
                    if decoded := decode(chunk):
                        exchange.put(decoded)
            exchange.put(End())
        except Abandoned:
            return
        except Exception as error:  # noqa: BLE001 - crosses to the caller's thread, which raises it
            with contextlib.suppress(Abandoned):
                exchange.put(self._translated(error, has_head=has_head))
        finally:
            line.end()

    def _translated(self, error: Exception, *, has_head: bool) -> Exception:
        translated = _translate(error, self._url, self._proxy, has_head=has_head)
        if translated is not error:
            translated.__cause__ = error
        return translated


class Abandoned(Exception):  # noqa: N818 - not an error: nobody listens any more
    """The caller of an exchange has gone."""


class Exchange:
    """One request under way. `items` is bounded: a slow reader slows the server down."""

    def __init__(self) -> None:
        self.items: queue.Queue[Item] = queue.Queue(_QUEUED_CHUNKS)
        self._abandoned = threading.Event()

    def put(self, item: Item) -> None:
        """For the network's thread.

        Raises:
            Abandoned: the caller has gone.
        """
        while not self._abandoned.is_set():
            try:
                return self.items.put(item, timeout=_PUT_SECONDS)
            except queue.Full:
                continue  # the reader is slow, or has gone: look again
        raise Abandoned

    def follow(self, event: str, _: Mapping[str, Any]) -> None:
        """For httpcore, which tells here how far it is."""
        match event:
            case "http11.send_request_headers.started":
                self.put(Connected())
            case "http11.send_request_body.complete":
                self.put(Sent())
            case _:
                pass

    def abandon(self) -> None:
        """For the caller: nothing more is read."""
        self._abandoned.set()


class _Line:
    """At most one connection, kept for the next request until it is cut.

    Cutting shuts it down; what it took is given back by the thread that uses it, or here if none
    does: closing a descriptor that another thread reads from could end somebody else's file.
    """

    def __init__(self, tls: ssl.SSLContext | None, proxy: httpcore.URL | None) -> None:
        self._backend = Backend()
        self.pool = _pool(self._backend, tls, proxy)
        self.is_cut = False
        self._is_used = False
        self._lock = threading.Lock()

    def begin(self) -> None:
        """A request uses it."""
        self._is_used = True

    def end(self) -> None:
        """The request is over."""
        with self._lock:
            self._is_used = False
            if self.is_cut:
                self.pool.close()

    def cut(self) -> None:
        """Ends it for good, and the request that uses it."""
        with self._lock:
            self.is_cut = True
            self._backend.cut()
            if not self._is_used:
                self.pool.close()


def _pool(
    backend: Backend, tls: ssl.SSLContext | None, proxy: httpcore.URL | None
) -> httpcore.ConnectionPool:
    if proxy is None:
        return httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=1,
            keepalive_expiry=_KEPT_OPEN,
            network_backend=backend,
        )
    return httpcore.HTTPProxy(
        proxy_url=proxy,
        ssl_context=tls,
        max_connections=1,
        keepalive_expiry=_KEPT_OPEN,
        network_backend=backend,
    )


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by their names in lower case; those that come twice are joined (RFC 9110, 5.3)."""
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), _text(raw_value)
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _decoder(encodings: str) -> Callable[[bytes], bytes]:
    """What undoes a Content-Encoding: gzip and deflate are sent by some without being asked for.

    Raises:
        ProtocolError: it is another.
    """
    names = [name.strip().lower() for name in encodings.split(",") if name.strip()]
    match [name for name in names if name != "identity"]:
        case []:
            return bytes
        case ["gzip" | "x-gzip" | "deflate"]:
            return _inflater()
        case _:
            raise ProtocolError(
                "the reply cannot be read", f"it is encoded as {encodings}, which was not asked for"
            )


def _inflater() -> Callable[[bytes], bytes]:
    any_header = zlib.MAX_WBITS | 32  # zlib's own way to say "gzip or zlib"
    decompressor = zlib.decompressobj(any_header)

    def inflate(chunk: bytes) -> bytes:
        try:
            return decompressor.decompress(chunk)
        except zlib.error as error:
            raise ProtocolError("the server's reply makes no sense", str(error)) from error

    return inflate


def _proxy_url(url: str) -> httpcore.URL | None:
    """The proxy for a URL.

    Raises:
        ConfigError: one of the variables is not usable.
    """
    hint = "A proxy is written http://HOST:PORT; SOCKS is not supported."
    for name, value in urllib.request.getproxies().items():
        try:
            parts = urlsplit(value if "://" in value else f"http://{value}")
            is_right = parts.scheme in ("http", "https") and parts.port != 0
        except ValueError:
            is_right = False
        if name != "no" and not is_right:
            raise ConfigError("a proxy variable is not right", proxy_variables(), hint)
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    return httpcore.URL(proxy if "://" in proxy else f"http://{proxy}")


def check_proxies() -> None:
    """Looks at the variables that name proxies.

    Raises:
        ConfigError: one is not usable.
    """
    _proxy_url("http://localhost")


def tls_context() -> ssl.SSLContext:
    """The context that https connections are made with.

    Raises:
        ConfigError: a certificate file is not usable.
    """
    try:
        if file := os.environ.get("SSL_CERT_FILE"):
            return ssl.create_default_context(cafile=file)
        if folder := os.environ.get("SSL_CERT_DIR"):
            return ssl.create_default_context(capath=folder)
        return ssl.create_default_context(cafile=certifi.where())
    except OSError as error:
        raise _no_certificates(error) from error


def _no_certificates(error: OSError) -> ConfigError:
    hint = "See SSL_CERT_FILE, SSL_CERT_DIR."
    return ConfigError("the TLS certificates cannot be loaded", str(error), hint)


def proxy_for(url: str) -> str | None:
    """The proxy's host that the environment names for a URL, without its password."""
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    return proxy.rpartition("@")[2].rpartition("//")[2].rstrip("/")


def proxy_variables() -> str:
    """The variables that name proxies, with their values but without passwords."""
    found = []
    for name in (*_PROXY_VARIABLES, *map(str.lower, _PROXY_VARIABLES)):
        value = os.environ.get(name, "")
        if value:
            credentials, at, host = value.rpartition("@")
            scheme = "".join(credentials.partition("//")[:2]) if "//" in credentials else ""
            found.append(f"{name}={scheme}***@{host}" if at else f"{name}={value}")
    return ", ".join(found)


def _translate(error: Exception, url: str, proxy: str | None, *, has_head: bool) -> Exception:
    where = "{}:{}".format(*host_and_port(url))
    match error:
        case httpcore.ProxyError():
            return NetworkError(f"proxy {proxy} failed", str(error), "See HTTPS_PROXY, NO_PROXY.")
        case httpcore.ConnectTimeout():
            return cannot_connect(where if proxy is None else f"proxy {proxy}", "it took too long")
        case httpcore.ConnectError():
            return connect_error(error, where, proxy)
        case httpcore.WriteTimeout():
            return NetworkError("the upload stalled", f"{where} takes no more data")
        case httpcore.RemoteProtocolError() if not has_head and "without sending" not in str(error):
            return ProtocolError("this is not HTTP", str(error), retry_limit=ALWAYS)
        case httpcore.NetworkError() | httpcore.ProtocolError() | httpcore.TimeoutException():
            return connection_lost(where, has_head=has_head)
        case _:
            return error  # a bug: shown as one


def redirected(target: str, status: int | None = None) -> ServerError:
    """The server wants the request, and with it the key, to go elsewhere."""
    what, why = f"the server redirected to {target}", "refusing to send the key there"
    return ServerError(what, why, "Check base_url.", status=status)


def cannot_connect(where: str, why: str) -> NetworkError:
    """Nothing answers at `where`."""
    hint = "Check the network, and base_url (mimo config get base_url)."
    return NetworkError(f"cannot connect to {where}", why, hint)


def connection_lost(where: str, *, has_head: bool) -> MimoError:
    """The connection broke, before (network) or within (server) the reply."""
    if has_head:
        return ServerError("connection lost", f"{where} closed it", retry_limit=ALWAYS)
    return NetworkError(
        "no reply", f"{where} closed the connection", "Try again later.", retry_limit=ALWAYS
    )


def connect_error(error: Exception, where: str, proxy: str | None) -> MimoError:
    """What an error of DNS, TCP or TLS means, on the way to `where`, or to the proxy before it."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return _certificate_error(cause, where)
            case ssl.SSLError():
                hint = "Check base_url: does this port speak https?"
                return NetworkError(f"no TLS with {where}", cause.reason or str(cause), hint)
            case socket.gaierror():
                return _name_error(cause, (proxy or where).rpartition(":")[0])
            case _:
                pass
    where = where if proxy is None else f"proxy {proxy}"
    refused = cannot_connect(where, _reason(error))
    refused.retry_limit = ALWAYS
    return refused


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


def _certificate_error(error: ssl.SSLCertVerificationError, where: str) -> NetworkError:
    what, why = f"the certificate of {where} is not trusted", error.verify_message
    if error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        return NetworkError(what, why, f"It is {now} here: is your clock right?")
    if error.verify_code == _WRONG_HOST:
        return NetworkError(what, why, "Check base_url, or whether this network wants a login.")
    hint = "If you trust this server, name its CA in SSL_CERT_FILE."
    return NetworkError(what, why, hint)


def _name_error(error: socket.gaierror, host: str) -> NetworkError:
    temporary = error.errno == socket.EAI_AGAIN
    return NetworkError(
        f"cannot find host {host}",
        "the name service does not answer" if temporary else "no such host",
        "Check the network, and base_url (mimo config get base_url).",
        retry_limit=ALWAYS if temporary else 0,
    )


def host_and_port(url: str) -> tuple[str, int]:
    """Where a connection for a URL goes."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _host_header(url: str) -> str:
    parts = urlsplit(url)
    is_usual = parts.port in (None, 443 if parts.scheme == "https" else 80)
    return parts.netloc.rpartition(":")[0] if is_usual and parts.port else parts.netloc
