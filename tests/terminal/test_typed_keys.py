"""Keys that are typed between two prompts of a chat, and Enter among them."""

from __future__ import annotations

import os
import pty
import termios

import pytest

from mimo_cli.screen import tty
from mimo_cli.signals import Signals


@pytest.mark.parametrize(
    ("around", "enter", "read"),
    [
        ("line feed", "carriage return", b"hi\r"),
        ("carriage return", "line feed", b"hi\n"),
    ],
)
def test_enter_is_what_it_is_for_while_no_prompt_reads_it(
    monkeypatch: pytest.MonkeyPatch, around: tty.Enter, enter: tty.Enter, read: bytes
) -> None:
    monkeypatch.setattr(tty, "is_foreground", lambda _: True)  # the test's own terminal is no one's
    master, slave = pty.openpty()
    try:
        before = termios.tcgetattr(slave)
        with (
            tty.hiding_keys(slave, Signals(), enter=around),
            tty.hiding_keys(slave, Signals(), enter=enter),
        ):
            os.write(master, b"hi\r")
            assert os.read(slave, 16) == read
        assert termios.tcgetattr(slave) == before
    finally:
        os.close(master)
        os.close(slave)
