"""Standard input: what is read, how long it is waited for, and what is said of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.harness import (
    PATIENCE,
    Terminal,
    around,
    environ_for,
    finish,
    mimo,
    process,
    read_until,
)

from mimo_cli.api.client import Client
from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.protocol.encode import encode
from mimo_cli.api.protocol.messages import Message, Request
from mimo_cli.api.timing import Clock, Limits
from mimo_cli.errors import NetworkError, UsageError
from mimo_cli.input import stdin, stdin_parts
from mimo_cli.input.stdin import Patience
from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_END = "it did not end within 0.05 s"


def asked(simulator: Simulator) -> list[str]:
    """The prompts that the server received."""
    return [request.json["messages"][-1]["content"] for request in simulator.requests]


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe that is open until the test is over."""
    reader, writer = os.pipe()
    ours = os.fstat(reader).st_ino
    yield reader, writer
    for descriptor in (reader, writer):
        try:
            if os.fstat(descriptor).st_ino == ours:  # else its number is another's by now
                os.close(descriptor)
        except OSError:
            continue  # closed by the test


def stdin_of(data: bytes) -> int:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - its duplicate outlives it
    file.write(data)
    file.seek(0)
    descriptor = os.dup(file.fileno())
    file.close()
    return descriptor


@pytest.mark.parametrize("data", [b"", "é\n".encode() * 100_000])
def test_stdin_is_read_to_its_end(data: bytes) -> None:
    descriptor = stdin_of(data)
    try:
        assert stdin.read(descriptor) == data
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"a", [b"a"]),
        (b"a\n\nb", [b"a\n", b"\n", b"b"]),
        (b"a\n" * 70_000, [b"a\n"] * 70_000),
        (b"x" * 150_000 + b"\ny\n", [b"x" * 150_000 + b"\n", b"y\n"]),
    ],
)
def test_lines_come_one_by_one(data: bytes, lines: list[bytes]) -> None:
    descriptor = stdin_of(data)
    try:
        assert list(stdin_parts.lines(descriptor)) == lines
    finally:
        os.close(descriptor)


def test_stdin_over_the_limit_is_refused_before_it_ends() -> None:
    for read, name in (
        (stdin.read, "stdin"),
        (lambda it: [*stdin_parts.lines(it)], "a line of stdin"),
    ):
        with Path("/dev/zero").open("rb") as endless, pytest.raises(UsageError) as caught:
            read(endless.fileno())
        assert (caught.value.message, caught.value.hint) == (
            f"{name} is too large: more than 10 MB",
            "Send a part of it.",
        )


@pytest.mark.parametrize(
    ("flags", "why"),
    [(os.O_RDONLY, "is a directory"), (os.O_WRONLY, "it is open for writing alone")],
)
def test_stdin_that_cannot_be_read_is_a_usage_error(tmp_path: Path, flags: int, why: str) -> None:
    path = tmp_path
    if flags == os.O_WRONLY:
        path = tmp_path / "file"
        path.touch()
    descriptor = os.open(path, flags)
    try:
        with pytest.raises(UsageError) as caught:
            stdin.read(descriptor)
    finally:
        os.close(descriptor)
    assert (caught.value.message, caught.value.hint) == (
        f"cannot read stdin: {why}",
        "--no-stdin ignores it.",
    )


