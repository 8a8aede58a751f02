"""Rows of a formula: columns, brackets around them, and rows beside rows."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from mimo_cli.markdown.tex.pieces import NotUnderstoodError
from mimo_cli.text.widths import cell_width

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEFT = {"(": "⎛⎜⎝", "[": "⎡⎢⎣", "|": "│││", "‖": "║║║", "⌊": "⎢⎢⎣", "⌈": "⎡⎢⎢", "": "   "}
_RIGHT = {")": "⎞⎟⎠", "]": "⎤⎥⎦", "|": "│││", "‖": "║║║", "⌋": "⎥⎥⎦", "⌉": "⎤⎥⎥", "": "   "}
_SINGLE = {"|": "│", "‖": "║", "": " "}
BRACKETS = {
    "pmatrix": "()",
    "bmatrix": "[]",
    "Bmatrix": "{}",
    "vmatrix": "||",
    "Vmatrix": "‖‖",
    "matrix": ("", ""),
    "smallmatrix": ("", ""),
    "array": ("", ""),
}
"""By the name of a matrix: its brackets."""


def beside(blocks: Sequence[tuple[str, ...]], *, wide: bool = False) -> tuple[str, ...]:
    """Put blocks of rows beside each other, their middle rows on one level."""
    if len(blocks) <= 1:
        return tuple(row.rstrip() for row in blocks[0]) if blocks else ("",)
    above = max((len(rows) - 1) // 2 for rows in blocks)
    below = max(len(rows) // 2 for rows in blocks)
    lines: list[list[str]] = [[] for _ in range(above + 1 + below)]
    for rows in blocks:
        width = max(cell_width(row, wide=wide) for row in rows)
        first = above - (len(rows) - 1) // 2
        for at, line in enumerate(lines):
            row = rows[at - first] if first <= at < first + len(rows) else ""
            line.append(row + " " * (width - cell_width(row, wide=wide)))
    return tuple("".join(line).rstrip() for line in lines)


def columns(table: list[list[tuple[str, ...]]], *, wide: bool = False) -> list[int]:
    """Return the widths of a table's columns, in cells."""
    return [
        max(cell_width(row, wide=wide) for rows in column for row in rows)
        for column in zip_longest(*table, fillvalue=("",))
    ]


def aligned(
    cells: list[tuple[str, ...]], widths: list[int], apart: str, *, wide: bool = False
) -> tuple[str, ...]:
    """Put the cells of a line in columns, right-aligned and left-aligned by turns.

    `apart` stands between a pair of columns and the next.
    """
    blocks: list[tuple[str, ...]] = []
    for at, (rows, width) in enumerate(zip(cells, widths, strict=False)):
        if at:
            blocks.append((apart if at % 2 == 0 else " ",))
        space = " " * (width - max(cell_width(row, wide=wide) for row in rows))
        blocks.append(tuple(space + row if at % 2 == 0 else row + space for row in rows))
    return beside(blocks, wide=wide)


def braced(rows: Sequence[str], pieces: str = "⎧⎨⎩⎰⎱") -> list[str]:
    """Return the parts of a brace for rows: a curly one of two, or of three and more."""
    if len(rows) == 1:
        return ["{" if pieces[0] == "⎧" else "}"]
    if len(rows) == len("⎰⎱"):
        return [*pieces[3:]]
    middle = (len(rows) - 1) // 2
    brace = [pieces[1] if at == middle else "⎪" for at in range(len(rows))]
    brace[0], brace[-1] = pieces[0], pieces[2]
    return brace


def fenced(rows: Sequence[str], left: str, right: str, *, wide: bool = False) -> list[str]:
    """Put brackets around rows, as high as they are; "" is no bracket.

    Raises:
        NotUnderstoodError: the bracket has no high form.
    """
    width = max(cell_width(row, wide=wide) for row in rows)
    lefts = braced(rows) if left == "{" else _bracket(len(rows), left, _LEFT)
    rights = braced(rows, "⎫⎬⎭⎱⎰") if right == "}" else _bracket(len(rows), right, _RIGHT)
    return [
        f"{one} {row}{' ' * (width - cell_width(row, wide=wide))} {other}".rstrip()
        for one, row, other in zip(lefts, rows, rights, strict=True)
    ]


def _bracket(height: int, sign: str, forms: dict[str, str]) -> list[str]:
    if sign not in forms:
        raise NotUnderstoodError
    if height == 1:
        return [_SINGLE.get(sign, sign)]
    form = forms[sign]
    return [form[0], *[form[1]] * (height - 2), form[2]]


def matrix(table: list[list[str]], bars: str = "", *, wide: bool = False) -> list[str]:
    """Put cells in columns.

    Args:
        table: lines of cells.
        bars: where a `|` stands between two columns, a space where none does: `"  | "`.
        wide: as at `cell_width`.
    """
    widths = columns([[(cell,) for cell in cells] for cells in table], wide=wide)
    rows = []
    for cells in table:
        parts = []
        for at, width in enumerate(widths):
            cell = cells[at] if at < len(cells) else ""
            bar = " │ " if bars[at : at + 1] == "|" else "  " if at else ""
            parts.append(bar.lstrip() if not at else bar)
            parts.append(cell + " " * (width - cell_width(cell, wide=wide)))
        rows.append("".join(parts) + (" │" if bars[len(widths) :] == "|" else ""))
    return rows
