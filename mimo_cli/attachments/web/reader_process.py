"""Reads a page in a process of its own, which is ended when it takes too long or too much.

No parser of HTML is proof against pages that are made to cost: each of those that were measured
(docs/decisions/0011) takes minutes for some 10 MB. A thread could not be ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import mimo_cli

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.attachments.web.readable import Readable

_SERVE = "from mimo_cli.attachments.web.reader_process import serve; serve()"
_LONGEST = 10_000_000
"""Characters of a text; lists within lists are indented, so it may be longer than its page."""
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


def read(html: str, url: str, cost: Cost, environ: Mapping[str, str]) -> Readable:
    """Return the readable text of a page.

    Raises:
        TooCostlyError: it takes too long, too much, or cannot be read at all.
    """
    from mimo_cli.attachments.web.readable import Readable

    asked = json.dumps({"html": html, "url": url, "cost": cost})
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-P", "-X", "utf8", "-c", _SERVE],
            input=asked.encode(),
            capture_output=True,
            timeout=cost.seconds,
            check=False,
            env=_environ(environ),
            start_new_session=True,  # a Ctrl-C is ours, and ends it
        )
    except subprocess.TimeoutExpired as error:
        raise TooCostlyError from error
    if done.returncode != 0:
        raise TooCostlyError(done.stderr.decode("utf-8", "replace"))
    return Readable(*json.loads(done.stdout))


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the process: it finds modules where this one does."""
    found = {name: environ[name] for name in _PASSED_ON if name in environ}
    folders = [str(Path(mimo_cli.__file__).parent.parent), *(it for it in sys.path if it)]
    return {**found, "PYTHONPATH": os.pathsep.join(folders)}


def serve() -> None:
    """Read a page from stdin and write it to stdout: the process."""
    asked = json.load(sys.stdin)
    _limit(Cost(*asked["cost"]))
    from mimo_cli.attachments.web import readable

    found = readable.read(asked["html"], asked["url"])
    if len(found.text) > _LONGEST:
        sys.exit("too long")
    json.dump(found, sys.stdout)


def _limit(cost: Cost) -> None:
    sys.setrecursionlimit(_DEEP_ENOUGH)
    with contextlib.suppress(ImportError, ValueError, OSError):  # a system without limits
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (cost.processor,) * 2)
        resource.setrlimit(resource.RLIMIT_AS, (cost.memory,) * 2)
