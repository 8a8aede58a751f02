"""Connections: opened by us, so that each can be ended at any time from another thread.

httpcore asks a `Backend` for a connection and speaks HTTP over the `Stream` that it gets. Whether a
proxy is on the way is not httpcore's business.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any

import httpcore

from mimo_cli.api.transport.chunked import ChunkMerger
from mimo_cli.api.transport.dial import REACH, Deadline, addresses
from mimo_cli.api.transport.heard import Heard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mimo_cli.api.transport.dial import Address, Reach
    from mimo_cli.api.transport.network_errors import Stage
    from mimo_cli.api.transport.proxies.proxy_url import Proxy
    from mimo_cli.api.transport.proxies.tunnel import TlsWithinTls

_A_READ = 16 * 1024
"""Bytes; what is read at once is held several times over until it is parsed."""
_LONG = 48 * 1024
"""Bytes that are more than a system takes at once, for all one knows."""


class Backend(httpcore.NetworkBackend):
    """Makes connections until it is cut, through a proxy if there is one.

    `tls` is for a proxy that is asked by TLS. With `forwards` the proxy gets the requests
    themselves, as is usual for plain http; else it is asked for a way to the server.
    """

    def __init__(
        self,
        proxy: Proxy | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        forwards: bool = False,
        reach: Reach = REACH,
    ) -> None:
        self._proxy = proxy
        self._tls = tls
        self._forwards = forwards
        self._wanted = reach
        self._lock = threading.Lock()
        self._is_cut = False
        self._held: socket.socket | None = None
        self.stage: Stage = "name"
        """How far the connection is that was asked for last."""
        self.heard = Heard()
        """What its other side has said."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - nobody sets it
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - nobody sets them
    ) -> Stream:
        """Return a stream to a server; `timeout` (seconds) is for all of it, TLS too.

        Raises:
            httpcore.ConnectTimeout: it took too long.
            httpcore.ConnectError: there is no such host, or none of its addresses answers.
            NetworkError: the proxy failed.
        """
        deadline = Deadline(timeout)
        self.stage = "name"
        self.heard.clear()
        if self._proxy is not None:
            stream = self._reach_through(self._proxy, host, port, deadline)
        else:
            with _ConnectErrors():
                stream = self._reach(self._wanted.look_up(host, port), deadline)
        self.stage = "tls"
        return stream

    def cut(self) -> None:
        """End the connection, and whatever waits for it in another thread; make no other."""
        with self._lock:
            self._is_cut = True
            if self._held is not None:
                _shut(self._held)

    def _reach(self, found: Sequence[Address], deadline: Deadline) -> Stream:
        self.stage = "connection"
        connection = self._wanted.connect(found, deadline, lambda: self._is_cut)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Stream(connection, self._hold(connection), deadline, self.heard)

    def _reach_through(self, proxy: Proxy, host: str, port: int, deadline: Deadline) -> Stream:
        if not proxy.looks_up_names:
            self.stage = "target"
            host = look_up_ipv4(proxy, host, port, self._wanted.look_up)
            self.stage = "name"
        try:
            stream = self._reach(addresses(proxy.host, proxy.port), deadline)
            if self._tls is not None:
                self.stage = "proxy tls"
                stream = stream.with_tls(self._tls, proxy.host)
        except OSError as error:
            from mimo_cli.api.transport import network_errors

            raise network_errors.unreachable(proxy, error, self.stage) from error
        self.stage = "proxy"
        try:
            if not self._forwards:
                stream.open_tunnel(proxy, host, port)
        except BaseException:
            stream.close()
            raise
        return stream

    def _hold(self, connection: socket.socket) -> socket.socket:
        """Keep a handle to a connection: TLS takes the socket itself away."""
        with self._lock:
            self._held = connection.dup()
            if self._is_cut:
                _shut(self._held)
            return self._held


