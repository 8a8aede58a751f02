"""Tables as rows: columns fitted to the width, or records one after another.

Widths are taken from the header and the first FROZEN_ROWS rows, counted in the source (fewer if
they are very long), so rows after those can be final at once, and do not depend on how the text
arrived.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from rich.text import Text

from mimo_cli.markdown.glyphs import NARROW
from mimo_cli.markdown.inline import text_width, wrap
from mimo_cli.markdown.styled_rows import join_rows, row_of, row_width, strip_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.markdown.glyphs import Glyphs
    from mimo_cli.markdown.styled_rows import Row

FROZEN_ROWS = 24
FROZEN_CHARACTERS = 8_000
"""Characters of cells after which no further row counts."""

NARROWEST = 12
"""Cells below which a column is not squeezed: the table is stacked instead."""

PARTIAL_STEP = 12

_GAP = len(" | ")

Widths = tuple[int, ...]
"""The width of each cell of a row, in cells of the terminal; or of each column."""

Cells = tuple[Text, ...]


def frozen_rows(body: Sequence[Sequence[str]]) -> int | None:
    """Return how many of the first rows settle the widths; None while all of them do."""
    characters = 0
    for count, cells in enumerate(body, 1):
        characters += sum(map(len, cells))
        if count == FROZEN_ROWS or characters > FROZEN_CHARACTERS:
            return count
    return None


def natural_widths(head: Widths, body: Sequence[Widths], *, partial: bool = False) -> Widths:
    """Return the width of each column's widest cell, among rows that count.

    With `partial`, the last row is not whole yet. It waits for its end to widen the columns, and
    the first row widens them in steps, so that they do not move with every letter.
    """
    if partial and len(body) > 1:
        return natural_widths(head, body[:-1])
    rows = [head, *body]
    widths = tuple(max(1, *column) for column in zip(*rows, strict=True))
    if not partial:
        return widths
    return tuple(
        width if width == name else width + -width % PARTIAL_STEP
        for width, name in zip(widths, head, strict=True)
    )


def fit_widths(widths: Widths, total: int) -> Widths:
    """Share `total` cells among columns: the widest give first. Return () if there is no room."""
    room = total - _GAP * (len(widths) - 1)
    if sum(widths) <= room:
        return widths
    if room < sum(min(width, NARROWEST) for width in widths):
        return ()
    cap, left = 0, len(widths)
    for width in sorted(widths):
        cap = room // left
        if width > cap:
            break
        room -= width
        left -= 1
    spare = room - cap * left
    shared = []
    for width in widths:
        extra = 1 if width > cap and spare > 0 else 0
        spare -= extra
        shared.append(min(width, cap + extra))
    return tuple(shared)


def rule_off(
    head: Sequence[Row],
    records: Sequence[Sequence[Row]],
    columns: Widths,
    *,
    apart: bool,
    glyphs: Glyphs = NARROW,
) -> list[Row]:
    """Return the rows of a table, a line under its head; `apart`: and between the records.

    That is wanted where a cell may take several rows.
    """
    rule = glyphs.rule
    line = row_of(f"{rule}{glyphs.cross}{rule}".join(rule * each for each in columns), "line")
    return [*head, line, *(_join(records, line) if apart else chain.from_iterable(records))]


def side_by_side(
    cells: Cells, aligns: tuple[str, ...], columns: Widths, glyphs: Glyphs = NARROW
) -> list[Row]:
    """Return one record, its cells in columns."""
    blocks = [
        wrap(cell, width, cut=True, wide=glyphs.wide)
        for cell, width in zip(cells, columns, strict=True)
    ]
    gap = row_of(f" {glyphs.bar} ", "line")
    rows: list[Row] = []
    for index in range(max(map(len, blocks))):
        parts: list[Row | str] = []
        for block, align, width in zip(blocks, aligns, columns, strict=True):
            if parts:
                parts.append(gap)
            row = block[index] if index < len(block) else Text()
            parts += _align(row, align, width - row_width(row, wide=glyphs.wide))
        rows.append(strip_end(join_rows(parts)))
    return rows


def _align(row: Row, align: str, space: int) -> tuple[str, Row, str]:
    left = {"right": space, "center": space // 2}.get(align, 0)
    return " " * left, row, " " * (space - left)


def stack(
    head: Cells, records: Sequence[Sequence[Row]], width: int, glyphs: Glyphs = NARROW
) -> list[Row]:
    """Return the rows of a table that is too wide for columns: record after record."""
    line = row_of(glyphs.rule * min(width, 16), "line")
    if not records:
        return [row for name in head for row in wrap(name, width, wide=glyphs.wide)]
    return _join(records, line)


def one_below_another(head: Cells, cells: Cells, width: int, *, wide: bool) -> list[Row]:
    """Write `name: cell` for each column; a long cell goes on below, indented."""
    rows: list[Row] = []
    for name, cell in zip(head, cells, strict=True):
        *above, label = wrap(name, width, wide=wide)
        rows += above
        if label:
            label = join_rows([label, row_of(":", "line")])
        taken = row_width(label, wide=wide) + 1 + text_width(cell, wide=wide)
        if label and cell and taken <= width:
            first, *others = wrap(cell, width, wide=wide)
            rows.append(join_rows([label, " ", first]))
            rows += [join_rows(["  ", row]) for row in others if row]
        else:
            rows += [label] if label else []
            below = wrap(cell, max(1, width - 2), wide=wide)
            rows += [join_rows(["  ", row]) for row in below if row]
    return rows


def _join(records: Sequence[Sequence[Row]], line: Row) -> list[Row]:
    """Return the rows of records, a line between two of them."""
    rows: list[Row] = []
    for record in records:
        rows += [line.copy(), *record] if rows else [*record]
    return rows
