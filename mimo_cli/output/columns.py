"""Lists on a terminal: columns that line up, times as ages, words that were found. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.markdown.styled_rows import cell_width, chop
from mimo_cli.output.sanitize import sanitize

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_GAP = "  "
_NARROWEST = 10
_SPACE = re.compile(r"\s+")
_UNITS = ((31_536_000, "y"), (86_400, "d"), (3600, "h"), (60, "min"))


def table(rows: Sequence[Sequence[str]], columns: int, *, flexible: int) -> str:
    """Rows of texts that are inert already, as lines of at most so many columns if possible.

    The column `flexible` gets what the others leave; a longer text in it is cut.
    """
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    others = sum(widths) - widths[flexible] + len(_GAP) * (len(widths) - 1)
    widths[flexible] = min(widths[flexible], max(_NARROWEST, columns - others))
    return "".join(_line(row, widths) for row in rows)


def age(seconds: float) -> str:
    """A length of time in its largest unit: `3 min`, `2 h`, `5 d`."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(0, int(seconds))} s"


def found(text: str, matches: Sequence[tuple[int, int]], style: Callable[[str], str]) -> str:
    """A text on one line, inert, with what matched in a style."""
    parts: list[str] = []
    position = 0
    for start, end in matches:
        parts += [_inert(text[position:start]), style(_inert(text[start:end]))]
        position = end
    return "".join([*parts, _inert(text[position:])]).strip()


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (_fitted(text, width) for text, width in zip(row, widths, strict=True))
    return _GAP.join(padded).rstrip() + "\n"


def _fitted(text: str, width: int) -> str:
    if cell_width(text) > width:
        text = chop(text, width - 1)[0] + "…"
    return text + " " * (width - cell_width(text))


def _inert(text: str) -> str:
    return _SPACE.sub(" ", sanitize(text))
