"""Draw the session in the README as SVG, dark and light; `--check` exits 1 if they differ.

The rows are the program's own: what `Live` writes on a terminal, and the usage line, for the
question that `mimo demo` asks. Times are made up, so that the picture is the same each time; the
tokens are those of `mimo demo`, their price is the catalogue's.
"""  # noqa: INP001 - a program in a folder of documents, not a package

from __future__ import annotations

import io
import re
import shlex
import sys
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from mimo_cli.api.protocol.messages import Reply, Usage
from mimo_cli.catalogue import pricing
from mimo_cli.catalogue.models import DEFAULT_MODEL
from mimo_cli.conversation.turns import Turn
from mimo_cli.output.usage_line import usage_line
from mimo_cli.screen.colors import Colors
from mimo_cli.screen.live import Live
from mimo_cli.screen.theme import Theme
from mimo_cli.simulator.showcase import ANSWER, QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).parent
COLUMNS = 90
_USAGE = Usage(input_tokens=40, output_tokens=311)
_THOUGHT, _TOOK = 2.4, 5.8  # seconds

_FORMAT = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>A session of mimo in a terminal</title>
<!-- Made by docs/picture.py: change that, not this. -->
<style>
.{unique_id}-matrix {{
  font: {char_height}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono",
    "Noto Sans Mono CJK SC", monospace;
}}
{styles}
</style>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}<g class="{unique_id}-matrix">
{matrix}</g>
</g>
</svg>
"""
"""Instead of rich's, which loads fonts from elsewhere, and clips every row."""

_FRAME = "rgba(255,255,255,0.35)"
_RUN = re.compile(r'<text (class="\S+") x="([\d.]+)" y="([\d.]+)" [^>]*>([^<]*)</text>')
_WIDE = "[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60]"
_PARTS = re.compile(rf"{_WIDE}|\s+|(?:(?!{_WIDE})\S)+(?:\s(?:(?!{_WIDE})\S)+)*")
"""A wide glyph, spaces, or words with single spaces between them."""
_ASPECT = 0.6
_CELL = 20 * _ASPECT  # pixels: rich draws 20 high


class Look(NamedTuple):
    """How a terminal looks: its colours, and the frame around it."""

    light: bool
    frame: str
    terminal: TerminalTheme


def _terminal(background: str, foreground: str, colors: str) -> TerminalTheme:
    """Return a terminal's colours: `colors` are the sixteen, normal and then bright."""
    sixteen = [_rgb(color) for color in colors.split()]
    return TerminalTheme(_rgb(background), _rgb(foreground), sixteen[:8], sixteen[8:])


def _rgb(color: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(color)
    return red, green, blue


LOOKS = {
    "dark": Look(
        light=False,
        frame="#3d444d",
        terminal=_terminal(
            "151b23",
            "e6edf3",
            "484f58 ff7b72 3fb950 e3b341 58a6ff bc8cff 56d4dd b1bac4 "
            "6e7681 ffa198 56d364 f2cc60 79c0ff d2a8ff 76e3ea ffffff",
        ),
    ),
    "light": Look(
        light=True,
        frame="#d1d9e0",
        terminal=_terminal(
            "ffffff",
            "1f2328",
            "24292f cf222e 116329 7d4e00 0550ae 8250df 1b7c83 6e7781 "
            "57606a a40e26 1a7f37 633c01 0969da a475f9 3192aa 8c959f",
        ),
    ),
}


def session(theme: Theme) -> Iterator[Text]:
    """Yield the rows of the session as a terminal shows them."""
    yield Text.assemble(("$ ", "dim"), f"mimo ask -u {shlex.quote(QUESTION)}")
    yield from map(Text.from_ansi, _answer(theme).splitlines())
    yield Text(usage_line(_turn()), "dim")
    yield Text("$", "dim")


def _answer(theme: Theme) -> str:
    """Return what is written on the terminal for the answer."""
    written: list[str] = []
    now = [0.0]
    live = Live(written.append, lambda: (COLUMNS, 24), lambda: now[0], theme, live=False)
    live.thinking("…")
    now[0] = _THOUGHT
    live.text(ANSWER)
    live.finish()
    return "".join(written)


def _turn() -> Turn:
    """Return what the usage line tells of."""
    reply = Reply(stop_reason="end_turn", usage=_USAGE)
    cost = pricing.cost(reply, DEFAULT_MODEL, "USD")
    return Turn((), {}, 0.0, reply, "complete", seconds=_TOOK, first_text=_THOUGHT, cost=cost)


def draw(look: Look) -> str:
    """Return the picture as SVG."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), color_system="truecolor")
    for row in session(Theme(Colors.TRUE, light=look.light)):
        console.print(row, no_wrap=True, highlight=False)
    svg = console.export_svg(
        title="",
        theme=look.terminal,
        code_format=_FORMAT,
        font_aspect_ratio=_ASPECT,
        unique_id="mimo",
    )
    return _RUN.sub(_in_cells, svg).replace(_FRAME, look.frame)


def _in_cells(run: re.Match[str]) -> str:
    """Return a run of text with each glyph in its cells.

    Rich gives a text the length of so many characters, where it goes on by cells: Chinese is
    squeezed. As fonts differ in how wide they draw it, each wide glyph stands alone, in the middle
    of its cells. Spaces around a text are only moved over: some programs drop them.
    """
    style, x, y, text = run.groups()
    at, texts = float(x), []
    for part in _PARTS.findall(unescape(text).replace("\xa0", " ")):
        width = cell_len(part) * _CELL
        if len(part) == 1 and width > _CELL:
            place = f'x="{at + width / 2:g}" y="{y}" text-anchor="middle" font-size="22"'
        else:
            place = f'x="{at:g}" y="{y}" textLength="{width:g}"'
        at += width
        if not part.isspace():
            texts.append(f"<text {style} {place}>{escape(part)}</text>\n")
    return "".join(texts)


def main(args: Sequence[str]) -> int:
    """Write the files, or with `--check` name those that differ. Return the exit code."""
    drawn = {HERE / f"picture-{name}.svg": draw(look) for name, look in LOOKS.items()}
    stale = [
        (file, svg)
        for file, svg in drawn.items()
        if not file.exists() or file.read_text("utf-8") != svg
    ]
    for file, svg in stale:
        if "--check" not in args:
            file.write_text(svg, "utf-8")
        sys.stderr.write(f"{file.name} {'is not up to date' if '--check' in args else 'written'}\n")
    return int("--check" in args and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
