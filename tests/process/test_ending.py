"""A signal ends the program at once, whatever its outputs do, and what came is kept."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import sqlite3
import termios
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support import systems
from support.harness import (
    PATIENCE,
    Program,
    Terminal,
    environ_for,
    finish,
    mimo,
    process,
    read_until,
)

from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

QUICK = 0.2
"""Seconds within which the program must have ended, on an idle machine."""
SLACK = 1.5
"""What a busy test machine may add. A program that hangs does so for ever."""

LONG = Fault.stall(at=9000, times=None)
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]


@pytest.fixture
def stuck() -> Iterator[int]:
    """The writing end of a pipe that is full, and whose reader never reads."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for size in (4096, 1):
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writer, b"x" * size)
    os.set_blocking(writer, True)
    yield writer
    os.close(reader)
    os.close(writer)


# Numbers of system calls on x86-64 and arm64.
WRITE = {"1", "64"}
SELECT = {"23", "270", "72"}


def until_it_is_in(call: set[str], program: Program) -> None:
    """Waits until the main thread is in a call that blocks, as the kernel says."""
    file = Path(f"/proc/{program.pid}/syscall")
    end = time.monotonic() + PATIENCE
    while file.read_text().split()[0] not in call:
        assert time.monotonic() < end, "it is elsewhere"
        os.sched_yield()


def end_of(program: Program, number: int) -> tuple[int, float]:
    """The return code after a signal, and how long that took."""
    started = time.monotonic()
    program.send_signal(number)
    try:
        return program.wait(PATIENCE), time.monotonic() - started
    finally:
        program.kill()


def kept(folder: Path) -> list[Any]:
    """The turns in the history of that folder."""
    words = ("history", "export", "--all", "--format", "json")
    result = mimo(*words, environ={"MIMO_DATA": str(folder), "MIMO_CONFIG": "/dev/null"})
    return [turn for conversation in result.json for turn in conversation["turns"]]


def keeping(simulator: Simulator, folder: Path) -> Mapping[str, str]:
    return environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(folder))


COMMANDS = [
    ["ask", "800 words"],
    ["ask", "--json", "800 words"],
    ["ask", "--render", "800 words"],
    ["ask", "--show-thinking", "800 words"],
    ["ask", "-o", "/dev/stdout", "800 words"],
    ["chat", "800 words"],
    ["history", "export", "--all"],
    ["models", "--remote"],
    ["doctor"],
]


@systems.PROC
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_stopped_reader_of_both_outputs_does_not_matter(
    stuck: int, command: list[str], tmp_path: Path
) -> None:
    number = SIGNALS[COMMANDS.index(command) % len(SIGNALS)]
    with Simulator() as simulator:
        environ = keeping(simulator, tmp_path)
        if command[0] == "history":
            mimo("ask", "hi", environ=environ)
        program = process(*command, environ=environ, stdout=stuck, stderr=stuck, measured=False)
        until_it_is_in(WRITE, program)
        code, seconds = end_of(program, number)
    assert code == -number
    assert seconds < QUICK + SLACK


@systems.PROC
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
def test_what_came_before_the_reader_stopped_is_kept(
    stuck: int, number: signal.Signals, tmp_path: Path
) -> None:
    with Simulator(faults=[LONG]) as simulator:
        program = process(
            *("ask", "--show-thinking", "800 words"),
            environ=keeping(simulator, tmp_path),
            stdout=stuck,
            stderr=stuck,
            measured=False,
        )
        until_it_is_in(WRITE, program)
        code, seconds = end_of(program, number)
        assert simulator.hung_up.wait(PATIENCE)
    assert code == -number
    assert seconds < QUICK + SLACK
    (turn,) = kept(tmp_path)
    assert (turn["status"], turn["error"]["exit_code"]) == ("partial", 128 + number)
    assert turn["reply"]["content"]


def test_a_reader_that_is_only_slow_gets_the_whole_object() -> None:
    asked = threading.Event()
    with Simulator(faults=[LONG], log=lambda _: asked.set()) as simulator:
        program = process(
            "ask", "--json", "800 words", environ=environ_for(simulator), measured=False
        )
        assert asked.wait(PATIENCE)
        assert program.stdout is not None
        if hasattr(fcntl, "F_SETPIPE_SZ"):  # on Linux
            fcntl.fcntl(program.stdout.fileno(), fcntl.F_SETPIPE_SZ, 4096)  # less than the object
        program.send_signal(signal.SIGTERM)
        result = finish(program)
    assert result.code == -signal.SIGTERM
    assert result.json["error"]["exit_code"] == 143


