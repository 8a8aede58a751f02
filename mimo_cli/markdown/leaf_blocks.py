"""The blocks that hold text rather than blocks: prose, code and tables, as rows.

Results are cached, because a frame lays the whole tail out again and most of it is as before: rows
that come from here must not be changed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.markdown import tables
from mimo_cli.markdown.glyphs import NARROW
from mimo_cli.markdown.highlight import START, State, highlighter
from mimo_cli.markdown.inline import text_width, to_text, wrap
from mimo_cli.markdown.styled_rows import Row, inert, join_rows, row_of, strip_end
from mimo_cli.text.widths import expand_tabs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.text import Text

    from mimo_cli.markdown.blocks import CodeBlock, LiteralBlock, Parser, Table
    from mimo_cli.markdown.fences import Openers
    from mimo_cli.markdown.glyphs import Glyphs


HIGHLIGHT_LIMIT = 1_000
"""Characters beyond which a line of code has no colours: each frame colours the open one anew."""


class CarriedCode(NamedTuple):
    """What is left of dropped lines of code: the lexer's state after them.

    `openers`: the blocks of code that are open within a block of Markdown.
    """

    state: State
    openers: Openers = ()


class CarriedTable(NamedTuple):
    """What is left of dropped rows of a table: what the widths of its columns follow from."""

    measures: tables.Measures


class CarriedLiteral(NamedTuple):
    """What is left of dropped lines of a formula or of HTML: that there were some."""


CarryOver = CarriedCode | CarriedTable | CarriedLiteral
"""What is left of the dropped lines of a leaf, by its kind."""


class LeafRenderer:
    """Makes rows of leaves. It holds nothing but pure results that may be asked for again."""

    def __init__(
        self,
        parser: Parser,
        *,
        highlight: bool = True,
        math: bool = True,
        glyphs: Glyphs = NARROW,
    ) -> None:
        self.glyphs = glyphs
        self._wide = glyphs.wide
        self._parser = parser
        self._math = math
        self._highlight = highlight
        self._inline = lru_cache(maxsize=1_024)(self._new_inline)
        self._width = lru_cache(maxsize=1_024)(self._new_width)
        self._needed = lru_cache(maxsize=256)(self._new_needed)
        self._columns = lru_cache(maxsize=16)(tables.columns_of)
        self._line = lru_cache(maxsize=256)(self._new_line)
        self._prose = lru_cache(maxsize=64)(self._new_prose)
        self._record = lru_cache(maxsize=128)(self._new_record)
        self._stacked = lru_cache(maxsize=128)(self._new_stacked)

    def text(self, text: str, width: int, *roles: str) -> list[Row]:
        """Return prose, wrapped; `roles` are those of all of it."""
        return [*self._prose(text, width, roles)]

    def text_after(self, lead: Row, text: str, width: int) -> list[Row]:
        """Return prose that goes on with a row that is not full yet, wrapped."""
        return wrap(join_rows([lead, self._inline(text, ())]), width, wide=self._wide)

    def code(self, block: CodeBlock, carried: CarriedCode | None) -> list[Row]:
        """Return code under a short line with its label: unwrapped, at the edge, to be copied.

        Blank lines at the end are left out: there may be no code after them.
        """
        label = row_of(expand_tabs(inert(block.label), wide=self._wide), "label")
        top = strip_end(join_rows([row_of(f"{self.glyphs.code} ", "line"), label]))
        solid = block.lines[: block.solid_count]
        if carried is None:
            return [top, *self._lines(block.label, solid, START)[0]]
        first = self._lines(block.label, solid[:1], START)[0]
        return [top, *first, *self._lines(block.label, solid[1:], carried.state)[0]]

    def literal(self, block: LiteralBlock, *, as_it_is: bool) -> list[Row]:
        """Return a formula in Unicode, indented, if it is whole and understood.

        Else, and for other blocks, the lines are as they are, but for blank ones at the end.
        """
        lines = block.lines[: block.solid_count]
        if self._math and block.formula and block.closed and not as_it_is:
            from mimo_cli.markdown.tex.delimiters import display_rows  # few answers need it

            if rows := display_rows("\n".join(lines), wide=self._wide):
                return [row_of(f"  {row}") for row in rows]
        texts = [expand_tabs(line, wide=self._wide).rstrip(" ") for line in lines]
        return [row_of(text, "source") for text in texts]

    def carry_code(self, block: CodeBlock, count: int, carried: CarriedCode | None) -> CarriedCode:
        """Return what the rest needs if `count` lines after the first are dropped."""
        lines, state = block.lines[: count + 1], START
        if carried is not None:
            lines, state = lines[1:], carried.state
        openers = block.openers[count] if block.openers else ()
        return CarriedCode(self._lines(block.label, lines, state)[1], openers)

    def table(
        self, block: Table, width: int, carried: CarriedTable | None, *, partial: bool
    ) -> list[Row]:
        """Return a table in `width` cells; `partial`: its last row is not whole yet."""
        measures = carried.measures if carried else self._measures(block, partial=partial)
        columns = self._columns(measures, width)
        if not columns:
            stacked = [self._stacked(block.head, cells, width) for cells in block.body]
            return tables.stack(self._cells(block.head, "head"), stacked, width, self.glyphs)
        head_rows = self._record(block.head, "head", block.aligns, columns)
        head = tables.Record(head_rows, columns, broken=False)
        settled = 0 if carried else tables.frozen_rows(block.body) or len(block.body)
        records = [*self._records(block, columns, width, settled)]
        apart = tables.fit_widths(measures.natural, width) != measures.natural
        return tables.rule_off(head, records, apart=apart, glyphs=self.glyphs)

    def carry_table(self, block: Table, carried: CarriedTable | None) -> CarriedTable:
        """Return what the rest needs if rows are dropped that settle no widths any more."""
        natural, loose, wanted = carried.measures if carried else self._measures(block)
        known = wanted[-1] if wanted else natural
        for cells in block.body:
            widths = self._widths_for(cells, known)
            if widths != known:
                known = widths
                wanted = (*wanted, widths)
        return CarriedTable(tables.Measures(natural, loose, wanted))

    def _records(
        self, block: Table, columns: tables.Widths, width: int, settled: int
    ) -> Iterator[tables.Record]:
        """Yield the records of a table; those after the first `settled` ones widen its columns."""
        for index, cells in enumerate(block.body):
            broken = False
            if index >= settled:
                columns = tables.widen(columns, self._widths_for(cells, columns), width)
                broken = any(map(int.__gt__, map(self._width, cells), columns))
            rows = self._record(cells, "", block.aligns, columns)
            yield tables.Record(rows, columns, broken)

    def _measures(self, block: Table, *, partial: bool = False) -> tables.Measures:
        head = tuple(map(self._width, block.head))
        count = tables.frozen_rows(block.body)
        body = [tuple(map(self._width, cells)) for cells in block.body[:count]]
        partial = partial and len(body) == len(block.body)
        natural = tables.natural_widths(head, body, partial=partial)
        if count is None or partial:
            return tables.Measures(natural)
        return tables.Measures(natural, tables.loose_widths(natural, body))

    def _widths_for(self, cells: tuple[str, ...], widths: tables.Widths) -> tables.Widths:
        """Return the widths, or wider ones where a later cell needs them."""
        return tuple(
            max(width, self._needed(cell)) if self._width(cell) > width else width
            for cell, width in zip(cells, widths, strict=True)
        )

    def _cells(self, cells: tuple[str, ...], role: str = "") -> tables.Cells:
        roles = (role,) if role else ()
        return tuple(self._inline(cell, roles) for cell in cells)

    def _lines(self, label: str, lines: Sequence[str], state: State) -> tuple[list[Row], State]:
        rows: list[Row] = []
        for line in lines:
            row, state = self._line(label, expand_tabs(line, wide=self._wide).rstrip(), state)
            rows.append(row)
        return rows, state

    def _new_inline(self, text: str, roles: tuple[str, ...]) -> Text:
        return to_text(self._parser.parse_inline(text), *roles)

    def _new_width(self, cell: str) -> int:
        return text_width(self._inline(cell, ()), wide=self._wide)

    def _new_needed(self, cell: str) -> int:
        return tables.needed_width(self._inline(cell, ()), wide=self._wide)

    def _new_prose(self, text: str, width: int, roles: tuple[str, ...]) -> list[Row]:
        return wrap(self._inline(text, roles), width, wide=self._wide)

    def _new_record(
        self, cells: tuple[str, ...], role: str, aligns: tuple[str, ...], columns: tables.Widths
    ) -> list[Row]:
        return tables.side_by_side(self._cells(cells, role), aligns, columns, self.glyphs)

    def _new_stacked(self, head: tuple[str, ...], cells: tuple[str, ...], width: int) -> list[Row]:
        names = self._cells(head, "head")
        return tables.one_below_another(names, self._cells(cells), width, wide=self._wide)

    def _new_line(self, label: str, line: str, state: State) -> tuple[Row, State]:
        is_short = len(line) <= HIGHLIGHT_LIMIT
        lexer = highlighter(label) if self._highlight and is_short else None
        return lexer.line(line, state) if lexer else (row_of(line), state)
