"""Many programs at once that are killed at random moments: run by test_chat_history.py.

Forked from one process that has everything loaded, or starting them would take a minute. Prints a
JSON object: for each program's question what had been shown a second before it was killed.

    python killed.py COUNT SECONDS FOLDER
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

import mimo_cli.api.client
import mimo_cli.commands.ask.command
import mimo_cli.history.store
import mimo_cli.options.ask  # noqa: F401 - all of these to have them loaded
from mimo_cli import process
from mimo_cli.cli import app
from mimo_cli.signals import Signals

SAMPLE = 0.05


def program(number: int, folder: Path) -> NoReturn:
    """`mimo ask`, as it is when it is a program of its own."""
    output = os.open(folder / f"{number}.out", os.O_CREAT | os.O_WRONLY)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    environment = process.surroundings(Signals(owns_process=True))
    process.leave(app.main(["ask", f"question {number}"], environment))


def main(count: int, seconds: float, folder: Path) -> None:
    """Starts them, and kills each within so many seconds of its first word."""
    children: dict[int, int] = {}
    for number in range(count):
        (folder / f"{number}.out").touch()
        child = os.fork()
        if not child:
            program(number, folder)
        children[number] = child
    sizes: dict[int, list[tuple[float, int]]] = {number: [] for number in children}
    moments: dict[int, float] = {}
    shown: dict[str, str] = {}
    while children:
        now = time.monotonic()
        for number, child in list(children.items()):
            file = folder / f"{number}.out"
            sizes[number].append((now, file.stat().st_size))
            if number not in moments and file.stat().st_size:
                moments[number] = now + random.uniform(0, seconds)  # noqa: S311 - not a secret
            if now >= moments.get(number, now + 1):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                del children[number]
                before = max((size for at, size in sizes[number] if at <= now - 1.0), default=0)
                shown[f"question {number}"] = file.read_bytes()[:before].decode()
        time.sleep(SAMPLE)
    print(json.dumps(shown))  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))
