"""A program that was forked for a test does what one does that was started."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from support.forked import Forked, can_fork
from support.harness import Terminal, environ_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.simulator import Simulator

pytestmark = pytest.mark.skipif(not can_fork({}), reason="nothing is forked on this system")

STARTED = [sys.executable, "-m", "mimo_cli"]


@pytest.mark.parametrize(
    "args",
    [
        ("ask", "hi"),
        ("ask", "--what"),
        ("ask", "-f", "missing", "hi"),
        ("config", "list"),
        ("models",),
        ("--version",),
        ("doctor", "--offline"),
    ],
)
def test_it_shows_the_same_and_ends_the_same(simulator: Simulator, args: Sequence[str]) -> None:
    environ = environ_for(simulator, LANG="C.UTF-8")
    shown = []
    for command in ([], [*STARTED, *args]):
        with Terminal(*args, environ=environ, command=command, columns=200) as terminal:
            assert isinstance(terminal.program, Forked) == (not command)
            shown.append((terminal.wait(), terminal.text))
    assert shown[0] == shown[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_it_ends_by_the_signal(simulator: Simulator, number: int) -> None:
    with Terminal("chat", environ=environ_for(simulator)) as terminal:
        terminal.wait_for("thinking on")
        terminal.interrupt(number)
        assert terminal.wait() == -number


@pytest.mark.parametrize("name", ["LC_ALL", "PYTHONUTF8"])
def test_what_the_interpreter_reads_as_it_starts_has_it_start(name: str) -> None:
    assert not can_fork({name: ""})
    assert not can_fork({"LANG": "de_DE.UTF-8"})
    assert can_fork({"LANG": "C.UTF-8", "HOME": os.curdir})
