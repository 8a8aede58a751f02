"""Requests with files: how they go out, also to servers that do not hear them out."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from support.harness import KEY, PATIENCE, hint_of, server
from support.proxies import HttpProxy, SocksProxy, bundle, front, tls
from support.wire import chunk, delta, event

from mimo_cli.api.client import Client
from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.protocol.encode import encode
from mimo_cli.api.protocol.messages import (
    FileSource,
    Media,
    Message,
    Request,
    Sending,
    StreamItem,
    Text,
    TextDelta,
)
from mimo_cli.api.timing import Clock, Limits
from mimo_cli.errors import MimoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LARGE = 6_000_000
"""Bytes: what the system takes without anybody reading is less."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENTS = b"".join(
    [
        delta("seen"),
        event("message_delta", delta={"stop_reason": "end_turn"}),
        event("message_stop"),
    ]
)
ANSWER = chunk(EVENTS) + b"0\r\n\r\n"


def refusal(status: str) -> bytes:
    body = json.dumps({"error": {"message": "No.", "param": "too much"}}).encode()
    return b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        status.encode(),
        len(body),
        body,
    )


def film(size: int = LARGE) -> Media:
    data = b"\0\1\2\3\4\5\6" * (size // 7)
    digest = hashlib.sha256(data).hexdigest()
    return Media("video", FileSource("video/mp4", len(data), digest, data), name="film.mp4")


FILM = film()
REQUEST = Request("m", (Message("user", (FILM, Text("What is it?"))),))


def asked(
    at: int | str, limits: Limits | None = None, retries: int = 0, **more: Any
) -> list[StreamItem]:
    """The events of the answer to a question with a film, from a port or a base URL."""
    more = {"clock": Clock(random=lambda: 0.0), "environ": {}, **more}
    endpoint = Endpoint(f"http://127.0.0.1:{at}" if isinstance(at, int) else at, KEY)
    with Client(endpoint, limits=limits or Limits(), retries=retries, **more) as client:
        return [event for events in client.stream(encode(REQUEST)) for event in events]


def words(events: list[StreamItem]) -> str:
    return "".join(it.text for it in events if isinstance(it, TextDelta))


def body_of(connection: socket.socket, head: bytes) -> bytes:
    """The whole body of a request, of which `head` was read."""
    fields, _, body = head.partition(b"\r\n\r\n")
    length = int(fields.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    parts = [body]
    left = length - len(body)
    while left and (data := connection.recv(1 << 20)):
        parts.append(data)
        left -= len(data)
    return b"".join(parts)


def test_a_file_goes_out_with_its_length_and_in_no_chunks() -> None:
    bodies: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        bodies.append(body_of(connection, heads[-1]))
        connection.sendall(HEAD + ANSWER)

    with server(answer) as (port, heads):
        assert words(asked(port)) == "seen"
    assert b"transfer-encoding" not in heads[0].lower()
    source = json.loads(bodies[0])["messages"][0]["content"][0]["source"]
    assert isinstance(FILM.source, FileSource)
    assert base64.b64decode(source["data"]) == FILM.source.data


def test_who_asks_for_details_is_told_what_goes_out() -> None:
    def answer(connection: socket.socket) -> None:
        body_of(connection, heads[-1])
        connection.sendall(HEAD + ANSWER)

    notes: list[str] = []
    with server(answer) as (port, heads):
        asked(port, note=lambda it: notes.append(str(it)))
    assert isinstance(FILM.source, FileSource)
    digest = FILM.source.sha256[:12]
    assert notes[:2] == [
        f"goes along: video film.mp4, video/mp4, 5,999,994 bytes, SHA-256 {digest}",
        f"request: {encode(REQUEST).length:,} bytes",
    ]


def test_each_attempt_sends_the_file_anew() -> None:
    bodies: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        head = heads[-1]
        while head:
            bodies.append(body_of(connection, head))
            connection.sendall(refusal("503 Busy") if len(bodies) < 3 else HEAD + ANSWER)
            head = connection.recv(65536)

    with server(answer) as (port, heads):
        assert words(asked(port, retries=2, clock=Clock(sleep=lambda _: None))) == "seen"
    assert len({*bodies}) == 1
    assert len(bodies) == 3


def test_a_connection_that_the_server_has_closed_since_is_not_used_for_a_file() -> None:
    lengths: list[int] = []

    def answer(connection: socket.socket) -> None:
        lengths.append(len(body_of(connection, heads[-1])))
        connection.sendall(HEAD + ANSWER)
        connection.shutdown(socket.SHUT_WR)
        drain(connection)

    with server(answer) as (port, heads):
        clock = Clock(sleep=lambda _: None)  # the end of it may come when the file has begun to go
        endpoint = Endpoint(f"http://127.0.0.1:{port}", KEY)
        with Client(endpoint, limits=Limits(), retries=1, clock=clock, environ={}) as client:
            for _ in range(2):
                found = [it for events in client.stream(encode(REQUEST)) for it in events]
                assert words(found) == "seen"
    assert lengths == [encode(REQUEST).length] * 2


def closes(connection: socket.socket) -> None:
    """Leaves bytes unread: the system resets the connection."""


def half_closes(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_WR)
    drain(connection)


def reads_on(connection: socket.socket) -> None:
    drain(connection)


def waits(connection: socket.socket) -> None:
    """Neither reads nor closes."""
    del connection
    DONE.wait(PATIENCE)


DONE = threading.Event()
"""The client has what it came for."""


def drain(connection: socket.socket) -> None:
    while connection.recv(1 << 20):
        pass


@pytest.mark.parametrize("then", [closes, half_closes, reads_on, waits])
@pytest.mark.parametrize(
    ("status", "code"),
    [("413 Too Large", 10), ("404 No", 10), ("401 Who", 4), ("307 Away", 8), ("500 Oops", 8)],
)
def test_a_refusal_that_comes_during_the_upload_is_the_answer(
    status: str, code: int, then: Callable[[socket.socket], None]
) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(refusal(status))
        then(connection)

    DONE.clear()
    started = time.monotonic()
    with server(answer) as (port, _):
        with pytest.raises(MimoError) as raised:
            asked(port)
        DONE.set()
    assert (raised.value.status, raised.value.exit_code) == (int(status[:3]), code)
    assert time.monotonic() - started < 3.0


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_an_answer_that_begins_during_the_upload_does_not_end_it(first: bytes) -> None:
    bodies: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        connection.sendall(first + HEAD)
        bodies.append(body_of(connection, heads[-1]))
        connection.sendall(ANSWER)

    with server(answer) as (port, heads):
        assert words(asked(port)) == "seen"
    assert len(bodies[0]) == encode(REQUEST).length


def test_a_whole_answer_of_a_server_that_read_nothing_is_shown() -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(HEAD + ANSWER)
        waits(connection)

    DONE.clear()
    with server(answer) as (port, _):
        assert words(asked(port, Limits(upload=0.2))) == "seen"
        DONE.set()


def test_a_server_that_goes_without_a_word_is_said_to_have_had_enough() -> None:
    with server(closes) as (port, heads), pytest.raises(MimoError) as raised:
        asked(port, retries=1, clock=Clock(sleep=lambda _: None))
    assert raised.value.message == (f"the upload broke off: 127.0.0.1:{port} closed the connection")
    assert "7.6 MB" in hint_of(raised.value)
    assert len(heads) == 2


def test_an_upload_that_stalls_ends_with_its_own_limit() -> None:
    DONE.clear()
    with server(waits) as (port, _):
        with pytest.raises(MimoError) as raised:
            asked(port, Limits(upload=0.2))
        DONE.set()
    assert raised.value.message == (f"the upload stalled: 127.0.0.1:{port} takes no more data")
    assert raised.value.exit_code == 7


def test_a_slow_upload_is_no_late_answer() -> None:
    """The wait for the first event begins when the request is out."""
    now = 0.0

    def answer(connection: socket.socket) -> None:
        nonlocal now
        now = 100_000.0  # while there is more to come than the system takes
        body_of(connection, heads[-1])
        connection.sendall(HEAD + ANSWER)

    with server(answer) as (port, heads):
        clock = Clock(monotonic=lambda: now)
        events = asked(port, clock=clock)
    assert words(events) == "seen"


def test_who_wants_to_be_called_during_an_upload_is_told_how_far_it_is() -> None:
    DONE.clear()
    found: list[StreamItem] = []

    def answer(connection: socket.socket) -> None:
        DONE.wait(PATIENCE)
        body_of(connection, heads[-1])
        connection.sendall(HEAD + ANSWER)

    with server(answer) as (port, heads):
        endpoint = Endpoint(f"http://127.0.0.1:{port}", KEY)
        with Client(endpoint, limits=Limits(), retries=0, clock=Clock(), environ={}) as client:
            for events in client.stream(encode(REQUEST), seconds_until_tick=lambda: 0.01):
                found += events
                if any(isinstance(it, Sending) and it.sent for it in events):
                    DONE.set()
    told = [it for it in found if isinstance(it, Sending)]
    assert {it.size for it in told} == {encode(REQUEST).length}
    assert 0 < max(it.sent for it in told) <= told[0].size
    assert words(found) == "seen"


def test_the_limit_in_all_holds_for_an_upload() -> None:
    DONE.clear()
    with server(waits) as (port, _):
        with pytest.raises(MimoError) as raised:
            asked(port, Limits(total=0.2))
        DONE.set()
    assert raised.value.what == "out of time"


HOST = "api.xiaomimimo.com"


@contextlib.contextmanager
def way(kind: str, port: int) -> Iterator[tuple[str, dict[str, str]]]:
    """A way to a port of this machine: the base URL, and the variables that name it."""
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context
        certificates = enter(bundle("service", "trusted"))
        if kind == "forwarding":
            plain = enter(HttpProxy({HOST: port}))
            yield f"http://{HOST}", {"HTTP_PROXY": f"http://127.0.0.1:{plain.port}"}
            return
        secured = enter(front(port, "trusted" if kind == "direct" else "service")).port
        url, environ = f"https://{HOST}", {"SSL_CERT_FILE": certificates}
        if kind == "direct":
            url = f"https://localhost:{secured}"
        elif kind == "SOCKS":
            socks = enter(SocksProxy({HOST: secured}))
            environ["HTTPS_PROXY"] = f"socks5://127.0.0.1:{socks.port}"
        else:
            is_within = kind == "TLS within TLS"
            proxy = enter(HttpProxy({HOST: secured}, tls=tls("trusted") if is_within else None))
            start = "https://localhost" if is_within else "http://127.0.0.1"
            environ["HTTPS_PROXY"] = f"{start}:{proxy.port}"
        yield url, environ


WAYS = ["direct", "forwarding", "CONNECT", "SOCKS", "TLS within TLS"]


@pytest.mark.parametrize("kind", WAYS)
def test_every_way_takes_a_film_and_brings_back_what_is_said_meanwhile(kind: str) -> None:
    bodies: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        if bodies:
            connection.sendall(refusal("413 Too Large"))
            reads_on(connection)
            return
        connection.sendall(HEAD)
        bodies.append(body_of(connection, heads[-1]))
        connection.sendall(ANSWER)

    with server(answer) as (port, heads), way(kind, port) as (url, environ):
        assert words(asked(url, environ=environ)) == "seen"
        assert bodies == [b"".join(encode(REQUEST).pieces())]
        with pytest.raises(MimoError) as raised:
            asked(url, environ=environ)
    assert raised.value.status == 413


def test_a_forwarding_proxy_that_wants_a_password_says_so_during_the_upload() -> None:
    with HttpProxy({}, credentials="us:er") as proxy, pytest.raises(MimoError) as raised:
        asked(f"http://{HOST}", environ={"HTTP_PROXY": f"http://127.0.0.1:{proxy.port}"})
    assert raised.value.what == f"proxy 127.0.0.1:{proxy.port} failed"
    assert "wants a user name" in raised.value.message
