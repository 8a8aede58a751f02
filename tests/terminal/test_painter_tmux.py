"""In a real terminal multiplexer, which reflows its rows when it is resized."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.harness import PATIENCE, around
from support.markdown_texts import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TMUX = shutil.which("tmux")
pytestmark = pytest.mark.skipif(TMUX is None, reason="tmux is not installed")

PROGRAM = """
import os, sys
from mimo_cli.output.view import Awaited
from mimo_cli.screen.live import Live
from mimo_cli.screen.theme import Theme

def write(text):
    os.write(1, text.encode())

with open(sys.argv[1]) as orders, open(sys.argv[2], "w") as answers:
    now = 0.0
    size = lambda: tuple(os.get_terminal_size(1))
    live = Live(write, size, lambda: now, Theme(), awaited=Awaited("mimo-v2.6-pro", "127.0.0.1"))
    for order in orders:
        now += 1
        if order == "size\\n":
            print(*os.get_terminal_size(1), file=answers, flush=True)
            continue
        if order == "silence\\n":
            now += 10
        else:
            live.text(eval(order))
        live.tick()
        print(file=answers, flush=True)
    live.finish()
"""


class Pane:
    """A program in a pane of a server of its own. Each delta is acknowledged once painted."""

    def __init__(self, folder: Path, columns: int, lines: int) -> None:
        self._tmux = [str(TMUX), "-S", str(folder / "socket"), "-f", os.devnull]
        orders, answers = folder / "orders", folder / "answers"
        os.mkfifo(orders)
        os.mkfifo(answers)
        (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
        command = [sys.executable, str(folder / "program.py"), str(orders), str(answers)]
        size = ["-x", str(columns), "-y", str(lines)]
        self.run("new-session", "-d", *size, *command)
        self.run("set-option", "remain-on-exit", "on")
        self._orders = orders.open("w", encoding="utf-8")
        self._answers = answers.open(encoding="utf-8")

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [*self._tmux, *command],
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env={"PATH": os.environ["PATH"], **around()},
        )
        return done.stdout

    def ask(self, order: str) -> str:
        self._orders.write(order + "\n")
        self._orders.flush()
        return self._answers.readline().strip()

    def resize(self, columns: int, lines: int) -> None:
        self.run("resize-window", "-x", str(columns), "-y", str(lines))
        while self.ask("size") != f"{columns} {lines}":
            pass

    def text(self) -> str:
        return self.run("capture-pane", "-p", "-J", "-S", "-")

    def finish(self) -> str:
        self._orders.close()
        self._answers.read()  # ends when the program does
        while self.run("display-message", "-p", "#{pane_dead}") != "1\n":
            pass  # tmux reads what is left, then sees the end
        return self.text()

    def close(self) -> None:
        self._orders.close()
        self._answers.close()
        self.run("kill-server")


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Pane]:
    pane = Pane(tmp_path, 80, 24)
    yield pane
    pane.close()


def answer() -> str:
    """An answer of every kind of block, with 72 markers."""
    number = iter(range(100, 172))

    def mark(words: str) -> str:
        return f"{words} m{next(number)}"

    parts = []
    for _ in range(6):
        parts += [
            mark("# Title"),
            "\n".join(
                mark("words of a paragraph that wraps in any window, 中文也有,") for _ in range(3)
            ),
            "\n".join(f"- {mark('item **bold**')}" for _ in range(3)),
            f"```python\n{mark('x = 1 #')}\n" + f"y = {'12345 + ' * 12} 0  # {mark('')}\n```",
            f"| a | b |\n|---|---|\n| {mark('cell')} | {mark('cell')} |",
            f"> {mark('quoted')}",
        ]
    return "\n\n".join(parts)


@pytest.mark.parametrize(
    "sizes",
    [
        [],
        [(60, 24), (45, 20), (90, 30), (40, 15)],
        [(30, 10), (100, 40), (35, 12), (120, 50)],
    ],
)
def test_every_word_is_there_once_and_in_order(pane: Pane, sizes: list[tuple[int, int]]) -> None:
    pieces = chunks(answer(), [40])
    turns = {len(pieces) * (turn + 1) // (len(sizes) + 1): size for turn, size in enumerate(sizes)}
    for turn, piece in enumerate(pieces):
        if turn in turns:
            pane.resize(*turns[turn])
        pane.ask(repr(piece))
    shown = pane.finish()
    assert re.findall(r"m[0-9]{3}", shown) == [f"m{number}" for number in range(100, 172)]


@pytest.mark.parametrize("columns", [30, 40])
def test_a_silence_leaves_nothing_in_the_scrollback_of_a_narrower_window(
    pane: Pane, columns: int
) -> None:
    pane.ask(repr("One. "))
    pane.ask("silence")
    while "mimo-v2.6-pro" not in pane.text():
        pass  # tmux has yet to read it
    pane.resize(columns, 24)
    shown = pane.finish()
    assert shown.count("One.") == 1
    assert "mimo-v2.6-pro" not in shown
