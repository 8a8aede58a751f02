"""Ctrl-C, and a reader that leaves, in the midst of a repair of an answer by a schema."""

from __future__ import annotations

import json
import signal

import pytest
from support.harness import environ_for, finish, process, read_until

from mimo_cli.simulator import Fault, Simulator

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
    else:
        assert (result.out, result.err) == ("", f"{NONE}\n")


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
    assert (last["type"], last["error"]["exit_code"]) == ("result", 130)
