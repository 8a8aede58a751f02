"""Markdown source lines → a tree of blocks, by markdown-it-py.

Raw HTML is off, so tags are text. Link reference definitions are off, because one at the end of
an answer would change text that is already on the screen; both its parts stay visible instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote, lheading, list_block, paragraph, table
from markdown_it.rules_block.table import escapedSplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    BlockRule = Callable[[StateBlock, int, int, bool], bool]

PARAGRAPH_LIMIT = 4_000
"""Characters after which a paragraph, or a line outside of fenced code, is cut in two."""

PARAGRAPH_LINES = 50
"""Lines after which a paragraph is cut in two: each is tried as the start of other blocks."""

NESTING_LIMIT = 48
"""Tokens deep: below this, quote and list markers are plain text, and nothing is dropped."""


@dataclass(frozen=True, slots=True)
class LineSpan:
    """Where a block stands: lines `start` up to `end`, and whether a blank line precedes it."""

    start: int
    end: int
    spaced: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text with inline marks; its lines joined by newlines."""

    span: LineSpan
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6."""

    span: LineSpan
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class ThematicBreak:
    """A thematic break."""

    span: LineSpan


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Fenced or indented code. `closed` means that a closing fence was read."""

    span: LineSpan
    label: str
    lines: tuple[str, ...]
    fenced: bool
    closed: bool

    @property
    def solid_count(self) -> int:
        """How many of the lines come before the blank ones at the end."""
        count = len(self.lines)
        while count and not self.lines[count - 1].strip():
            count -= 1
        return count


@dataclass(frozen=True, slots=True)
class BlockQuote:
    """A block quote."""

    span: LineSpan
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a list."""

    span: LineSpan
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list. `first` is the number of its first item, None for bullets."""

    span: LineSpan
    first: int | None
    delimiter: str
    items: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the header."""

    span: LineSpan
    aligns: tuple[str, ...]
    head: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]


Block = Paragraph | Heading | ThematicBreak | CodeBlock | BlockQuote | ListBlock | Table


class Parser(MarkdownIt):
    """markdown-it-py as this program uses it."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "maxNesting": 2 * NESTING_LIMIT})
        self.enable(["table", "strikethrough"]).disable("reference")
        alternatives = ["paragraph", "reference", "blockquote"]
        rules = self.block.ruler
        rules.at("paragraph", _limit_lines(paragraph))
        rules.at("lheading", _limit_lines(lheading))
        rules.at("blockquote", _limit_nesting(blockquote), {"alt": [*alternatives, "list"]})
        rules.at("list", _limit_nesting(list_block), {"alt": alternatives})
        rules.at("table", _table_with_all_cells, {"alt": alternatives[:2]})
        self.inline.ruler.before("escape", "mathematics", _formula)

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        """Show addresses as they were written, not percent-encoded."""
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - the library's name
        """Show addresses as they were written."""
        return link

    def parse_blocks(self, lines: Sequence[str]) -> tuple[Block, ...]:
        """Return the tree of the top-level blocks."""
        tokens = self.block.parse("\n".join(lines) + "\n", self, {}, [])
        return tuple(_blocks(iter(tokens or ()), lines))

    def parse_inline(self, text: str) -> list[Token]:
        """Return the inline tokens of one paragraph, heading or cell."""
        tokens: list[Token] = []
        self.inline.parse(text, self, {}, tokens)
        return tokens


_FORMULA = re.compile(
    r"\\\(.+?\\\)|\\\[.+?\\\]|\$\$.+?\$\$|\$(?!\s)[^$\n]*?(?<=[^\s$\\])\$(?!\d)", re.DOTALL
)
"""TeX between its usual marks. A price in dollars is none: by the rule that Pandoc has for `$`."""


def _formula(state: StateInline, silent: bool) -> bool:
    """Leave formulas as they were written: their backslashes and stars are not Markdown."""
    if state.src[state.pos] not in "\\$":
        return False
    formula = _FORMULA.match(state.src, state.pos, state.posMax)
    if formula is None:
        return False
    if not silent:
        state.pending += formula.group().replace("\n", " ")
    state.pos = formula.end()
    return True


