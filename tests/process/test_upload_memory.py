"""How much memory a large film takes: it is there once, and its base64 piece by piece."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from support import media_files
from support.harness import KEY, around, server
from support.wire import chunk, delta, event

if TYPE_CHECKING:
    import socket
    from pathlib import Path

FILM = 37 * 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
ANSWER = [delta("seen"), event("message_delta", delta={"stop_reason": "end_turn"})]


def peak(*args: str, environ: dict[str, str]) -> int:
    """Run the program; the bytes of memory that it had at most, or that we have, if that is more.

    (On Linux a process counts what it was before it became another program.)
    """
    command = [sys.executable, "-m", "mimo_cli", "ask", *args]
    null = os.open(os.devnull, os.O_RDWR)
    streams = [(os.POSIX_SPAWN_DUP2, null, number) for number in (0, 1)]
    variables = {**around(), **environ}
    child = os.posix_spawn(sys.executable, command, variables, file_actions=streams)
    os.close(null)
    _, status, used = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.slow
@pytest.mark.parametrize("history", ["false", "true"])
def test_a_film_of_37_mb_is_in_memory_once(history: str, tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    data = media_files.mp4()
    file.write_bytes(data + (FILM - len(data) - 8).to_bytes(4, "big") + b"free")
    os.truncate(file, FILM)
    lengths: list[int] = []

    def answer(connection: socket.socket) -> None:
        head, _, body = heads[-1].partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        left = length - len(body)
        room = bytearray(1 << 18)
        while left:
            left -= connection.recv_into(room)
        lengths.append(length)
        connection.sendall(HEAD + chunk(b"".join(ANSWER)) + b"0\r\n\r\n")

    with server(answer) as (port, heads):
        environ = {
            "MIMO_BASE_URL": f"http://127.0.0.1:{port}",
            "MIMO_API_KEY": KEY,
            "MIMO_CONFIG": os.devnull,
            "MIMO_HISTORY": history,
            "MIMO_DATA": str(tmp_path),
        }
        words_alone = peak("hi", environ=environ)
        with_film = peak("--yes", "-f", str(file), "hi", environ=environ)
    assert lengths[1] > FILM * 4 // 3
    assert FILM < with_film < words_alone + 2 * FILM
