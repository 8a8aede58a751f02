"""How the tests run the program: in this process, as a real process, or in a real terminal."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyte

from mimo_cli.api.timing import Clock, Limits
from mimo_cli.cli import app
from mimo_cli.environment import Environment
from mimo_cli.output.command_terms import in_command_terms
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import ENGLISH
from mimo_cli.signals import Signals
from support import json_contract
from support.cells import row_texts
from support.forked import Forked, can_fork, fork_in_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mimo_cli.errors import MimoError
    from mimo_cli.phrases import Translations
    from mimo_cli.simulator import Simulator

PATIENCE = 20.0
"""Seconds until a test gives up on something that should come at once."""

KEY = "sk-CANARY-0123456789abcdef"


@dataclass(frozen=True)
class Result:
    """What a run of the program left behind."""

    code: int
    out: str
    err: str
    slept: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def json(self) -> Any:
        """stdout as JSON."""
        return json.loads(self.out)


def environ_for(simulator: Simulator, **more: str) -> dict[str, str]:
    """Variables that point the program at a simulator, with no configuration of anyone's."""
    return {
        "MIMO_BASE_URL": simulator.base_url,
        "MIMO_API_KEY": simulator.key,
        "MIMO_CONFIG": "/dev/null",
        "MIMO_HISTORY": "false",
        "PATH": os.environ["PATH"],
        **more,
    }


def environ_in(data: Path) -> dict[str, str]:
    """Variables that let the program have a history in a folder, and no server."""
    return {"MIMO_DATA": str(data), "MIMO_CONFIG": "/dev/null", "PATH": os.environ["PATH"]}


def hint_of(error: MimoError) -> str:
    """An error's hint as the command line tells it."""
    return str(in_command_terms(error.hint))


def asked(simulator: Simulator) -> str:
    """The prompt that the server received last."""
    prompt = simulator.requests[-1].json["messages"][-1]["content"]
    assert isinstance(prompt, str)
    return prompt


def mimo(
    *args: str,
    environ: Mapping[str, str],
    stdin: bytes | None = b"",
    limits: Limits | None = None,
    sleep: Callable[[float], None] | None = None,
    cwd: Path | None = None,
    translations: Translations = ENGLISH,
) -> Result:
    """Runs the program in this process, with real files as its streams. It never sleeps."""
    slept: list[float] = []
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        streams[0].write(stdin or b"")
        streams[0].seek(0)
        environment = Environment(
            environ=environ,
            stdin=None if stdin is None else streams[0].fileno(),
            stdout=Output(streams[1].fileno(), "output"),
            stderr=Output(streams[2].fileno(), "stderr"),
            signals=Signals(),
            clock=Clock(sleep=sleep or slept.append, random=lambda: 0.0),
            limits=limits or Limits(),
            cwd=cwd,
            translations=translations,
        )
        code = app.main(args, environment)
        texts = []
        for stream in streams[1:]:
            stream.seek(0)
            texts.append(stream.read().decode())
    json_contract.check(args, texts[0], code)
    return Result(code, texts[0], texts[1], slept, time.monotonic() - started)


def process(
    *args: str,
    environ: Mapping[str, str],
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    measured: bool = True,
) -> subprocess.Popen[bytes]:
    """Starts the program as a process of its own; `measured`, coverage sees into it."""
    command = [sys.executable, "-m", "mimo_cli", *args]
    return subprocess.Popen(
        command, env={**around(measured), **environ}, stdin=stdin, stdout=stdout, stderr=stderr
    )


def finish(program: subprocess.Popen[bytes], stdin: bytes | None = None) -> Result:
    """Waits for a process to end."""
    started = time.monotonic()
    out, err = program.communicate(stdin, timeout=PATIENCE)
    seconds = time.monotonic() - started
    result = Result(
        program.returncode, (out or b"").decode(), (err or b"").decode(), seconds=seconds
    )
    json_contract.check(arguments(program), result.out, result.code)
    return result


def arguments(program: subprocess.Popen[bytes]) -> list[str]:
    """The arguments of a program that `process` started, else none."""
    words = list(map(str, program.args)) if isinstance(program.args, list) else []
    return words[words.index("mimo_cli") + 1 :] if "mimo_cli" in words else []


def read_until(descriptor: int, wanted: bytes) -> bytes:
    """Reads until something has come."""
    data = b""
    end = time.monotonic() + PATIENCE
    while wanted not in data:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
        chunk = os.read(descriptor, 65536) if ready else b""
        if not chunk:
            raise AssertionError(f"{wanted!r} never came, only {data!r}")
        data += chunk
    return data


Program = subprocess.Popen[bytes] | Forked


