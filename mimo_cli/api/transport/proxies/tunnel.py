"""Ways through a proxy: HTTP's CONNECT, SOCKS, and TLS within TLS for a proxy that is asked by TLS.

Each takes a connection to the proxy and leaves it as one to the server.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any, TypeVar

from mimo_cli.api.hosts import authority
from mimo_cli.api.transport import http_errors, tls_errors
from mimo_cli.api.transport import network_errors as errors
from mimo_cli.api.transport.proxies import connect_reply, socks_reply
from mimo_cli.api.transport.route import USER_AGENT
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from mimo_cli.api.transport.heard import Heard
    from mimo_cli.api.transport.proxies.connect_reply import ConnectReply
    from mimo_cli.api.transport.proxies.proxy_url import Proxy
    from mimo_cli.errors import NetworkError

    Seconds = Callable[[], float | None]
    """How many are left, None for no limit. Raises TimeoutError when none is."""

_RECORD = 16 * 1024
_LONGEST_HEAD = 64 * 1024
_OK = range(200, 300)

_T = TypeVar("_T")


def authorization(proxy: Proxy | None) -> dict[str, str]:
    """Return the header with a proxy's user name and password (RFC 7617), if it wants them."""
    credentials = "" if proxy is None else proxy.basic_credentials
    return {"Proxy-Authorization": f"Basic {credentials}"} if credentials else {}


class ProxyConnection:
    """A connection to a proxy, as much of it as asking takes; `heard` is told what comes."""

    def __init__(self, connection: socket.socket, heard: Heard, seconds: Seconds) -> None:
        self._connection = connection
        self._seconds = seconds
        self.heard = heard

    def sendall(self, data: bytes) -> None:
        """Send some bytes.

        Raises:
            ssl.SSLError: the other side has ended TLS, and said why.
            OSError: the connection broke, or it took too long.
        """
        self._connection.settimeout(self._seconds())
        try:
            self._connection.sendall(data)
        except OSError as error:
            if (alert := self._last_alert()) is not None:
                raise alert from error
            raise

    def _last_alert(self) -> ssl.SSLError | None:
        """Return what the other side said of TLS before it ended it, if that is there."""
        if not isinstance(self._connection, ssl.SSLSocket):
            return None
        self._connection.settimeout(0)
        try:
            self._connection.recv(_RECORD)
        except ssl.SSLError as error:
            return error if tls_errors.is_alert(error) else None
        except OSError:
            return None  # the first error says as much
        return None

    def recv(self, size: int) -> bytes:
        """Return what has come, nothing at the end."""
        self._connection.settimeout(self._seconds())
        data = self._connection.recv(size)
        self.heard.take(data)
        return data

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def open_tunnel(proxy: Proxy, connection: ProxyConnection, host: str, port: int) -> None:
    """Ask a proxy for the way to a server.

    Raises:
        NetworkError: the proxy failed, or took too long.
    """
    ask = _socks if proxy.is_socks else _connect
    try:
        ask(proxy, connection, host, port)
    except OSError as error:
        target = authority(host, port)
        raise errors.proxy_broke(proxy, target, error, connection.heard) from error


