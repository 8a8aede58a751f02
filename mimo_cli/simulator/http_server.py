"""Sockets, HTTP and time: connections are accepted, requests read, and steps carried out."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, assert_never

from mimo_cli.simulator.service import HttpRequest
from mimo_cli.simulator.steps import Close, Reset, Send, Stall, Step, Wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST = "127.0.0.1"

_BLOCK = 1024 * 1024
_MILLISECOND = 0.001


class HttpServer(socketserver.ThreadingTCPServer):
    """Accepts connections on loopback, each one served by its own thread.

    Args:
        port: The port to listen on; 0 takes a free one.
        respond: Says how to answer a request that came on the connection with this number.
        hung_up: Set when a client closes its connection while a reply is being sent.
        max_body: The largest body of a request that is kept, in bytes.
    """

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        respond: Callable[[HttpRequest, int], Iterator[Step]],
        hung_up: threading.Event,
        max_body: int,
    ) -> None:
        self.respond = respond
        self.hung_up = hung_up
        self.max_body = max_body
        self.accepted = 0
        self.stopping = threading.Event()
        self._open: dict[socket.socket, int] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, name="simulator")
        super().__init__((HOST, port), _Handler)

    def start(self) -> None:
        """Accept connections from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Accept no more, close every connection, and wait for the threads to end."""
        self.stopping.set()
        socket.create_connection((HOST, self.server_address[1])).close()  # wakes `_accept`
        self._thread.join()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):  # the client was quicker
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            self.handle_request()

    def verify_request(
        self,
        request: Any,  # noqa: ARG002 - given by the library
        client_address: object,  # noqa: ARG002 - the same
    ) -> bool:
        """Return whether to serve a connection."""
        return not self.stopping.is_set()

    def process_request(
        self,
        request: Any,
        client_address: object,
    ) -> None:
        """Hand a new connection to its thread."""
        with self._lock:
            self.accepted += 1
            self._open[request] = self.accepted
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection whose thread has ended."""
        with self._lock:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def number(self, connection: socket.socket) -> int:
        """Return which connection this is, counted from 1."""
        with self._lock:
            return self._open[connection]

    def handle_error(
        self,
        request: Any,
        client_address: object,
    ) -> None:
        """Ignore a client that goes away; show anything else with its traceback."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Serves one connection, request after request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: HttpServer
    connection: socket.socket

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Do nothing: the simulator has a log of its own."""

    def _serve(self) -> None:
        try:
            body, size = self._body()
        except ValueError:
            self.send_error(400)  # no proper length: there is no telling where the body ends
            return
        names = dict.fromkeys(name.lower() for name in self.headers)
        headers = {name: ", ".join(self.headers.get_all(name, ())) for name in names}
        old = self.request_version == "HTTP/1.0"
        request = HttpRequest(self.command, self.path, headers, body, size, old)
        try:
            self._play(self.server.respond(request, self.server.number(self.connection)))
        except ConnectionError:
            self.close_connection = True
            if not self.server.stopping.is_set():
                self.server.hung_up.set()

    # The names under which the library looks for what serves a method, hence each noqa.
    do_GET = do_HEAD = do_POST = _serve  # noqa: N815
    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def _body(self) -> tuple[bytes, int]:
        """Return the request's body and its size. Read one too large to its end, but keep nothing.

        Raises:
            ValueError: A length that is no number.
            ConnectionError: The client went too early.
        """
        limit = self.server.max_body
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return _keep(self._chunks(), limit)
        length = int(self.headers.get("Content-Length", "0"))
        # A film is read at once, into what holds it afterwards.
        return _keep(self._blocks(length, length if length <= limit else _BLOCK), limit)

    def _blocks(self, length: int, most: int = _BLOCK) -> Iterator[bytes]:
        while length > 0:
            block = self.rfile.read(min(length, most))
            if not block:
                raise ConnectionResetError("the client went before its request was whole")
            length -= len(block)
            yield block

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            yield from self._blocks(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers

    def _play(self, steps: Iterator[Step]) -> None:
        due = time.monotonic()
        for step in steps:
            match step:
                case Send(data):
                    self.connection.sendall(data)
                case Wait(seconds):
                    due += seconds
                    self._wait_until(due)
                case Stall():
                    self._listen(None)
                case Close():
                    self.close_connection = True
                case Reset():
                    self._reset()
                case _:
                    assert_never(step)

    def _wait_until(self, due: float) -> None:
        """Wait until this time of `time.monotonic()`, listening for the client all the while."""
        while (left := due - time.monotonic()) > 0:
            if left > 2 * _MILLISECOND:
                self._listen(left - _MILLISECOND)  # sockets wait in whole milliseconds
            else:
                time.sleep(left)

    def _listen(self, seconds: float | None) -> None:
        """Wait so long, for ever if None, unless the client goes.

        Raises:
            ConnectionError: The client closed the connection, or the server stops.
        """
        self.connection.settimeout(seconds)
        try:
            heard = self.connection.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return
        finally:
            self.connection.settimeout(None)
        # What was heard may be the next request, come early: leave it where it is.
        if not heard or self.server.stopping.wait(seconds):
            raise ConnectionAbortedError("the client hung up, or the server stops")

    def _reset(self) -> None:
        """Close at once and without ceremony, which the client sees as a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()


def _keep(blocks: Iterator[bytes], limit: int) -> tuple[bytes, int]:
    """Return the blocks joined and their size; no bytes if that is over a limit."""
    kept: list[bytes] = []
    size = 0
    for block in blocks:
        size += len(block)
        if size > limit:
            kept.clear()
        else:
            kept.append(block)
    return kept[0] if len(kept) == 1 else b"".join(kept), size
