"""The installed program as a process, as a person or a script runs it."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support import json_contract
from support.harness import KEY, Result, Terminal

from peers.processes import bare

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = str(Path(sys.executable).with_name("mimo"))

_SECONDS = 60.0
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Installed:
    """`mimo` with a home of its own, pointed at a server. Call it with its arguments.

    Every run is held to this: it ends, it shows no key and no control code, and an error of its
    is at most three lines.
    """

    def __init__(self, home: Path, base_url: str, **settings: str) -> None:
        self.home = home
        self.environ = {
            **bare(home),
            "MIMO_BASE_URL": base_url,
            "MIMO_API_KEY": KEY,
            "MIMO_CONFIG": "/dev/null",
            "MIMO_DATA": str(home / "data"),
            **{f"MIMO_{name.upper()}": value for name, value in settings.items()},
        }

    def __call__(self, *args: str, stdin: bytes = b"", **environ: str) -> Result:
        """Run it to its end."""
        started = time.monotonic()
        done = subprocess.run(
            [PROGRAM, *args],
            input=stdin,
            env={**self.environ, **environ},
            cwd=self.home,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
        seconds = time.monotonic() - started
        result = Result(
            done.returncode, done.stdout.decode(), done.stderr.decode(), seconds=seconds
        )
        _check(result)
        json_contract.check(args, result.out, result.code)
        return result

    @contextlib.contextmanager
    def terminal(self, *args: str) -> Iterator[Terminal]:
        """It in a terminal."""
        with Terminal(command=[PROGRAM, *args], environ=self.environ, measured=False) as terminal:
            yield terminal
            assert KEY.encode() not in terminal.received

    def kept(self) -> bytes:
        """All that is in its home afterwards."""
        return b"".join(path.read_bytes() for path in self.home.rglob("*") if path.is_file())


def error_lines(result: Result) -> list[str]:
    """The error it ended with: the last line that begins with the program's name, and its hints."""
    lines = result.err.splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith("mimo: ")]
    return lines[starts[-1] :] if starts else []


def json_lines(result: Result) -> list[Any]:
    """The lines of `--jsonl`."""
    return [json.loads(line) for line in result.out.splitlines()]


def _check(result: Result) -> None:
    shown = result.out + result.err
    assert KEY not in shown
    assert "Traceback" not in result.err
    assert not _CONTROL.search(shown), repr(shown)
    assert result.code == 0 or len(error_lines(result)) <= 3, result.err