def _limit_lines(rule: BlockRule) -> BlockRule:
    """Hold a rule that joins lines to the limits, so that no leaf grows without end."""

    def limited(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        last = start + 1
        most = state.lineMax
        end_line = min(most, start + PARAGRAPH_LINES)
        reach = state.bMarks[start] + PARAGRAPH_LIMIT
        while last < end_line and state.eMarks[last] <= reach:
            last += 1
        state.lineMax = last
        try:
            return rule(state, start, min(end, last), silent)
        finally:
            state.lineMax = most

    return limited


def _limit_nesting(rule: BlockRule) -> BlockRule:
    """Stop a container rule before the parser's own nesting limit, which drops the text."""

    def shallow(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < NESTING_LIMIT and rule(state, start, end, silent)

    return shallow


def _table_with_all_cells(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Apply the table rule, but keep cells beyond the header's, joined to the last one."""
    before = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    for index in range(before, len(state.tokens)):
        token = state.tokens[index]
        if token.type == "tr_open" and token.map and token.map[0] > start:
            _restore_cells(state, index)
    return True


def _restore_cells(state: StateBlock, index: int) -> None:
    line = (state.tokens[index].map or [0])[0]
    inlines: list[Token] = []
    while state.tokens[index].type != "tr_close":
        if state.tokens[index].type == "inline":
            inlines.append(state.tokens[index])
        index += 1
    source = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
    source = source.removeprefix("|")
    if source.count("|") <= len(inlines) - (not source.endswith("|")):
        return
    cells = escapedSplit(source)
    if not cells[-1]:
        del cells[-1]
    if len(cells) > len(inlines):
        extra = [inlines[-1].content, *(cell.strip() for cell in cells[len(inlines) :])]
        inlines[-1].content = " | ".join(extra)


def _blocks(tokens: Iterator[Token], lines: Sequence[str]) -> Iterator[Block]:
    """Yield the blocks up to the closing token of the container they stand in."""
    for token in tokens:
        if token.nesting < 0:
            return
        yield _block(token, tokens, lines)


def _block(token: Token, tokens: Iterator[Token], lines: Sequence[str]) -> Block:
    span = _span(token, lines)
    match token.type:
        case "heading_open":
            return Heading(span, int(token.tag[1:]), _text(tokens))
        case "hr":
            return ThematicBreak(span)
        case "fence" | "code_block":
            return _code(token, span)
        case "blockquote_open":
            return BlockQuote(span, tuple(_blocks(tokens, lines)))
        case "bullet_list_open":
            return ListBlock(span, None, token.markup, tuple(_items(tokens, lines)))
        case "ordered_list_open":
            first = int(token.attrs.get("start", 1))
            return ListBlock(span, first, token.markup, tuple(_items(tokens, lines)))
        case "table_open":
            return _table(tokens, span)
        case _:
            return Paragraph(span, _text(tokens))


def _span(token: Token, lines: Sequence[str]) -> LineSpan:
    start, end = token.map or (0, 0)
    return LineSpan(start, end, start > 0 and not lines[start - 1].strip(" \t>"))


def _text(tokens: Iterator[Token]) -> str:
    text = next(tokens).content
    next(tokens)
    return text


def _code(token: Token, span: LineSpan) -> CodeBlock:
    lines = token.content.split("\n")
    if not lines[-1]:
        del lines[-1]
    fenced = token.type == "fence"
    closed = fenced and len(lines) < span.end - span.start - 1
    return CodeBlock(span, token.info.strip(), tuple(lines), fenced, closed)


def _items(tokens: Iterator[Token], lines: Sequence[str]) -> Iterator[ListItem]:
    for token in tokens:
        if token.nesting < 0:
            return
        yield ListItem(_span(token, lines), tuple(_blocks(tokens, lines)))


def _table(tokens: Iterator[Token], span: LineSpan) -> Table:
    aligns: list[str] = []
    rows: list[list[str]] = []
    for token in tokens:
        match token.type:
            case "tr_open":
                rows.append([])
            case "th_open":
                aligns.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
            case "inline":
                rows[-1].append(token.content)
            case "table_close":
                break
    head, *body = (tuple(row) for row in rows)
    return Table(span, tuple(aligns), head, tuple(body))
