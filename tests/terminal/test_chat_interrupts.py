"""Ctrl-C in a chat, from the press of Enter to the answer's last row, at every moment."""

from __future__ import annotations

import os
import select
import time
from typing import TYPE_CHECKING, Self

import pytest
from support.bulk import some
from support.harness import PATIENCE, Terminal, environ_for

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path

OPEN, CLOSED = b"\x1b[?2004h", b"\x1b[?2004l"
"""What a prompt sends when it opens and when it closes."""

LONG = "word " * 2000


class Chat(Terminal):
    """A chat that is only listened to: its screen would take longer than its turns."""

    def __init__(self, simulator: Simulator, folder: Path, *args: str) -> None:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(folder), LANG="C.UTF-8")
        super().__init__("chat", *args, environ=environ, measured=False)
        self.heard = 0

    def __enter__(self) -> Self:
        self.hear(OPEN)
        return self

    def hear(self, wanted: bytes) -> bytes:
        """Wait for some bytes; what came before them, and them."""
        end = time.monotonic() + PATIENCE
        while (found := self.received.find(wanted, self.heard)) < 0:
            if not select.select([self._master], [], [], max(0.0, end - time.monotonic()))[0]:
                raise AssertionError(f"{wanted!r} never came: {self.received[self.heard :]!r}")
            self.received += os.read(self._master, 65536)
        before, self.heard = self.heard, found + len(wanted)
        return self.received[before : self.heard]

    def pause(self, seconds: float) -> None:
        """Let so much time pass, and take what comes meanwhile: a full terminal stops the chat."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._master], [], [], left)[0]:
                self.received += os.read(self._master, 65536)


def interrupted_turn(chat: Chat, question: str, seconds: float) -> bytes:
    """What the chat writes from Enter to the next prompt, Ctrl-C pressed so long after it."""
    if seconds:
        chat.type(f"\x15{question}\r")
        chat.pause(seconds)
        chat.type("\x03")
    else:
        chat.type(f"\x15{question}\r\x03")
    return chat.hear(OPEN)


@pytest.mark.untraced
def test_ctrl_c_stops_the_turn_alone_at_any_moment(tmp_path: Path) -> None:
    early, late = some(150), some(50)
    moments = [n * 0.05 / early for n in range(early)]  # of the first 50 ms
    moments += [0.05 + n * 0.2 / late for n in range(late)]  # and of what comes after
    with Simulator(answer=LONG, delay=0.005) as simulator, Chat(simulator, tmp_path) as chat:
        for n, moment in enumerate(moments):
            came = interrupted_turn(chat, f"question {n}", moment)
            assert came.count(b"interrupted") == 1, (n, moment, came[-500:])
        chat.type("\x15/exit\r")
        assert chat.wait() == 0


@pytest.mark.untraced
def test_ctrl_c_pressed_again_and_again_stops_the_turn_alone(tmp_path: Path) -> None:
    with Simulator(answer=LONG, delay=0.005) as simulator, Chat(simulator, tmp_path) as chat:
        for n, moment in enumerate((0.001, 0.01, 0.03, 0.1, 0.2, 0.3)):
            chat.type(f"\x15question {n}\r")
            chat.pause(moment)
            for _ in range(8):  # a key that is held down
                chat.type("\x03")
                chat.pause(0.03)
            assert chat.program.poll() is None
        chat.type("\x03\x15/exit\r")
        assert chat.wait() == 0


@pytest.mark.parametrize("args", [("Tell", "me."), ("--no-history", "Tell", "me.")])
def test_ctrl_c_stops_the_message_of_the_command_line_alone(
    args: tuple[str, ...], tmp_path: Path
) -> None:
    with Simulator(answer=LONG, delay=0.005) as simulator:
        environ = environ_for(simulator, MIMO_DATA=str(tmp_path), LANG="C.UTF-8")
        with Terminal("chat", *args, environ=environ, measured=False) as terminal:
            terminal.wait_for("word word")
            terminal.type("\x03")
            terminal.wait_for("interrupted\n\n›\nmimo-v2.6")
            terminal.type("\x04")
            assert terminal.wait() == 0


@pytest.mark.parametrize("command", ["/retry", "/continue", "/history"])
def test_ctrl_c_with_the_enter_of_a_command_stops_that_alone(command: str, tmp_path: Path) -> None:
    with Simulator(answer=LONG, delay=0.005) as simulator:
        environ = environ_for(simulator, MIMO_DATA=str(tmp_path), LANG="C.UTF-8")
        with Terminal("chat", "Tell", environ=environ, measured=False) as terminal:
            terminal.wait_for("word word")
            terminal.type("\x03")
            terminal.wait_for("interrupted\n\n›\nmimo-v2.6")
            terminal.type(f"{command}\r\x03")
            terminal.wait_for(f"› {command}\nmimo: interrupted\n›\nmimo-v2.6")
            terminal.type("\x04")
            assert terminal.wait() == 0
            assert len(simulator.requests) == 1


@pytest.mark.untraced
def test_ctrl_c_about_the_end_of_an_answer_stops_it_or_nothing(tmp_path: Path) -> None:
    with Simulator(answer="A short answer.") as simulator, Chat(simulator, tmp_path) as chat:
        chat.type("how long?\r")
        started = time.monotonic()
        chat.hear(OPEN)
        took = time.monotonic() - started
        for n in range(20):
            interrupted_turn(chat, f"question {n}", took * (0.5 + n / 20))
            chat.type("\x15next\r")  # unharmed: a prompt that takes a message
            chat.hear(b"A short answer.")
            chat.hear(OPEN)
        chat.type("\x15/exit\r")
        assert chat.wait() == 0
