"""The blocks that hold text rather than blocks: prose, code and tables, as rows.

Results are cached, because a frame lays the whole tail out again and most of it is as before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.markdown import tables
from mimo_cli.markdown.highlight import START, State, highlighter
from mimo_cli.markdown.inline import Flow, to_flow, wrap
from mimo_cli.markdown.styled_rows import Row, Segment, expand_tabs, inert, join_segments, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.markdown.blocks import CodeBlock, Parser, Table


class CarryOver(NamedTuple):
    """What is left of dropped lines: a lexer's state, or a table's natural column widths."""

    state: State = START
    widths: tuple[int, ...] = ()


class LeafRenderer:
    """Makes rows of leaves. It holds nothing but pure results that may be asked for again."""

    def __init__(self, parser: Parser, *, highlight: bool = True) -> None:
        self._parser = parser
        self._highlight = highlight
        self._flow = lru_cache(maxsize=1_024)(self._new_flow)
        self._line = lru_cache(maxsize=256)(self._new_line)
        self.text = lru_cache(maxsize=64)(self._new_text)

    def code(self, block: CodeBlock, carried: CarryOver | None) -> list[Row]:
        """Return code under a short line with its label: unwrapped, at the edge, to be copied.

        Blank lines at the end are left out: there may be no code after them.
        """
        label = expand_tabs(inert(block.label))
        top = join_segments([Segment("\u256d\u2500 ", ("line",)), Segment(label, ("label",))])
        solid = block.lines[: block.solid_count]
        if carried is None:
            return [top, *self._lines(block.label, solid, START)[0]]
        first = self._lines(block.label, solid[:1], START)[0]
        return [top, *first, *self._lines(block.label, solid[1:], carried.state)[0]]

    def carry_code(self, block: CodeBlock, count: int, carried: CarryOver | None) -> CarryOver:
        """Return what the rest needs if `count` lines after the first are dropped."""
        if carried is None:
            return CarryOver(self._lines(block.label, block.lines[: count + 1], START)[1])
        return CarryOver(self._lines(block.label, block.lines[1 : count + 1], carried.state)[1])

    def table(
        self, block: Table, width: int, carried: CarryOver | None, *, partial: bool
    ) -> list[Row]:
        """Return a table in `width` cells; `partial`: its last row is not whole yet."""
        head, body = self._cells(block)
        widths = carried.widths if carried else tables.natural_widths(head, body, partial=partial)
        return tables.table_rows(head, body, block.aligns, widths, width)

    def carry_table(self, block: Table, carried: CarryOver | None) -> CarryOver:
        """Return what the rest needs if rows are dropped."""
        return carried or CarryOver(widths=tables.natural_widths(*self._cells(block)))

    def _cells(self, block: Table) -> tuple[tuple[Flow, ...], list[tuple[Flow, ...]]]:
        head = tuple(self._flow(cell, ("head",)) for cell in block.head)
        return head, [tuple(self._flow(cell, ()) for cell in row) for row in block.body]

    def _lines(self, label: str, lines: Sequence[str], state: State) -> tuple[list[Row], State]:
        rows: list[Row] = []
        for line in lines:
            row, state = self._line(label, expand_tabs(line).rstrip(), state)
            rows.append(row)
        return rows, state

    def _new_flow(self, text: str, style: tuple[str, ...]) -> Flow:
        return to_flow(self._parser.parse_inline(text), *style)

    def _new_text(self, text: str, width: int, style: tuple[str, ...] = ()) -> tuple[Row, ...]:
        return tuple(wrap(self._flow(text, style), width))

    def _new_line(self, label: str, line: str, state: State) -> tuple[Row, State]:
        lexer = highlighter(label) if self._highlight else None
        return lexer.line(line, state) if lexer else (row_of(line, "source"), state)
