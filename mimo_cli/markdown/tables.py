"""Tables as rows: columns fitted to the width, or records one after another.

Widths are taken from the header and the first FROZEN_ROWS rows, counted in the source (fewer if
they are very long), so rows after those can be final at once, and do not depend on how the text
arrived. Columns of so long a table are somewhat wider, where there is room. A later row that needs
more than that widens its columns, from there on, and a line marks the change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from mimo_cli.markdown.glyphs import NARROW
from mimo_cli.markdown.inline import text_width, wrap
from mimo_cli.markdown.line_breaks import units
from mimo_cli.markdown.styled_rows import join_rows, row_of, row_width, strip_end
from mimo_cli.text.widths import cell_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimo_cli.markdown.glyphs import Glyphs
    from mimo_cli.markdown.styled_rows import Row

FROZEN_ROWS = 24
FROZEN_CHARACTERS = 8_000
"""Characters of cells after which no further row counts."""

NARROWEST = 12
"""Cells below which a column is not squeezed: the table is stacked instead."""

PARTIAL_STEP = 12

SLACK = 3
"""Cells at least that a column is wider than what the first rows of a long table need."""

MOST_ROWS = 3
"""Rows that a later cell may take while there is room to widen its column."""

LONG_WORD = 24
"""Cells beyond which a word breaks between its syllables, if it has such, and widens nothing."""

_UNLIMITED = 1 << 30

_GAP = len(" | ")

Widths = tuple[int, ...]
"""The width of each cell of a row, in cells of the terminal; or of each column."""

Cells = tuple[Text, ...]


class Measures(NamedTuple):
    """What the columns of a table follow from in a terminal of any width.

    `natural`: the widths of the head and the first rows. `loose`: those with slack for rows that
    may come, () while all rows settle the widths. `wanted`: those with what later rows needed
    more, step by step, whether there was room or not.
    """

    natural: Widths
    loose: Widths = ()
    wanted: tuple[Widths, ...] = ()


class Record(NamedTuple):
    """A row of a table: its rows on the screen, the columns they are in, whether a cell broke."""

    rows: Sequence[Row]
    columns: Widths
    broken: bool


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
    room = total - _gaps(widths)
    if sum(widths) <= room:
        return widths
    if room < sum(min(width, NARROWEST) for width in widths):
        return ()
    return _shared(widths, room)


def loose_widths(natural: Widths, body: Sequence[Widths]) -> Widths:
    """Return the widths that columns should have if rows follow those of `body`."""
    widest = (max(column) for column in zip(*body, strict=True))
    return tuple(
        max(width, most + max(SLACK, most // 4))
        for width, most in zip(natural, widest, strict=True)
    )


def widen(columns: Widths, wanted: Widths, total: int) -> Widths:
    """Return columns that are wider where that is wanted, as far as `total` cells have room.

    Columns that lack little come first. Afterwards each is as wide as wanted, or no room is left:
    so what was wanted once needs no room later.
    """
    lacking = tuple(max(0, want - width) for want, width in zip(wanted, columns, strict=True))
    room = total - _gaps(columns) - sum(columns)
    more = lacking if sum(lacking) <= room else _shared(lacking, max(0, room))
    return tuple(width + extra for width, extra in zip(columns, more, strict=True))


def columns_of(measures: Measures, total: int) -> Widths:
    """Return the columns of a table in `total` cells; () if there is no room for them."""
    columns = fit_widths(measures.natural, total)
    if columns and measures.loose:
        columns = _loosened(columns, measures.loose, total)
        for wanted in measures.wanted:
            columns = widen(columns, wanted, total)
    return columns


def _loosened(columns: Widths, loose: Widths, total: int) -> Widths:
    """Return columns with slack: a cell for one digit more, and shares of half of the room.

    The other half is for rows that turn out to need it.
    """
    digit = tuple(min(width + 1, want) for width, want in zip(columns, loose, strict=True))
    columns = widen(columns, digit, total)
    room = max(0, total - _gaps(columns) - sum(columns))
    return widen(columns, loose, total - room // 2)


def needed_width(text: Text, *, wide: bool = False) -> int:
    """Return the least width of a column for a later cell: for its words, and MOST_ROWS rows."""
    lines = text.plain.split("\n")
    words = (size for line in lines for size in _word_widths(line, wide))
    return max(-(-text_width(text, wide=wide) // MOST_ROWS), *words, 0)


def _word_widths(line: str, wide: bool) -> Iterator[int]:
    for start, end in units(line, 0, len(line), _UNLIMITED, wide=wide):
        word = line[start:end]
        size = cell_width(word, wide=wide)
        if size <= LONG_WORD or word.isascii():
            yield size
        else:
            parts = units(word, 0, len(word), 1, wide=wide)
            yield max(cell_width(word[left:right], wide=wide) for left, right in parts)


def _gaps(widths: Widths) -> int:
    return _GAP * (len(widths) - 1)


def _shared(widths: Widths, room: int) -> Widths:
    """Return widths that take `room` cells, which are too few: the widest give first."""
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
    head: Record, records: Sequence[Record], *, apart: bool, glyphs: Glyphs = NARROW
) -> list[Row]:
    """Return the rows of a table, a line under its head and where columns become wider.

    A record that takes several rows since a cell broke stands between lines; `apart`: each does.
    """
    rows = [*head.rows, _line(head.columns, glyphs)]
    above = head._replace(broken=False)
    for record in records:
        between = above.broken or record.broken or apart
        if record.columns != above.columns or (between and record is not records[0]):
            rows.append(_line(record.columns, glyphs))
        rows += record.rows
        above = record
    return rows


def _line(columns: Widths, glyphs: Glyphs) -> Row:
    rule = glyphs.rule
    return row_of(f"{rule}{glyphs.cross}{rule}".join(rule * each for each in columns), "line")


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
