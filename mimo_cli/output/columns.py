"""Lists on a terminal: columns that line up, times as ages, words that were found. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.output.sanitize import sanitize
from mimo_cli.phrases import ENGLISH, Phrase, rendered
from mimo_cli.text.widths import cell_width, chop

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.phrases import Translations

_GAP = "  "
_NARROWEST = 10
_SPACE = re.compile(r"\s+")
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86_400, 31_536_000


def table(
    rows: Sequence[Sequence[str]],
    columns: int,
    *,
    flexible: int,
    translations: Translations = ENGLISH,
) -> str:
    """Return rows of inert texts, or phrases, as lines of at most so many columns if possible.

    The column `flexible` gets what the others leave; a longer text in it is cut.
    """
    lines = [[rendered(text, translations) for text in row] for row in rows]
    widths = [max(map(cell_width, column)) for column in zip(*lines, strict=True)]
    others = sum(widths) - widths[flexible] + len(_GAP) * (len(widths) - 1)
    widths[flexible] = min(widths[flexible], max(_NARROWEST, columns - others))
    return "".join(_line(row, widths) for row in lines)


def age(seconds: float) -> Phrase:
    """Return a length of time in its largest unit: `3 min`, `2 h`, `5 d`."""
    if seconds >= _YEAR:
        return Phrase("{count} y", count=int(seconds // _YEAR))
    if seconds >= _DAY:
        return Phrase("{count} d", count=int(seconds // _DAY))
    if seconds >= _HOUR:
        return Phrase("{count} h", count=int(seconds // _HOUR))
    if seconds >= _MINUTE:
        return Phrase("{count} min", count=int(seconds // _MINUTE))
    return Phrase("{count} s", count=max(0, int(seconds)))


def cut(text: str, width: int) -> str:
    """Return as much of a text as so many columns hold, with an ellipsis where it is cut."""
    return text if cell_width(text) <= width else chop(text, width - 1)[0] + "…"


def mark(text: str, matches: Sequence[tuple[int, int]], style: Callable[[str], str]) -> str:
    """Return a text on one line, inert, with what matched (beginning, end) in a style."""
    parts: list[str] = []
    position = 0
    for start, end in matches:
        parts += [_inert(text[position:start]), style(_inert(text[start:end]))]
        position = end
    return "".join([*parts, _inert(text[position:])]).strip()


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (_fit(text, width) for text, width in zip(row, widths, strict=True))
    return _GAP.join(padded).rstrip() + "\n"


def _fit(text: str, width: int) -> str:
    text = cut(text, width)
    return text + " " * (width - cell_width(text))


def _inert(text: str) -> str:
    return _SPACE.sub(" ", sanitize(text))
