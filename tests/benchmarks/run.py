"""`make bench`: what the program costs, as ratios measured within one run.

Each figure is the median over alternating pairs of runs (A B A B …) of a wheel that was installed
with byte code into an environment of its own. Everything is on loopback.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import chat
import history
import transfer
from goals import Row
from render import mixed

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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

_SCRIPT = "a 10-line script"
_LONG = 20_000
_GOALS: dict[int, dict[transfer.Transfer, float]] = {
    50: {"length": 1.1, "chunk by chunk": 1.1},
    _LONG: {"length": 1.0, "chunked": 1.0, "chunk by chunk": 1.0},
}


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


def streamed(mimo: str, python: str, clean: dict[str, str], pairs: int) -> Iterator[Row]:
    """What an answer costs beside the script, by its length and by how it is transferred."""
    ask, script = [mimo, "ask", "hi"], [python, "-c", SCRIPT]
    for deltas, goals in _GOALS.items():
        events = transfer.answer(deltas)
        for how, goal in goals.items():
            with transfer.Server(transfer.sends(events, how)) as server:
                environ = {**clean, **server.environ}
                value = ratio(ask, script, environ, pairs, lambda run: run.wall)
                yield Row(f"mimo ask hi | cat, {deltas:,} deltas, {how}", _SCRIPT, value, goal)
                if deltas == _LONG:
                    value = ratio(ask, script, environ, pairs, lambda run: run.memory)
                    yield Row("  peak memory", _SCRIPT, value, 1.2)


def latency(mimo: str, deltas: int, clean: dict[str, str], apart: float = 0.005) -> list[float]:
    """The ms of each delta's way from the socket to the pipe, sorted; `apart` in seconds."""
    events = transfer.answer(deltas)
    sends = transfer.sends(events, "chunk by chunk")
    texts = [_text(event) for event in events]
    ends = list(itertools.accumulate(map(len, texts)))
    seen: list[float] = []  # when each of the answer's bytes came
    with transfer.Server(sends, apart) as server:
        program = subprocess.Popen(
            [mimo, "ask", "hi"],
            env={**clean, **server.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        assert program.stdout is not None
        while data := os.read(program.stdout.fileno(), 1 << 16):
            seen += [time.perf_counter()] * len(data)
        program.wait()
        program.stdout.close()
        sent = server.sent[1:]  # the first send is the head
    pairs = [(sent[at], seen[ends[at] - 1]) for at, text in enumerate(texts) if text]
    return sorted(1000 * (end - begin) for begin, end in pairs)


def _text(event: bytes) -> str:
    data = json.loads(event.partition(b"data:")[2])
    text: str = data.get("delta", {}).get("text", "")
    return text


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
    rows = []
    for option in ("--help", "--version"):
        value = ratio([mimo, option], bare, clean, pairs, lambda run: run.wall)
        rows.append(Row(f"mimo {option}", "import typer", value, 1.15))
    rows += streamed(mimo, python, clean, pairs)
    rows.append(
        Row("drawing's memory, 240k characters", "plain text", drawn(mimo, clean), 30, "MB")
    )
    rows += chat.report(python, mimo, clean, pairs)
    rows += history.report(mimo, clean, pairs, lambda command, env: run(command, env).wall)
    ways = latency(mimo, 1000, clean)
    value = ways[int(len(ways) * 0.99)]
    rows.append(Row("a delta's way to the pipe, p99, 5 ms apart", "–", value, 5, "ms"))
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
