"""Python in a process of its own, for what may take for ever or without end: it can be ended.

A thread could not be. The process is given its work in a file without a name, has next to nothing
of our environment, and ends when nobody reads what it prints any more.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

import mimo_cli
from mimo_cli.errors import LocalIOError
from mimo_cli.input import programs
from mimo_cli.phrases import Phrase, reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PASSED_ON = ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Variables that Python may need to start. The key is not among them."""


def run(
    module: str, text: str, means: programs.Means, what: Phrase, *, seconds: float, most: int
) -> programs.Printed:
    """Run the `serve` of a module, which reads a text from stdin, and return what it prints.

    `means` are those of this program: of its environment the process gets next to nothing. The
    bounds are as for `programs.run`.

    Raises:
        LocalIOError: there is no room for the text, or the process cannot be started; `what`
            cannot be done then.
        LateError: it still runs after so many seconds.
        ExcessError: it prints more than so many bytes.
        Interrupted: a signal came.
    """
    means = means._replace(environ=_environ(means.environ))
    with _handed_over(text, what) as file:
        try:
            return programs.run(_command(module), means, seconds=seconds, most=most, stdin=file)
        except OSError as error:
            raise LocalIOError(what, reason(error)) from error


def _command(module: str) -> list[str]:
    """Return what runs the `serve` of a module; nothing that lies in the folder is imported."""
    serve = f"from {module} import serve; serve()"
    return [sys.executable, "-P", "-X", "utf8", "-c", serve]


def _environ(ours: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the process: it finds modules where this one does."""
    found = {name: ours[name] for name in _PASSED_ON if name in ours}
    folders = [str(Path(mimo_cli.__file__).parent.parent), *(it for it in sys.path if it)]
    return {**found, "PYTHONPATH": os.pathsep.join(folders)}


@contextlib.contextmanager
def _handed_over(text: str, what: Phrase) -> Iterator[IO[bytes]]:
    """Give a text in an open file that has no name: in memory, where the system has such files.

    Raises:
        LocalIOError: there is no room for it; `what` cannot be done then.
    """
    try:
        file: IO[bytes]
        if hasattr(os, "memfd_create"):
            file = os.fdopen(os.memfd_create("work"), "w+b")
        else:  # pragma: no cover - another system
            file = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    except OSError as error:  # pragma: no cover - no descriptor is left
        raise LocalIOError(what, reason(error)) from error
    with file:
        try:
            file.write(text.encode())
            file.seek(0)
        except OSError as error:  # pragma: no cover - memory, or the disk, is full
            raise LocalIOError(what, reason(error)) from error
        yield file


def end_with_the_reader() -> None:
    """End this process when nobody reads what it prints any more: its parent was killed, say."""
    if hasattr(select, "poll"):
        look = select.poll()
        look.register(sys.stdout.fileno(), 0)  # an error alone: the pipe's other end is closed
        threading.Thread(target=lambda: look.poll() and os._exit(1), daemon=True).start()


def limit(*, frames: int, processor: int, memory: int) -> None:
    """Limit this process to so many of Python's frames, seconds of a processor, and bytes."""
    sys.setrecursionlimit(frames)
    with contextlib.suppress(ImportError, ValueError, OSError):  # a system without limits
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (processor,) * 2)
        resource.setrlimit(resource.RLIMIT_AS, (memory,) * 2)
