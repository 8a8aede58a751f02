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
from typing import TYPE_CHECKING, NamedTuple

from goals import Row

from mimo_cli.markdown.engine import Engine
from mimo_cli.screen.colors import Colors
from mimo_cli.screen.live import Live
from mimo_cli.screen.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Iterator

CORPUS = Path(__file__).parent.parent / "corpus" / "answers"
DELTA = 8
PIECE = 8_192
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


def stream(text: str, *, late: bool = False) -> Cost:
    """The cost of one answer as it streams; `late` as in tmux."""
    now = 0.0
    written = 0

    def write(frame: str) -> None:
        nonlocal written
        written += len(frame.encode())

    live = Live(write, lambda: (COLUMNS, LINES), lambda: now, Theme(Colors.ANSI256), late=late)
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


def memory_of_a_row(text: str) -> float:
    """The bytes that a row of an answer takes, when all of them are there."""
    tracemalloc.start()
    engine = Engine(COLUMNS)
    rows = []
    for at in range(0, len(text), PIECE):
        engine.feed(text[at : at + PIECE])
        rows += engine.commit()
    del engine
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return taken / len(rows)


def loading() -> float:
    """Milliseconds that importing and building the renderer adds to a bare interpreter."""
    build = (
        "from mimo_cli.screen.live import Live; from mimo_cli.screen.theme import Theme;"
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


def report() -> Iterator[Row]:
    """Every figure."""
    yield Row("first delta to first row", "–", first_row() * 1e3, 40, "ms")
    stream(mixed(15_000))  # loads what is loaded once
    costs = [best(mixed(size), 2) for size in (15_000, 60_000, 240_000)]
    figures = [cost.per_character for cost in costs]
    yield Row("CPU a character, 15k to 240k", "–", max(figures), 12, "µs")
    yield Row("  the dearest of them", "the cheapest", max(figures) / min(figures), 1.2)
    written = max(cost.written / cost.characters for cost in costs)
    yield Row("bytes written a character", "–", written, 4, "")
    cost = stream(mixed(60_000), late=True)
    yield Row("  in tmux", "–", cost.written / cost.characters, 5, "")
    for name, text in (
        ("20,000 lines of code", code(20_000)),
        ("2,000 items", listing(2_000)),
        ("500 rows of a table", table(500)),
    ):
        gc.collect()
        cost = best(text, 1)
        yield Row(f"CPU a character, {name}", "mixed", cost.per_character / max(figures), 2)
    ours, theirs = stream(mixed(15_000)).seconds, rich_loop(mixed(15_000))
    yield Row("CPU for 15k characters", "rich.live", ours / theirs, 1 / 30)
    yield Row("peak memory of drawing 240k", "not drawing", memory(mixed(240_000)), 30, "MB")
    yield Row("memory of a row", "–", memory_of_a_row(mixed(240_000)), 600, "B")


def main() -> None:
    """Print the figures, each when it is there."""
    print(f"Loading takes {loading():.0f} ms over a bare interpreter", flush=True)
    for row in report():
        print(row, flush=True)


if __name__ == "__main__":
    main()
