"""Tabs within the lines of a paragraph, heading or cell: columns, as wide as their widest cell.

Models paste tab-separated values into prose. The lines that follow each other and hold tabs are
one grid. It is laid out from the whole text, which is final as a whole, so nothing is guessed.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Span, Text

from mimo_cli.text.widths import cell_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GAP = 2
"""Cells at least between two columns."""

_UNLIMITED = 1 << 30


def align_tabs(text: Text, width: int = _UNLIMITED, *, wide: bool = False) -> Text:
    """Return a text of several lines with its tabs replaced by spaces.

    Args:
        text: holds tabs, or none; it stays as it is.
        width: cells that a row has; where the last cells would begin in its last quarter, columns
            are kept apart, but not lined up.
        wide: is explained at `cell_width`.
    """
    if "\t" not in text.plain:
        return text
    spaces = [*_spaces(text.plain.split("\n"), width, wide)]
    first, *cells = text.plain.split("\t")
    plain, tabs, ends = first, [], [0]
    for space, cell in zip(spaces, cells, strict=True):
        tabs.append(len(plain) - ends[-1])
        plain += " " * space + cell
        ends.append(ends[-1] + space - 1)
    return Text(plain, spans=[_moved(span, tabs, ends) for span in text.spans])


def _moved(span: Span, tabs: Sequence[int], shifts: Sequence[int]) -> Span:
    """Return where a span stands, given the tabs' places and by how much each moves the rest."""
    start, end = (at + shifts[bisect_left(tabs, at)] for at in (span.start, span.end))
    return Span(start, end, span.style)


def _spaces(lines: Sequence[str], width: int, wide: bool) -> Iterator[int]:
    """Yield for each tab how many spaces it becomes."""
    for has_tabs, group in groupby(lines, lambda line: "\t" in line):
        if has_tabs:
            grid = [[cell_width(cell, wide=wide) for cell in line.split("\t")] for line in group]
            columns = _columns(grid)
            fits = 4 * (sum(columns) + _GAP * len(columns)) <= 3 * width
            for *sizes, _ in grid:
                yield from (
                    (columns[at] - size if fits else 0) + _GAP for at, size in enumerate(sizes)
                )


def _columns(grid: Sequence[Sequence[int]]) -> list[int]:
    """Return the width of each column that has one behind it."""
    columns = [0] * (max(map(len, grid)) - 1)
    for *sizes, _ in grid:
        for at, size in enumerate(sizes):
            columns[at] = max(columns[at], size)
    return columns
