"""Programs that are copies of a process which has loaded everything: ten times as cheap to start.

Nine tenths of what a short chat costs is loading its modules, which does nothing else
(`test_nothing_happens_at_import`). What the interpreter itself does as it starts is not repeated:
it reads its variables and the locale then. How a program starts is what the tests in `process/`
are about; they start real ones.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import io
import json
import locale
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import termios
import time
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, NoReturn

import coverage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST = 1 << 18  # bytes of arguments and variables
LAST_DESCRIPTOR = 4096
LATE = (
    *("platformdirs.unix", "pygments.lexers.python", "sqlite3", "tomlkit", "tty", "mmap"),
    *("prompt_toolkit.shortcuts", "prompt_toolkit.input.vt100"),
    "prompt_toolkit.key_binding.bindings.search",
)
"""What the package's modules import where they use it."""
UTF_8 = "C.UTF-8"
"""The locale of programs here, which Python also takes where none is said."""


def can_fork(environ: Mapping[str, str]) -> bool:
    """Whether a program with these variables is the same if it is a copy."""
    read_at_start = {it for it in environ if it.startswith(("LC_", "PYTHON"))}
    is_here = hasattr(os, "pidfd_open")  # on Linux
    return is_here and read_at_start <= {"PYTHONPATH"} and environ.get("LANG", UTF_8) == UTF_8


class Forked:
    """A program that was forked, with what is used of `subprocess.Popen`."""

    def __init__(self, pid: int, status: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._status = status

    def poll(self) -> int | None:
        return self.returncode if self._has_ended(0.0) else None

    def wait(self, timeout: float | None = None) -> int:
        if not self._has_ended(timeout) or self.returncode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has ended, and that is still to be read
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _has_ended(self, timeout: float | None) -> bool:
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._status, selectors.EVENT_READ)
                if not selector.select(timeout):
                    return False
            self.returncode = int(os.read(self._status, 16))
            os.close(self._status)
        return True


def fork_in_terminal(args: Sequence[str], environ: Mapping[str, str], terminal: int) -> Forked:
    """Run `python -m mimo_cli` with a terminal of its own."""
    status, ended = os.pipe()
    told = json.dumps({"args": args, "environ": dict(environ), "folder": os.getcwd()})  # noqa: PTH109
    socket.send_fds(_server(), [told.encode()], [terminal, ended])
    os.close(ended)
    return Forked(int(_server().recv(16)), status)


@cache
def _server() -> socket.socket:
    """The way to the process that forks; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    program = subprocess.Popen(
        [sys.executable, __file__, str(theirs.fileno())],
        env={"PYTHONPATH": os.pathsep.join(sys.path), "LANG": UTF_8},
        pass_fds=[theirs.fileno()],
        start_new_session=True,  # Ctrl-C is not for it
        stdin=subprocess.DEVNULL,
    )
    theirs.close()

    def stop() -> None:
        ours.close()
        program.wait()

    atexit.register(stop)
    return ours


def serve(requests: socket.socket) -> None:
    running: dict[int, tuple[int, int]] = {}  # by the descriptor of the process
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd != requests.fileno():
                    selector.unregister(key.fd)
                    os.close(key.fd)
                    pid, ended = running.pop(key.fd)
                    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                    os.write(ended, str(code).encode())
                    os.close(ended)
                    continue
                told, descriptors, _, _ = socket.recv_fds(requests, LARGEST, 2)
                if not told:
                    return
                terminal, ended = descriptors
                pid = os.fork()
                if not pid:
                    run(terminal, **json.loads(told))
                os.close(terminal)
                handle = os.pidfd_open(pid)
                running[handle] = pid, ended
                selector.register(handle, selectors.EVENT_READ)
                requests.send(str(pid).encode())


def run(terminal: int, args: Sequence[str], environ: Mapping[str, str], folder: str) -> NoReturn:
    """Be the program, in a process that has just been forked."""
    os.setsid()
    for number in range(3):
        os.dup2(terminal, number)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.closerange(3, LAST_DESCRIPTOR)
    os.environ.clear()
    os.environ.update(environ if "LANG" in environ else {**environ, "LC_CTYPE": UTF_8})
    time.tzset()
    locale.setlocale(locale.LC_CTYPE, "")
    os.chdir(folder)
    if "COVERAGE_PROCESS_CONFIG" in environ:
        coverage.process_startup()
    for shown in (sys.stdout, sys.stderr):
        assert isinstance(shown, io.TextIOWrapper)
        shown.reconfigure(line_buffering=True)  # as on a terminal
    sys.argv = ["", *args]
    sys.path[0] = folder
    runpy.run_module("mimo_cli", run_name="__main__", alter_sys=True)
    os._exit(0)


def load() -> None:
    """Do once what each program would do as it goes along: build commands, compile patterns."""
    import mimo_cli

    for module in pkgutil.walk_packages(mimo_cli.__path__, "mimo_cli."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in LATE:
        importlib.import_module(name)
    from mimo_cli.cli.table import COMMANDS
    from mimo_cli.markdown.highlight import highlighter
    from mimo_cli.output.sanitize import sanitize

    for command in COMMANDS.values():
        command.build()
    assert sanitize("\N{ROCKET}")
    assert highlighter("python")


if __name__ == "__main__":
    load()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        serve(requests)
