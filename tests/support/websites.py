"""Web sites on loopback that pass for ones of the Internet: by TLS, under names of MiMo's."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from mimo_cli.api.transport.dial import Reach, dial
from support.folders import CERTIFICATES
from support.proxies import Listener, read_until, tls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mimo_cli.api.transport.dial import Address, Deadline

HOST, OTHER = "api.xiaomimimo.com", "token-plan-cn.xiaomimimo.com"
ADDRESS = "93.184.216.34"
TRUSTED = {"SSL_CERT_FILE": str(CERTIFICATES / "service.pem")}


def page(body: bytes | str, kind: str = "text/html; charset=utf-8", *headers: str) -> bytes:
    """A reply with a page."""
    data = body.encode() if isinstance(body, str) else body
    return reply(200, f"Content-Type: {kind}", f"Content-Length: {len(data)}", *headers) + data


def reply(status: int, *headers: str) -> bytes:
    """The head of a reply."""
    lines = [f"HTTP/1.1 {status} So It Is", *headers, "Connection: close", "", ""]
    return "\r\n".join(lines).encode()


class Site(Listener):
    """Answers each path with bytes, or by a function that gets the connection.

    `heads` are the requests that came, `asked` the names that were looked up, `connected` the
    addresses that were connected to.
    """

    def __init__(
        self,
        paths: Mapping[str, bytes | Callable[[socket.socket], None]],
        *,
        names: Mapping[str, Sequence[str]] | None = None,
        certificate: str = "service",
    ) -> None:
        super().__init__(tls=tls(certificate))
        self._paths = paths
        self._names = names or {HOST: [ADDRESS], OTHER: [ADDRESS]}
        self.heads: list[bytes] = []
        self.asked: list[str] = []
        self.connected: list[str] = []

    def handle(self, connection: socket.socket) -> None:
        """Reads one request."""
        head = read_until(connection, b"\r\n\r\n")
        self.heads.append(head)
        answer = self._paths[head.split(b" ")[1].decode()]
        if isinstance(answer, bytes):
            connection.sendall(answer)
        else:
            answer(connection)

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return [head.split(b" ")[1].decode() for head in self.heads]

    @property
    def reach(self) -> Reach:
        """The way here, for whoever looks up one of the names."""
        return Reach(self.look_up, self.connect)

    def look_up(self, host: str, port: int) -> list[Address]:
        """Gives the addresses that a name has here."""
        self.asked.append(host)
        found: list[Address] = []
        for it in self._names.get(host, [host]):
            is_long = ":" in it
            found.append(
                (socket.AF_INET6, (it, port, 0, 0)) if is_long else (socket.AF_INET, (it, port))
            )
        return found

    def connect(
        self, found: Sequence[Address], deadline: Deadline, is_unwanted: Callable[[], bool]
    ) -> socket.socket:
        """Connects to the site in the place of what is found, but for proxies on loopback."""
        hosts = [str(name[0]) for _, name in found]
        self.connected += hosts
        here: Sequence[Address] = [(socket.AF_INET, ("127.0.0.1", self.port))]
        return dial(found if hosts == ["127.0.0.1"] else here, deadline, is_unwanted)
