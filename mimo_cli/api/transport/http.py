"""HTTP: one request at a time, on a thread of its own.

httpx builds the requests, and a `Transport` of ours sends them; httpx's client, which reads cookies
and redirects, is not wanted. A socket's time limits are per operation, so a server that drips bytes
gets past them, and a DNS look-up has none at all. Therefore a thread talks to the network, and the
caller takes what comes from an exchange with deadlines of its own (see `waiting`): every limit is a
wall-clock limit, and Ctrl-C works at once whatever the network is doing.

What is only needed for errors and for proxies is imported there: most answers come without.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

import httpx

from mimo_cli.api.hosts import host_and_port, without_zone
from mimo_cli.api.response import PROXY_AUTHENTICATION_REQUIRED, Response
from mimo_cli.api.transport.dial import REACH
from mimo_cli.api.transport.exchange import Abandoned, End, Exchange
from mimo_cli.api.transport.httpx_transport import Transport
from mimo_cli.api.transport.proxies.proxy import choose_proxy
from mimo_cli.api.transport.route import USER_AGENT, route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mimo_cli.api.protocol.encode import EncodedRequest
    from mimo_cli.api.transport.dial import Reach
    from mimo_cli.api.transport.heard import Heard
    from mimo_cli.api.transport.proxies.proxy_url import Proxy
    from mimo_cli.errors import NetworkError
    from mimo_cli.phrases import Phrase

_LINGERING = 0.2
"""Seconds in which a body has to end, once its answer has, for its connection to be used again."""
_GRACE = 1.0
"""Seconds after which a thread that nobody cut gives up by itself."""


class Http:
    """The way to one server, through the proxy that the environment names, if any.

    `url` is where messages go, `headers` go with every request. `connect` and `upload` are seconds;
    the second is without progress. `total` is the limit in all, for what has to be read before.

    Raises:
        ConfigError: the proxy's variable or a certificate file is not usable.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        connect: float,
        upload: float,
        environ: Mapping[str, str],
        total: float | None = None,
        reach: Reach = REACH,
    ) -> None:
        self._url = url
        self._environ = environ
        self.choice = choose_proxy(self._url, environ)
        self._route = route(self._url, self.choice.proxy, environ, min(connect, total or connect))
        self._headers = {
            "accept-encoding": "identity",  # compressed events would wait in the compressor
            **headers,
            "user-agent": USER_AGENT,
        }
        if self._route.forwards:
            from mimo_cli.api.transport.proxies.tunnel import authorization

            self._headers |= authorization(self._route.proxy)
        self._connect = connect
        # The caller's own limit comes first, and says more.
        self._timeout = {"connect": connect + _GRACE, "write": upload}
        self._reach = reach
        self._transport = Transport(self._route, reach)

    @property
    def forwarding_proxy(self) -> Proxy | None:
        """The proxy that gets the requests themselves, and may answer in the server's place."""
        return self._route.proxy if self._route.forwards else None

    def remarks(self) -> tuple[Phrase, ...]:
        """Return what somebody wants to know of the way who asked for details."""
        return (*self.choice.remarks(), *self._route.remarks())

    def post(self, encoded: EncodedRequest) -> Exchange:
        """Send a message; the exchange gives what comes back."""
        headers = {
            "content-type": "application/json",
            "accept": "text/event-stream" if encoded.is_streamed else "application/json",
            "content-length": str(encoded.length),
        }
        return self._start("POST", self._url, encoded, headers, is_wanted_whole=True)

    def get(
        self, url: str, accept: str = "application/json", *, is_wanted_whole: bool = False
    ) -> Exchange:
        """Ask for what is at `url`, which must be on this server: the key goes with it.

        What is packed and lacks its end is an error only if it `is_wanted_whole`: the protocol's
        own texts tell by themselves.
        """
        headers = {"accept": accept}
        return self._start("GET", url, None, headers, is_wanted_whole=is_wanted_whole)

    def _start(
        self,
        method: str,
        url: str,
        encoded: EncodedRequest | None,
        headers: Mapping[str, str],
        *,
        is_wanted_whole: bool = False,
    ) -> Exchange:
        exchange = Exchange(0 if encoded is None else encoded.length)
        request = _request(
            method,
            url,
            {**self._headers, **headers},
            httpx.ByteStream(b"") if encoded is None else _Body(encoded, exchange),
            {
                "timeout": self._timeout,
                "trace": exchange.trace,
                **({"target": url.encode()} if self._route.forwards else {}),
            },
        )
        if self._transport.is_cut or not self._transport.is_free(_LINGERING):
            self._transport.cut()
            self._transport = Transport(self._route, self._reach)
        self._transport.begin()
        thread = threading.Thread(
            target=self._talk,
            args=(self._transport, exchange, request, is_wanted_whole),
            name="mimo-http",
            daemon=True,
        )
        thread.start()
        return exchange

    def late_error(self, seconds: float | None = None) -> NetworkError:
        """Return the error for a connection that did not come about in time, or in `seconds`."""
        from mimo_cli.api.transport.network_errors import late

        host, _ = host_and_port(self._url)
        backend = self._transport.backend
        waited = self._connect if seconds is None else seconds
        return late(backend.stage, host, self.choice.proxy, waited, backend.heard)

    def cut(self) -> None:
        """End the connection, and with it whatever waits for it."""
        self._transport.cut()

    def close(self) -> None:
        """End the connection for good."""
        self.cut()

    def _talk(
        self,
        transport: Transport,
        exchange: Exchange,
        request: httpx.Request,
        is_wanted_whole: bool,
    ) -> None:
        has_head = False
        try:
            with contextlib.closing(transport.handle_request(request)) as response:
                has_head = True
                names = {name.lower(): value for name, value in response.headers.items()}
                reason = response.extensions.get("reason_phrase", b"")
                self._check_proxy(response.status_code, reason, names)
                exchange.put(Response(response.status_code, names))
                raw = response.iter_raw()
                chunks = _unpacked(raw, names, exchange, is_wanted_whole=is_wanted_whole)
                for chunk in chunks:
                    exchange.put(chunk)
            exchange.put(End())
        except Abandoned:
            return
        except Exception as error:  # noqa: BLE001 - crosses to the caller's thread, which raises it
            with contextlib.suppress(Abandoned):
                unsent = exchange.size if exchange.sent < exchange.size else 0
                heard = transport.backend.heard
                exchange.put(self._translated(error, heard, has_head=has_head, unsent=unsent))
        finally:
            transport.end()

    def _check_proxy(self, status: int, reason: bytes, headers: Mapping[str, str]) -> None:
        """Look whether a proxy that forwards wants a password: nobody else may (RFC 9110, 15.5.8).

        Raises:
            NetworkError: it does.
        """
        proxy = self._route.proxy
        if proxy is not None and self._route.forwards and status == PROXY_AUTHENTICATION_REQUIRED:
            from mimo_cli.api.transport.network_errors import proxy_refused

            challenges = [headers.get("proxy-authenticate", "")]
            words = reason.decode("ascii", "replace")
            raise proxy_refused(proxy, self._url, status, words, challenges)

    def _translated(
        self, error: Exception, heard: Heard, *, has_head: bool, unsent: int
    ) -> Exception:
        """Return what an error means; `unsent` is the size of a body that was not sent whole."""
        from mimo_cli.api.transport.network_errors import translate
        from mimo_cli.api.transport.tls_errors import with_variables

        proxy = self.choice.proxy
        translated = translate(error, self._url, proxy, heard, has_head=has_head, unsent=unsent)
        if translated is not error:
            translated.__cause__ = error
        return with_variables(translated, self._environ, self._route.flaws)


