"""A foreign server as a process: started, waited for, and ended in any case."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

PATIENCE = 120.0
"""Seconds until a server that does not answer is given up."""

_GRACE = 2.0  # a server may wait for connections that stall on purpose


@contextlib.contextmanager
def serving(
    command: Sequence[str], folder: Path, *, port: int, health: str, **environ: str
) -> Iterator[str]:
    """Run a server while the block runs; give its URL once `health` is answered with 200.

    It gets none of our environment but the search path: no proxy, no key, no home.
    """
    output = folder / "output"
    with output.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=bare(folder, **environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_healthy(process, port, health, output)
        yield f"http://127.0.0.1:{port}"
    finally:
        _end(process)


def bare(folder: Path, **more: str) -> Mapping[str, str]:
    """An environment that holds nothing of ours."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", **more}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_until_healthy(
    process: subprocess.Popen[bytes], port: int, path: str, output: Path
) -> None:
    end = time.monotonic() + PATIENCE
    while not _is_healthy(port, path):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)  # comes back at once should it have ended
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"{process.args!r} does not serve:\n{output.read_text('utf-8')}")


def _is_healthy(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started, which are a group of their own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    process.wait()
