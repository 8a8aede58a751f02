"""Connections: opened by us, so that each can be ended at any time from another thread.

httpcore asks a `Backend` for a connection and speaks HTTP over the `Stream` that it gets.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import ssl
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Self

import httpcore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Address = tuple[socket.AddressFamily, tuple[Any, ...]]
    """A family and what `socket.connect` takes in it."""

_HEAD_START = 0.25
"""Seconds that an address has for itself before the next is tried beside it (RFC 8305, 8)."""
_LONGEST_WAIT = 0.1
"""Seconds until a connection that is being made takes note of `cut`."""


class Backend(httpcore.NetworkBackend):
    """Makes connections until it is cut."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_cut = False
        self._held: socket.socket | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - nobody sets it
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - nobody sets them
    ) -> httpcore.NetworkStream:
        """Return a stream to a server; `timeout` (seconds) counts for all its addresses together.

        Raises:
            httpcore.ConnectTimeout: it took too long.
            httpcore.ConnectError: there is no such host, or none of its addresses answers.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        with _ConnectErrors():
            connection = self._first(addresses(host, port), deadline)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Stream(connection, self._hold(connection))

    def cut(self) -> None:
        """End the connection, and whatever waits for it in another thread; make no other."""
        with self._lock:
            self._is_cut = True
            if self._held is not None:
                _shut(self._held)

    def _hold(self, connection: socket.socket) -> socket.socket:
        """Keep a handle to a connection: TLS takes the socket itself away."""
        with self._lock:
            self._held = connection.dup()
            if self._is_cut:
                _shut(self._held)
            return self._held

    def _first(self, todo: Sequence[Address], deadline: float | None) -> socket.socket:
        """Connect to the first address that answers. The socket blocks."""
        with _Attempts(todo) as attempts:
            while not self._is_cut:
                now = time.monotonic()
                if deadline is not None and now >= deadline:
                    raise TimeoutError("it took too long")
                wait = _LONGEST_WAIT if deadline is None else min(_LONGEST_WAIT, deadline - now)
                if (connection := attempts.look(now, wait)) is not None:
                    connection.setblocking(True)
                    return connection
        raise ConnectionAbortedError("the connection was given up")


class _Attempts:
    """Connections that are being made side by side, each begun a little after the one before."""

    def __init__(self, todo: Sequence[Address]) -> None:
        self._todo = deque(todo)
        self._under_way = selectors.DefaultSelector()
        self._next = 0.0
        self._problem = OSError("it has no address")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for key in list(self._under_way.get_map().values()):
            self._end(key.fileobj)
        self._under_way.close()

    def look(self, now: float, wait: float) -> socket.socket | None:
        """Return a connection that stands, or None if there is none within `wait` seconds.

        Raises:
            OSError: every address has failed; the last one's error.
        """
        while self._todo and (now >= self._next or not self._under_way.get_map()):
            self._begin(self._todo.popleft())
            self._next = now + _HEAD_START
        if not self._under_way.get_map():
            raise self._problem
        if self._todo:
            wait = min(wait, self._next - now)
        for key, _ in self._under_way.select(wait):
            if isinstance(key.fileobj, socket.socket) and self._stands(key.fileobj):
                return key.fileobj
        return None

    def _begin(self, address: Address) -> None:
        family, name = address
        try:
            connection = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:  # this machine does not know the family
            self._problem = error
            return
        connection.setblocking(False)
        try:
            connection.connect(name)
        except BlockingIOError:
            pass  # the selector tells when it is done
        except OSError as error:
            self._problem = error
            connection.close()
            return
        self._under_way.register(connection, selectors.EVENT_WRITE)

    def _stands(self, connection: socket.socket) -> bool:
        """Whether an attempt that has ended went well. It is no longer under way then."""
        code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code == 0:
            self._under_way.unregister(connection)
            return True
        self._problem = OSError(code, os.strerror(code))
        self._end(connection)
        return False

    def _end(self, connection: Any) -> None:
        self._under_way.unregister(connection)
        connection.close()


class Stream(httpcore.NetworkStream):
    """A connection, plain or with TLS. `held` is a second handle to it, closed with it."""

    def __init__(self, connection: socket.socket, held: socket.socket) -> None:
        self._socket = connection
        self._held = held

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, at most `max_bytes`; nothing at the end.

        Raises:
            httpcore.ReadTimeout: nothing came for `timeout` seconds.
            httpcore.ReadError: the connection broke.
        """
        try:
            self._socket.settimeout(timeout)
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(error) from error
        except OSError as error:
            raise httpcore.ReadError(error) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes.

        Raises:
            httpcore.WriteTimeout: none was taken for `timeout` seconds.
            httpcore.WriteError: the connection broke.
        """
        try:
            left = memoryview(buffer)
            self._socket.settimeout(timeout)
            while left:
                left = left[self._socket.send(left) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore.WriteError(error) from error

    def close(self) -> None:
        """End the connection."""
        self._socket.close()
        self._held.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Return a stream with TLS over this one, which is of no use any more.

        Raises:
            httpcore.ConnectTimeout: a step of the handshake took over `timeout` seconds.
            httpcore.ConnectError: the handshake failed.
        """
        with _ConnectErrors():
            try:
                self._socket.settimeout(timeout)
                secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
            except Exception:
                self.close()
                raise
        return Stream(secured, self._held)

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks for: whether something can be read, or the TLS."""
        match info:
            case "is_readable":
                return self._socket.fileno() < 0 or _is_readable(self._socket)
            case "ssl_object" if isinstance(self._socket, ssl.SSLSocket):
                return self._socket
            case _:
                return None


class _ConnectErrors:
    """Raises an error of the system's as httpcore's, while a connection is made."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TimeoutError):
            raise httpcore.ConnectTimeout(error) from error
        if isinstance(error, OSError):
            raise httpcore.ConnectError(error) from error


def addresses(host: str, port: int) -> list[Address]:
    """Look a host up.

    Raises:
        OSError: it has no address.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a part of the name is empty or too long
        raise socket.gaierror(socket.EAI_NONAME, "no such name") from error
    return list(dict.fromkeys((family, name) for family, _, _, _, name in found))


def _is_readable(connection: socket.socket) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(0))


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side may have ended it already
        connection.shutdown(socket.SHUT_RDWR)
