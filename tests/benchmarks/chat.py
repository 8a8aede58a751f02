"""How long a chat takes to its prompt, against importing what draws it."""

from __future__ import annotations

import os
import pty
import statistics
import subprocess
import time
from typing import TYPE_CHECKING

from goals import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

_GOAL = 1.5
_BOTTOM_LINE = b"thinking on"


def report(python: str, mimo: str, environ: dict[str, str], pairs: int) -> list[Row]:
    """The one figure."""
    environ = {**environ, "TERM": "xterm-256color", "MIMO_API_KEY": "sk-none"}
    bare = [python, "-c", "import prompt_toolkit"]
    seconds(bare, environ), seconds([mimo, "chat"], environ, _BOTTOM_LINE)
    found = [
        seconds([mimo, "chat"], environ, _BOTTOM_LINE) / seconds(bare, environ)
        for _ in range(pairs)
    ]
    what = "mimo chat to its prompt, on a terminal"
    return [Row(what, "import prompt_toolkit", statistics.median(found), _GOAL)]


def seconds(command: Sequence[str], environ: dict[str, str], wanted: bytes = b"") -> float:
    """Seconds until a program in a terminal of its own has shown something, or has ended."""
    master, slave = pty.openpty()
    started = time.perf_counter()
    program = subprocess.Popen(
        command, env=environ, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    seen = b""
    if wanted:
        while wanted not in seen:
            seen += os.read(master, 1 << 16)
    else:
        program.wait()
    took = time.perf_counter() - started
    program.kill()
    program.wait()
    os.close(master)
    return took
