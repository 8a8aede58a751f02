"""Tables: those of data with all their cells, those of a layout as what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import Tag
from bs4.element import NavigableString

from mimo_cli.attachments.web.html.tree import HEADINGS, ancestor, element, elements

if TYPE_CHECKING:
    from collections.abc import Iterator

_CELLS = frozenset({"td", "th"})
_TABLE, _ROW = frozenset({"table"}), frozenset({"tr"})
_SLIGHT = frozenset({"p", "div", "section", "article", "figure", "form"})
"""Blocks that cells of data have too: one in a cell is nothing."""
_UNDER_HEADINGS = HEADINGS | {"table"}
"""What makes a layout of a table although it has headings of columns or rows."""
_BLOCKS = _SLIGHT | _UNDER_HEADINGS | {"pre", "blockquote", "hr", "ul", "ol", "dl"}
_LAYOUT_ROLES = ("presentation", "none")
_WIDEST = 100
_MOST_FILLED = 50_000
"""Cells that are put in for a page's `colspan` and `rowspan`, which cost its maker nothing."""


class _Table:
    """A table with the rows and cells that are its own, not those of tables in it."""

    def __init__(self, tag: Tag) -> None:
        self.tag = tag
        self.rows: list[list[Tag]] = []
        self.row_tags: list[Tag] = []
        self.is_blocks = False

    @property
    def is_layout(self) -> bool:
        """Return whether it stands for no data."""
        if self.tag.get("role") in _LAYOUT_ROLES or self.is_blocks:
            return True
        return all(len(row) < len("ab") for row in self.rows)


def write(part: Tag) -> None:
    """Write tables of a layout as blocks, and fill those of data."""
    tables = _tables(part)
    with_words = _look_for_blocks(part, tables)
    budget = [_MOST_FILLED]
    for table in tables.values():
        if table.is_layout:
            _unwrap(table, with_words)
        else:
            _fill(table, budget)


def _tables(part: Tag) -> dict[int, _Table]:
    found = {id(tag): _Table(tag) for tag in elements(part, _TABLE)}
    rows: dict[int, list[Tag]] = {}
    for tag in elements(part, _ROW):
        table = found.get(id(ancestor(tag, _TABLE)))
        if table:
            rows[id(tag)] = []
            table.rows.append(rows[id(tag)])
            table.row_tags.append(tag)
    for tag in elements(part, _CELLS):
        row = rows.get(id(ancestor(tag, _ROW)))
        if row is not None:
            row.append(tag)
    return found


def _look_for_blocks(part: Tag, tables: dict[int, _Table]) -> set[int]:
    """Return the cells that have blocks with words; tell tables for which that decides."""
    headed = {id(ancestor(it, _TABLE)) for it in elements(part, ("th",))}
    paragraphs: dict[int, int] = {}
    with_words = set[int]()
    for tag in elements(part, _BLOCKS):
        cell = ancestor(tag, _CELLS)
        table = tables.get(id(ancestor(cell, _TABLE))) if cell is not None else None
        if table is None or not _has_words(tag):
            continue
        with_words.add(id(cell))
        if tag.name == "p":
            paragraphs[id(cell)] = paragraphs.get(id(cell), 0) + 1
        is_weighty = tag.name not in _SLIGHT or "data-formula" in tag.attrs
        is_weighty = is_weighty or paragraphs.get(id(cell), 0) > 1
        if id(table.tag) in headed:
            is_weighty = tag.name in _UNDER_HEADINGS
        table.is_blocks = table.is_blocks or is_weighty
    return with_words


def _has_words(tag: Tag) -> bool:
    return tag.name == "hr" or any(it.strip() for it in tag.strings)


def _unwrap(table: _Table, with_words: set[int]) -> None:
    for tag in _sections(table):
        tag.name = "div"
    table.tag.name = "div"
    for row_tag, row in zip(table.row_tags, table.rows, strict=True):
        row_tag.name = "div"
        has_blocks = any(id(it) in with_words for it in row)
        for cell in row:
            cell.name = "div" if has_blocks else "span"
            if not has_blocks:
                cell.append(NavigableString(" "))


def _sections(table: _Table) -> Iterator[Tag]:
    for tag in table.tag.children:
        if isinstance(tag, Tag) and tag.name in ("tbody", "thead", "tfoot", "caption"):
            yield tag


def _fill(table: _Table, budget: list[int]) -> None:
    """Give each row the cells that span others, and the first one a line below."""
    below: dict[int, int] = {}  # column: rows that a cell reaches down yet
    for row in table.rows:
        place = 0
        last: Tag | None = None
        for cell in row:
            place, last = _fill_from_above(place, cell, below, budget, last)
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            last = cell
            for it in range(place, place + wide):
                below[it] = high - 1
            last = _put_after(last, wide - 1, budget)
            place += wide
        while last is not None and below.get(place, 0) > 0:
            below[place] -= 1
            last = _put_after(last, 1, budget)
            place += 1
    _even_out(table, budget)


def _fill_from_above(
    place: int, cell: Tag, below: dict[int, int], budget: list[int], last: Tag | None
) -> tuple[int, Tag | None]:
    while below.get(place, 0) > 0:
        below[place] -= 1
        place += 1
        if budget[0] > 0:
            budget[0] -= 1
            cell.insert_before(element("td"))
    return place, last


def _put_after(cell: Tag, count: int, budget: list[int]) -> Tag:
    for _ in range(min(count, budget[0])):
        budget[0] -= 1
        new = element("td")
        cell.insert_after(new)
        cell = new
    return cell


def _span(cell: Tag, name: str) -> int:
    given = str(cell.attrs.pop(name, ""))[:9]
    return max(1, min(int(given), _WIDEST)) if given.isdecimal() else 1


def _even_out(table: _Table, budget: list[int]) -> None:
    rows = [
        (tag, [it for it in tag.children if isinstance(it, Tag) and it.name in _CELLS])
        for tag in table.row_tags
    ]
    rows = [(tag, cells) for tag, cells in rows if cells]
    width = max((len(cells) for _, cells in rows), default=0)
    for _, cells in rows:
        _put_after(cells[-1], width - len(cells), budget)
    if rows:
        line = element("tr")
        for _ in range(width):
            line.append(element("td", "---"))
        rows[0][0].insert_after(line)
