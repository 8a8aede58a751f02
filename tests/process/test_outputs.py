"""What outputs get: whole lines in one write, whatever their flags, and a width at all times."""

from __future__ import annotations

import os
import pty
import re
import shlex
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from support.harness import PATIENCE, Terminal, around, environ_for, finish, mimo, process

from mimo_cli.errors import LocalIOError, ReaderGone
from mimo_cli.output.output_stream import Output, is_dumb, use_color
from mimo_cli.screen import tty
from mimo_cli.signals import Signals, Stuck
from mimo_cli.simulator import Fault, Simulator, event

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PROGRAM = f"{shlex.quote(sys.executable)} -m mimo_cli"


def writes(command: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """What each write to stdout holds: a socket that keeps them apart."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        with theirs:
            program = process(*command, environ=environ, stdout=theirs.fileno())
        found = []
        while data := ours.recv(1 << 20):
            found.append(data.decode())
        assert finish(program).code == 0
    return found


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["--no-stream"], "Yes, *it* is.\n"),
        (["-x"], "print()\n"),
        (["-x", "--no-stream"], "print()\n"),
    ],
)
def test_what_is_known_as_a_whole_is_one_write(options: list[str], shown: str) -> None:
    answer = "```python\nprint()\n```\n" if "-x" in options else "Yes, *it* is.\n\n"
    with Simulator(answer=answer) as simulator:
        assert writes(["ask", *options, "hi"], environ_for(simulator)) == [shown]


def test_the_end_goes_out_with_the_last_words_if_it_came_with_them() -> None:
    delta = {"type": "content_block_delta", "index": 0}
    parts: list[dict[str, object]] = [
        {**delta, "delta": {"type": "text_delta", "text": "Yes.\n"}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        {"type": "message_stop"},
    ]
    with Simulator(faults=[Fault(sse=b"".join(event(it) for it in parts))]) as simulator:
        found = writes(["ask", "hi"], environ_for(simulator))
    assert "".join(found) == "Yes.\n"
    assert found[-1] != "\n"


def test_four_at_once_write_whole_lines() -> None:
    words = " ".join(map(str, range(4)))
    command = f"printf '%s\\n' {words} | xargs -P4 -I{{}} {PROGRAM} ask --no-stream {{}}"
    with Simulator(answer="one line of an answer") as simulator:
        done = subprocess.run(
            ["sh", "-c", command],
            env={**around(), **environ_for(simulator)},
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
    assert done.stdout == b"one line of an answer\n" * 4


def test_a_chat_in_a_pipe_has_empty_lines_between_answers_alone(tmp_path: Path) -> None:
    command = f"{PROGRAM} chat | tee {shlex.quote(str(tmp_path / 'log'))}"
    with (
        Simulator(answer="It is so.") as simulator,
        Terminal(environ=environ_for(simulator), command=["sh", "-c", command]) as terminal,
    ):
        for count in (1, 2):
            terminal.wait_for("thinking on")
            terminal.type("Is it?\r")
            while terminal.text.count("It is so.") < count:
                terminal.read()
        terminal.wait_for("thinking on")
        terminal.type("\x04")
        assert terminal.wait() == 0
    assert (tmp_path / "log").read_text() == "It is so.\n\nIt is so.\n"


# A width at all times


def on_a_terminal_of_no_size(*command: str, environ: Mapping[str, str]) -> str:
    """What a command writes to a pseudo-terminal as it is made: it says 0 columns and 0 rows."""
    master, slave = pty.openpty()
    assert os.get_terminal_size(slave) == (0, 0)
    try:
        program = process(*command, environ=environ, stdin=slave, stdout=slave)
        os.close(slave)
        text = b""
        while True:
            try:
                data = os.read(master, 65536)
            except OSError:  # Linux says the end of a terminal so
                break
            if not data:
                break
            text += data
        assert finish(program).code == 0
    finally:
        os.close(master)
    return plain(text)


def plain(text: bytes) -> str:
    """What a terminal got, without what differs from run to run."""
    return re.sub(r"  \d+ s$", "  now", text.decode().replace("\r", ""), flags=re.MULTILINE)


LONG = "words of a title that is longer than eighty columns of a screen would ever be able to show"


@pytest.mark.parametrize(
    "command",
    [
        ["history"],
        ["history", "usage", "--by", "conversation"],
        ["models"],
        ["doctor", "--offline"],
    ],
    ids=" ".join,
)
def test_a_terminal_without_a_size_has_80_columns_or_those_it_is_told(
    command: list[str], tmp_path: Path
) -> None:
    with Simulator(answer="Yes") as simulator:
        environ = environ_for(
            simulator, MIMO_HISTORY="true", MIMO_DATA=str(tmp_path), TERM="xterm", LANG="C.UTF-8"
        )
        mimo("ask", LONG, environ=environ)
        for columns in (80, 120):
            more = {} if columns == 80 else {"COLUMNS": "120"}
            shown = on_a_terminal_of_no_size(*command, environ={**environ, **more})
            with Terminal(*command, environ=environ, columns=columns) as terminal:
                assert terminal.wait() == 0
                expected = plain(terminal.received)
            if command[0] == "doctor":
                assert f"{columns} columns" in shown
            else:
                assert expected.startswith(shown)
                assert len(shown) > len(expected) - 120  # stderr has its own


def test_an_answer_on_a_terminal_without_a_size_is_80_columns_wide() -> None:
    with Simulator(answer="word " * 40) as simulator:
        shown = on_a_terminal_of_no_size(
            "ask", "--no-live", "hi", environ=environ_for(simulator, TERM="xterm")
        )
    assert "word " * 15 + "word\n" in shown


@pytest.mark.parametrize(
    ("environ", "size"),
    [
        ({}, (80, 24)),
        ({"COLUMNS": "100"}, (100, 24)),
        ({"COLUMNS": "0", "LINES": "0"}, (80, 24)),
        ({"COLUMNS": "100", "LINES": "50"}, (100, 50)),
        ({"COLUMNS": "-5"}, (80, 24)),
        ({"COLUMNS": "wide"}, (80, 24)),
        ({"COLUMNS": "٣"}, (80, 24)),
        ({"COLUMNS": "1" + "0" * 5000}, (9999, 24)),
    ],
)
def test_the_size_where_there_is_no_screen(environ: dict[str, str], size: tuple[int, int]) -> None:
    assert tty.size(None, environ) == size


@pytest.mark.parametrize(
    ("term", "dumb"), [(None, True), ("", True), ("dumb", True), ("xterm", False), ("linux", False)]
)
def test_a_terminal_that_does_not_say_what_it_is_gets_no_codes(
    term: str | None, dumb: bool
) -> None:
    environ = {} if term is None else {"TERM": term}
    master, slave = pty.openpty()
    try:
        assert is_dumb(environ) is dumb
        assert use_color("auto", environ, Output(slave, "output")) is not dumb
    finally:
        os.close(master)
        os.close(slave)


def test_an_empty_term_is_not_drawn_live() -> None:
    with (
        Simulator(answer="# Yes\n\n*it* is") as simulator,
        Terminal("ask", "hi", environ=environ_for(simulator, TERM="")) as terminal,
    ):
        assert terminal.wait() == 0
        assert b"\x1b" not in terminal.received
        assert terminal.text.endswith("Yes\n\nit is")


# Odd descriptors


def test_a_non_blocking_pipe_is_waited_for_and_stays_so() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    text = "x" * 300_000
    came: list[bytes] = []

    def read() -> None:
        with os.fdopen(reader, "rb") as file:
            came.append(file.read())

    thread = threading.Thread(target=read)
    output = Output(writer, "output")
    thread.start()
    output.write(text)
    assert not os.get_blocking(writer)
    os.close(writer)
    thread.join(PATIENCE)
    assert came == [text.encode()]


def test_a_write_that_makes_no_progress_is_given_up_and_all_that_follow() -> None:
    signals = Signals()
    reader, writer = os.pipe()
    output = Output(writer, "output", signals)

    class Hanging(Output):
        def _write_some(self, data: memoryview) -> int:
            assert signals.writing
            assert data
            raise Stuck

    hanging = Hanging(writer, "output", signals)
    hanging.write("a")
    assert signals.writing == 0
    hanging.write("b")
    output.write("c")
    os.close(writer)
    assert os.read(reader, 10) == b"c"
    os.close(reader)


def test_what_an_output_does_while_a_signal_ends_the_process_does_not_matter() -> None:
    import signal

    from mimo_cli.errors import Interrupted

    reader, writer = os.pipe()
    os.close(reader)
    signals = Signals()
    gone, closed = Output(writer, "output", signals), Output(None, "stderr", signals)
    with pytest.raises(ReaderGone):
        gone.write("a")
    with pytest.raises(LocalIOError):
        closed.write("a")
    with pytest.raises(Interrupted):
        signals._end(signal.SIGTERM, None)  # noqa: SLF001 - as the system calls it
    gone.write("a")
    closed.write("a")
    os.close(writer)


def test_what_is_written_at_once_waits_for_nobody() -> None:
    reader, writer = os.pipe()
    output = Output(writer, "output")
    output.write_at_once("fits")
    assert os.read(reader, 10) == b"fits"
    os.set_blocking(writer, False)
    while True:
        try:
            os.write(writer, b"x" * 4096)
        except BlockingIOError:
            break
    os.set_blocking(writer, True)
    output.write_at_once("does not fit")
    os.close(reader)
    output.write_at_once("nobody reads")
    os.close(writer)
    Output(None, "output").write_at_once("nobody is there")
