"""Ctrl-C, and a reader that leaves, in the midst of a repair of an answer by a schema."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest
from support.harness import environ_for, finish, mimo, process, read_until

from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from pathlib import Path

NONE = "I would rather not."
WANTED = ("ask", "--schema", "name, age int", "who?")


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_ctrl_c_in_a_repair_keeps_the_answer_before(form: tuple[str, ...]) -> None:
    faults = [Fault(), Fault.stall(at=200, times=None)]
    with Simulator(answer=NONE, thinking="", faults=faults) as simulator:
        program = process(*WANTED, *form, environ=environ_for(simulator), measured=False)
        assert program.stderr is not None
        told = read_until(program.stderr.fileno(), b"asking again (1 of 2)\n")
        program.send_signal(signal.SIGINT)
        result = finish(program)
    assert result.code == -signal.SIGINT
    assert b"there is no JSON in it" in told
    if form:
        found = json.loads(result.out)
        assert (found["text"], found["data"], found["error"]["exit_code"]) == (NONE, None, 130)
        assert found["partial"] is True
    else:
        assert (result.out, result.err) == ("", f"{NONE}\n")


@pytest.mark.parametrize("form", ["--json", "--jsonl"])
def test_a_signal_between_rounds_leaves_the_file_alone(form: str, tmp_path: Path) -> None:
    file = tmp_path / "ann.json"
    file.write_text("before")
    asked = [threading.Event(), threading.Event()]
    left = iter(asked)

    def answer(_: object) -> str:
        next(left).set()
        return NONE

    faults = [Fault(), Fault.stall(at=200, times=None)]
    with Simulator(answer=answer, thinking="", faults=faults) as simulator:
        program = process(
            *(*WANTED, form, "-o", str(file)), environ=environ_for(simulator), measured=False
        )
        assert asked[1].wait(20)
        program.send_signal(signal.SIGTERM)
        result = finish(program)
    assert result.code == -signal.SIGTERM
    assert file.read_text() == "before"
    last = (tmp_path / "ann.json.partial").read_text().splitlines()[-1]
    assert json.loads(last)["partial"] is True


def test_a_kill_in_a_repair_of_a_retry_leaves_the_answer_before(tmp_path: Path) -> None:
    faults = [Fault(), Fault(), Fault.stall(at=200, times=None)]
    good = '{"name": "Ann", "age": 30}'
    data = str(tmp_path)
    with Simulator(answer=[good, NONE], thinking="", faults=faults) as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=data)
        program = process("chat", environ=environ, stdin=subprocess.PIPE, measured=False)
        assert program.stdin is not None
        assert program.stderr is not None
        program.stdin.write(b"/set schema name, age int\nwho?\n/retry\n")
        program.stdin.flush()
        read_until(program.stderr.fileno(), b"asking again (1 of 2)\n")
        program.kill()
        program.communicate()
        assert mimo("history", "show", "--answer", environ=environ).out == good + "\n"
        (turn,) = mimo("history", "show", "--json", environ=environ).json["turns"]
    assert (turn["status"], turn["error"]) == ("complete", None)


def test_ctrl_c_while_it_is_checked_ends_the_check_as_well() -> None:
    pattern = json.dumps({"type": "string", "pattern": "^(a+)+$"})
    answer = json.dumps("a" * 40 + "!")
    with Simulator(answer=answer) as simulator:
        program = process(
            *("ask", "--schema", pattern, "--jsonl", "who?"),
            environ=environ_for(simulator),
            measured=False,
        )
        assert program.stdout is not None
        read_until(program.stdout.fileno(), b"!")
        program.send_signal(signal.SIGINT)
        result = finish(program)
    assert result.code == -signal.SIGINT
    assert result.seconds < 2 + 2
    last = json.loads(result.out.splitlines()[-1])
    assert (last["type"], last["error"]["exit_code"], last["partial"]) == ("result", 130, True)