class _Body(httpx.SyncByteStream):
    """A request's body, made anew each time that it is gone through. `exchange` is told of it."""

    def __init__(self, encoded: EncodedRequest, exchange: Exchange) -> None:
        self._encoded = encoded
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        self._exchange.sent = 0
        for piece in self._encoded.pieces():
            yield piece
            self._exchange.sent += len(piece)


def _request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: httpx.SyncByteStream,
    more: Mapping[str, Any],
) -> httpx.Request:
    """Make a request of httpx's. For a Host header of its own it would read `xn--` names.

    It raises an error for those that IDNA 2008 does not allow, which some are that are in use.
    """
    target = httpx.URL(url)
    named = {"Host": without_zone(target.netloc.decode()), **headers}
    return httpx.Request(method, target, headers=named, stream=body, extensions=dict(more))


def _unpacked(
    chunks: Iterable[bytes],
    headers: Mapping[str, str],
    exchange: Exchange,
    *,
    is_wanted_whole: bool,
) -> Iterator[bytes]:
    """Yield a body's chunks, unpacked if they are packed in a way that we know.

    `exchange` is told whether that has ended, with an empty chunk if need be.

    Raises:
        ProtocolError: what is packed is damaged; what comes before that was yielded.
        ServerError: it lacks its end, and `is_wanted_whole`.
    """
    encodings = headers.get("content-encoding")
    if encodings is None:
        yield from chunks
        return
    from mimo_cli.api.transport.inflater import Inflater, is_known

    if not is_known(encodings):
        yield from chunks
        return
    inflater = Inflater()
    for chunk in chunks:
        found = inflater.inflate(chunk)
        was_unpacked, exchange.is_unpacked = exchange.is_unpacked, inflater.has_ended
        if found or (exchange.is_unpacked and not was_unpacked):
            yield found
        if inflater.damage is not None:
            raise inflater.damage
    if is_wanted_whole and not inflater.has_ended:
        from mimo_cli.api.transport.http_errors import broke_off_packed

        raise broke_off_packed()
    if rest := inflater.rest():
        yield rest
