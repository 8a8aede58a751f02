"""Other programs that are run for what they print: without a shell, and never for long.

Each has a session of its own, and with it a process group: whatever it has started ends with it, by
Ctrl-C too, which the terminal then does not send to it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import shutil
import signal
import subprocess
import time
from typing import IO, TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from mimo_cli.signals import Signals

_CHUNK = 64 * 1024
_LAST_WORDS = 4096  # bytes of stderr that are kept
_GLANCE = 0.1  # seconds between two looks whether it still runs, while its outputs stay open


def _nothing() -> None:
    """Do nothing."""


class Means(NamedTuple):
    """What programs are run with: their environment, and the signals that end them.

    `tick` is called again and again while one runs.
    """

    environ: Mapping[str, str]
    signals: Signals
    tick: Callable[[], None] = _nothing


class Printed(NamedTuple):
    """What a program printed, and how it ended: its exit code, or the negative of a signal.

    `last_words` is the end of what it wrote on stderr.
    """

    output: bytes
    code: int
    last_words: bytes = b""

    @property
    def complaint(self) -> str:
        """The last line that it wrote on stderr, empty if there is none."""
        lines = self.last_words.decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


class LateError(Exception):
    """A program did not end in time."""


class ExcessError(Exception):
    """A program printed more than was wanted."""


def run(
    command: Sequence[str],
    means: Means,
    *,
    seconds: float,
    most: int,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
) -> Printed:
    """Run a program that gets an open file to read, or nothing, and return what it prints.

    `most` is of how many bytes.

    From here on a signal is raised, and not left to the system: that would leave the program alone.

    Raises:
        OSError: it cannot be started.
        LateError: it still runs after so many seconds.
        ExcessError: it prints more.
        Interrupted: a signal came.
    """
    taken = bytearray()
    with running(command, means, seconds=seconds, stdin=stdin) as program:
        for part in program.parts():
            taken += part
            if len(taken) > most:
                raise ExcessError
    return Printed(bytes(taken), program.code, program.last_words)


@contextlib.contextmanager
def running(
    command: Sequence[str],
    means: Means,
    *,
    seconds: float,
    folder: str | None = None,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
) -> Iterator[Running]:
    """Run a program as `run` does, in a folder, for what it prints part by part.

    Raises:
        OSError: it cannot be started.
        Interrupted: a signal came.
    """
    means.signals.catch()
    program: subprocess.Popen[bytes] | None = None
    try:
        with means.signals.held():
            program = subprocess.Popen(  # noqa: S603 - the user's choice, or a table of ours
                [_found(command[0], means.environ), *command[1:]],
                cwd=folder,
                env=means.environ,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        yield Running(program, time.monotonic() + seconds, means.tick)
    finally:
        if program is not None:
            end(program)


def find(name: str, environ: Mapping[str, str]) -> str | None:
    """Return the place of a program: of its name by whole paths alone, never in the working folder.

    That may be somebody's clone, and PATH may have a dot in it.
    """
    if "/" in name:
        return name
    places = environ.get("PATH", os.defpath).split(os.pathsep)
    path = os.pathsep.join(it for it in places if os.path.isabs(it))  # noqa: PTH117 - text
    return shutil.which(name, path=path) if path else None


def _found(name: str, environ: Mapping[str, str]) -> str:
    place = find(name, environ)
    if place is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    return place


class Running:
    """A program that runs, up to some time; once all its `parts` came, how it ended."""

    def __init__(
        self, program: subprocess.Popen[bytes], until: float, tick: Callable[[], None]
    ) -> None:
        self.code = 0
        self.last_words = b""
        self._program = program
        self._until = until
        self._tick = tick

    def parts(self) -> Iterator[bytes]:
        """Yield what it prints, to its end; what it leaves behind is not waited for.

        Raises:
            LateError: it still runs when its time is over.
        """
        program = self._program
        stdout, stderr = cast("IO[bytes]", program.stdout), cast("IO[bytes]", program.stderr)
        with selectors.DefaultSelector() as selector:
            for stream in (stdout, stderr):
                os.set_blocking(stream.fileno(), False)
                selector.register(stream, selectors.EVENT_READ)
            while selector.get_map():
                has_ended = program.poll() is not None
                left = _left(self._until)
                self._tick()
                ready = selector.select(0 if has_ended else min(_GLANCE, left))
                if has_ended and not ready:
                    break  # another process has its outputs, and is silent
                for key, _ in ready:
                    part = os.read(key.fd, _CHUNK)
                    if not part:
                        selector.unregister(key.fileobj)
                    elif key.fileobj is stdout:
                        yield part
                    else:
                        self.last_words = (self.last_words + part)[-_LAST_WORDS:]
        try:
            self.code = program.wait(_left(self._until))
        except subprocess.TimeoutExpired as error:
            raise LateError from error


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise LateError
    return left


def end(program: subprocess.Popen[bytes]) -> None:
    """End a program, and what it has started, whether or not it runs any more."""
    with contextlib.suppress(OSError):
        os.killpg(program.pid, signal.SIGKILL) if hasattr(os, "killpg") else program.kill()
    program.wait()
    for stream in (program.stdin, program.stdout, program.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


_PASSED_ON = frozenset({"HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LANG", "TZ", "TMPDIR"})
_PROXIES = frozenset({"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"})


def passed_on(
    environ: Mapping[str, str], secrets: Iterable[str], more: Collection[str] = ()
) -> dict[str, str]:
    """Return the environment for a program that the user's data goes through: a short list.

    What else is in ours may hold a key that nobody knows yet: one that a command would print. Of
    the list nothing that holds one of the `secrets` is left; `more` variables belong to it.
    """
    known = [it for it in secrets if it]
    return {
        name: value
        for name, value in environ.items()
        if (name in _PASSED_ON or name in more or _is_of_many(name))
        and not any(it in value for it in known)
    }


def _is_of_many(name: str) -> bool:
    return name.startswith("LC_") or name.lower() in _PROXIES


def without_secrets(environ: Mapping[str, str], *secrets: str | None) -> dict[str, str]:
    """Return the environment for a program that is not to have our key.

    Our own variables are left out, and others that hold the same key or one of the `secrets`.
    """
    held = [it for it in (environ.get("MIMO_API_KEY"), *secrets) if it]
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith("MIMO_") and not any(it in value for it in held)
    }
