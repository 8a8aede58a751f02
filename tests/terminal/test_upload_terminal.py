"""What is seen of a long upload, and that it can be ended."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING

from support.harness import KEY, PATIENCE, Terminal, server

if TYPE_CHECKING:
    import socket
    from pathlib import Path

SLACK = 4.0
"""Seconds that a busy test machine may add to the fifth of one that an interrupt may take."""


def test_an_upload_that_stalls_says_how_far_it_is_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("so many words " * 600_000)
    done = threading.Event()

    def answer(connection: socket.socket) -> None:
        del connection  # which nobody reads from
        done.wait(PATIENCE)

    with server(answer) as (port, _):
        environ = {
            "MIMO_BASE_URL": f"http://127.0.0.1:{port}",
            "MIMO_API_KEY": KEY,
            "MIMO_CONFIG": "/dev/null",
            "MIMO_HISTORY": "false",
        }
        arguments = ["ask", "--yes", "-f", str(file), "Well?"]
        with Terminal(*arguments, environ=environ, measured=False) as terminal:
            assert " %" in terminal.wait_for("sending 8.0 MB to 127.0.0.1…")
            started = time.monotonic()
            terminal.type("\x03")
            assert terminal.wait() == -signal.SIGINT
            assert time.monotonic() - started < 0.2 + SLACK
        done.set()
    assert "sending" not in terminal.text
