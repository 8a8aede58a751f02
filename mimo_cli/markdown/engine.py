"""Growing Markdown → rows that are final, and rows that are still live.

The engine keeps the tail of the source: what can still change, and no more. A step commits the
rows that no later text can change, then shortens the tail: it starts again at the last block, at
a list's last item, or drops lines of code and of tables that are out already. So a step costs the
length of the tail, not of the answer. A streamed answer and the same answer in one go are the
same rows, because a row depends only on the source up to where it became final.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from mimo_cli.markdown.autoclose import autoclose, guess_delimiter_row
from mimo_cli.markdown.blocks import CodeBlock, Paragraph, Parser, Table
from mimo_cli.markdown.glyphs import NARROW
from mimo_cli.markdown.layout import Before, Document, Layout, carried_over
from mimo_cli.markdown.leaf_blocks import (
    CarriedCode,
    CarriedLiteral,
    CarriedTable,
    LeafRenderer,
)
from mimo_cli.markdown.retention import (
    Cut,
    blank_cuts,
    container_cuts,
    droppable_lines,
    is_open_literal,
    last_leaf,
    later_items,
    next_anchor,
)
from mimo_cli.markdown.rules.bounds import PARAGRAPH_LIMIT
from mimo_cli.markdown.styled_rows import inert, join_rows, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mimo_cli.markdown.blocks import Block
    from mimo_cli.markdown.glyphs import Glyphs
    from mimo_cli.markdown.leaf_blocks import CarryOver
    from mimo_cli.markdown.styled_rows import Row

_T = TypeVar("_T")

_WORD = re.compile(r"(?s).*[ \t](?=[^\W\d_])")
_LETTER = re.compile(r"(?s).*(?=[^\W\d_])")


class Engine:
    """One answer on its way from source text to rows.

    Args:
        columns: the width of the terminal.
        highlight: colour code by its language.
        continues: rows come before this answer, so a blank row is due first.
        math: formulas become Unicode, where they are understood.
        glyphs: what rows are drawn with.
    """

    def __init__(
        self,
        columns: int,
        *,
        highlight: bool = True,
        continues: bool = False,
        math: bool = True,
        glyphs: Glyphs = NARROW,
    ) -> None:
        self.parsed = 0
        """Characters given to the parser so far: the work done."""
        self._parser = Parser(math=math)
        self._leaves = LeafRenderer(self._parser, highlight=highlight, math=math, glyphs=glyphs)
        self._width = _usable_width(columns)
        self._lines: list[str] = []  # the tail's whole lines
        self._part = ""  # the unfinished line after them
        self._uncut = False  # the unfinished line is code or a formula, whatever its length
        self._fresh = False  # lines came since the last commit
        self._leaf: Block | None = None  # the block among the lines that may grow
        self._top: Block | None = None  # the last block of all
        self._before = Before(continues)  # how the tail goes on what came before it
        self._items: dict[int, int | None] = {}  # what goes on with a list: its number, by line
        self._carried: dict[int, CarryOver] = {}  # what is left of dropped lines, by line
        self._skip = 0  # the tail's first rows that are out
        self._done: list[Row] = []  # final, and not handed over yet
        self._document = Document([], 0, self._before)  # the rows of the tail's whole lines

    def feed(self, text: str) -> None:
        """Take more of the source; any control but newline and tab becomes U+FFFD."""
        first, *others = inert(text).split("\n")
        self._extend(first)
        for line in others:
            self._lines.append(self._part)
            self._part, self._uncut, self._fresh = "", False, True
            self._extend(line)

    def commit(self) -> list[Row]:
        """Return the rows that became final since the last call."""
        self._advance()
        done, self._done = self._done, []
        return done

    def live(self, most: int | None = None) -> list[Row]:
        """Return the rows after those, the unfinished line as it will most likely be.

        Args:
            most: how many of them are wanted: the last ones.
        """
        self._advance()
        code = is_open_literal(self._leaf, len(self._lines))
        part = autoclose(self._part[-PARAGRAPH_LIMIT:], code=code)
        lines = [*self._lines, part] if part else self._lines
        maybe = lines and not (code or isinstance(self._leaf, Table))
        guess = guess_delimiter_row(lines[-2:]) if maybe else ""
        if not (part or guess):
            return self._last_rows(self._document, most)
        lines = [*lines, guess] if guess else lines
        return self._last_rows(self._lay(lines, partial=bool(part))[1], most)

    def finish(self) -> list[Row]:
        """Return all the rows that are left: the answer ends here, and no text may follow."""
        if self._part:
            self._lines.append(self._part)
        document = self._lay(self._lines, final=True)[1]
        done = self._done + document.rows(self._skip)
        self._lines, self._part, self._fresh = [], "", False
        self._skip, self._done, self._document = 0, [], Document([], 0, self._before)
        return done

    def resize(self, columns: int) -> None:
        """Lay out all that is not final yet at another width."""
        self._advance()
        self._width = _usable_width(columns)
        self._document = self._lay(self._lines)[1]
        self._skip = self._document.stable

    def _last_rows(self, document: Document, most: int | None) -> list[Row]:
        """Return the rows that are not out, or the last of them."""
        start = 0 if most is None else len(document.parts) - most
        return document.rows(max(start, self._skip))

    def _extend(self, text: str) -> None:
        """Lengthen the unfinished line. A very long one is cut, by its own text alone."""
        self._part += text
        while len(self._part) > PARAGRAPH_LIMIT and not self._uncut:
            self._advance()
            if is_open_literal(self._leaf, len(self._lines)):
                self._uncut = True
            else:
                self._cut(_cut_position(self._part))

    def _cut(self, at: int) -> None:
        """End the unfinished line. If it is prose, its last row goes on with what follows."""
        line, self._part = self._part[:at], self._part[at:]
        self._lines.append(line.rstrip())
        self._fresh = True
        self._advance()
        if isinstance(self._top, Paragraph) and self._top.span.end == len(self._lines):
            *rows, lead = self._document.rows(self._skip)
            self._done += rows
            if len(lead) > 2 * PARAGRAPH_LIMIT:
                self._done.append(lead)
                lead = row_of("")
            space = " " if line[-1:].isspace() else ""
            self._lines, self._leaf, self._top = [], None, None
            self._before = Before(gap=False, lead=join_rows([lead, space]))
            self._carried, self._items, self._skip = {}, {}, 0
            self._document = Document([(lead,)], 0, self._before)

    def _lay(
        self, lines: Sequence[str], *, final: bool = False, partial: bool = False
    ) -> tuple[tuple[Block, ...], Document]:
        self.parsed += sum(map(len, lines)) + len(lines)
        openers = {
            at: carried.openers
            for at, carried in self._carried.items()
            if isinstance(carried, CarriedCode) and carried.openers
        }
        blocks = self._parser.parse_blocks(lines, openers, self._items)
        layout = Layout(self._leaves, self._width, len(lines), self._carried, final, partial)
        return blocks, layout.document(blocks, self._before)

    def _advance(self) -> None:
        """Commit what the whole lines made final, and shorten the tail."""
        if not self._fresh:
            return
        self._fresh = False
        blocks, document = self._lay(self._lines)
        self._done += document.rows(self._skip, document.stable)
        self._skip = document.stable
        left = len(document.parts) - self._skip
        if self._shrink(blocks, document):
            blocks, document = self._lay(self._lines)
            self._skip = len(document.parts) - left
        self._leaf = last_leaf(blocks)
        self._top = blocks[-1] if blocks else None
        self._document = document

    def _shrink(self, blocks: Sequence[Block], document: Document) -> bool:
        """Forget lines whose rows are out. Return whether there were any."""
        total = len(self._lines)
        anchor = next_anchor(blocks, total, self._before, document)
        cuts = [Cut(0, anchor.line)] if anchor.line else []
        if blocks and anchor.line < total:
            cuts += [*container_cuts(blocks[-1], self._lines), *self._leaf_cuts(blocks)]
        self._before = anchor.before
        ends = {cut.end for cut in cuts}
        self._items |= {at: item for at, item in later_items(blocks).items() if at in ends}
        for cut in reversed(cuts):
            self._forget(cut)
        return bool(cuts)

    def _leaf_cuts(self, blocks: Sequence[Block]) -> Iterator[Cut]:
        """Yield most lines of long open code, of a formula or table, and blank lines."""
        block = last_leaf(blocks) or blocks[-1]
        shortened = block.span.start in self._carried
        lines = droppable_lines(block, self._lines, shortened=shortened)
        if lines:
            self._carried[block.span.start] = self._carry(block, len(lines))
            yield Cut(lines.start, lines.stop)
        yield from blank_cuts(block, self._lines)

    def _carry(self, block: Block, count: int) -> CarryOver:
        """Return what the rest needs if so many lines of a leaf are forgotten."""
        match block:
            case CodeBlock():
                known = carried_over(self._carried, block, CarriedCode)
                return self._leaves.carry_code(block, count, known)
            case Table():
                widths = carried_over(self._carried, block, CarriedTable)
                return self._leaves.carry_table(block, widths)
            case _:
                return CarriedLiteral()

    def _forget(self, cut: Cut) -> None:
        """Replace lines. What is known of a line moves with it."""
        self._lines[cut.start : cut.end] = cut.instead
        more = len(cut.instead) - (cut.end - cut.start)
        self._carried = _moved(self._carried, cut.start, cut.end, more)
        self._items = _moved(self._items, cut.start + bool(cut.instead), cut.end, more)


def _moved(known: Mapping[int, _T], start: int, end: int, more: int) -> dict[int, _T]:
    """Return what is known of lines, by number: without some, and those after them renumbered."""
    return {at + more * (at >= end): value for at, value in known.items() if not start <= at < end}


def _cut_position(line: str) -> int:
    """Return where to cut a line that is too long: before a word, else before a letter."""
    head = line[: PARAGRAPH_LIMIT + 1]
    for pattern in (_WORD, _LETTER):
        if (match := pattern.match(head)) and match.end() > PARAGRAPH_LIMIT // 2:
            return match.end()
    return PARAGRAPH_LIMIT


def _usable_width(columns: int) -> int:
    """Leave one column free: terminals differ in what a full row does to the cursor."""
    return max(1, columns - 1)
