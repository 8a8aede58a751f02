"""`make bench`: what the program costs, as ratios measured within one run.

Each figure is the median over alternating pairs of runs (A B A B …) of a wheel that was installed
with byte code into an environment of its own. Everything is on loopback.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import chat
import history
from goals import Row
from render import mixed

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[2]

SCRIPT = """
import httpx, json, os
url = os.environ["MIMO_BASE_URL"] + "/v1/messages"
headers = {"api-key": os.environ["MIMO_API_KEY"]}
body = {"model": "mimo-v2.6-pro", "stream": True, "messages": [{"role": "user", "content": "hi"}]}
with httpx.stream("POST", url, headers=headers, json=body, timeout=None) as response:
    for line in response.iter_lines():
        if line.startswith("data:"):
            event = json.loads(line[5:])
            if event["type"] == "content_block_delta":
                print(event["delta"].get("text", ""), end="", flush=True)
"""


@dataclass(frozen=True)
class Run:
    """One run of a command: wall-clock and processor seconds, peak memory in MB."""

    wall: float
    cpu: float
    memory: float


LAUNCHER = """
import os, sys, time
started = time.perf_counter()
child = os.fork()
if not child:
    os.execv(sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - started
figures = (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
os.write(int(sys.argv[1]), repr((os.waitstatus_to_exitcode(status), figures)).encode())
"""
"""Runs a command and reports on it. A small process, because a child's peak memory counts from what
the process was that it was forked from.
"""


def run(command: Sequence[str], environ: dict[str, str]) -> Run:
    """Runs a command with its output into a pipe that is read to the end."""
    reader, writer = os.pipe()
    program = subprocess.Popen(
        [sys.executable, "-S", "-E", "-c", LAUNCHER, str(writer), *command],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        pass_fds=[writer],
    )
    os.close(writer)
    assert program.stdout is not None
    while os.read(program.stdout.fileno(), 1 << 16):
        pass
    code, figures = ast.literal_eval(os.read(reader, 1 << 16).decode())
    os.close(reader)
    program.stdout.close()
    program.wait()
    if code != 0:
        raise SystemExit(f"{command} ended with {code}")
    return Run(*figures)


def ratio(
    ours: Sequence[str],
    theirs: Sequence[str],
    environ: dict[str, str],
    pairs: int,
    figure: Callable[[Run], float],
) -> float:
    """The median of our figure over theirs, pair by pair, after an uncounted run of each."""
    run(ours, environ), run(theirs, environ)
    found = []
    for _ in range(pairs):
        mine, other = run(ours, environ), run(theirs, environ)
        found.append(figure(mine) / figure(other))
    return statistics.median(found)


def installed(folder: Path) -> Path:
    """An environment with the wheel and its dependencies, byte code included; its `bin`."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    wheel = next(folder.glob("*.whl"))
    subprocess.run([*pip, "install", "--compile", str(wheel)], check=True)
    return folder / "bin"


def latency(mimo: str, deltas: int, clean: dict[str, str]) -> float:
    """The 99th percentile, in ms, of a delta's way from the socket to the pipe; 5 ms apart."""
    sent: list[float] = []
    seen: list[float] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.recv(1 << 16)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            for number in range(deltas):
                time.sleep(0.005)
                delta = {"type": "text_delta", "text": f"{number:06d} "}
                event = {"type": "content_block_delta", "index": 0, "delta": delta}
                sent.append(time.perf_counter())
                connection.sendall(b"data: " + json.dumps(event).encode() + b"\n\n")
            end = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
            connection.sendall(b"data: " + json.dumps(end).encode() + b"\n\n")
            connection.sendall(b'data: {"type":"message_stop"}\n\n')

    thread = threading.Thread(target=serve)
    thread.start()
    port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environ = {**clean, "MIMO_BASE_URL": url}
    program = subprocess.Popen(
        [mimo, "ask", "hi"], env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    assert program.stdout is not None
    size = 0
    while chunk := os.read(program.stdout.fileno(), 1 << 16):
        now = time.perf_counter()
        size += len(chunk)
        seen += [now] * (min(size // 7, deltas) - len(seen))
    program.wait()
    program.stdout.close()
    thread.join()
    listener.close()
    waits = sorted(1000 * (end - begin) for begin, end in zip(sent, seen, strict=True))
    return waits[int(len(waits) * 0.99)]


def drawn(mimo: str, clean: dict[str, str]) -> float:
    """How many MB more a long answer takes when it is drawn than when it is not."""
    with Simulator(answer=mixed(240_000), thinking="Hm.") as simulator:
        environ = {
            **clean,
            "MIMO_BASE_URL": simulator.base_url,
            "MIMO_API_KEY": simulator.key,
        }
        plain = run([mimo, "ask", "hi"], environ)
        return run([mimo, "ask", "--render", "hi"], environ).memory - plain.memory


def report(bin_folder: Path, pairs: int, data: str) -> list[Row]:
    """Every figure. `data` is a folder for what is kept."""
    python, mimo = str(bin_folder / "python"), str(bin_folder / "mimo")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "MIMO"))}
    clean["MIMO_DATA"] = data
    clean["MIMO_CONFIG"] = os.devnull
    bare = [python, "-c", "import typer"]
    script = [python, "-c", SCRIPT]
    rows = []
    for option in ("--help", "--version"):
        value = ratio([mimo, option], bare, clean, pairs, lambda run: run.wall)
        rows.append(Row(f"mimo {option}", "import typer", value, 1.15))
    for deltas, goal in ((50, 1.2), (20_000, 1.0)):
        with Simulator(deltas=deltas) as simulator:
            environ = {
                **clean,
                "MIMO_BASE_URL": simulator.base_url,
                "MIMO_API_KEY": simulator.key,
            }
            ask = [mimo, "ask", "hi"]
            value = ratio(ask, script, environ, pairs, lambda run: run.wall)
            what = f"mimo ask hi | cat, {deltas:,} deltas"
            rows.append(Row(what, "a 10-line script", value, goal))
            if deltas > 1000:
                value = ratio(ask, script, environ, pairs, lambda run: run.memory)
                rows.append(Row("  peak memory", "the same script", value, 1.2))
    rows.append(
        Row("drawing's memory, 240k characters", "plain text", drawn(mimo, clean), 30, "MB")
    )
    rows += chat.report(python, mimo, clean, pairs)
    rows += history.report(mimo, clean, pairs, lambda command, env: run(command, env).wall)
    value = latency(mimo, 1000, clean)
    rows.append(Row("delta's arrival to the pipe, p99, 5 ms apart", "–", value, 5, "ms"))
    return rows


def main() -> None:
    """Prints the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=11, help="pairs of runs for each figure")
    parser.add_argument("--bin", type=Path, help="an environment's bin that has the wheel already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bin_folder = options.bin or installed(Path(folder))
        print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {options.pairs} pairs")
        data = str(Path(folder) / "data")
        for row in report(bin_folder, options.pairs, data):
            print(row)


if __name__ == "__main__":
    main()
