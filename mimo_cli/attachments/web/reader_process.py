"""Reads a page in a process of its own, which is ended when it takes too long or too much.

No parser of HTML is proof against pages that are made to cost: each of those that were measured
(docs/decisions/0011) takes minutes for some 10 MB. A thread could not be ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import mimo_cli
from mimo_cli.errors import LocalIOError
from mimo_cli.input import programs
from mimo_cli.input.watch import Step
from mimo_cli.phrases import Phrase, reason
from mimo_cli.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mimo_cli.attachments.web.readable import Readable

_SERVE = "from mimo_cli.attachments.web.reader_process import serve; serve()"
_LONGEST = 10_000_000
"""Characters of a text; lists within lists are indented, so it may be longer than its page."""
_MOST_PRINTED = 16 * _LONGEST
"""Bytes: a character takes twelve at most in JSON."""
_UNSEEN = Step()
_DEEP_ENOUGH = 10_000
"""Python's frames, for a tree of `readable`'s depth."""
_PASSED_ON = ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Variables that Python may need to start. The key is not among them."""


class Cost(NamedTuple):
    """What reading a page may take: seconds of the clock and of a processor, and bytes."""

    seconds: float = 45.0
    processor: int = 15
    memory: int = 1 << 30


class TooCostlyError(Exception):
    """The page took more than it may."""


def read(
    html: str,
    url: str,
    cost: Cost,
    environ: Mapping[str, str],
    *,
    signals: Signals | None = None,
    step: Step = _UNSEEN,
) -> Readable:
    """Return the readable text of a page. Signals end the process; `step` is shown meanwhile.

    Raises:
        TooCostlyError: it takes too long, too much, or cannot be read at all.
        LocalIOError: there is no room to hand it over.
        Interrupted: a signal came.
    """
    from mimo_cli.attachments.web.readable import Readable

    means = programs.Means(_environ(environ), signals or Signals(), step.tick)
    command = [sys.executable, "-P", "-X", "utf8", "-c", _SERVE]
    with _handed_over(json.dumps({"html": html, "url": url, "cost": cost})) as file:
        try:
            done = programs.run(
                command, means, seconds=cost.seconds, most=_MOST_PRINTED, stdin=file
            )
        except (programs.LateError, programs.ExcessError) as error:
            raise TooCostlyError from error
    if done.code != 0:
        raise TooCostlyError(done.complaint)
    return Readable(*json.loads(done.output))


@contextlib.contextmanager
def _handed_over(text: str) -> Iterator[IO[bytes]]:
    """Give a text in an open file that has no name: in memory, where the system has such files.

    Raises:
        LocalIOError: there is no room for it.
    """
    try:
        file: IO[bytes]
        if hasattr(os, "memfd_create"):
            file = os.fdopen(os.memfd_create("page"), "w+b")
        else:  # pragma: no cover - another system
            file = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    except OSError as error:  # pragma: no cover - no descriptor is left
        raise LocalIOError(Phrase("cannot hand over a page to be read"), reason(error)) from error
    with file:
        try:
            file.write(text.encode())
            file.seek(0)
        except OSError as error:  # pragma: no cover - memory, or the disk, is full
            what = Phrase("cannot hand over a page to be read")
            raise LocalIOError(what, reason(error)) from error
        yield file


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the process: it finds modules where this one does."""
    found = {name: environ[name] for name in _PASSED_ON if name in environ}
    folders = [str(Path(mimo_cli.__file__).parent.parent), *(it for it in sys.path if it)]
    return {**found, "PYTHONPATH": os.pathsep.join(folders)}


def serve() -> None:
    """Read a page from stdin and write it to stdout: the process."""
    _end_with_the_reader()
    asked = json.load(sys.stdin)
    _limit(Cost(*asked["cost"]))
    from mimo_cli.attachments.web import readable

    found = readable.read(asked["html"], asked["url"])
    if len(found.text) > _LONGEST:
        sys.exit("too long")
    json.dump(found, sys.stdout)


def _end_with_the_reader() -> None:
    """End this process when nobody reads what it prints any more: its parent was killed, say."""
    if hasattr(select, "poll"):
        look = select.poll()
        look.register(sys.stdout.fileno(), 0)  # an error alone: the pipe's other end is closed
        threading.Thread(target=lambda: look.poll() and os._exit(1), daemon=True).start()


def _limit(cost: Cost) -> None:
    sys.setrecursionlimit(_DEEP_ENOUGH)
    with contextlib.suppress(ImportError, ValueError, OSError):  # a system without limits
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (cost.processor,) * 2)
        resource.setrlimit(resource.RLIMIT_AS, (cost.memory,) * 2)
