"""What is seen while a page is fetched, or a program reads a file."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from support.fake_programs import FakePrograms
from support.harness import KEY, PATIENCE, Terminal
from support.proxies import Listener

if TYPE_CHECKING:
    import socket
    from pathlib import Path

ENVIRON = {
    "MIMO_BASE_URL": "http://127.0.0.1:1",
    "MIMO_API_KEY": KEY,
    "MIMO_CONFIG": "/dev/null",
    "MIMO_HISTORY": "false",
}


class Silent(Listener):
    """Takes what it is told, and says nothing."""

    def handle(self, connection: socket.socket) -> None:
        while connection.recv(1000):
            pass


def test_a_slow_page_says_how_long_it_takes_and_leaves_nothing_behind() -> None:
    with Silent() as proxy:
        environ = {**ENVIRON, "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"}
        arguments = ["ask", "-f", "https://a.org/b", "Well?"]
        with Terminal(*arguments, environ=environ, measured=False) as terminal:
            terminal.wait_for("fetching a.org… 1 s")
            terminal.type("\x03")
            assert terminal.wait() == -signal.SIGINT
            assert proxy.gone.wait(PATIENCE)
    assert "fetching" not in terminal.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_takes_the_row_away(number: signal.Signals) -> None:
    with Silent() as proxy:
        environ = {**ENVIRON, "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"}
        arguments = ["ask", "-f", "https://a.org/b", "Well?"]
        with Terminal(*arguments, environ=environ, measured=False) as terminal:
            terminal.wait_for("fetching a.org… 1 s")
            terminal.program.send_signal(number)
            assert terminal.wait() == -number
    assert "fetching" not in terminal.text


def test_a_chat_shows_a_slow_page_and_goes_on_after_ctrl_c() -> None:
    with Silent() as proxy:
        environ = {**ENVIRON, "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"}
        with Terminal("chat", environ=environ, measured=False) as terminal:
            terminal.wait_for("thinking on")
            terminal.type("/file https://a.org/b\r")
            terminal.wait_for("fetching a.org… 1 s")
            terminal.type("\x03")
            assert proxy.gone.wait(PATIENCE)
            terminal.wait_for("thinking on")
            terminal.type("/exit\r")
            assert terminal.wait() == 0
    assert "fetching" not in terminal.text


def test_a_program_that_reads_a_file_is_named(tmp_path: Path) -> None:
    programs = FakePrograms(tmp_path)
    programs.add("pdftotext", "sleep 60")
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7\n")
    environ = {**ENVIRON, "PATH": programs.path}
    with Terminal("ask", "-f", str(file), "hi", environ=environ, measured=False) as terminal:
        terminal.wait_for("reading a.pdf with pdftotext… 1 s")
        terminal.type("\x03")
        assert terminal.wait() == -signal.SIGINT
    assert "reading" not in terminal.text
