"""A server that falls silent in mid-answer, seen on a real terminal."""

from __future__ import annotations

import re
import signal
import sys

import pytest
from support.harness import Terminal, environ_for, held_back

from mimo_cli.simulator import Fault, Simulator

PROGRAM = """
import sys
from mimo_cli.api.timing import Limits
from mimo_cli.cli import app
from mimo_cli.process import leave, surroundings
from mimo_cli.signals import Signals
limits = Limits(stall=float(sys.argv[1]))
leave(app.main(sys.argv[2:], surroundings(Signals(owns_process=True))._replace(limits=limits)))
"""
ANSWERS = {
    "words": "Some words and more words, all of them short. " * 20,
    "table": "| a | b |\n|---|---|\n" + "".join(f"| one | {n} |\n" for n in range(60)),
    "code": "```python\n" + "".join(f"x = {n}\n" for n in range(120)) + "```\n",
    "formula": "$$\n" + "".join(f"x + {n}\n" for n in range(120)) + "$$\n",
}
TOLD = "mimo-v2.6-pro: silent for"


def asking(*args: str, stall: str = "0.1", **more: object) -> Terminal:
    command = [sys.executable, "-c", PROGRAM, stall, "ask", *args, "hi"]
    return Terminal(command=command, measured=False, **more)  # type: ignore[arg-type]  # as given


def shown_at_once(answer: str) -> str:
    with (
        Simulator(answer=answer, thinking=None, delta_chars=8) as simulator,
        Terminal("ask", "hi", environ=environ_for(simulator), measured=False) as terminal,
    ):
        assert terminal.wait() == 0
        return terminal.text


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_silence_is_told_below_the_answer_and_leaves_nothing_behind(kind: str) -> None:
    with (
        Simulator(answer=ANSWERS[kind], thinking=None, delta_chars=8) as simulator,
        held_back(simulator, 6000) as (environ, told),
        asking(environ=environ) as terminal,
    ):
        text = terminal.wait_for(TOLD)
        assert re.search(rf"\S\n+{TOLD} \d s$", text)
        told.set()
        assert terminal.wait() == 0
        assert terminal.text == shown_at_once(ANSWERS[kind])


def test_a_silence_while_it_thinks_is_told_too() -> None:
    thinking = " ".join(f"Let me think about that, {n}." for n in range(80))
    with (
        Simulator(answer="Yes.", thinking=thinking, delta_chars=8) as simulator,
        held_back(simulator, 4000) as (environ, told),
        asking("--hide-thinking", environ=environ) as terminal,
    ):
        assert "thinking…" in terminal.wait_for(TOLD)
        told.set()
        assert terminal.wait() == 0
        assert terminal.text == "Yes."


def test_an_interrupted_silence_leaves_what_came() -> None:
    with (
        Simulator(answer=ANSWERS["words"], thinking=None, delta_chars=8) as simulator,
        held_back(simulator, 6000) as (environ, _),
        asking(environ=environ) as terminal,
    ):
        terminal.wait_for(TOLD)
        terminal.interrupt()
        assert terminal.wait() == -signal.SIGINT
        assert TOLD not in terminal.text
        assert "Some words and more" in terminal.text
        assert "interrupted" in terminal.text


def test_without_live_rows_a_silence_is_not_told() -> None:
    with (
        Simulator(answer=ANSWERS["words"], thinking=None, delta_chars=8) as simulator,
        held_back(simulator, 6000) as (environ, told),
        asking("--no-live", environ=environ, stall="0") as terminal,
    ):
        told.set()
        assert terminal.wait() == 0
        assert TOLD.encode() not in terminal.received


@pytest.mark.parametrize("options", [["--raw", "--hide-thinking"], ["--raw", "--no-thinking"]])
def test_the_wait_for_text_as_it_is_is_told_until_it_comes(options: list[str]) -> None:
    thinking = "One, two." if "--hide-thinking" in options else None
    with (
        Simulator(answer="*Yes.*", thinking=thinking) as simulator,
        held_back(simulator, 900 if thinking else 300) as (environ, told),
        Terminal("ask", *options, "hi", environ=environ) as terminal,
    ):
        terminal.wait_for("thinking… 1 s" if thinking else " at 127.0.0.1… 1 s")
        told.set()
        assert terminal.wait() == 0
        assert terminal.text == "*Yes.*"


def test_a_wait_for_what_is_sent_again_says_so_and_begins_anew() -> None:
    busy = Fault(status=503, headers=(("Retry-After", "2"),))
    for options in (["--raw"], []):
        with (
            Simulator(answer="Yes.", thinking=None, faults=[busy]) as simulator,
            Terminal("ask", *options, "hi", environ=environ_for(simulator)) as terminal,
        ):
            terminal.wait_for("trying again in 2.0 s (retry 1)")
            terminal.wait_for("waiting to ask mimo-v2.6-pro at 127.0.0.1 again… 1 s")
            assert terminal.wait() == 0
            assert terminal.text.splitlines()[-1] == "Yes."
            assert "waiting" not in terminal.text
