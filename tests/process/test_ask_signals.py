from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from support import systems
from support.harness import (
    KEY,
    PATIENCE,
    Terminal,
    around,
    environ_for,
    finish,
    held_back,
    process,
    read_until,
    server,
)

from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    import socket
    from pathlib import Path

LONG = Fault.stall(at=9000, times=None)
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
QUICK = 0.2
"""Seconds within which an interrupt must have worked, on an idle machine."""
SLACK = 4.0
"""What a busy test machine may add."""


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_in_mid_answer_keeps_what_came_and_kills(number: signal.Signals) -> None:
    with Simulator(faults=[LONG]) as simulator:
        # It is still reading events when the signal comes: not measured (see harness.Terminal).
        program = process("ask", "800 words", environ=environ_for(simulator), measured=False)
        assert program.stdout is not None
        shown = read_until(program.stdout.fileno(), b"behind this text")
        program.send_signal(number)
        result = finish(program)
        assert simulator.hung_up.wait(PATIENCE)
    assert result.code == -number
    assert (shown.decode() + result.out).endswith("\n")
    assert result.err == ""
    assert result.seconds < QUICK + SLACK


def text_delta(text: str) -> dict[str, Any]:
    delta = {"type": "text_delta", "text": text}
    return {"type": "content_block_delta", "index": 0, "delta": delta}


START: dict[str, Any] = {
    "type": "content_block_start",
    "index": 0,
    "content_block": {"type": "text", "text": ""},
}
REASON: dict[str, Any] = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}


@pytest.mark.parametrize(
    ("bodies", "is_whole"),
    [
        ([text_delta("Yes"), REASON], True),
        ([text_delta("No"), REASON, text_delta("Yes")], False),
        ([START, text_delta("Yes"), REASON], False),  # its block is open
    ],
)
def test_an_answer_that_lacks_only_the_end_of_its_stream_is_whole(
    tmp_path: Path, bodies: list[dict[str, Any]], *, is_whole: bool
) -> None:
    stream = "".join(f"data: {json.dumps(it)}\n\n" for it in bodies).encode()
    environ = {"MIMO_DATA": str(tmp_path), "MIMO_HISTORY": "true"}
    with Simulator(faults=[Fault(sse=stream, stall_at=len(stream))]) as simulator:
        environ = environ_for(simulator, **environ)
        program = process("ask", "--jsonl", "hi", environ=environ, measured=False)
        assert program.stdout is not None
        read_until(program.stdout.fileno(), b"Yes")
        program.send_signal(signal.SIGINT)
        result = finish(program)
        assert result.code == -signal.SIGINT
        assert json.loads(result.out.splitlines()[-1])["partial"] is not is_whole
        shown = finish(process("history", "show", "--json", environ=environ))
    assert ("complete" in shown.out) is is_whole


