"""A signal while the program starts: whoever wants an object gets one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support import systems
from support.harness import PATIENCE, environ_for, finish, process

from mimo_cli import early
from mimo_cli.api.protocol.messages import Reply
from mimo_cli.catalogue import models
from mimo_cli.errors import Interrupted
from mimo_cli.output import json_output
from mimo_cli.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.simulator import Simulator

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]


def until_it_catches(number: int, program: subprocess.Popen[bytes]) -> None:
    """Waits for the program's first line, as the kernel says."""
    end = time.monotonic() + PATIENCE
    while not _caught(program.pid) >> (number - 1) & 1:
        assert time.monotonic() < end, "it never does"
        os.sched_yield()


def _caught(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("SigCgt:")[2].split()[0], 16)


@systems.PROC
@pytest.mark.parametrize("milliseconds", [0, 20, 60, 120, 300])
@pytest.mark.parametrize(
    "command", [["ask", "--json"], ["ask", "--jsonl"], ["models", "--json", "--remote"]]
)
def test_the_object_comes_at_every_moment(
    simulator: Simulator, command: list[str], milliseconds: int
) -> None:
    number = SIGNALS[milliseconds // 20 % len(SIGNALS)]
    environ = environ_for(simulator, MIMO_BASE_URL="http://127.0.0.1:9", MIMO_RETRIES="10")
    reader, writer = os.pipe()
    try:
        program = process(*command, environ=environ, stdin=reader, measured=False)
        until_it_catches(signal.SIGTERM, program)
        time.sleep(milliseconds / 1000)  # the moments are spread over the start on purpose
        program.send_signal(number)
        result = finish(program)
    finally:
        os.close(reader)
        os.close(writer)
    assert (result.code, result.err) == (-number, "")
    assert result.json["error"]["exit_code"] == 128 + number


@systems.PROC
@pytest.mark.parametrize("number", SIGNALS)
def test_doctor_tells_what_it_found_before_the_signal(
    simulator: Simulator, number: signal.Signals
) -> None:
    program = process("doctor", "--json", environ=environ_for(simulator), measured=False)
    until_it_catches(signal.SIGTERM, program)
    program.send_signal(number)
    result = finish(program)
    assert result.code == -number
    assert set(result.json) == {"schema", "ok", "checks", "error"}
    assert (result.json["ok"], result.json["error"]["code"]) == (False, "interrupted")


@pytest.mark.parametrize(
    ("words", "environ", "model"),
    [
        (["ask", "--json", "hi"], {}, models.DEFAULT_MODEL),
        (["ask", "--jsonl", "hi"], {"MIMO_MODEL": "other"}, "other"),
        (["--debug", "ask", "-m", "a", "--model", "b", "--json"], {"MIMO_MODEL": "c"}, "b"),
        (["ask", "-mé\U0001f600\udcff", "--json"], {}, "é\U0001f600\udcff"),
        (["ask", '--model=a"\\\n', "--json"], {}, 'a"\\\n'),
        (["chat", "--json", "hi"], {"MIMO_MODEL": "sk-CANARY-0123456789abcdef"}, "…"),
    ],
)
def test_the_text_is_what_the_program_would_write(
    words: list[str], environ: dict[str, str], model: str
) -> None:
    expected = json_output.result(Reply(), Interrupted(15), model=model)
    assert json.dumps(json.loads(early.text(words, environ, 15))) == json.dumps(expected)
    assert early.text(words, environ, 15).isascii()


@pytest.mark.parametrize(
    "words", [["ask", "hi"], ["ask", "--", "--json"], ["history", "--json"], ["--json"], []]
)
def test_whoever_wants_no_object_gets_none(words: list[str]) -> None:
    assert early.text(words, {}, 15) == ""


def test_models_and_doctor_have_their_own_objects(simulator: Simulator) -> None:
    assert early.DEFAULT_MODEL == models.DEFAULT_MODEL
    environ = environ_for(simulator)
    for command in (["models"], ["doctor", "--offline"]):
        done = finish(process(*command, "--json", environ=environ, measured=False)).json
        written = json.loads(early.text([command[0], "--json"], {}, 2))
        assert written.keys() == done.keys()
        assert written["error"]["exit_code"] == 130


@systems.PROC
def test_a_signal_that_was_ignored_stays_so(simulator: Simulator) -> None:
    script = 'trap "" TERM; exec "$0" -m mimo_cli ask --json hi'
    program = subprocess.Popen(
        ["sh", "-c", script, sys.executable],
        env=environ_for(simulator),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    until_it_catches(signal.SIGHUP, program)
    program.send_signal(signal.SIGTERM)
    assert finish(program).json["error"] is None


@pytest.fixture
def caught() -> Iterator[Signals]:
    """This process's signals, caught as by the program."""
    numbers = [*SIGNALS, signal.SIGALRM]
    before = {number: signal.getsignal(number) for number in numbers}
    hook = sys.unraisablehook
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signals = Signals(owns_process=True)
    yield signals
    signals.release()
    sys.unraisablehook = hook
    for number, handler in before.items():
        signal.signal(number, handler)


class Watched:
    """Something of which it is told when it goes."""


@pytest.mark.parametrize(("number", "forgiving"), [(signal.SIGTERM, False), (signal.SIGINT, True)])
def test_a_signal_within_a_callback_is_raised_after_it(
    caught: Signals, number: signal.Signals, forgiving: bool
) -> None:
    caught.catch(forgiving=forgiving)
    watched = Watched()
    reference = weakref.ref(watched, lambda _: os.kill(os.getpid(), number))
    with pytest.raises(Interrupted):  # noqa: PT012 - comes a moment later
        del watched
        time.sleep(PATIENCE)
    assert reference() is None


def test_a_signal_that_somebody_swallows_is_raised_again(caught: Signals) -> None:
    caught.catch()
    with pytest.raises(Interrupted):  # noqa: PT012 - comes a moment later
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(PATIENCE)
        except BaseException:  # noqa: BLE001, S110 - as an extension's initialisation may do it
            pass
        time.sleep(PATIENCE)
