"""Proxies on loopback: HTTP and SOCKS as others speak them, and as broken as they come."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import tempfile
import threading
from base64 import b64encode
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from support.folders import CERTIFICATES
from support.harness import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def tls(name: str) -> ssl.SSLContext:
    """What a server with one of the certificates needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


class Listener:
    """A server that handles each connection on a thread of its own, while the `with` lasts.

    `connections` counts them; `gone` is set when a client has closed one. With `tls` it speaks TLS.
    """

    def __init__(
        self,
        handle: Callable[[socket.socket], None] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        address: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        self._handle = handle or self.handle
        self._tls = tls
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._listener = socket.create_server(address, family=family)
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.came = threading.Event()
        self.gone = threading.Event()

    def __enter__(self) -> Self:
        self._start(self._serve)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):  # it has ended
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)

    def handle(self, connection: socket.socket) -> None:
        """Says nothing at all, until the client goes."""
        while connection.recv(65536):
            pass

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # closed: the test is over
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self.came.set()
                held = connection.dup()
                self._open.append(held)
                self._start(self._run, connection, held)

    def _run(self, connection: socket.socket, held: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with connection, contextlib.suppress(OSError, EOFError):  # the client may go any time
                if self._tls is None:
                    self._handle(connection)
                else:
                    with self._tls.wrap_socket(connection, server_side=True) as secured:
                        self._handle(secured)
        finally:
            self._open.remove(held)
            held.close()
            self.gone.set()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()


def lead(connection: socket.socket, port: int, first: bytes = b"") -> None:
    """Passes everything on between a client and a port of this machine.

    By one thread: a connection with TLS bears no two at once.
    """
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as behind:
        behind.sendall(first)
        others = {connection: behind, behind: connection}
        while others:
            has_more = isinstance(connection, ssl.SSLSocket) and connection.pending() > 0
            more = [connection] if has_more and connection in others else []
            for one in more or select.select([*others], [], [], PATIENCE)[0]:
                if data := one.recv(65536):
                    # Who takes no more may have said why, which is passed on.
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        others[one].sendall(data)
                else:
                    others.pop(one)
                    if one is behind:
                        return
                    behind.shutdown(socket.SHUT_WR)


def front(port: int, certificate: str = "service") -> Listener:
    """A server with TLS in front of one without."""
    return Listener(lambda connection: lead(connection, port), tls=tls(certificate))


class HttpProxy(Listener):
    """A proxy of HTTP: forwards, and opens ways by CONNECT, to the names that it knows.

    `names` has a port of this machine for each host. `asked` are the hosts and ports, `heads` what
    it got. With `credentials` ("user:password") it wants them. `refusal` is its answer to whatever
    is asked.
    """

    def __init__(
        self,
        names: Mapping[str, int],
        *,
        credentials: str = "",
        refusal: bytes = b"",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(tls=tls)
        self._names = names
        self._credentials = credentials
        self._refusal = refusal
        self.asked: list[str] = []
        self.heads: list[bytes] = []

    def handle(self, connection: socket.socket) -> None:
        """Reads one request, and leads on from there."""
        head = read_until(connection, b"\r\n\r\n")
        self.heads.append(head)
        method, target, _ = head.split(b"\r\n")[0].decode().split()
        is_way = method == "CONNECT"
        url = urlsplit(f"//{target}" if is_way else target)
        self.asked.append(url.netloc)
        wanted = b"Basic " + b64encode(self._credentials.encode())
        if self._refusal:
            connection.sendall(self._refusal)
        elif self._credentials and wanted not in head:
            connection.sendall(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
        elif (port := self._names.get(url.hostname or "")) is None:
            connection.sendall(b"HTTP/1.1 502 Never heard of it\r\nContent-Length: 0\r\n\r\n")
        elif is_way:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            lead(connection, port)
        else:
            lead(connection, port, head.replace(target.encode(), url.path.encode(), 1))


class SocksProxy(Listener):
    """A proxy of SOCKS 4, 4a or 5 (RFC 1928, 1929), to the names and addresses that it knows.

    `asked` are the hosts and ports, as they came. `code` is its answer where that is not the usual
    one. Every byte of its answers is sent by itself.
    """

    def __init__(
        self, names: Mapping[str, int], *, credentials: tuple[str, str] | None = None, code: int = 0
    ) -> None:
        super().__init__()
        self._names = names
        self._credentials = credentials
        self._code = code
        self.asked: list[str] = []
        self.users: list[str] = []

    def handle(self, connection: socket.socket) -> None:
        """Finds out which version is spoken."""
        version = connection.recv(1)
        if version == b"\x05":
            self._version_5(connection)
        elif version == b"\x04":
            self._version_4(connection)

    def _version_5(self, connection: socket.socket) -> None:
        methods = exactly(connection, exactly(connection, 1)[0])
        method = 0 if self._credentials is None else 2
        drip(connection, bytes([5, method if method in methods else 0xFF]))
        if method not in methods or (method and not self._is_let_in(connection)):
            return
        kind = exactly(connection, 4)[3]
        if kind == 3:
            host = exactly(connection, exactly(connection, 1)[0]).decode()
        else:
            family, size = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
            host = socket.inet_ntop(family, exactly(connection, size))
        port = int.from_bytes(exactly(connection, 2))
        code = self._find(host, port, unknown=4)
        drip(connection, bytes([5, code, 0, 3, 4]) + b"here" + b"\0\0")
        if code == 0:
            lead(connection, self._names[host])

    def _is_let_in(self, connection: socket.socket) -> bool:
        exactly(connection, 1)
        user, password = (exactly(connection, exactly(connection, 1)[0]).decode() for _ in range(2))
        self.users.append(user)
        is_right = (user, password) == self._credentials
        drip(connection, bytes([1, not is_right]))
        return is_right

    def _version_4(self, connection: socket.socket) -> None:
        data = exactly(connection, 7)
        port, address = int.from_bytes(data[1:3]), data[3:]
        self.users.append(read_until(connection, b"\0")[:-1].decode())
        is_name = address[:3] == bytes(3) and address[3]
        host = read_until(connection, b"\0")[:-1].decode() if is_name else socket.inet_ntoa(address)
        code = self._find(host, port, unknown=0x5B)
        drip(connection, bytes([0, code or 0x5A]) + bytes(6))
        if code == 0:
            lead(connection, self._names[host])

    def _find(self, host: str, port: int, *, unknown: int) -> int:
        self.asked.append(f"{host}:{port}")
        return self._code or (0 if host in self._names else unknown)


def drip(connection: socket.socket, data: bytes) -> None:
    """Sends each byte in a packet of its own."""
    for byte in data:
        connection.sendall(bytes([byte]))


def exactly(connection: socket.socket, size: int) -> bytes:
    """Reads so many bytes, and not one more."""
    data = b""
    while len(data) < size:
        if not (part := connection.recv(size - len(data))):
            raise EOFError
        data += part
    return data


def read_until(connection: socket.socket, end: bytes) -> bytes:
    """Reads up to an end, and not one byte more."""
    data = b""
    while not data.endswith(end):
        data += exactly(connection, 1)
    return data


@contextlib.contextmanager
def bundle(*names: str) -> Iterator[str]:
    """A file with several of the certificates."""
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        for name in names:
            file.write((CERTIFICATES / f"{name}.pem").read_bytes())
        file.flush()
        yield file.name
