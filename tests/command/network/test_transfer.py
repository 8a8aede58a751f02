"""Answers as servers transfer them: chunked, with the chunks cut anywhere, and slower readers."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from support.harness import KEY, PATIENCE, mimo, process, server
from support.wire import chunk, delta, event

from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.protocol.encode import encode
from mimo_cli.api.protocol.messages import Request
from mimo_cli.api.timing import Limits
from mimo_cli.api.transport.backend import Stream
from mimo_cli.api.transport.dial import Deadline
from mimo_cli.api.transport.exchange import End
from mimo_cli.api.transport.heard import Heard
from mimo_cli.api.transport.http import Http

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST = b"0\r\n\r\n"
WORDS = [f"word{number} " for number in range(500)]


EVENTS = [
    *map(delta, WORDS),
    event("message_delta", delta={"stop_reason": "end_turn"}),
    event("message_stop"),
]


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def environ(port: int) -> dict[str, str]:
    return {
        "MIMO_BASE_URL": f"http://127.0.0.1:{port}",
        "MIMO_API_KEY": KEY,
        "MIMO_CONFIG": "/dev/null",
        "MIMO_HISTORY": "false",
        "MIMO_RETRIES": "0",
    }


def ask(sends: Iterable[bytes]) -> Any:
    """The result of a question to which a server sends this, and then ends the connection."""

    def answer(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for data in sends:
            connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):  # what is left of the request
            pass

    with server(answer) as (port, _):
        return mimo("ask", "hi", environ=environ(port), limits=Limits(idle=5.0))


CHUNKS = b"".join(map(chunk, EVENTS)) + LAST


@pytest.mark.slow
@pytest.mark.parametrize(
    "sends",
    [
        pytest.param([HEAD, *map(chunk, EVENTS), LAST], id="a chunk a send"),
        pytest.param([HEAD + CHUNKS], id="all at once"),
        pytest.param([HEAD, *pieces(CHUNKS, 7)], id="seven bytes a send"),
        pytest.param(pieces(HEAD + CHUNKS, 4096), id="cut anywhere"),
        pytest.param(
            [HEAD, *map(chunk, pieces(b"".join(EVENTS), 10)), LAST], id="chunks of ten bytes"
        ),
        pytest.param([HEAD, chunk(b"".join(EVENTS)) + LAST], id="one chunk"),
        pytest.param(
            [HEAD, *(chunk(data, b';a="b"') for data in EVENTS), b"0;c\r\nTrailer: x\r\n\r\n"],
            id="extensions and a trailer",
        ),
    ],
)
def test_an_answer_comes_whole_and_in_order_however_it_is_chunked(sends: list[bytes]) -> None:
    result = ask(sends)
    assert (result.code, result.out, result.err) == (0, "".join(WORDS) + "\n", "")


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(b"", id="the end"),
        pytest.param(b"40\r\nhalf", id="half a chunk"),
        pytest.param(b"no number\r\n", id="no size"),
        pytest.param(b"f" * 21 + b"\r\n", id="a size of 21 digits"),
        pytest.param(b"f" * 20_000, id="a size without an end"),
        pytest.param(LAST, id="the last chunk"),
    ],
)
def test_what_came_before_the_transfer_broke_is_shown_before_the_error(wrong: bytes) -> None:
    result = ask([HEAD, *map(chunk, EVENTS[:3]), b"".join(map(chunk, EVENTS[3:9])) + wrong])
    assert (result.code, result.out) == (9, "".join(WORDS[:9]) + "\n")
    assert result.err.startswith("mimo: the answer is incomplete: ")


@pytest.mark.slow
def test_a_reader_that_is_slow_slows_the_server_down() -> None:
    sent = 0
    held_up = threading.Event()

    def answer(connection: socket.socket) -> None:
        nonlocal sent
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        connection.settimeout(1.0)
        connection.sendall(HEAD)
        data = chunk(delta("word " * 200)) * 50
        with contextlib.suppress(TimeoutError):
            while sent < 200_000_000:
                connection.sendall(data)
                sent += len(data)
        held_up.set()

    with server(answer) as (port, _):
        program = process("ask", "hi", environ=environ(port), measured=False)
        assert program.stdout is not None
        assert os.read(program.stdout.fileno(), 4) == b"word"  # and nothing more
        assert held_up.wait(PATIENCE)
        program.send_signal(signal.SIGKILL)
        program.communicate(timeout=PATIENCE)
    assert sent < 50_000_000


def replies(port: int, count: int) -> list[bytes]:
    """The bodies of so many replies, asked for one after another."""
    there = Endpoint(f"http://127.0.0.1:{port}", KEY)
    http = Http(there.messages_url, there.headers(), connect=5.0, upload=5.0, environ={})
    bodies = []
    for _ in range(count):
        exchange = http.post(encode(Request("m", ())))
        body = b""
        while not isinstance(item := exchange.take(PATIENCE), End):
            assert not isinstance(item, Exception), item
            body += item if isinstance(item, bytes) else b""
        bodies.append(body)
    http.close()
    return bodies


def test_each_reply_of_a_connection_has_its_own_form() -> None:
    length = HEAD.replace(b"Transfer-Encoding: chunked", b"Content-Length: %d")
    two = chunk(b"one ") + chunk(b"two")
    forms = [
        (HEAD + two + LAST, b"one two"),
        (HEAD + two + b"0\r\nTrailer: x\r\n\r\n", b"one two"),
        (length % len(two) + two, two),  # a body that only looks like chunks
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + HEAD + two + LAST, b"one two"),
        (HEAD.replace(b"200 OK", b"204 No Content"), b""),
        (HEAD + two + chunk(two) + LAST, b"one two" + two),
    ]

    def answer(connection: socket.socket) -> None:
        request = heads[-1]
        for sent, _ in forms:
            while not request.endswith(b"true}"):
                request += connection.recv(65536)
            connection.sendall(sent)
            request = b""

    with server(answer) as (port, heads):
        assert replies(port, len(forms)) == [body for _, body in forms]
    assert len(heads) == 1


def test_the_chunks_of_every_reply_are_merged() -> None:
    ours, theirs = socket.socketpair()
    with contextlib.closing(Stream(ours, ours.dup(), Deadline(5.0), Heard())) as stream, theirs:
        for _ in range(2):
            stream.write(b"POST / HTTP/1.1\r\n\r\n")
            theirs.sendall(HEAD + chunk(b"a") + chunk(b"b") + LAST)
            assert stream.read(65536, 5.0) == HEAD + chunk(b"ab") + LAST
