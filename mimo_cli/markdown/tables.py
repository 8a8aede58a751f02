"""Tables as rows: columns fitted to the width, or records one after another.

Widths are taken from the header and the first FROZEN_ROWS rows, counted in the source, so rows
after those can be final at once, and do not depend on how the text arrived.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from mimo_cli.markdown.inline import wrap
from mimo_cli.markdown.styled_rows import EMPTY, Segment, join_segments, row_of, row_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.markdown.inline import Flow
    from mimo_cli.markdown.styled_rows import Row

FROZEN_ROWS = 24
NARROWEST = 12
"""Cells below which a column is not squeezed: the table is stacked instead."""

PARTIAL_STEP = 12

_GAP = " \u2502 "

Flows = tuple["Flow", ...]


def natural_widths(head: Flows, body: Sequence[Flows], *, partial: bool = False) -> tuple[int, ...]:
    """Return the width of each column's widest cell, among the rows that count.

    With `partial`, the last row is not whole yet. It waits for its end to widen the columns, and
    the first row widens them in steps, so that they do not move with every letter.
    """
    if partial and len(body) > 1:
        return natural_widths(head, body[:-1])
    rows = [head, *body[:FROZEN_ROWS]]
    widths = tuple(max(1, *(row[column].width for row in rows)) for column in range(len(head)))
    if not partial:
        return widths
    return tuple(
        width if width == name.width else width + -width % PARTIAL_STEP
        for width, name in zip(widths, head, strict=True)
    )


def fit_widths(widths: tuple[int, ...], total: int) -> tuple[int, ...]:
    """Share `total` cells among columns: the widest give first. Return () if there is no room."""
    room = total - len(_GAP) * (len(widths) - 1)
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


def table_rows(
    head: Flows, body: Sequence[Flows], aligns: tuple[str, ...], widths: tuple[int, ...], width: int
) -> list[Row]:
    """Return the rows of a table whose columns would like `widths`, in `width` cells.

    Where a cell may take several rows, a line stands between the records.
    """
    columns = fit_widths(widths, width)
    if not columns:
        records = [_stack(head, cells, width) for cells in body]
        return _join(records, row_of("\u2500" * min(width, 16), "line")) or _name_rows(head, width)
    line = row_of("\u2500\u253c\u2500".join("\u2500" * each for each in columns), "line")
    beside = [_side_by_side(cells, aligns, columns) for cells in body]
    joined = chain.from_iterable(beside) if columns == widths else _join(beside, line)
    return [*_side_by_side(head, aligns, columns), line, *joined]


def _join(records: Sequence[Sequence[Row]], line: Row) -> list[Row]:
    rows: list[Row] = []
    for record in records:
        rows += [line, *record] if rows else [*record]
    return rows


def _name_rows(head: Flows, width: int) -> list[Row]:
    return [row for name in head for row in wrap(name, width)]


def _stack(head: Flows, cells: Flows, width: int) -> list[Row]:
    """Write `name: cell` for each column; a long cell goes on below, indented."""
    rows: list[Row] = []
    for name, cell in zip(head, cells, strict=True):
        *above, label = wrap(name, width)
        rows += above
        label = (*label, Segment(":", ("line",))) if label else EMPTY
        if label and cell.text and row_width(label) + 1 + cell.width <= width:
            rows += [(*label, Segment(" "), *row) for row in wrap(cell, width)]
        else:
            rows += [label] if label else []
            rows += [(Segment("  "), *row) for row in wrap(cell, max(1, width - 2)) if row]
    return rows


@lru_cache(maxsize=128)
def _side_by_side(
    cells: Flows, aligns: tuple[str, ...], columns: tuple[int, ...]
) -> tuple[Row, ...]:
    """Put one record in columns; cached, for a frame lays out the whole of an open table."""
    blocks = [wrap(cell, width, cut=True) for cell, width in zip(cells, columns, strict=True)]
    rows: list[Row] = []
    for index in range(max(map(len, blocks))):
        segments: list[Segment] = []
        for block, align, width in zip(blocks, aligns, columns, strict=True):
            if segments:
                segments.append(Segment(_GAP, ("line",)))
            segments += _align(block[index] if index < len(block) else EMPTY, align, width)
        rows.append(join_segments(segments))
    return tuple(rows)


def _align(row: Row, align: str, width: int) -> list[Segment]:
    space = width - row_width(row)
    left = {"right": space, "center": space // 2}.get(align, 0)
    return [Segment(" " * left), *row, Segment(" " * (space - left))]