class Stream(httpcore.NetworkStream):
    """A connection, plain or with TLS. `held` is a second handle to it, closed with it.

    `deadline` is for the handshake of TLS. `heard` is told what comes.
    """

    def __init__(
        self,
        connection: socket.socket | TlsWithinTls,
        held: socket.socket,
        deadline: Deadline,
        heard: Heard,
    ) -> None:
        self._socket = connection
        self._held = held
        self._deadline = deadline
        self._heard = heard
        self._merger = ChunkMerger()
        self._early = bytearray()  # read while the request went out
        self._is_long = False
        self._failed: ssl.SSLError | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, at most `max_bytes`, small chunks as one; nothing at the end.

        Raises:
            httpcore.ReadTimeout: nothing came for `timeout` seconds.
            httpcore.ReadError: the connection broke.
            httpcore.RemoteProtocolError: what has come is no HTTP. Without a blank line httpcore
                would wait for more of it.
        """
        try:
            data = self._take_early() or self._receive(min(max_bytes, _A_READ), timeout)
            if not data and self._failed is not None:
                raise self._failed
        except TimeoutError as error:
            raise httpcore.ReadTimeout(error) from error
        except OSError as error:
            self._heard.take(b"")
            raise httpcore.ReadError(error) from error
        self._heard.take(data)
        if not self._heard.is_http:
            raise httpcore.RemoteProtocolError(str(self._heard.words))
        return self._merger.feed(data)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes.

        Raises:
            httpcore.WriteTimeout: none was taken for `timeout` seconds.
            httpcore.WriteError: the connection broke, or the server has answered: it can be read.
        """
        self._merger = ChunkMerger()  # what comes next begins with a head
        self._heard.clear()
        try:
            if len(buffer) > _LONG:
                self._upload(buffer, timeout)
            else:
                self._send(buffer, timeout)
        except TimeoutError as error:
            raise httpcore.WriteTimeout(error) from error
        except OSError as error:
            if isinstance(error, ssl.SSLError):
                self._failed = error  # TLS says it once, and httpcore goes on to read
            raise httpcore.WriteError(error) from error

    def _send(self, buffer: bytes, timeout: float | None) -> None:
        left = memoryview(buffer)
        self._socket.settimeout(timeout)
        while left:
            left = left[self._socket.send(left) :]

    def _upload(self, buffer: bytes, timeout: float | None) -> None:
        from mimo_cli.api.transport.upload import Answered, keep_few_unsent, upload

        if not self._is_long:
            self._is_long = True
            keep_few_unsent(self._held)
        try:
            upload(self._socket, buffer, timeout, self._early)
        except Answered as answered:
            raise httpcore.WriteError(answered) from answered

    def _take_early(self) -> bytes:
        data = bytes(self._early[:_A_READ])
        del self._early[:_A_READ]
        return data

    def _receive(self, size: int, timeout: float | None) -> bytes:
        self._socket.settimeout(timeout)
        return self._socket.recv(size)

    def close(self) -> None:
        """End the connection."""
        self._socket.close()
        self._held.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the deadline of the whole holds
    ) -> Stream:
        """Return a stream with TLS over this one, which is of no use any more.

        Raises:
            httpcore.ConnectTimeout: it took too long.
            httpcore.ConnectError: the handshake failed.
        """
        with _ConnectErrors():
            return self.with_tls(ssl_context, server_hostname)

    def with_tls(self, context: ssl.SSLContext, host: str | None) -> Stream:
        """Return a stream with TLS over this one, by a host's name if it has one.

        Raises:
            OSError: it took too long, or the handshake failed.
        """
        try:
            self._socket.settimeout(self._deadline.left())
            secured = _with_tls(self._socket, context, host)
            return Stream(secured, self._held, self._deadline, self._heard)
        except BaseException:
            self.close()
            raise

    def open_tunnel(self, proxy: Proxy, host: str, port: int) -> None:
        """Make this stream, which is one to a proxy, one to a server.

        Raises:
            NetworkError: the proxy failed.
        """
        from mimo_cli.api.transport.proxies import tunnel

        if isinstance(self._socket, socket.socket):
            asked = tunnel.ProxyConnection(self._socket, self._heard, self._deadline.left)
            tunnel.open_tunnel(proxy, asked, host, port)

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks for: whether something can be read, or the TLS."""
        match info:
            case "is_readable":
                return self._is_readable()
            case "ssl_object":
                return self._tls
            case "socket":
                return self._socket
            case _:
                return None

    def _is_readable(self) -> bool:
        if self._early:
            return True
        if self._tls is not None and self._tls.pending():
            return True  # taken from the system already
        return self._socket.fileno() < 0 or _is_readable(self._socket.fileno())

    @property
    def _tls(self) -> ssl.SSLSocket | ssl.SSLObject | None:
        if not isinstance(self._socket, socket.socket):
            return self._socket.tls
        return self._socket if isinstance(self._socket, ssl.SSLSocket) else None


class _ConnectErrors:
    """Raises an error of the system's as httpcore's, while a connection is made."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TimeoutError):
            raise httpcore.ConnectTimeout(error) from error
        if isinstance(error, OSError):
            raise httpcore.ConnectError(error) from error


def look_up_ipv4(
    proxy: Proxy,
    host: str,
    port: int,
    look_up: Callable[[str, int], Sequence[Address]] = addresses,
) -> str:
    """Look a host up for a proxy that does not do so.

    Raises:
        NetworkError: it has no address that the proxy takes.
    """
    from mimo_cli.api.transport import network_errors

    try:
        found = look_up(host, port)
    except OSError as error:
        is_temporary = error.errno == socket.EAI_AGAIN
        raise network_errors.no_such_host(host, is_temporary=is_temporary, proxy=proxy) from error
    for family, (name, *_) in found:
        if family == socket.AF_INET:
            return str(name)
    raise network_errors.no_address_for_socks4(proxy, host)


def _with_tls(
    connection: socket.socket | TlsWithinTls, context: ssl.SSLContext, host: str | None
) -> ssl.SSLSocket | TlsWithinTls:
    host = host and server_name(host)
    if isinstance(connection, ssl.SSLSocket):
        from mimo_cli.api.transport.proxies.tunnel import TlsWithinTls

        return TlsWithinTls(connection, context, host)
    if not isinstance(connection, socket.socket):
        raise TypeError("there is TLS within TLS already")
    return context.wrap_socket(connection, server_hostname=host)


def server_name(host: str) -> str:
    """Return the name by which TLS knows a host: no dot at the end (RFC 6066, 3), no zone.

    Addresses of IPv6 have zones. A name is looked at whole, as it is looked up.
    """
    return host.partition("%")[0] if ":" in host else host.removesuffix(".")


def _is_readable(descriptor: int) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        return bool(selector.select(0))


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side may have ended it already
        connection.shutdown(socket.SHUT_RDWR)
