"""Which source lines a growing answer may forget: those whose rows are out and settle nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
from mimo_cli.markdown.tables import FROZEN_ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.markdown.blocks import Block
    from mimo_cli.markdown.layout import Document

KEPT = 8
"""Lines of open code, or rows of an open table, that stay although they are out."""


class Anchor(NamedTuple):
    """A line to start with, and how its rows go on what came before.

    A blank row may be due first (`gap`), and the first item of a list may have a `number`.
    """

    line: int
    gap: bool
    number: int | None


def next_anchor(blocks: Sequence[Block], total: int, before: Anchor, document: Document) -> Anchor:
    """Return where the tail of `total` lines may start.

    Args:
        blocks: what the tail was parsed to.
        total: how many lines it has.
        before: where it starts now: line 0.
        document: its rows.
    """
    last = blocks[-1]
    if document.stable == len(document.rows) and _is_over(last, total):
        return Anchor(total, bool(document.rows) or before.gap, None)
    if isinstance(last, ListBlock) and len(last.items) > 1:
        item = last.items[-1]
        number = before.number if len(blocks) == 1 else None
        if last.first is not None:
            number = (last.first if number is None else number) + len(last.items) - 1
        return Anchor(item.span.start, item.span.spaced, number)
    return before if len(blocks) == 1 else Anchor(last.span.start, document.gap, None)


def _is_over(block: Block, total: int) -> bool:
    """Return whether nothing that follows can belong to the top-level block."""
    match block:
        case Heading() | ThematicBreak():
            return True
        case CodeBlock(span, closed=closed, fenced=fenced):
            return closed or (fenced and span.end < total)
        case Paragraph(span) | Table(span):
            return span.end < total
        case LiteralBlock(span, closed=closed):
            return closed or span.end < total
        case BlockQuote(span, children=children):
            last = last_leaf(children)
            return span.end < total and not isinstance(last, CodeBlock | LiteralBlock)
        case ListBlock():
            return False


def last_leaf(blocks: Sequence[Block]) -> Block | None:
    """Return the last block's last child's last child, and so on: only that can still grow."""
    if not blocks:
        return None
    match blocks[-1]:
        case BlockQuote(children=children):
            return last_leaf(children) or blocks[-1]
        case ListBlock(_, items=items):
            return last_leaf(items[-1].children) or blocks[-1]
        case last:
            return last


def is_open_literal(block: Block | None, total: int) -> bool:
    """Return whether the next line, if indented enough, is one of this code or formula."""
    match block:
        case CodeBlock(span, closed=False, fenced=True) | LiteralBlock(span, closed=False):
            return span.end == total
        case _:
            return False


def droppable_lines(block: Block | None, total: int, shortened: bool) -> range:
    """Return the lines of open code, of a long formula or of an open table that may be dropped.

    Those that are out, but not what decides how the rest is read: the lines up to the first of
    code, a table's first two, and the last one that is out.
    """
    match block:
        case CodeBlock(span, fenced=fenced, closed=False) as code if (
            span.end == total or not fenced
        ):
            first = span.start + 1 + fenced
            end = first + code.solid_count - 2
        case LiteralBlock(span, closed=False) as literal if span.end == total and (
            shortened or literal.final_by_line
        ):
            first = span.start + 1
            end = first + literal.solid_count - 2
        case Table(span, body=body) if span.end == total and (
            shortened or len(body) >= FROZEN_ROWS
        ):
            first = span.start + 2
            end = first + len(body) - 1
        case _:
            return range(0)
    return range(first, end) if end - first >= KEPT else range(0)
