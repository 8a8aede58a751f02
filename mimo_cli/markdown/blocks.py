"""Markdown source lines → a tree of blocks, by markdown-it-py.

HTML is text, its tags are literal pieces of it. Link reference definitions are off, because one at
the end of an answer would change text that is already on the screen; both its parts stay visible.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Never

from markdown_it import MarkdownIt, helpers
from markdown_it.rules_block import blockquote, lheading

from mimo_cli.markdown.rules.bounds import (
    BLANK_LINES,
    NESTING_LIMIT,
    PARAGRAPH_LIMIT,
    PARAGRAPH_LINES,
    if_underlined,
    indented_code,
    indented_paragraph,
    limit_lines,
    limit_nesting,
    table_with_all_cells,
)
from mimo_cli.markdown.rules.brackets import link_with_address, shallow_image
from mimo_cli.markdown.rules.emphasis import InlineParser, parse_link_label
from mimo_cli.markdown.rules.fence import OPENERS, fence
from mimo_cli.markdown.rules.footnotes import FOOTNOTE, footnotes
from mimo_cli.markdown.rules.formulas import MATH, formula
from mimo_cli.markdown.rules.headings import unspaced_heading
from mimo_cli.markdown.rules.html import html
from mimo_cli.markdown.rules.lists import ITEMS, shortened_list
from mimo_cli.markdown.rules.literal import keep_displays, literal_block
from mimo_cli.markdown.rules.margins import MARGIN, BlockParser
from mimo_cli.markdown.rules.newline import newline_before_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it.token import Token

    from mimo_cli.markdown.fences import Openers


@dataclass(frozen=True, slots=True)
class LineSpan:
    """Where a block stands: lines `start` up to `end`, and whether a blank line precedes it."""

    start: int
    end: int
    spaced: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text with inline marks; its lines are kept, and joined by newlines."""

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
    """Fenced or indented code. `closed` means that a closing fence was read.

    `openers`: for each line the blocks that are open after it, if it may hold other blocks.
    """

    span: LineSpan
    label: str
    lines: tuple[str, ...]
    fenced: bool
    closed: bool
    openers: tuple[Openers, ...] = ()

    def may_grow(self, total: int) -> bool:
        """Return whether more code may follow after so many lines of source."""
        if self.fenced:
            return not self.closed and self.span.end == total
        return total - self.span.end <= BLANK_LINES

    @property
    def solid_count(self) -> int:
        """How many of the lines come before the blank ones at the end."""
        return _solid_count(self.lines)


@dataclass(frozen=True, slots=True)
class LiteralBlock:
    """Lines that stay as they are, the first and the last with their marks."""

    span: LineSpan
    lines: tuple[str, ...]
    closed: bool
    formula: bool

    @property
    def solid_count(self) -> int:
        """How many of the lines come before the blank ones at the end."""
        return _solid_count(self.lines)

    @property
    def final_by_line(self) -> bool:
        """Whether its end is not waited for: it is no formula, or too long a one."""
        if not self.formula:
            return True
        return len(self.lines) > PARAGRAPH_LINES or sum(map(len, self.lines)) > PARAGRAPH_LIMIT


@dataclass(frozen=True, slots=True)
class BlockQuote:
    """A block quote; `alert` is the kind if it is an alert of GitHub's: "note", say.

    `margin` is what stands before its text on its first line.
    """

    span: LineSpan
    children: tuple[Block, ...]
    margin: str = ""
    alert: str = ""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a list; `margin` is what stands before its text on its first line."""

    span: LineSpan
    children: tuple[Block, ...]
    margin: str = ""


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list. `first` is the number of its first item, None for bullets.

    The delimiter is FOOTNOTE if its items are footnote definitions.
    """

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


Block = (
    Paragraph | Heading | ThematicBreak | CodeBlock | LiteralBlock | BlockQuote | ListBlock | Table
)


_NONE: Mapping[int, Never] = MappingProxyType({})

_ALERT = re.compile(r"\[!(note|tip|important|warning|caution)\]", re.IGNORECASE)