def test_a_silent_stdin_gives_one_notice_and_is_waited_for(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    notices: list[str] = []

    def notice() -> None:
        notices.append("silent")
        threading.Thread(target=speak).start()

    def speak() -> None:
        os.write(writer, b"late\n")
        os.close(writer)

    assert stdin.read(reader, Patience(0.01, notice)) == b"late\n"
    assert notices == ["silent"]


def test_a_stdin_that_speaks_gives_no_notice() -> None:
    descriptor = stdin_of(b"x")
    try:
        patience = Patience(60, lambda: pytest.fail("it is not silent"))
        assert stdin.read(descriptor, patience) == b"x"
    finally:
        os.close(descriptor)


def test_a_stdin_that_cannot_be_asked_is_read_without_a_notice() -> None:
    with pytest.raises(UsageError, match="cannot read stdin"):
        stdin.read(-1, Patience(0, lambda: pytest.fail("nobody knows")))


@pytest.mark.slow
@pytest.mark.parametrize("begin", [b"", b"some"])
@pytest.mark.parametrize("blocking", [True, False])
def test_a_stdin_that_does_not_end_in_time_is_given_up(
    pipe: tuple[int, int], begin: bytes, blocking: bool
) -> None:
    reader, writer = pipe
    os.set_blocking(reader, blocking)
    os.write(writer, begin)
    with pytest.raises(UsageError) as caught:
        stdin.read(reader, Patience(limit=0.05))
    assert (caught.value.message, caught.value.hint) == (
        f"out of time waiting for stdin: {NO_END}",
        "--no-stdin ignores it. Give it longer: --timeout SECONDS",
    )
    assert os.get_blocking(reader) is blocking


def test_a_producer_that_goes_on_is_not_waited_for_longer_than_the_limit() -> None:
    times = iter([0.0, 0.01, 0.04, 0.051])
    patience = Patience(limit=0.05, now=lambda: next(times))
    with Path("/dev/zero").open("rb") as endless, pytest.raises(UsageError, match=NO_END):
        stdin.read(endless.fileno(), patience)


@pytest.mark.parametrize("read", ["whole", "lines"])
def test_a_non_blocking_stdin_is_waited_for_and_stays_so(pipe: tuple[int, int], read: str) -> None:
    reader, writer = pipe
    os.set_blocking(reader, False)
    came: list[bytes] = []

    def take() -> None:
        came.extend([stdin.read(reader)] if read == "whole" else stdin_parts.lines(reader))

    thread = threading.Thread(target=take)
    thread.start()
    for part in (b"one\n", b"two"):
        while thread.is_alive() and not is_asleep(thread):
            time.sleep(0)
        os.write(writer, part)
    os.close(writer)
    thread.join(PATIENCE)
    assert b"".join(came) == b"one\ntwo"
    assert not os.get_blocking(reader)


def is_asleep(thread: threading.Thread) -> bool:
    """Whether a thread waits in the kernel."""
    status = Path(f"/proc/self/task/{thread.native_id}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "S"


# As a process


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH with this program on it."""
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "mimo"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m mimo_cli "$@"\n')
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def run(
    script: str, simulator: Simulator, path: str, data: bytes = b"", **environ: str
) -> tuple[int, str]:
    """A shell script in which `mimo` is the program: its exit code and what it said on stderr."""
    done = subprocess.run(
        ["sh", "-c", script],
        env={**around(), **environ_for(simulator), "PATH": path, **environ},
        input=data,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    return done.returncode, done.stderr.decode()


SHARED = "where a loop or a hook reads stdin itself, use --no-stdin"


@pytest.mark.slow
def test_a_loop_over_a_file_is_told_what_was_taken(
    simulator: Simulator, path: str, tmp_path: Path
) -> None:
    (tmp_path / "list").write_text("a\nb\nc\n")
    loop = f'while read -r l; do mimo ask "classify $l"; done < {tmp_path}/list'
    assert run(loop, simulator, path) == (0, f"mimo: 2 lines of stdin were added; {SHARED}\n")
    assert asked(simulator) == ["classify a\n\n<stdin>\nb\nc\n</stdin>"]


@pytest.mark.slow
@pytest.mark.parametrize("wrapper", ["", "timeout 20 ", "nice env X=1 timeout 20 "])
def test_a_loop_over_a_pipe_is_told_too(simulator: Simulator, path: str, wrapper: str) -> None:
    loop = f'printf "a\\nb\\n" | while read -r l; do {wrapper}mimo ask "classify $l"; done'
    assert run(loop, simulator, path) == (0, f"mimo: 1 line of stdin was added; {SHARED}\n")


@pytest.mark.slow
def test_a_hook_that_reads_what_it_is_given_is_told(simulator: Simulator, path: str) -> None:
    hook = "mimo ask say something nice; while read -r l; do echo $l; done"
    assert run(hook, simulator, path, b"refs\n")[1].startswith("mimo: 1 line of stdin was added; ")


NEEDS_PROC = pytest.mark.skipif(
    not Path("/proc/self/exe").exists(), reason="this system does not say who reads what"
)
ONE_CALL = 'while read -r l; do mimo ask --dry-run "q $l" > /dev/null; done'


@pytest.mark.slow
@NEEDS_PROC
@pytest.mark.parametrize("shell", ["sh", "bash", "dash", "zsh"])
def test_a_loop_in_a_script_with_a_name_of_its_own_is_told(
    path: str, tmp_path: Path, shell: str
) -> None:
    if (program := shutil.which(shell)) is None:
        pytest.skip(f"{shell} is not there")
    script = tmp_path / "loop.sh"
    script.write_text(f"#!{program}\n{ONE_CALL}\n")
    script.chmod(0o755)
    assert said_by([str(script)], path) == f"mimo: 2 lines of stdin were added; {SHARED}\n"


@pytest.mark.slow
@NEEDS_PROC
@pytest.mark.parametrize(
    ("name", "is_told"), [("sh", True), ("-ash", True), ("busybox", True), ("timeout", False)]
)
def test_a_program_that_is_many_is_a_shell_by_the_name_it_has(
    path: str, tmp_path: Path, name: str, is_told: bool
) -> None:
    program = tmp_path / "busybox"
    shutil.copy("/bin/sh", program)
    script = tmp_path / "sh"  # to the real program, the applet; here, what to run
    loop = ONE_CALL.replace("mimo", f"{path.partition(':')[0]}/mimo")  # a login has its own PATH
    script.write_text(loop)
    command = [name, str(script)] if name == "busybox" else [name, "-c", loop]
    said = said_by(command, path, executable=str(program))
    assert said == (f"mimo: 2 lines of stdin were added; {SHARED}\n" if is_told else "")


def said_by(command: list[str], path: str, executable: str | None = None) -> str:
    """What is said on stderr where three lines are piped into a command."""
    done = subprocess.run(
        command,
        executable=executable,
        env={**around(), "PATH": path},
        input=b"a\nb\nc\n",
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    return done.stderr.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    "script",
    [
        "mimo ask --dry-run translate < letter > out; echo",
        "mimo ask --dry-run translate <<END > out\nletter\nEND\necho",
        "timeout 20 mimo ask --dry-run translate < letter > out; echo",
    ],
)
@pytest.mark.parametrize("outside", ["/dev/null", "letter"])
def test_what_is_redirected_for_this_command_alone_is_not_told(
    path: str, tmp_path: Path, script: str, outside: str
) -> None:
    shell = shutil.which("dash") or "sh"
    (tmp_path / "letter").write_text("a line\n")
    (tmp_path / "script").write_text(script)
    with (tmp_path / outside).open() as file:
        done = subprocess.run(
            [shell, "script"],
            env={**around(), "PATH": path},
            cwd=tmp_path,
            stdin=file,
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
    assert done.stderr == b""
    assert b"<stdin>" in (tmp_path / "out").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    "loop",
    [
        'while read -r l; do mimo ask --no-stdin "classify $l"; done',
        'while read -r l; do mimo ask "classify $l" < /dev/null; done',
    ],
)
def test_a_loop_that_is_right_runs_to_its_end(simulator: Simulator, path: str, loop: str) -> None:
    assert run(f'printf "a\\nb\\n" | {loop}', simulator, path) == (0, "")
    assert asked(simulator) == ["classify a", "classify b"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "script",
    [
        "printf 'a\\n' | mimo ask explain",  # a pipe of its own
        "printf 'a\\n' | while read -r l; do mimo ask explain; done",  # nothing is left
        "printf 'a\\nb\\n' | { read -r l; mimo ask; }",  # there is no other question
        "printf 'a\\nb\\n' | { read -r l; mimo ask explain -; }",  # it is asked for
        "printf 'a\\nb\\n' | { read -r l; mimo ask -q explain; }",
        "mimo ask explain < /dev/null",
        "mimo ask explain <&-",
    ],
)
def test_nothing_is_said_where_nothing_can_be_wrong(
    simulator: Simulator, path: str, script: str
) -> None:
    assert run(script, simulator, path) == (0, "")
    assert len(simulator.requests) == 1


@pytest.mark.slow
def test_a_kept_prompt_in_a_loop_is_told_as_well(
    simulator: Simulator, path: str, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[prompts.to]\nprompt = "Say {word}: {input}"\n')
    config.chmod(0o600)
    loop = 'printf "a\\nb\\n" | while read -r l; do mimo ask --prompt to --set word=$l; done'
    code, said = run(loop, simulator, path, MIMO_CONFIG=str(config))
    assert (code, said) == (0, f"mimo: 1 line of stdin was added; {SHARED}\n")


def test_details_say_how_much_was_added(simulator: Simulator) -> None:
    result = mimo("ask", "-v", "explain", environ=environ_for(simulator), stdin=b"a\nb")
    assert "mimo: 2 lines of stdin were added\n" in result.err


@pytest.mark.slow
def test_on_a_terminal_it_is_always_said(simulator: Simulator) -> None:
    command = ["sh", "-c", 'printf "a\\nb\\n" | "$0" -m mimo_cli ask explain', sys.executable]
    with Terminal(environ=environ_for(simulator), command=command) as terminal:
        assert terminal.wait() == 0
        assert terminal.text.startswith("mimo: 2 lines of stdin were added\n")


@pytest.mark.slow
def test_a_chat_is_told_of_what_it_is_given(simulator: Simulator, path: str) -> None:
    loop = 'printf "a\\nb\\n" | while read -r l; do mimo chat "classify $l"; done'
    said = "mimo: 1 line of stdin was added; where a loop or a hook reads stdin itself, use "
    assert run(loop, simulator, path) == (0, said + "< /dev/null\n")


@pytest.mark.slow
@pytest.mark.parametrize("command", [["ask"], ["chat"], ["ask", "--json"]])
def test_the_time_limit_counts_the_wait_for_stdin(
    simulator: Simulator, pipe: tuple[int, int], command: list[str]
) -> None:
    program = process(
        *command, "--timeout", "0.2", "hi", environ=environ_for(simulator), stdin=pipe[0]
    )
    result = finish(program)
    without = "< /dev/null" if command == ["chat"] else "--no-stdin"
    assert result.err == (
        "mimo: out of time waiting for stdin: it did not end within 0.2 s\n"
        f"  {without} ignores it. Give it longer: --timeout SECONDS\n"
    )
    assert (result.code, simulator.connections) == (2, 0)
    if "--json" in command:
        assert result.json["error"]["code"] == "usage"


def test_what_the_wait_took_is_not_there_for_the_answer() -> None:
    with Simulator(faults=[Fault.silence(times=None)]) as simulator:
        client = Client(
            Endpoint(simulator.base_url),
            limits=Limits(total=30.0),
            retries=0,
            clock=Clock(),
            environ={},
            spent=29.99,
        )
        with client, pytest.raises(NetworkError, match="out of time: it took over 30 s"):
            list(client.stream(encode(Request("m", (Message("user", "hi"),)))))


@pytest.mark.slow
def test_a_socket_is_read(simulator: Simulator) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        program = process("ask", "explain", environ=environ_for(simulator), stdin=theirs.fileno())
        ours.sendall(b"from a socket")
        ours.shutdown(socket.SHUT_WR)
        assert finish(program).code == 0
    assert asked(simulator) == ["explain\n\n<stdin>\nfrom a socket\n</stdin>"]


@pytest.mark.slow
def test_a_stdin_that_is_for_writing_is_refused_in_words(
    simulator: Simulator, path: str, tmp_path: Path
) -> None:
    code, said = run(f"mimo ask hi 0> {tmp_path}/file", simulator, path)
    assert (code, said) == (
        2,
        "mimo: cannot read stdin: it is open for writing alone\n  --no-stdin ignores it.\n",
    )


@pytest.mark.slow
def test_a_non_blocking_stdin_reaches_the_server_whole(
    simulator: Simulator, pipe: tuple[int, int]
) -> None:
    reader, writer = pipe
    os.set_blocking(reader, False)
    program = process("ask", "explain", environ=environ_for(simulator), stdin=reader)
    assert program.stderr is not None
    read_until(program.stderr.fileno(), b"waiting for stdin")
    os.write(writer, b"late")
    os.close(writer)
    assert finish(program).code == 0
    assert asked(simulator) == ["explain\n\n<stdin>\nlate\n</stdin>"]
    assert not os.get_blocking(reader)