def _connect(proxy: Proxy, connection: ProxyConnection, host: str, port: int) -> None:
    """Ask an HTTP proxy for a way to a server (RFC 9110, 9.3.6).

    Raises:
        OSError: the connection broke, or it took too long.
        NetworkError: the proxy refused, or does not speak HTTP.
    """
    target = authority(host, port)
    headers = {"Host": target, "User-Agent": USER_AGENT, **authorization(proxy)}
    lines = [f"CONNECT {target} HTTP/1.1", *(f"{name}: {it}" for name, it in headers.items())]
    connection.sendall("".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii"))
    reply = _connect_reply(proxy, connection, target)
    if reply.status not in _OK:
        squid = " ".join(reply.values("x-squid-error")).split()[:1]  # which has a number behind it
        reason = " ".join((reply.reason, *squid))
        challenges = reply.values("proxy-authenticate")
        raise errors.proxy_refused(proxy, target, reply.status, reason, challenges)
    if reply.rest:  # a server with TLS waits until it is spoken to
        raise errors.proxy_makes_no_sense(proxy, Phrase("it spoke where the server should"))


def _connect_reply(proxy: Proxy, connection: ProxyConnection, target: str) -> ConnectReply:
    """Read the head of a reply to CONNECT, and what came with it.

    Raises:
        OSError: the connection broke, or it took too long.
        NetworkError: the proxy went away, or does not speak HTTP.
    """
    heard, data = connection.heard, b""
    while len(data) <= _LONGEST_HEAD:
        read = connection.recv(_RECORD)
        if not read:
            raise errors.proxy_closed(proxy, target, heard)
        if not heard.is_http:
            raise errors.proxy_makes_no_sense(proxy, http_errors.proxy_reply(heard))
        data += read
        try:
            reply = connect_reply.parse(data)
        except ValueError:
            said = Phrase("it answered: {words}", words=heard.words)
            raise errors.proxy_makes_no_sense(proxy, said) from None
        if reply is not None:
            return reply
    raise errors.proxy_makes_no_sense(proxy, Phrase("the head of its answer has no end"))


def _socks(proxy: Proxy, connection: ProxyConnection, host: str, port: int) -> None:
    """Ask a SOCKS proxy for a way to a server, by its name, or an address.

    Raises:
        OSError: the connection broke, or it took too long.
        NetworkError: the proxy refused, or does not speak SOCKS.
    """
    from python_socks import ProxyError, ProxyType
    from python_socks.sync import Proxy as Client

    socks = _SocksConnection(connection, socks_reply.Lenient(proxy))

    class Made(Client):
        """In the place of a proxy in front of the proxy: the connection that there is."""

        def connect(self, *_: Any, **__: Any) -> Any:
            return socks

    kind = ProxyType.SOCKS5 if socks_reply.is_version_5(proxy) else ProxyType.SOCKS4
    before = Made(kind, proxy.host, proxy.port)
    user, password = (
        (None, None) if proxy.user is None else (_Sent(proxy.user), _Sent(proxy.password))
    )
    client = Client(kind, proxy.host, proxy.port, user, password, rdns=True, forward=before)
    try:
        host.encode("idna")
    except UnicodeError as error:
        raise errors.no_such_host(host) from error
    try:
        client.connect(host, port)
    except (ProxyError, ValueError, IndexError) as error:  # the last two: bytes that are no reply
        said, target = socks.replies.heard, authority(host, port)
        raise _socks_error(proxy, target, said, connection.heard) from error


def _socks_error(proxy: Proxy, target: str, said: bytes, heard: Heard) -> NetworkError:
    """Return what it means that a SOCKS proxy has `said` this and no way is open."""
    if code := socks_reply.code_of(proxy, said):  # however much of its reply is missing
        return errors.socks_refused(proxy, target, code, socks_reply.refusal(proxy, code))
    if heard.has_ended and socks_reply.is_let_in(proxy, said):
        return errors.proxy_closed(proxy, target, heard)
    if heard.has_ended and socks_reply.wants_password(proxy, said):
        # Some do so where it is wrong.
        return errors.proxy_makes_no_sense(proxy, Phrase("it closed the connection"))
    if heard.has_ended and socks_reply.may_begin(proxy, said):
        return errors.proxy_hung_up(proxy)
    return errors.proxy_makes_no_sense(proxy, socks_reply.oddity(proxy, said))


class _SocksConnection:
    """A connection to a SOCKS proxy, as much of a socket as python-socks uses."""

    def __init__(self, connection: ProxyConnection, replies: socks_reply.Lenient) -> None:
        self.sendall = connection.sendall
        self.close = connection.close
        self.replies = replies
        self._connection = connection

    def recv(self, size: int) -> bytes:
        """Return what has come, nothing at the end."""
        return self.replies.feed(self._connection.recv(size))


class _Sent(str):
    """A user name or password, for python-socks: it takes ASCII alone, and no empty password.

    As curl does: UTF-8, or what bytes are written as %XX; a user name alone has an empty password.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        return len(self.encode())

    def encode(self, *_: str) -> bytes:
        return str.encode(self, "utf-8", "surrogateescape")


class TlsWithinTls:
    """TLS over a connection that has TLS already: as much of a socket as a stream needs."""

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, host: str | None) -> None:
        self._outer = outer
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._run(self.tls.do_handshake)

    def recv(self, size: int) -> bytes:
        """Return what has come, nothing at the end."""
        try:
            return self._run(lambda: self.tls.read(size))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""  # as SSLSocket does

    def send(self, data: memoryview) -> int:
        """Send some bytes and return how many."""
        return self._run(lambda: self.tls.write(data))

    def settimeout(self, seconds: float | None) -> None:
        """Limit each operation on the connection."""
        self._outer.settimeout(seconds)

    def fileno(self) -> int:
        """Return the connection's descriptor."""
        return self._outer.fileno()

    def close(self) -> None:
        """End the connection."""
        self._outer.close()

    def _run(self, act: Callable[[], _T]) -> _T:
        while True:
            try:
                result = act()
            except ssl.SSLWantReadError:
                self._flush()
                if data := self._outer.recv(_RECORD):
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self._outer.sendall(data)