class Parser(MarkdownIt):
    """markdown-it-py as this program uses it.

    Args:
        math: formulas become Unicode, where they are understood.
    """

    def __init__(self, *, math: bool = True) -> None:
        super().__init__()
        self.inline = InlineParser()
        self.block = BlockParser()
        self.configure("commonmark", {"html": True, "maxNesting": 2 * NESTING_LIMIT})
        self.options[MATH] = math
        self.enable(["table", "strikethrough"]).disable(["reference", "html_block"])
        alternatives = ["paragraph", "reference", "blockquote"]
        rules = self.block.ruler
        rules.at("code", indented_code)
        rules.at("fence", fence, {"alt": [*alternatives, "list"]})
        rules.at("paragraph", keep_displays(limit_lines(indented_paragraph)))
        rules.at("heading", unspaced_heading, {"alt": alternatives})
        rules.at("lheading", if_underlined(keep_displays(limit_lines(lheading))))
        rules.at("blockquote", limit_nesting(blockquote), {"alt": [*alternatives, "list"]})
        rules.at("list", limit_nesting(shortened_list), {"alt": alternatives})
        rules.before(
            "list", "footnotes", limit_nesting(footnotes), {"alt": [*alternatives, "list"]}
        )
        rules.at("table", table_with_all_cells, {"alt": alternatives[:2]})
        rules.before("table", "literal", literal_block, {"alt": [*alternatives, "list"]})
        self.inline.ruler.at("newline", newline_before_cells)
        self.inline.ruler.before("escape", "formula", formula)
        self.inline.ruler.at("html_inline", html)
        self.inline.ruler.at("link", link_with_address)
        self.inline.ruler.at("image", shallow_image)
        self.helpers = SimpleNamespace(  # type: ignore[assignment]  # to the library, a module
            parseLinkLabel=parse_link_label,
            parseLinkDestination=helpers.parseLinkDestination,
            parseLinkTitle=helpers.parseLinkTitle,
        )

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        """Show addresses as they were written, not percent-encoded."""
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - the library's name
        """Show addresses as they were written."""
        return link

    def parse_blocks(
        self,
        lines: Sequence[str],
        openers: Mapping[int, Openers] = _NONE,
        items: Mapping[int, int | None] = _NONE,
    ) -> tuple[Block, ...]:
        """Return the tree of the top-level blocks.

        Args:
            lines: the source.
            openers: for code that lost lines after its first one, by the number of its fence's
                line: the blocks within it that were open there.
            items: for lists that lost items before one, by the number of its line: its number,
                None for a bullet.
        """
        env = {OPENERS: openers, ITEMS: dict(items)}
        tokens = self.block.parse("\n".join(lines) + "\n", self, env, [])
        return tuple(_blocks(iter(tokens or ()), lines))

    def parse_inline(self, text: str) -> list[Token]:
        """Return the inline tokens of one paragraph, heading or cell."""
        tokens: list[Token] = []
        self.inline.parse(text, self, {}, tokens)
        return tokens


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
        case "literal":
            literal = tuple(token.content.split("\n"))
            return LiteralBlock(span, literal, token.meta["is_closed"], token.meta["is_formula"])
        case "blockquote_open":
            return _quote(span, tuple(_blocks(tokens, lines)), token.meta.get(MARGIN, ""))
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


def _quote(span: LineSpan, children: tuple[Block, ...], margin: str) -> BlockQuote:
    """Return a block quote. The `[!NOTE]` that an alert of GitHub's begins with is its label."""
    match children:
        case (Paragraph(place, text), *rest) if alert := _ALERT.match(text):
            kind = alert[1].lower()
            first = Paragraph(place, f"**{kind.upper()}**{text[alert.end() :]}")
            return BlockQuote(span, (first, *rest), margin, kind)
        case _:
            return BlockQuote(span, children, margin)


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
    openers = token.meta.get(OPENERS, ())
    return CodeBlock(span, token.info.strip(), tuple(lines), fenced, closed, openers)


def _solid_count(lines: Sequence[str]) -> int:
    """Return how many of the lines come before the blank ones at the end, which wait for others.

    No more than BLANK_LINES wait.
    """
    count = len(lines)
    least = max(0, count - BLANK_LINES)
    while count > least and not lines[count - 1].strip():
        count -= 1
    return count


def _items(tokens: Iterator[Token], lines: Sequence[str]) -> Iterator[ListItem]:
    for token in tokens:
        if token.nesting < 0:
            return
        children = tuple(_blocks(tokens, lines))
        if token.info.startswith(FOOTNOTE):
            children = _with_label(token, children)
        yield ListItem(_span(token, lines), children, token.meta.get(MARGIN, ""))


def _with_label(token: Token, children: tuple[Block, ...]) -> tuple[Block, ...]:
    """Put a footnote's label before its text, or on a row of its own if none is on its line."""
    line = (token.map or [0])[0]
    label = Paragraph(LineSpan(line, line + 1, spaced=False), token.info)
    match children:
        case (Paragraph(LineSpan(start), text) as first, *rest) if start == line:
            return replace(first, text=f"{token.info} {text}"), *rest
        case (first, *rest) if first.span.start == line:
            return label, replace(first, span=replace(first.span, spaced=False)), *rest
        case _:
            return label, *children


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
