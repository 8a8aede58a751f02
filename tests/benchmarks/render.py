"""What live Markdown costs: CPU, bytes and memory, measured in one run and printed.

    python tests/benchmarks/render.py

Answers of several lengths and shapes are streamed at 600 characters a second of simulated time,
8 characters a delta, with a frame at most every 1/30 s (about 20 characters a frame).
"""

from __future__ import annotations

import gc
import io
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import NamedTuple

from mimo_cli.terminal.live import Live
from mimo_cli.terminal.theme import Colors, Theme

CORPUS = Path(__file__).parent.parent / "corpus" / "answers"
DELTA = 8
RATE = 600.0
COLUMNS, LINES = 80, 24


class Cost(NamedTuple):
    """CPU seconds and bytes for a text of so many characters."""

    characters: int
    seconds: float
    written: int

    @property
    def per_character(self) -> float:
        """Microseconds of CPU a character."""
        return self.seconds / self.characters * 1e6


def mixed(characters: int) -> str:
    """Answers of the corpus, one after another, up to a length."""
    answers = [path.read_text(encoding="utf-8") for path in sorted(CORPUS.glob("*.md"))]
    text = "\n\n".join(answers)
    return ((text + "\n\n") * (characters // len(text) + 1))[:characters]


def code(lines: int) -> str:
    """One long block of Python."""
    body = (
        f"def step_{i}(value: int) -> int:\n    return value * {i}  # {i}"
        for i in range(lines // 2)
    )
    return "```python\n" + "\n".join(body) + "\n```\n"


def listing(items: int) -> str:
    """One long list."""
    return "".join(f"- item **{i}** with `code` and some words more\n" for i in range(items))


def table(rows: int) -> str:
    """One long table."""
    head = "| Name | Value | Remark |\n|---|--:|---|\n"
    return head + "".join(f"| row {i} | {i * i} | some words about {i} |\n" for i in range(rows))


def stream(text: str) -> Cost:
    """The cost of one answer as it streams."""
    now = 0.0
    written = 0

    def write(frame: str) -> None:
        nonlocal written
        written += len(frame.encode())

    live = Live(write, lambda: (COLUMNS, LINES), lambda: now, Theme(Colors.ANSI256))
    start = time.process_time()
    for at in range(0, len(text), DELTA):
        live.text(text[at : at + DELTA])
        now += DELTA / RATE
        live.tick()
    live.finish()
    return Cost(len(text), time.process_time() - start, written)


def rich_loop(text: str) -> float:
    """CPU seconds of the usual way: all the text so far, rendered anew for every frame."""
    from rich.console import Console
    from rich.live import Live as RichLive
    from rich.markdown import Markdown

    console = Console(file=io.StringIO(), force_terminal=True, width=COLUMNS, height=LINES)
    start = time.process_time()
    every = int(RATE / 30 / DELTA) * DELTA + DELTA // 2
    with RichLive(console=console, auto_refresh=False) as live:
        for at in range(every, len(text) + every, every):
            live.update(Markdown(text[:at]), refresh=True)
    return time.process_time() - start


def first_row() -> float:
    """Seconds from the first delta to its row, the modules being loaded."""
    live = Live(lambda _: None, lambda: (COLUMNS, LINES), time.monotonic, Theme(Colors.ANSI256))
    live.tick()
    start = time.perf_counter()
    live.text("# Hello\n")
    live.tick()
    return time.perf_counter() - start


def memory(text: str) -> float:
    """The peak of memory while streaming, in MB."""
    tracemalloc.start()
    stream(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def loading() -> float:
    """Milliseconds that importing and building the renderer adds to a bare interpreter."""
    build = (
        "from mimo_cli.terminal.live import Live; from mimo_cli.terminal.theme import Theme;"
        "Live(print, lambda: (80, 24), lambda: 0.0, Theme()).text('x')"
    )
    return (_start(build) - _start("pass")) * 1e3


def _start(program: str) -> float:
    best = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True)
        best = min(best, time.perf_counter() - start)
    return best


def best(text: str, times: int) -> Cost:
    """The cheapest of a few runs: the machine has other work, too."""
    return min((stream(text) for _ in range(times)), key=lambda cost: cost.seconds)


def say(line: str) -> None:
    """Print one figure at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print the figures."""
    say(f"first delta to first row: {first_row() * 1e3:.1f} ms")
    say(f"importing and building: {loading():.0f} ms over a bare interpreter")
    stream(mixed(15_000))
    for name, text in (
        ("mixed, 15k", mixed(15_000)),
        ("mixed, 60k", mixed(60_000)),
        ("mixed, 240k", mixed(240_000)),
        ("20,000 lines of code", code(20_000)),
        ("2,000 items", listing(2_000)),
        ("500 rows", table(500)),
    ):
        gc.collect()
        cost = best(text, 1 if len(text) > 200_000 else 2)
        say(
            f"{name:>22}: {cost.per_character:5.1f} us and"
            f" {cost.written / cost.characters:.2f} bytes a character"
        )
    ours, theirs = stream(mixed(15_000)).seconds, rich_loop(mixed(15_000))
    say(f"rich.live on 15k characters: {theirs:.1f} s against {ours:.2f} s: {theirs / ours:.0f} x")
    say(f"peak memory, 240k characters: {memory(mixed(240_000)):.1f} MB")


if __name__ == "__main__":
    main()
