"""HTTP: one request at a time, on a thread of its own.

httpcore is used as it is: what httpx adds to it (cookies, redirects, forms) is not wanted here, and
would take 25 ms to import. A socket's time limits are per operation, so a server that drips bytes
gets past them, and a DNS look-up has none at all. Therefore a thread talks to the network and fills
a queue, and the caller waits on that queue with deadlines of its own (see `client`): every limit is
a wall-clock limit, and Ctrl-C works at once whatever the network is doing.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpcore

from mimo_cli import __version__
from mimo_cli.api.backend import Backend
from mimo_cli.api.failures import Response
from mimo_cli.api.network_errors import (
    NO_PASSWORD,
    host_and_port,
    late,
    proxy_refused,
    translate,
)
from mimo_cli.api.proxy import choose
from mimo_cli.api.route import route
from mimo_cli.api.tunnel import authorization
from mimo_cli.errors import ProtocolError, ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.route import Route
    from mimo_cli.errors import NetworkError

_GRACE = 1.0
"""Seconds after which a thread that nobody cut gives up by itself."""
_KEPT_OPEN = 5.0
"""Seconds that a connection waits for the next request."""
_QUEUED_CHUNKS = 64
_PUT_SECONDS = 0.2


class Connected:
    """The connection stands; the request goes out."""


class Sent:
    """The request is out; the reply is awaited."""


class End:
    """The body has ended, as far as HTTP can tell."""


Item = Connected | Sent | Response | bytes | End | Exception
"""What an exchange's queue holds, in this order; an exception ends it."""


class Http:
    """The way to one server, through the proxy that the environment names, if any.

    `connect` and `upload` are seconds; the second is without progress.

    Raises:
        ConfigError: the proxy's variable or a certificate file is not usable.
    """

    def __init__(
        self, endpoint: Endpoint, *, connect: float, upload: float, environ: Mapping[str, str]
    ) -> None:
        self._url = endpoint.messages_url
        self.choice = choose(self._url, environ)
        self._route = route(self._url, self.choice.proxy, environ)
        self._headers = {
            **endpoint.headers(),
            "host": _host_header(self._url),
            "accept-encoding": "identity",  # compressed events would wait in the compressor
            "user-agent": f"mimo-chat-cli/{__version__}",
            **(authorization(self._route.proxy) if self._route.forwards else {}),
        }
        self._connect = connect
        # The caller's own limit comes first, and says more.
        self._timeout = {"connect": connect + _GRACE, "write": upload}
        self._line = _Line(self._route)

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
            extensions={
                "timeout": self._timeout,
                "trace": exchange.follow,
                **({"target": url.encode()} if self._route.forwards else {}),
            },
        )
        if self._line.is_cut:
            self._line = _Line(self._route)
        self._line.begin()
        thread = threading.Thread(
            target=self._talk,
            args=(self._line, exchange, request),
            name="mimo-http",
            daemon=True,
        )
        thread.start()
        return exchange

    def late(self) -> NetworkError:
        """What to say when no connection came about in time."""
        host, _ = host_and_port(self._url)
        return late(self._line.backend.stage, host, self.choice.proxy, self._connect)

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
                self._check_proxy(response)
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

    def _check_proxy(self, response: httpcore.Response) -> None:
        """Look whether a proxy that forwards wants a password: nobody else may (RFC 9110, 15.5.8).

        Raises:
            NetworkError: it does.
        """
        if (
            self._route.proxy is not None
            and self._route.forwards
            and response.status == NO_PASSWORD
        ):
            reason = response.extensions.get("reason_phrase", b"").decode("ascii", "replace")
            raise proxy_refused(self._route.proxy, self._url, response.status, reason)

    def _translated(self, error: Exception, *, has_head: bool) -> Exception:
        translated = translate(error, self._url, self.choice.proxy, has_head=has_head)
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

    def __init__(self, route: Route) -> None:
        self.backend = Backend(route.proxy, tls=route.proxy_tls, forwards=route.forwards)
        self.pool = httpcore.ConnectionPool(
            ssl_context=route.tls,
            max_connections=1,
            keepalive_expiry=_KEPT_OPEN,
            network_backend=self.backend,
        )
        self.is_cut = False
        self._users = 0  # two for a moment: one that has given all, and the next
        self._lock = threading.Lock()

    def begin(self) -> None:
        """A request uses it."""
        with self._lock:
            self._users += 1

    def end(self) -> None:
        """The request is over."""
        with self._lock:
            self._users -= 1
            self._close_unused()

    def cut(self) -> None:
        """Ends it for good, and the request that uses it."""
        with self._lock:
            self.is_cut = True
            self.backend.cut()
            self._close_unused()

    def _close_unused(self) -> None:
        if self.is_cut and not self._users:
            self.pool.close()


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


def redirected(target: str, status: int | None = None) -> ServerError:
    """The server wants the request, and with it the key, to go elsewhere."""
    what, why = f"the server redirected to {target}", "refusing to send the key there"
    return ServerError(what, why, "Check base_url.", status=status)


def _host_header(url: str) -> str:
    parts = urlsplit(url)
    is_usual = parts.port in (None, 443 if parts.scheme == "https" else 80)
    return parts.netloc.rpartition(":")[0] if is_usual and parts.port else parts.netloc
