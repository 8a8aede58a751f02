"""Which source lines a growing answer may forget: those whose rows are out and settle nothing.

Of a quote or a list item that is open, its last child settles what is still to come, and that there
is a container; so a stand-in of two lines takes the place of the children before.
"""

from __future__ import annotations

from itertools import groupby
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
from mimo_cli.markdown.layout import TASKS, Before
from mimo_cli.markdown.rules.bounds import BLANK_LINES, PARAGRAPH_LIMIT
from mimo_cli.markdown.rules.margins import stand_in
from mimo_cli.markdown.tables import frozen_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimo_cli.markdown.blocks import Block, ListItem
    from mimo_cli.markdown.layout import Document

KEPT = 8
"""Lines of open code or of a container, or rows of an open table, that stay although they are
out."""


class Anchor(NamedTuple):
    """A line to start with, and how its rows go on what came before."""

    line: int
    before: Before


class Cut(NamedTuple):
    """Lines `start` up to `end` that may be forgotten, and what takes their place."""

    start: int
    end: int
    instead: tuple[str, ...] = ()


def next_anchor(blocks: Sequence[Block], total: int, before: Before, document: Document) -> Anchor:
    """Return where the tail of `total` lines may start.

    Args:
        blocks: what the tail was parsed to.
        total: how many lines it has.
        before: how its rows go on what came before.
        document: its rows.
    """
    last = blocks[-1] if blocks else None
    if document.stable == len(document.parts) and (last is None or _is_over(last, total)):
        return Anchor(total, Before(bool(document.parts) or before.gap))
    if isinstance(last, ListBlock) and len(last.items) > 1:
        span = last.items[-1].span
        return Anchor(span.start, Before(span.spaced))
    if last is None or len(blocks) == 1:
        return Anchor(0, before)
    return Anchor(last.span.start, document.before)


def later_items(blocks: Sequence[Block]) -> dict[int, int | None]:
    """Return the numbers of last items, by line, None for bullets: of all lists that are open.

    They are those that a list may begin with when the items before are forgotten.
    """
    match blocks:
        case (*_, BlockQuote(children=children)):
            return later_items(children)
        case (*_, ListBlock(first=first, items=items)):
            number = None if first is None else first + len(items) - 1
            found = {items[-1].span.start: number} if len(items) > 1 else {}
            return {**later_items(items[-1].children), **found}
        case _:
            return {}


def container_cuts(block: Block, lines: Sequence[str]) -> Iterator[Cut]:
    """Yield the lines of open containers that may be forgotten, within one of them or a list."""
    match block:
        case BlockQuote(children=children, alert=alert):
            yield from _cuts_of(block, children, f"[!{alert}]" if alert else "x", lines)
        case ListBlock(items=(*_, item)):
            yield from _cuts_of(item, item.children, _task(item) + "x", lines)


def _cuts_of(
    container: BlockQuote | ListItem, children: Sequence[Block], text: str, lines: Sequence[str]
) -> Iterator[Cut]:
    """Yield those of a container; `text` is the first one of the stand-in."""
    if not children:
        return
    *others, last = children
    kept, is_shown, is_first = last.span, any(map(_is_shown, others)), not others
    if isinstance(last, ListBlock) and len(last.items) > 1:
        kept, is_shown, is_first = last.items[-1].span, True, False
    out = lines[container.span.start : kept.start]
    if container.margin and not is_first and _is_worth_it(out):
        spaced = is_shown and kept.spaced
        instead = stand_in(container.margin, text if is_shown else "#", spaced=spaced)
        yield Cut(container.span.start, kept.start, instead)
    yield from container_cuts(last, lines)


def _task(item: ListItem) -> str:
    """Return the mark of the task that an item is, "" if it is none."""
    match item.children:
        case (Paragraph(text=text), *_) if text[:4] in TASKS:
            return text[:4]
        case _:
            return ""


def _is_shown(block: Block) -> bool:
    """Return whether a block has rows."""
    match block:
        case Heading(text=text):
            return bool(text)
        case BlockQuote(children=children):
            return any(map(_is_shown, children))
        case _:
            return True


def blank_cuts(block: Block, lines: Sequence[str]) -> Iterator[Cut]:
    """Yield the blank lines after the last leaf that are like those before them."""
    start, kept = block.span.end, 1
    match block:
        case CodeBlock(fenced=False):
            kept = BLANK_LINES + 1
        case BlockQuote(span):
            start = span.start + 1
        case ListBlock(items=(*_, item)):
            start = item.span.start + 1
    for _, run in groupby(range(start, len(lines)), key=lambda at: lines[at].split()):
        if others := [*run][kept:]:
            yield Cut(others[0], others[-1] + 1)


def _is_over(block: Block, total: int) -> bool:
    """Return whether nothing that follows can belong to the top-level block."""
    match block:
        case Heading() | ThematicBreak():
            return True
        case CodeBlock():
            return not block.may_grow(total)
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


def droppable_lines(block: Block, lines: Sequence[str], shortened: bool) -> range:
    """Return the lines of open code, of a long formula or of an open table that may be dropped.

    Those that are out, but not what decides how the rest is read: the lines up to the first of
    code, a table's first two, and the last one that is out.
    """
    total = len(lines)
    match block:
        case CodeBlock(span, fenced=fenced) as code if code.may_grow(total):
            first = span.start + 1 + fenced
            end = first + code.solid_count - 2
        case LiteralBlock(span, closed=False) as literal if span.end == total and (
            shortened or literal.final_by_line
        ):
            first = span.start + 1
            end = first + literal.solid_count - 2
        case Table(span, body=body) if span.end == total and (shortened or frozen_rows(body)):
            first = span.start + 2
            end = first + len(body) - 1
        case _:
            return range(0)
    return range(first, end) if _is_worth_it(lines[first:end]) else range(0)


def _is_worth_it(lines: Sequence[str]) -> bool:
    """Return whether lines are so many or so long that it saves work to forget them."""
    return len(lines) >= KEPT or sum(map(len, lines)) > PARAGRAPH_LIMIT
