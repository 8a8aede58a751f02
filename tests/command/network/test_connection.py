"""How connections are made: addresses, time limits, and what is sent over them."""

from __future__ import annotations

import contextlib
import gzip
import os
import signal
import socket
import threading
import time
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from support.folders import CERTIFICATES
from support.harness import KEY, PATIENCE, environ_for, finish, mimo, process
from support.proxies import Listener, lead, read_until, tls

from mimo_cli.api.timing import Limits
from mimo_cli.api.transport.backend import Backend
from mimo_cli.api.transport.dial import addresses
from mimo_cli.api.transport.inflater import Inflater
from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

V4, V6 = socket.AF_INET, socket.AF_INET6
FAR = {
    "MIMO_BASE_URL": "http://llm.example",
    "MIMO_ALLOW_HTTP": "true",
    "MIMO_API_KEY": KEY,
    "MIMO_CONFIG": "/dev/null",
    "MIMO_HISTORY": "false",
}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(answer="Hello.") as found:
        yield found


def port_of(simulator: Simulator) -> int:
    return int(simulator.url.rpartition(":")[2])


def resolved(monkeypatch: pytest.MonkeyPatch, *found: tuple[int, tuple[Any, ...]]) -> list[str]:
    """Has every name lead to the same addresses; gives the names that were looked up."""
    asked: list[str] = []

    def look_up(host: str | bytes, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(os.fsdecode(host))
        return [(family, socket.SOCK_STREAM, 6, "", address) for family, address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@contextlib.contextmanager
def deaf() -> Iterator[int]:
    """A port that answers nobody's attempt to connect: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        yield listener.getsockname()[1]


def unused() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# ---- Addresses


@pytest.mark.slow
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "mimo.localhost", "a.b.localhost"])
@pytest.mark.parametrize("family", ["127.0.0.1", "::1"])
def test_names_of_this_machine_are_looked_up_nowhere(
    monkeypatch: pytest.MonkeyPatch, simulator: Simulator, host: str, family: str
) -> None:
    def handle(connection: socket.socket) -> None:
        lead(connection, port_of(simulator))

    with Listener(handle, address=(family, 0)) as server:
        environ = environ_for(simulator, MIMO_BASE_URL=f"http://{host}:{server.port}")
        asked = resolved(monkeypatch)
        found = addresses(host, 1)
        monkeypatch.undo()
        result = mimo("ask", "hi", environ=environ)
    assert (result.code, result.out, asked) == (0, "Hello.\n", [])
    assert found == [(V4, ("127.0.0.1", 1)), (V6, ("::1", 1, 0, 0))]


@pytest.mark.slow
def test_a_broken_family_does_not_stand_in_the_way(
    monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> None:
    # 100::/64 leads nowhere (RFC 6666); there may be no IPv6 here at all
    v6 = (V6, ("100::1", 80, 0, 0))
    asked = resolved(monkeypatch, v6, (V4, ("127.0.0.1", port_of(simulator))))
    result = mimo("ask", "hi", environ=FAR | {"MIMO_API_KEY": simulator.key})
    assert (result.code, result.out, asked) == (0, "Hello.\n", ["llm.example"])
    assert result.seconds < 2


@pytest.mark.slow
def test_an_address_that_does_not_answer_delays_little(
    monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> None:
    with deaf() as stuck:
        found = [(V4, ("127.0.0.1", port)) for port in (stuck, unused(), port_of(simulator))]
        resolved(monkeypatch, *found)
        result = mimo("ask", "hi", environ=FAR | {"MIMO_API_KEY": simulator.key})
    assert (result.code, result.out) == (0, "Hello.\n")
    assert result.seconds < 2


def test_of_several_errors_the_one_that_says_most_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    no_way = (V4, ("255.255.255.255", 1))  # nothing connects to everybody
    resolved(monkeypatch, no_way, (V4, ("127.0.0.1", unused())), no_way)
    result = mimo("ask", "--retries", "0", "hi", environ=FAR)
    assert result.code == 7
    assert result.err.startswith("mimo: cannot connect to llm.example:80: connection refused\n")


def test_a_name_without_any_address_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    resolved(monkeypatch)
    result = mimo("ask", "--retries", "0", "hi", environ=FAR)
    assert result.err.startswith("mimo: cannot connect to llm.example:80: it has no address\n")


@pytest.mark.parametrize("host", ["a..example", f"{'a' * 64}.example"])
def test_a_name_that_is_none_is_not_found(host: str) -> None:
    with pytest.raises(socket.gaierror):
        addresses(host, 443)


@pytest.mark.parametrize(
    ("host", "args"),
    [
        ("256.256.256.256", ("ask", "hi")),
        ("xn--.com", ("ask", "--dry-run=curl", "hi")),
        ("a..example", ("chat",)),
        ("[v1.x]", ("models", "--remote")),
        ("10.0.0.300", ("config", "set", "base_url")),
    ],
)
def test_a_host_that_cannot_be_is_an_error_of_the_configuration(
    host: str, args: tuple[str, ...], tmp_path: Path
) -> None:
    url = f"https://{host}"
    environ = FAR | {"MIMO_CONFIG": str(tmp_path / "config.toml")}
    if args[0] == "config":
        args = (*args, url)
    else:
        environ["MIMO_BASE_URL"] = url
    result = mimo(*args, environ=environ)
    is_value = args[0] == "config"  # a word of the command line
    assert (result.code, result.out) == (2 if is_value else 3, "")
    assert host.strip("[]") in result.err


# ---- Time limits and Ctrl-C


@pytest.mark.slow
def test_all_addresses_together_have_the_time_of_one_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with deaf() as stuck:
        resolved(monkeypatch, *[(V4, ("127.0.0.1", stuck))] * 2, (V4, ("127.0.0.1", stuck)))
        result = mimo("ask", "hi", environ=FAR, limits=Limits(connect=0.3))
    assert (result.code, result.slept) == (7, [])
    assert result.err.startswith("mimo: cannot connect to llm.example: it took over 0.3 s\n")
    assert 0.3 <= result.seconds < 2


@pytest.mark.slow
def test_a_silent_handshake_of_tls_has_the_whole_time() -> None:
    with Listener() as server:
        environ = FAR | {"MIMO_BASE_URL": f"https://127.0.0.1:{server.port}"}
        result = mimo("ask", "hi", environ=environ, limits=Limits(connect=0.4))
        assert server.gone.wait(PATIENCE)
    assert (result.code, result.slept, server.connections) == (7, [], 1)
    assert result.err.startswith("mimo: cannot connect to 127.0.0.1: it took over 0.4 s\n")
    assert 0.4 <= result.seconds < 2


@pytest.mark.parametrize(
    ("alert", "why"),
    [
        (10, "it ended the TLS handshake: unexpected message"),
        (
            40,
            (
                "it takes none of the ways to encrypt that were offered, "
                "or it wants a certificate of yours"
            ),
        ),
        *(
            (alert, "it wants a certificate of yours, and none can be given here")
            for alert in (*range(41, 47), 48, 116)
        ),
        (47, "it ended the TLS handshake: illegal parameter"),
        (49, "it denies access"),
        (70, "it takes no version of TLS that is known here"),
        (71, "it wants a stronger way to encrypt than were offered"),
        (80, "it failed"),
        (86, "it ended the TLS handshake: inappropriate fallback"),
        (90, "it ended the TLS handshake: user cancelled"),
        (109, "it ended the TLS handshake: missing extension"),
        (112, "it does not know the host's name"),
        (115, "it ended the TLS handshake: unknown psk identity"),
        (120, "it does not speak HTTP/1.1"),
        (200, "the handshake failed"),  # OpenSSL knows it as little
    ],
)
def test_what_a_server_says_before_it_ends_a_handshake_is_told(alert: int, why: str) -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(bytes([21, 3, 3, 0, 2, 2, alert]))
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)

    with Listener(handle) as server:
        environ = FAR | {"MIMO_BASE_URL": f"https://127.0.0.1:{server.port}"}
        result = mimo("ask", "hi", environ=environ)
    assert (result.code, result.slept) == (7, [])
    first, hint = result.err.splitlines()
    assert first == f"mimo: no TLS with 127.0.0.1:{server.port}: {why}"
    assert hint == "  Check base_url: are its host and port right?"


@pytest.mark.slow
def test_an_interrupt_ends_a_connection_that_is_being_made() -> None:
    with deaf() as stuck:
        environ = FAR | {"MIMO_BASE_URL": f"http://127.0.0.1:{stuck}"}
        program = process("ask", "-v", "hi", environ=environ, measured=False, stderr=-1)
        assert program.stderr is not None
        while b"asking" not in program.stderr.readline():
            pass
        started = time.monotonic()
        program.send_signal(signal.SIGINT)
        result = finish(program)
    assert result.code == -signal.SIGINT
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("is_first", [True, False])
def test_a_cut_ends_what_is_being_made_and_makes_no_more(is_first: bool) -> None:
    made = Backend()
    problems: list[BaseException] = []
    with deaf() as stuck:

        def connect() -> None:
            try:
                made.connect_tcp("127.0.0.1", stuck)
            except Exception as error:  # noqa: BLE001 - looked at below
                problems.append(error)

        thread = threading.Thread(target=connect, daemon=True)
        if is_first:
            made.cut()
        thread.start()
        made.cut()
        thread.join(PATIENCE)
    assert [str(problem) for problem in problems] == ["the connection was given up"]


@pytest.mark.slow
def test_a_look_up_that_hangs_does_not_hold_up_the_next_question(
    monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> None:
    release = threading.Event()
    address = (V4, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port_of(simulator)))
    asked: list[str] = []

    def look_up(host: str | bytes, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(os.fsdecode(host))
        if len(asked) == 1:
            release.wait(PATIENCE)
        return [address]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    environ = FAR | {"MIMO_API_KEY": simulator.key}
    result = mimo("chat", environ=environ, stdin=b"one\ntwo\n", limits=Limits(connect=0.2))
    release.set()
    assert (result.code, result.out, asked) == (7, "Hello.\n", ["llm.example"] * 2)


# ---- What goes over a connection


def test_questions_of_a_chat_share_a_connection_until_the_server_ends_it(
    simulator: Simulator,
) -> None:
    result = mimo("chat", environ=environ_for(simulator), stdin=b"one\ntwo\nthree\n")
    assert (result.code, len(simulator.requests), simulator.connections) == (0, 3, 1)


def replying(head: bytes, *bodies: bytes) -> Listener:
    """Answers each request on a connection of its own, and closes that."""
    left = list(bodies)

    def handle(connection: socket.socket) -> None:
        request = read_until(connection, b"\r\n\r\n").lower()
        size = int(request.split(b"content-length: ")[1].split(b"\r\n")[0])
        while size:
            size -= len(connection.recv(size))
        body = left.pop(0) if len(left) > 1 else left[0]
        length = b"Content-Length: %d\r\n" % len(body)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + length + head + b"\r\n" + body)

    return Listener(handle)


MESSAGE = (
    b'{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello."}],'
    b'"stop_reason":"end_turn"}'
)


def test_a_connection_that_the_server_has_closed_is_not_used_again() -> None:
    with replying(b"", MESSAGE) as server:
        environ = FAR | {"MIMO_BASE_URL": f"http://127.0.0.1:{server.port}"}
        result = mimo("chat", environ=environ, stdin=b"one\ntwo\n")
    assert (result.code, result.out, server.connections) == (0, "Hello.\n\nHello.\n", 2)


class Keeping(Listener):
    """Answers requests on one connection, `count` of them, each with `reply`.

    The next request is read before the connection ends.
    """

    def __init__(self, count: int, reply: bytes, context: ssl.SSLContext | None = None) -> None:
        super().__init__(self._answer, tls=context)
        self._count = count
        self._reply = reply
        self.taken = 0

    def _answer(self, connection: socket.socket) -> None:
        for _ in range(self._count):
            self._take(connection)
            connection.sendall(self._reply)
        self._take(connection)

    def _take(self, connection: socket.socket) -> None:
        request = read_until(connection, b"\r\n\r\n").lower()
        size = int(request.split(b"content-length: ")[1].split(b"\r\n")[0])
        self.taken += 1
        while size:
            size -= len(connection.recv(size))


@pytest.mark.parametrize(("retries", "code", "sent"), [(0, 7, 2), (1, 0, 3)])
def test_what_ends_a_kept_connection_is_retried_by_the_ordinary_rules(
    retries: int, code: int, sent: int
) -> None:
    with Keeping(1, _plain(MESSAGE)) as server:
        environ = FAR | {
            "MIMO_BASE_URL": f"http://127.0.0.1:{server.port}",
            "MIMO_RETRIES": str(retries),
        }
        result = mimo("chat", environ=environ, stdin=b"one\ntwo\n")
    assert (result.code, server.taken, len(result.slept)) == (code, sent, retries)


@pytest.mark.slow
@pytest.mark.parametrize("behind", [b"\r\n", b"HTTP/1.1 408 Timeout\r\n\r\n", b"x"])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_connection_with_bytes_behind_an_answer_is_not_used_again(
    behind: bytes, is_chunked: bool
) -> None:
    reply = _chunked(MESSAGE) if is_chunked else _plain(MESSAGE)
    with Keeping(5, reply + behind) as server:
        environ = FAR | {"MIMO_BASE_URL": f"http://127.0.0.1:{server.port}", "MIMO_RETRIES": "0"}
        result = mimo("chat", environ=environ, stdin=b"one\ntwo\nthree\n")
    assert (result.code, result.out, result.err) == (0, "\n\n".join(["Hello."] * 3) + "\n", "")
    assert (server.taken, server.connections) == (3, 3)


def test_a_connection_with_bytes_that_only_tls_holds_is_not_used_again() -> None:
    reply = _plain(MESSAGE.ljust(8 * 1024 - len(_plain(b" " * 1000)) + 1000))
    assert len(reply) == 8 * 1024, "the answer fills one read, and the record goes on"
    with Keeping(5, reply + b"\r\n", tls("trusted")) as server:
        environ = FAR | {
            "MIMO_BASE_URL": f"https://localhost:{server.port}",
            "MIMO_RETRIES": "0",
            "SSL_CERT_FILE": str(CERTIFICATES / "trusted.pem"),
        }
        result = mimo("chat", environ=environ, stdin=b"one\ntwo\n")
    assert (result.code, result.out, result.err) == (0, "Hello.\n\nHello.\n", "")
    assert (server.taken, server.connections) == (2, 2)


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_connection_with_nothing_behind_an_answer_is_used_again(is_chunked: bool) -> None:
    with Keeping(5, _chunked(MESSAGE) if is_chunked else _plain(MESSAGE)) as server:
        environ = FAR | {"MIMO_BASE_URL": f"http://127.0.0.1:{server.port}", "MIMO_RETRIES": "0"}
        result = mimo("chat", environ=environ, stdin=b"one\ntwo\nthree\n")
    assert (result.code, server.taken, server.connections) == (0, 3, 1)


def _plain(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def _chunked(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


def test_a_new_connection_that_ends_before_the_reply_is_not_used_up_twice() -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(65536)

    with Listener(handle) as server:
        environ = FAR | {"MIMO_BASE_URL": f"http://127.0.0.1:{server.port}", "MIMO_RETRIES": "0"}
        result = mimo("ask", "hi", environ=environ)
    assert (result.code, server.connections) == (7, 1)


@pytest.mark.slow
def test_a_stream_that_is_held_open_after_its_end_does_not_hold_up_the_next_question() -> None:
    def held(reply: bytes) -> Fault:
        return Fault(sse=reply, stall_at=len(reply))

    data = b'data: {"type":"message_start","message":%s}\n\n' % MESSAGE
    with Simulator(faults=[held(data), held(data)]) as simulator:
        result = mimo("chat", environ=environ_for(simulator), stdin=b"one\ntwo\n")
    assert (result.code, result.out, result.err) == (0, "Hello.\n\nHello.\n", "")


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(MESSAGE)),
        ("X-GZIP, identity", gzip.compress(MESSAGE)),
        ("deflate", zlib.compress(MESSAGE)),
        ("identity", MESSAGE),
        ("gzip", MESSAGE),  # a gateway that has unpacked it, and kept the header
    ],
)
def test_what_is_packed_without_being_asked_for_is_unpacked(encoding: str, body: bytes) -> None:
    with replying(f"Content-Encoding: {encoding}\r\n".encode(), body) as server:
        environ = FAR | {"MIMO_BASE_URL": f"http://127.0.0.1:{server.port}"}
        result = mimo("ask", "hi", environ=environ)
    assert (result.code, result.out, result.err) == (0, "Hello.\n", "")


def test_what_is_packed_and_damaged_is_an_error() -> None:
    body = bytearray(gzip.compress(MESSAGE[:-5], compresslevel=0))
    body[-8:] = b"no crc32"
    with replying(b"Content-Encoding: gzip\r\n", bytes(body)) as server:
        environ = FAR | {"MIMO_BASE_URL": f"http://127.0.0.1:{server.port}"}
        result = mimo("ask", "--retries", "0", "hi", environ=environ)
    assert result.code == 8
    assert result.err.startswith(
        "mimo: the reply is damaged: its checksum is wrong: the text may not be what was sent\n"
        "  Try again."
    )


@pytest.mark.parametrize("damage", [b"no crc32", b"\0" * 8])
def test_a_message_whose_checksum_is_wrong_is_shown_and_no_whole_answer(damage: bytes) -> None:
    with replying(b"Content-Encoding: gzip\r\n", gzip.compress(MESSAGE)[:-8] + damage) as server:
        environ = FAR | {"MIMO_BASE_URL": f"http://127.0.0.1:{server.port}"}
        result = mimo("ask", "-v", "hi", environ=environ)
    assert (result.code, result.out) == (9, "Hello.\n")
    assert "the reply is damaged: its checksum is wrong" in result.err


@pytest.mark.parametrize("packed", [b"x", MESSAGE, gzip.compress(MESSAGE), zlib.compress(MESSAGE)])
def test_packed_or_not_is_told_however_it_is_cut(packed: bytes) -> None:
    expected = b"x" if packed == b"x" else MESSAGE
    for size in (1, 2, 3, len(packed)):
        inflater = Inflater()
        parts = [packed[at : at + size] for at in range(0, len(packed), size)]
        found = b"".join(map(inflater.inflate, parts)) + inflater.rest()
        assert found == expected


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1:{}/a/b", "127.0.0.1:{}"),
        ("http://x.LOCALHOST:{}", "x.localhost:{}"),
        ("http://[::ffff:127.0.0.1]:{}", "[::ffff:127.0.0.1]:{}"),
    ],
)
def test_the_host_is_named_as_it_was_written(simulator: Simulator, url: str, host: str) -> None:
    port = port_of(simulator)
    result = mimo("ask", "hi", environ=environ_for(simulator, MIMO_BASE_URL=url.format(port)))
    assert result.out == ("Hello.\n" if "/a" not in url else "")
    assert simulator.requests[0].headers["host"] == host.format(port)
