"""The bell after an answer that took long."""

from __future__ import annotations

import os
import pty
import signal
import tty
from typing import TYPE_CHECKING

import pytest

from mimo_cli.api.protocol.messages import Text
from mimo_cli.config import Settings
from mimo_cli.conversation import views
from mimo_cli.conversation.showing import Showing
from mimo_cli.conversation.turns import Turn
from mimo_cli.environment import Environment
from mimo_cli.errors import Interrupted, ServerError
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import Phrase
from mimo_cli.signals import Signals

if TYPE_CHECKING:
    from mimo_cli.errors import Failure

WANTED = Settings(notify=True)


def turn(seconds: float | None, failure: Failure | None = None) -> Turn:
    return Turn((Text("?"),), {}, 0.0)._replace(seconds=seconds, failure=failure)


def heard(*turns: Turn, chosen: Settings = WANTED, quiet: bool = False, term: str = "xterm") -> str:
    """What is written on the terminal that stderr is."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    try:
        output = Output(slave, "output")
        environment = Environment({"TERM": term}, None, output, output, Signals())
        console = environment.console(quiet=quiet)
        views.notify(turns, Showing(environment, chosen, console, output))
        output.write(".")
        return os.read(master, 100).decode().removesuffix(".")
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize(
    ("turns", "rung"),
    [
        ([turn(20.0)], ""),
        ([turn(20.5)], "\a"),
        ([turn(11.0), turn(None), turn(11.0)], "\a"),
        ([turn(25.0, ServerError(Phrase("broken")))], "\a"),
        ([turn(25.0, Interrupted(signal.SIGINT))], ""),  # whoever did that is there
    ],
)
def test_it_rings_once_after_an_answer_that_took_long(turns: list[Turn], rung: str) -> None:
    assert heard(*turns) == rung


def test_it_rings_only_where_it_is_wanted_and_heard() -> None:
    assert heard(turn(25.0), chosen=Settings()) == ""
    assert heard(turn(25.0), quiet=True) == ""
    assert heard(turn(25.0), term="dumb") == ""


def test_nothing_of_it_is_in_a_pipe() -> None:
    reader, writer = os.pipe()
    output = Output(writer, "output")
    environment = Environment({"TERM": "xterm"}, None, output, output, Signals())
    views.notify([turn(25.0)], Showing(environment, WANTED, environment.console(), output))
    os.close(writer)
    assert os.read(reader, 10) == b""
    os.close(reader)
