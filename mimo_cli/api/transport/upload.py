"""A long request on its way out, with an ear to what the server says meanwhile.

A server may refuse a body before all of it has come (RFC 9112, 9.5): some close the connection
then, some let the rest come, some neither read nor close. Whoever only writes learns of it late, or
never, since a reset can take the reply away.
"""

from __future__ import annotations

import contextlib
import re
import selectors
import socket
import ssl
from time import monotonic
from typing import TYPE_CHECKING

from mimo_cli.api.transport.heard import Heard

if TYPE_CHECKING:
    from mimo_cli.api.transport.proxies.tunnel import TlsWithinTls

_A_SEND = 16 * 1024
"""Bytes given to the system at once. A record of TLS, so that none waits for room half-way."""
_A_READ = 16 * 1024
_MOST = 64 * 1024
"""Bytes that a server may say while it is still being spoken to."""
_UNSENT = 256 * 1024
"""Bytes that may wait in the system, so that what it took is, nearly, what went out."""
_INTERIM = re.compile(rb"HTTP/1\.1 1(?!01)\d\d[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n")
_TAKEN = re.compile(rb"HTTP/1\.[01] (?:1(?!01)|2)\d\d\b")
_STATUS_LINE = len(b"HTTP/1.1 200 ")


class Answered(Exception):  # noqa: N818 - not an error: the rest is not wanted
    """The server has answered, or gone: it takes no more of the request."""


def keep_few_unsent(connection: socket.socket) -> None:
    """Let the system take no more of a long request than goes out soon, where it can be told so.

    Else it takes megabytes at once: a limit for progress would count from when it did.
    """
    with contextlib.suppress(AttributeError, OSError):  # Linux and macOS know it
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)


def upload(
    connection: socket.socket | TlsWithinTls, data: bytes, timeout: float | None, early: bytearray
) -> None:
    """Send `data`; what the server says meanwhile is added to `early`.

    Raises:
        Answered: it refuses the request, or has ended the connection.
        TimeoutError: it took nothing for `timeout` seconds.
        OSError: the connection broke.
    """
    left = memoryview(data)
    with selectors.DefaultSelector() as selector:
        key = selector.register(connection, selectors.EVENT_WRITE | selectors.EVENT_READ)
        last = monotonic()
        while left:
            if key.events & selectors.EVENT_READ and len(early) >= _MOST:
                key = selector.modify(connection, selectors.EVENT_WRITE)
            seconds = None if timeout is None else max(0.0, last + timeout - monotonic())
            ready = selector.select(seconds)
            if not ready:
                raise Answered if early else TimeoutError
            events = ready[0][1]
            if events & selectors.EVENT_READ:
                _listen(connection, early)
            if events & selectors.EVENT_WRITE:
                connection.settimeout(timeout)
                left = left[connection.send(left[:_A_SEND]) :]
                last = monotonic()


def _listen(connection: socket.socket | TlsWithinTls, early: bytearray) -> None:
    connection.settimeout(0)
    with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
        while len(early) < _MOST:
            data = connection.recv(_A_READ)
            early += data
            if not data or wants_no_more(bytes(early)):
                raise Answered


def wants_no_more(early: bytes) -> bool:
    """Return whether what a server says of a request that it has in part is all that it will say.

    One that begins a good answer may still want the rest.
    """
    while (interim := _INTERIM.match(early)) is not None:
        early = early[interim.end() :]
    heard = Heard()
    heard.take(early)
    return not heard.is_http or (len(early) >= _STATUS_LINE and not _TAKEN.match(early))