@systems.PROC
@pytest.mark.parametrize(
    ("command", "number"),
    [
        *(("ask", number) for number in (signal.SIGINT, signal.SIGHUP)),
        *(("chat", number) for number in (signal.SIGTERM, signal.SIGQUIT)),
    ],
)
def test_a_terminal_that_was_stopped_does_not_matter(
    command: str, number: signal.Signals, tmp_path: Path
) -> None:
    with (
        Simulator() as simulator,
        Terminal(
            command, "50000 words", environ=keeping(simulator, tmp_path), measured=False
        ) as it,
    ):
        it.wait_for("thought for")
        it.type("\x13")  # Ctrl-S
        until_it_is_in(WRITE, it.program)
        code, seconds = end_of(it.program, number)
        assert code == -number
        assert seconds < QUICK + SLACK
        assert termios.tcgetattr(it.slave)[3] & termios.ECHO
    (turn,) = kept(tmp_path)
    assert (turn["status"], turn["error"]["exit_code"]) == ("partial", 128 + number)
    assert turn["reply"]["content"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_prompt_ends_on_a_terminal_that_nobody_reads(
    number: signal.Signals, tmp_path: Path
) -> None:
    with (
        Simulator() as simulator,
        Terminal("chat", environ=keeping(simulator, tmp_path), measured=False) as terminal,
    ):
        terminal.wait_for("thinking on")
        terminal.type("\x13")  # the prompt takes it for a key; the terminal is not stopped
        termios.tcflow(terminal.slave, termios.TCOOFF)
        code, seconds = end_of(terminal.program, number)
        assert code == -number
        assert seconds < QUICK + SLACK
        assert termios.tcgetattr(terminal.slave)[3] & termios.ECHO


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_another_process_that_holds_the_history_does_not_matter(
    number: signal.Signals, tmp_path: Path
) -> None:
    with Simulator() as simulator:
        environ = keeping(simulator, tmp_path)
        assert mimo("ask", "hi", environ=environ).code == 0
        with contextlib.closing(
            sqlite3.connect(tmp_path / "history.db", isolation_level=None)
        ) as other:
            other.execute("BEGIN EXCLUSIVE")
            program = process("ask", "-v", "hi", environ=environ, measured=False)
            assert program.stderr is not None
            read_until(program.stderr.fileno(), b"key: ")
            code, seconds = end_of(program, number)
            finish(program)
    assert code == -number
    assert seconds < QUICK + SLACK
    assert len(simulator.requests) == 1


@systems.PROC
@pytest.mark.parametrize(
    ("option", "number"), [*zip(["--json", "--jsonl"] * 2, SIGNALS, strict=True)]
)
def test_json_is_written_when_a_signal_ends_the_wait_for_stdin(
    simulator: Simulator, option: str, number: signal.Signals
) -> None:
    reader, writer = os.pipe()
    try:
        program = process(
            "ask", option, environ=environ_for(simulator), stdin=reader, measured=False
        )
        until_it_is_in(SELECT, program)
        program.send_signal(number)
        result = finish(program)
    finally:
        os.close(reader)
        os.close(writer)
    assert (result.code, result.err, simulator.connections) == (-number, "", 0)
    assert result.json["error"] == {
        "code": "interrupted",
        "exit_code": 128 + number,
        "status": None,
        "message": f"interrupted by signal {int(number)}",
        "request_id": None,
        "retry_after": None,
    }


@systems.PROC
def test_a_second_signal_is_not_waited_for(stuck: int) -> None:
    with Simulator(faults=[LONG]) as simulator:
        program = process(
            *("ask", "800 words"),
            environ=environ_for(simulator),
            stdout=stuck,
            stderr=stuck,
            measured=False,
        )
        until_it_is_in(WRITE, program)
        program.send_signal(signal.SIGINT)
        code, seconds = end_of(program, signal.SIGTERM)
    assert code in (-signal.SIGTERM, -signal.SIGINT)
    assert seconds < QUICK + SLACK


@pytest.mark.parametrize("option", ["--json", "--jsonl"])
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"MIMO_CONFIG": "/no/such/folder/config.toml"}, 0),
        ({"MIMO_CONFIG": __file__}, 3),  # no TOML
        ({"MIMO_BASE_URL": "ftp://x"}, 3),
        ({"MIMO_API_KEY": "a\u00fc"}, 4),
        ({"MIMO_TIMEOUT": "never"}, 3),
    ],
)
def test_json_is_written_in_every_state(
    simulator: Simulator, option: str, more: dict[str, str], code: int
) -> None:
    result = mimo("ask", option, "hi", environ={**environ_for(simulator), **more})
    last = json.loads(result.out.splitlines()[-1])
    assert result.code == code
    assert (last["error"] or {"exit_code": 0})["exit_code"] == code
    assert result.out.isascii()


def test_an_alarm_that_was_set_before_the_program_ends_it() -> None:
    """`perl -e 'alarm 9; exec @ARGV'` is how people limit the time where there is no `timeout`."""
    with Simulator(faults=[LONG]) as simulator:
        program = process("ask", "800 words", environ=environ_for(simulator), measured=False)
        assert program.stdout is not None
        read_until(program.stdout.fileno(), b"behind")
        program.send_signal(signal.SIGALRM)
        assert finish(program).code == -signal.SIGALRM
