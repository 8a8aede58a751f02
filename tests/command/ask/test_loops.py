"""Answers that repeat themselves over and over: told to a person, stopped for a script."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest
from support.harness import Result, Terminal, environ_for, mimo

from mimo_cli.config import Settings
from mimo_cli.conversation.showing import Showing
from mimo_cli.environment import Environment
from mimo_cli.output.console import Console
from mimo_cli.output.output_stream import Output
from mimo_cli.signals import Signals
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 10
BEGIN = "Here is what I found.\n\n"
LOOP = BEGIN + "I will try that once more. " * 4000
STOPPED = "mimo: the answer was stopped: it repeats "


def ask(*args: str, loops: str = "true", answer: str = LOOP, thinking: str = "Hm.") -> Result:
    with Simulator(answer=answer, thinking=thinking, delta_chars=20) as simulator:
        environ = environ_for(simulator, MIMO_STOP_LOOPS=loops)
        return mimo("ask", *args, "hi", environ=environ)


def test_off_a_terminal_a_loop_stops_the_answer_and_what_came_is_kept(tmp_path: Path) -> None:
    history = {"MIMO_HISTORY": "true", "XDG_DATA_HOME": str(tmp_path)}
    with Simulator(answer=LOOP, thinking=None, delta_chars=20, delay=0.001) as simulator:
        environ = environ_for(simulator, MIMO_STOP_LOOPS="true", **history)
        result = mimo("ask", "hi", environ=environ)
        assert simulator.hung_up.wait(PATIENCE)  # no more is paid
        shown = mimo("history", "show", environ=environ)
    assert result.code == 9
    assert result.out.startswith(BEGIN + "I will try")
    assert 27 * 26 < len(result.out) < 4000
    told = STOPPED + "'I will try that once more.' over and over (stop_loops)\n"
    assert result.err == told + "  Ask again, or in other words.\n"
    assert result.out.strip()[:700] in shown.out


def test_what_repeats_is_named_as_it_looks() -> None:
    result = ask(answer="A list:\n\n" + "- don't\n\t- C:\\x\n" * 100)
    assert result.err.splitlines()[0] == f"{STOPPED}'- don't - C:\\x' over and over (stop_loops)"


def test_it_is_asked_for_first() -> None:
    result = ask(loops="false", answer="ha ha " * 500)
    assert (result.code, result.out, result.err) == (0, "ha ha " * 500 + "\n", "")


def test_what_is_stopped_is_not_asked_for_again() -> None:
    with Simulator(answer=LOOP, delta_chars=20) as simulator:
        environ = environ_for(simulator, MIMO_STOP_LOOPS="true")
        for form in (["--json"], ["--jsonl"], ["--no-stream"]):
            assert mimo("ask", *form, "hi", environ=environ).code == 9
        assert len(simulator.requests) == 3


@pytest.mark.parametrize("form", ["--json", "--jsonl"])
def test_a_script_can_tell_it_by_its_code(form: str) -> None:
    result = ask(form)
    end = json.loads(result.out.splitlines()[-1])
    assert result.code == 9
    assert (end["error"]["code"], end["error"]["exit_code"]) == ("repetition", 9)
    assert end["partial"] is True
    assert end["text"].startswith(BEGIN)


def test_the_thinking_is_watched_apart() -> None:
    half = "No, wait. " * 20
    assert ask(thinking=half, answer=half).code == 0
    result = ask("--json", thinking="No, wait. " * 2000)
    assert result.code == 9
    assert result.json["text"] == ""
    assert "No, wait." in result.json["thinking"]


def test_a_file_gets_the_part_that_came(tmp_path: Path) -> None:
    assert ask("-o", str(tmp_path / "out.md")).code == 9
    assert (tmp_path / "out.md.partial").read_text().startswith(BEGIN)


def test_what_repeats_cannot_drive_a_terminal() -> None:
    result = ask(answer="\x1b[2Jclear\x07 " * 4000)
    assert result.code == 9
    assert "\x1b" not in result.err


def test_a_piped_chat_goes_on_after_it() -> None:
    answers = iter([LOOP, "Fine."])
    with Simulator(answer=lambda _: next(answers), thinking=None, delta_chars=20) as simulator:
        environ = environ_for(simulator, MIMO_STOP_LOOPS="true")
        result = mimo("chat", environ=environ, stdin=b"one\ntwo\n")
    assert result.code == 9
    assert result.out.startswith(BEGIN)
    assert result.out.endswith("\nFine.\n")
    assert result.err.count(STOPPED) == 1
    assert result.err.endswith("\n  Ask again, or in other words.\n")  # the rest would be the same


@pytest.mark.parametrize("command", [["ask", "hi"], ["ask", "--raw", "hi"]])
def test_on_a_terminal_it_is_told_once_and_the_user_decides(command: list[str]) -> None:
    with (
        Simulator(answer=LOOP, thinking="ha " * 100, delta_chars=20, delay=0.005) as simulator,
        Terminal(*command, environ=environ_for(simulator, MIMO_STOP_LOOPS="true")) as terminal,
    ):
        terminal.wait_for("the thinking seems to go round in circles; Ctrl-C stops it")
        terminal.wait_for("once more. I will try that once more.")
        terminal.interrupt()
        assert terminal.wait() == -signal.SIGINT
        assert terminal.received.count(b"round in circles") == 1


@pytest.mark.parametrize(
    ("stdout", "stderr", "quiet", "expected"),
    [
        (True, True, False, "tell"),
        (False, True, False, "tell"),
        (True, True, True, "stop"),
        (True, False, False, "stop"),
        (False, False, False, "stop"),
    ],
)
def test_it_is_stopped_where_nobody_sees_the_notice(
    stdout: bool, stderr: bool, quiet: bool, expected: str
) -> None:
    answers, told = Output(None, "answers"), Output(None, "told")
    answers.is_terminal, told.is_terminal = stdout, stderr
    for stops, else_ in ((True, expected), (False, "tell" if expected == "tell" else "nothing")):
        showing = Showing(
            Environment({}, None, answers, told, Signals()),
            Settings(stop_loops=stops),
            Console(told, quiet=quiet),
            answers,
        )
        assert showing.on_loop == else_


def test_a_loop_of_the_answer_is_told_above_what_is_live() -> None:
    with (
        Simulator(answer=LOOP[:4000], thinking=None, delta_chars=20) as simulator,
        Terminal("ask", "hi", environ=environ_for(simulator)) as terminal,
    ):
        assert terminal.wait() == 0
        assert terminal.received.decode().count("the answer seems to go round in circles") == 1
