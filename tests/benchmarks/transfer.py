"""Answers as real servers transfer them: the bytes of each send, and a server that only sends.

Its work is done before it is asked, so that what is measured is the client.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Literal, Self

from mimo_cli.simulator import answers
from mimo_cli.simulator.protocol import message_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Transfer = Literal["length", "chunked", "chunk by chunk"]
"""How a body is sent: whole after its length, or chunked, an event a chunk, all chunks in one send
or each in a send of its own.
"""

_A_READ = 64 * 1024
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n%s\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"


def answer(deltas: int) -> tuple[bytes, ...]:
    """The events of an answer of so many short words, each unlike the others."""
    text = message_events.TextBlock(answers.words(deltas))
    usage = message_events.TokenCounts(20, deltas)
    return message_events.stream_events(
        message_events.Answer("msg_1", "mimo-v2.6-pro", (text,), "end_turn", usage)
    )


def sends(events: Sequence[bytes], transfer: Transfer) -> list[bytes]:
    """The bytes of a whole reply, send by send."""
    if transfer == "length":
        body = b"".join(events)
        return [_HEAD % (b"Content-Length: %d" % len(body)) + body]
    head = _HEAD % b"Transfer-Encoding: chunked"
    pieces = [head, *(chunk(event) for event in events), _LAST_CHUNK]
    return pieces if transfer == "chunk by chunk" else [b"".join(pieces)]


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


class Server:
    """Answers every request by the same sends, `apart` seconds between two of them.

    Use it in a `with` statement. `sent` are the times of `time.perf_counter()` before each send of
    the latest reply.
    """

    def __init__(self, sends: Iterable[bytes], apart: float = 0.0) -> None:
        self._sends = list(sends)
        self._apart = apart
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._stopped = False
        self.sent: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = True
        socket.create_connection(self._listener.getsockname()).close()  # wakes `accept`
        self._thread.join()
        self._listener.close()

    @property
    def environ(self) -> dict[str, str]:
        """The variables with which `mimo`, and the script beside it, ask this server."""
        host, port = self._listener.getsockname()
        return {"MIMO_BASE_URL": f"http://{host}:{port}", "MIMO_API_KEY": "sk-none"}

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection, contextlib.suppress(ConnectionError):
                if self._stopped:
                    return
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.recv(_A_READ)
                self._reply(connection)
                while connection.recv(_A_READ):  # until the client has read it all, and goes
                    pass

    def _reply(self, connection: socket.socket) -> None:
        self.sent = []
        for data in self._sends:
            if self._apart:
                time.sleep(self._apart)
            self.sent.append(time.perf_counter())
            connection.sendall(data)
