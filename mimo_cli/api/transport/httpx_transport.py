"""httpx's requests over connections of ours: what `httpx.HTTPTransport` does, with our backend.

httpx's own transport makes its connections where nobody can reach them: no look-up, handshake or
proxy that hangs could be ended. This one holds at most one connection, which can be cut.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import httpcore
import httpx

from mimo_cli.api.transport.backend import Backend
from mimo_cli.api.transport.dial import REACH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mimo_cli.api.transport.dial import Reach
    from mimo_cli.api.transport.route import Route

_KEPT_OPEN = 5.0
"""Seconds that a connection waits for the next request."""
_A_LOOK = 0.002


class Transport(httpx.BaseTransport):
    """At most one connection, kept for the next request until it is cut.

    Cutting shuts it down; what it took is given back by the thread that uses it, or here if none
    does: closing a descriptor that another thread reads from could end somebody else's file.
    """

    def __init__(self, route: Route, reach: Reach = REACH) -> None:
        self.backend = Backend(
            route.proxy, tls=route.proxy_tls, forwards=route.forwards, reach=reach
        )
        self._pool = httpcore.ConnectionPool(
            ssl_context=route.tls,
            max_connections=1,
            keepalive_expiry=_KEPT_OPEN,
            network_backend=self.backend,
        )
        self.is_cut = False
        self._users = 0
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the response's body is still to come.

        Raises:
            httpcore's errors, as they are: `network_errors` translates them.
        """
        url = request.url
        response = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response, self._end_unclean),
            extensions=response.extensions,
        )

    def _end_unclean(self) -> None:
        """Cut the connection if bytes came behind the answer: they would pass for the next one."""
        if any(map(_has_bytes_left, self._pool.connections)):
            self.cut()

    def is_free(self, seconds: float) -> bool:
        """Return whether no request uses it any more, as soon as that is so; at most wait so long.

        By looking again and again: a lock might be left locked by a signal's exception.
        """
        end = time.monotonic() + seconds
        while self._users and time.monotonic() < end:
            time.sleep(_A_LOOK)
        return not self._users

    def begin(self) -> None:
        """Note that a request uses it."""
        with self._lock:
            self._users += 1

    def end(self) -> None:
        """Note that the request is over."""
        with self._lock:
            self._users -= 1
            self._close_unused()

    def cut(self) -> None:
        """End it for good, and the request that uses it."""
        with self._lock:
            self.is_cut = True
            self.backend.cut()
            self._close_unused()

    def _close_unused(self) -> None:
        if self.is_cut and not self._users:
            self._pool.close()


class _Body(httpx.SyncByteStream):
    """A response's body as it comes."""

    def __init__(self, response: httpcore.Response, end: Callable[[], None]) -> None:
        self._response = response
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._response.iter_stream())

    def close(self) -> None:
        self._response.close()
        self._end()


def _has_bytes_left(connection: httpcore.ConnectionInterface) -> bool:
    """Return whether the parser holds nobody's bytes: httpcore tells of the socket's alone."""
    http = getattr(connection, "_connection", None)
    return isinstance(http, httpcore.HTTP11Connection) and bool(http._h11_state.trailing_data[0])  # noqa: SLF001 - h11 has it in public, httpcore does not hand it on