class Terminal:
    """The program in a terminal of its own, with a screen to look at; `measured` by coverage.

    Its keys and its screen are of the encoding `charset`.
    """

    def __init__(
        self,
        *args: str,
        environ: Mapping[str, str],
        columns: int = 80,
        lines: int = 24,
        command: Sequence[str] = (),
        # Not where a signal comes at a busy moment: what it raises may come out of coverage's own
        # code while that holds a lock, and every thread would wait for it for ever.
        measured: bool = True,
        charset: str = "utf-8",
    ) -> None:
        self.charset = charset
        self._decoder = codecs.getincrementaldecoder(charset)("replace")
        self.screen = pyte.HistoryScreen(columns, lines, history=100_000, ratio=0.5)
        self._stream = pyte.Stream(self.screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        whole = {**around(measured), "TERM": "xterm-256color", **environ}
        self.program: Program
        if not command and can_fork(whole):
            self.program = fork_in_terminal(args, whole, slave)
        else:
            self.program = subprocess.Popen(
                command or [sys.executable, "-m", "mimo_cli", *args],
                env=whole,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads yet
            )
        self.slave = slave
        self.received = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.program.poll() is None:
            self.program.kill()
        self.program.wait(PATIENCE)
        os.close(self._master)
        os.close(self.slave)

    @property
    def text(self) -> str:
        """Everything on the screen and above it, without spaces at the ends of rows."""
        return "\n".join(row_texts(self.screen, self.screen.history.top)).rstrip()

    def type(self, keys: str) -> None:
        """Presses keys."""
        os.write(self._master, keys.encode(self.charset))

    def wait_for(self, wanted: str) -> str:
        """Reads until a text is on the screen."""
        end = time.monotonic() + PATIENCE
        while wanted not in self.text:
            if not self._read(max(0.0, end - time.monotonic())):
                raise AssertionError(f"{wanted!r} is not on the screen:\n{self.text}")
        return self.text

    def wait(self) -> int:
        """Reads until the program has ended; its return code."""
        end = time.monotonic() + PATIENCE
        while self.program.poll() is None and time.monotonic() < end:
            self._read(0.05)
        while self._read(0.0):
            pass
        return self.program.wait(0.1)

    def wait_for_bytes(self, count: int) -> None:
        """Reads until so many bytes have come."""
        end = time.monotonic() + PATIENCE
        while len(self.received) < count and self._read(max(0.0, end - time.monotonic())):
            pass

    def read(self) -> None:
        """Takes what has come."""
        while self._read(0.05):
            pass

    def interrupt(self, number: int = signal.SIGINT) -> None:
        """Sends a signal to the program."""
        self.program.send_signal(number)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        data = os.read(self._master, 65536)
        self.received += data
        self._stream.feed(self._decoder.decode(data))
        return True


@contextlib.contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[tuple[int, list[bytes]]]:
    """A server for what the simulator is too well-behaved for: `answer` gets each connection
    after the request's head was read. Gives its port and the heads.
    """
    heads: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # closed: the test is over
            with connection, contextlib.suppress(OSError):  # the client may go at any time
                connection.settimeout(PATIENCE)
                heads.append(_head(connection))
                answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], heads
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(PATIENCE)


def _head(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data and (chunk := connection.recv(65536)):
        data += chunk
    return data


@contextlib.contextmanager
def held_back(simulator: Simulator, at: int) -> Iterator[tuple[dict[str, str], threading.Event]]:
    """A way to the simulator that lets `at` bytes of a reply through, and the rest when told.

    Gives the variables that point the program at it, and what to set then: until then the program
    cannot have ended.
    """
    told = threading.Event()

    def answer(connection: socket.socket) -> None:
        address = simulator.url.removeprefix("http://").split(":")
        with socket.create_connection((address[0], int(address[1])), PATIENCE) as behind:
            behind.sendall(heads[-1])
            request = threading.Thread(target=pass_on, args=(connection, behind), daemon=True)
            request.start()
            left = at
            while left and (data := behind.recv(left)):
                connection.sendall(data)
                left -= len(data)
            told.wait(PATIENCE)
            pass_on(behind, connection)
            request.join(PATIENCE)

    with server(answer) as (port, heads):
        try:
            base_url = f"http://127.0.0.1:{port}/anthropic"
            yield environ_for(simulator, MIMO_BASE_URL=base_url), told
        finally:
            told.set()


def pass_on(source: socket.socket, target: socket.socket) -> None:
    """Everything that comes from one to the other, and its end."""
    with contextlib.suppress(OSError):  # either side may go at any time
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):  # also where one has gone without a word
        target.shutdown(socket.SHUT_WR)


def around(measured: bool = False) -> dict[str, str]:
    """What lets Python find the package, and coverage see into it if wanted; nobody's home."""
    prefix = ("XDG_", *(("COVERAGE_", "COV_") if measured else ()))
    kept = {name: value for name, value in os.environ.items() if name.startswith(prefix)}
    return {**kept, "PYTHONPATH": str(Path(app.__file__).parents[2])}
