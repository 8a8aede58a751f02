"""A tree of blocks → rows, and how many of the first rows no later text can change.

The one rule: a row depends on nothing but the source up to the point from which it is stable.
Only the right spine (the last block, its last child, and so on) is open; everything else is
stable. What would depend on text still to come (a list's widest number, a table's last rows, a
list's looseness as a whole) is therefore never used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar, assert_never

from mimo_cli.markdown.blocks import (
    BlockQuote,
    CodeBlock,
    Heading,
    ListBlock,
    LiteralBlock,
    Paragraph,
    Table,
    ThematicBreak,
)
from mimo_cli.markdown.leaf_blocks import CarriedCode, CarriedLiteral, CarriedTable
from mimo_cli.markdown.rules.footnotes import FOOTNOTE
from mimo_cli.markdown.styled_rows import Row, join_rows, row_of, row_width, strip_end
from mimo_cli.markdown.tables import frozen_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mimo_cli.markdown.blocks import Block, LineSpan, ListItem
    from mimo_cli.markdown.leaf_blocks import CarryOver, LeafRenderer

_CarryOver = TypeVar("_CarryOver", CarriedCode, CarriedLiteral, CarriedTable)

NARROW = 12
"""Cells below which a nested block is not indented any further."""

TASKS = {"[ ] ": ("[ ]", "task"), "[x] ": ("[x]", "done"), "[X] ": ("[x]", "done")}


class Before(NamedTuple):
    """What came before a block: a blank row is due after it (`gap`).

    But not if the block is a paragraph and `is_cut`: it goes on with one that was too long. `lead`:
    the last row of a line that was cut because of its length, which a paragraph goes on with.
    """

    gap: bool
    is_cut: bool = False
    lead: Row | None = None


Parts = tuple[Row, ...]
"""A row, and before it the prefixes of the containers that it stands in, from outside."""


class Document(NamedTuple):
    """The rows of top-level blocks, how many are stable, and what came before the last block."""

    parts: list[Parts]
    stable: int
    before: Before

    def rows(self, start: int, end: int | None = None) -> list[Row]:
        """Return some of the rows, new ones: they may be changed."""
        prefixes: dict[tuple[int, ...], Row] = {}
        rows: list[Row] = []
        for *before, row in self.parts[start:end]:
            known = tuple(map(id, before))
            if known not in prefixes:
                prefixes[known] = join_rows(before)
            whole = join_rows([prefixes[known], row]) if before else row.copy()
            rows.append(whole if row else strip_end(whole))
        return rows


class _Laid(NamedTuple):
    """Rows, and how many of the first are stable if the block is the last one."""

    rows: list[Parts]
    stable: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How to lay out a tree.

    Args:
        leaves: makes the rows of leaves.
        width: cells in a row.
        total: source lines that were parsed to the tree.
        carried: for leaves that lost lines, by the number of their first line.
        final: nothing follows, so no block is open.
        partial: the last line is not whole yet.
    """

    leaves: LeafRenderer
    width: int
    total: int
    carried: Mapping[int, CarryOver]
    final: bool = False
    partial: bool = False

    def document(self, blocks: Sequence[Block], before: Before) -> Document:
        """Lay out top-level blocks: a blank row between two of them, before the second.

        Args:
            blocks: the tree.
            before: what came before the first block.
        """
        rows: list[Parts] = []
        stable = 0
        lead = before.lead
        if lead is not None and not _goes_on(blocks):
            rows.append((strip_end(lead),))
            lead, before, stable = None, Before(True), len(rows) if self.total else 0
        for above, block in zip((None, *blocks), blocks, strict=False):
            if above is not None:
                is_cut = isinstance(above, Paragraph) and not block.span.spaced
                before = Before(bool(rows) or before.gap, is_cut)
            last = block is blocks[-1] and not self.final
            if lead is not None and isinstance(block, Paragraph):
                whole = self.leaves.text_after(lead, block.text, self.width)
                laid = self._prose(whole, block.span, last)
                lead = None
            else:
                laid = self._block(block, self.width, last)
            gap = before.gap and not (before.is_cut and isinstance(block, Paragraph))
            stable = _append(rows, laid, gap=gap)
        return Document(rows, stable, before)

    def _block(self, block: Block, width: int, last: bool) -> _Laid:
        """Lay out one block; `last`: it stands on the right spine."""
        match block:
            case Paragraph(span, text):
                return self._prose(self.leaves.text(text, width), span, last)
            case Heading(_, level, text):
                return _whole(self.leaves.text(text, width, f"heading{level}") if text else [])
            case ThematicBreak():
                return _whole([row_of(self.leaves.glyphs.rule * width, "line")])
            case CodeBlock():
                return self._code(block, last)
            case LiteralBlock():
                return self._literal(block, last)
            case BlockQuote(_, children, alert=alert):
                bar = row_of(f"{self.leaves.glyphs.bar} ", f"alert.{alert}" if alert else "bar")
                return self._inside(children, width, last, bar, bar)
            case ListBlock():
                return self._list(block, width, last)
            case Table():
                return self._table(block, width, last)
            case _:
                assert_never(block)

    def _prose(self, rows: Sequence[Row], span: LineSpan, last: bool) -> _Laid:
        return _laid(rows, 0 if self._open(span, last) else len(rows))

    def _open(self, span: LineSpan, last: bool) -> bool:
        """Return whether a leaf may still grow: nothing follows it, not even a blank line."""
        return last and span.end == self.total

    def _inside(
        self, children: Sequence[Block], width: int, last: bool, first: Row, rest: Row
    ) -> _Laid:
        """Lay out a container: its children's rows, a prefix for the first and one for the rest."""
        room = width - row_width(rest)
        if room < NARROW:
            rest, room = row_of(""), max(NARROW, width - row_width(first))
        rows: list[Parts] = []
        stable = 0
        for child in children:
            laid = self._block(child, room, last and child is children[-1])
            stable = _append(rows, laid, gap=bool(rows) and child.span.spaced)
        return _Laid([(rest if at else first, *row) for at, row in enumerate(rows)], stable)

    def _list(self, block: ListBlock, width: int, last: bool) -> _Laid:
        rows: list[Parts] = []
        stable = 0
        for index, item in enumerate(block.items):
            label = FOOTNOTE if block.delimiter == FOOTNOTE else self.leaves.glyphs.bullet
            if block.first is not None:
                label = f"{block.first + index}{block.delimiter}"
            laid = self._item(item, label, width, last and item is block.items[-1])
            stable = _append(rows, laid, gap=index > 0 and item.span.spaced)
        return _Laid(rows, stable)

    def _item(self, item: ListItem, label: str, width: int, last: bool) -> _Laid:
        """Lay out a bullet, a number (right-aligned by itself) or a task box, and what follows.

        A footnote has its label in its text, and the rows behind its first are indented.
        """
        if label == FOOTNOTE:
            return self._inside(item.children, width, last, row_of(""), row_of("    "))
        numbered = label[0].isdigit()
        first = row_of(f"{label:>{3 if numbered else 2}} ", "marker")
        children = item.children
        if children and isinstance(child := children[0], Paragraph) and child.text[:4] in TASKS:
            box, role = TASKS[child.text[:4]]
            children = (replace(child, text=child.text[4:]), *children[1:])
            first = join_rows([first if numbered else " ", row_of(box, role), " "])
        laid = self._inside(children, width, last, first, row_of(" " * row_width(first)))
        return laid if laid.rows else _laid([strip_end(first)], 0 if last else 1)

    def _code(self, block: CodeBlock, last: bool) -> _Laid:
        rows = self.leaves.code(block, carried_over(self.carried, block, CarriedCode))
        if last and block.may_grow(self.total):
            return _whole(rows)
        return _whole([*rows, row_of(self.leaves.glyphs.code_end, "line")])

    def _literal(self, block: LiteralBlock, last: bool) -> _Laid:
        """Lay out a formula: final when it is whole, or too long to be waited for."""
        is_shortened = carried_over(self.carried, block, CarriedLiteral) is not None
        by_line = block.final_by_line or is_shortened
        rows = self.leaves.literal(block, as_it_is=by_line)
        waits = self._open(block.span, last) and not (block.closed or by_line)
        return _laid(rows, 0 if waits else len(rows))

    def _table(self, block: Table, width: int, last: bool) -> _Laid:
        carried = carried_over(self.carried, block, CarriedTable)
        partial = self.partial and block.span.end == self.total and bool(block.body)
        rows = self.leaves.table(block, width, carried, partial=partial)
        frozen = carried or frozen_rows(block.body)
        return _laid(rows, 0 if self._open(block.span, last) and not frozen else len(rows))


def carried_over(
    known: Mapping[int, CarryOver], block: Block, kind: type[_CarryOver]
) -> _CarryOver | None:
    """Return what is left of dropped lines of a leaf of one kind, None if it has lost none.

    Args:
        known: for the leaves that lost lines, by the number of their first line.
        block: the leaf.
        kind: what is left of a leaf of its kind.
    """
    found = known.get(block.span.start)
    return found if isinstance(found, kind) else None


def _goes_on(blocks: Sequence[Block]) -> bool:
    """Return whether the first line goes on with the paragraph that was cut before it."""
    return bool(blocks) and isinstance(blocks[0], Paragraph) and blocks[0].span.start == 0


def _append(rows: list[Parts], laid: _Laid, *, gap: bool) -> int:
    """Add a block's rows, a blank row before them if it is due. Return how many are stable."""
    stable = len(rows) + (gap + laid.stable if laid.stable else 0)
    if laid.rows:
        rows += [(row_of(""),)] * gap + laid.rows
    return stable


def _laid(rows: Sequence[Row], stable: int) -> _Laid:
    return _Laid([(row,) for row in rows], stable)


def _whole(rows: Sequence[Row]) -> _Laid:
    return _laid(rows, len(rows))