def test_a_shell_sees_that_it_was_interrupted(tmp_path: Path) -> None:
    log = tmp_path / "log"
    asked = threading.Event()
    with Simulator(faults=[LONG], log=lambda _: asked.set()) as simulator:
        environ = environ_for(simulator)
        script = f'for i in 1 2 3; do echo run >> {log}; "$0" -m mimo_cli ask hi; done'
        program = subprocess.Popen(
            ["bash", "-c", script, sys.executable],
            env={**around(), **environ},
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert asked.wait(PATIENCE)
        os.killpg(program.pid, signal.SIGINT)
        program.communicate(timeout=PATIENCE)
    assert program.returncode in (130, -signal.SIGINT)
    assert log.read_text() == "run\n"


def test_a_signal_that_was_ignored_stays_ignored() -> None:
    with Simulator() as simulator, held_back(simulator, 9_000) as (environ, told):
        program = subprocess.Popen(
            ["sh", "-c", 'trap "" HUP; exec "$0" -m mimo_cli ask 800 words', sys.executable],
            env={**around(), **environ},
            stdout=subprocess.PIPE,
        )
        assert program.stdout is not None
        read_until(program.stdout.fileno(), b"behind")
        program.send_signal(signal.SIGHUP)
        told.set()
        assert finish(program).code == 0


def test_interrupt_while_waiting_to_retry() -> None:
    headers = (("Retry-After", "50"),)
    with Simulator(faults=[Fault.http(429, headers=headers, times=None)]) as simulator:
        program = process("ask", "hi", environ=environ_for(simulator), measured=False)
        assert program.stderr is not None
        read_until(program.stderr.fileno(), b"trying again in 50.0 s")
        program.send_signal(signal.SIGINT)
        result = finish(program)
    assert (result.code, result.out) == (-signal.SIGINT, "")
    assert result.seconds < QUICK + SLACK


def test_interrupt_while_reading_stdin(simulator: Simulator) -> None:
    reader, writer = os.pipe()
    program = process("ask", "hi", environ=environ_for(simulator), stdin=reader)
    assert program.stderr is not None
    read_until(program.stderr.fileno(), b"waiting for stdin")
    program.send_signal(signal.SIGINT)
    result = finish(program)
    os.close(reader)
    os.close(writer)
    assert result.code == -signal.SIGINT
    assert simulator.connections == 0


def test_interrupt_during_the_tls_handshake() -> None:
    def stay(connection: socket.socket) -> None:
        connection.recv(1)

    with server(stay) as (port, _):
        environ = {
            "MIMO_BASE_URL": f"https://127.0.0.1:{port}",
            "MIMO_API_KEY": KEY,
            "MIMO_CONFIG": "/dev/null",
        }
        program = process("ask", "-v", "hi", environ=environ, measured=False)
        assert program.stderr is not None
        read_until(program.stderr.fileno(), b"key: ")
        program.send_signal(signal.SIGINT)
        result = finish(program)
    assert result.code == -signal.SIGINT
    assert result.seconds < QUICK + SLACK


def test_json_is_whole_when_interrupted() -> None:
    import json

    asked = threading.Event()
    with Simulator(faults=[LONG], log=lambda _: asked.set()) as simulator:
        environ = environ_for(simulator)
        program = process("ask", "--json", "800 words", environ=environ, measured=False)
        assert asked.wait(PATIENCE)
        time.sleep(0.3)  # no signal says that the first part has come: nothing is shown yet
        program.send_signal(signal.SIGINT)
        result = finish(program)
    content = json.loads(result.out)
    assert result.code == -signal.SIGINT
    assert content["error"]["code"] == "interrupted"
    assert content["error"]["exit_code"] == 130


def test_a_reader_that_leaves_is_no_error() -> None:
    with Simulator(delay=0.001) as simulator:
        environ = environ_for(simulator)
        program = process("ask", "5000 words", environ=environ)
        assert program.stdout is not None
        read_until(program.stdout.fileno(), b"bebu")
        program.stdout.close()
        program.stdout = None
        result = finish(program)
        assert simulator.hung_up.wait(PATIENCE)
    assert (result.code, result.err) == (-signal.SIGPIPE, "")


@systems.FULL
@pytest.mark.children_traced
def test_a_full_disk_is_said(simulator: Simulator) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a descriptor is what is wanted
        program = process("ask", "hi", environ=environ_for(simulator), stdout=full.fileno())
        result = finish(program)
    assert (result.code, result.err) == (
        12,
        "mimo: cannot write output: no space left on device\n",
    )


@pytest.mark.parametrize("args", [["--help"], ["ask", "hi"], ["--version"]])
def test_a_closed_stdout_is_said(simulator: Simulator, args: list[str]) -> None:
    command = 'exec "$0" -m mimo_cli "$@" >&-'
    result = subprocess.run(
        ["sh", "-c", command, sys.executable, *args],
        env=environ_for(simulator),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (result.returncode, result.stderr) == (12, b"mimo: cannot write output: it is closed\n")


def test_closed_streams_do_not_matter(simulator: Simulator) -> None:
    command = 'exec "$0" -m mimo_cli ask please introduce yourself <&- 2>&-'
    result = subprocess.run(
        ["sh", "-c", command, sys.executable],
        env=environ_for(simulator),
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert result.returncode == 0
    assert result.stdout.startswith(b"Hello! I'm MiMo")


def test_on_a_terminal_the_prompt_comes_back_on_a_fresh_row() -> None:
    with (
        Simulator(faults=[LONG]) as simulator,
        Terminal("ask", "800 words", environ=environ_for(simulator)) as terminal,
    ):
        terminal.wait_for("behind this text")
        terminal.type("\x03")
        assert terminal.wait() == -signal.SIGINT
        assert terminal.screen.cursor.x == 0
        assert not terminal.screen.cursor.hidden


@pytest.mark.parametrize("milliseconds", range(40, 220, 60))
def test_an_interrupt_while_starting_is_just_an_end(milliseconds: int) -> None:
    with Simulator(faults=[LONG]) as simulator:
        # Coverage would take the signal for itself while it starts.
        program = process("ask", "hi", environ=environ_for(simulator), measured=False)
        # Start-up has no other sign: the moments are spread over it on purpose.
        time.sleep(milliseconds / 1000)
        program.send_signal(signal.SIGINT)
        result = finish(program)
    # Before main() the interpreter's own handler holds, which prints where it was.
    # `site` has a `main`, too.
    is_ours = re.search(r'__main__\.py", line \d+, in main', result.err)
    python_itself_was_starting = "KeyboardInterrupt" in result.err and not is_ours
    assert result.code == -signal.SIGINT or python_itself_was_starting
    assert result.err == "" or python_itself_was_starting
