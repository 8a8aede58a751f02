"""Keys that are typed between two prompts of a chat, and Enter among them."""

from __future__ import annotations

import os
import pty
import termios
from typing import TYPE_CHECKING

from mimo_cli.screen import tty
from mimo_cli.signals import Signals

if TYPE_CHECKING:
    import pytest


def test_enter_stays_enter_between_two_prompts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tty, "is_foreground", lambda _: True)  # the test's own terminal is no one's
    master, slave = pty.openpty()
    try:
        before = termios.tcgetattr(slave)
        with tty.hiding_keys(slave, Signals()):
            os.write(master, b"hi\r")
            assert os.read(slave, 16) == b"hi\r"
        assert termios.tcgetattr(slave) == before
    finally:
        os.close(master)
        os.close(slave)
