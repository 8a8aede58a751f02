"""Bounds on markdown-it-py's block rules: how long a leaf grows, how deep blocks nest."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from markdown_it.rules_block import code, paragraph
from markdown_it.rules_block.table import escapedSplit, table

from mimo_cli.markdown.rules.lists import ITEMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    BlockRule = Callable[[StateBlock, int, int, bool], bool]

PARAGRAPH_LIMIT = 4_000
"""Characters after which a paragraph, or a line outside of fenced code, is cut in two."""

PARAGRAPH_LINES = 50
"""Lines after which a paragraph is cut in two: each is tried as the start of other blocks."""

NESTING_LIMIT = 48
"""Tokens deep: below this, quote and list markers are plain text, and nothing is dropped."""

BLANK_LINES = 50
"""Blank lines that wait for more code after them: more than that belong to it (indented: end it).
"""

TABLE_COLUMNS = 200
"""Columns beyond which lines with bars are no table, but text: each row has a cell for each."""

PARAGRAPH = "paragraph"
"""The key in the parser's environment of the line that the open paragraph begins with."""


def limit_lines(rule: BlockRule) -> BlockRule:
    """Hold a rule that joins lines to the limits, so that no leaf grows without end."""

    def limited(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        most = state.lineMax
        reach = state.bMarks[start] + PARAGRAPH_LIMIT
        end_line = min(most, start + PARAGRAPH_LINES)
        last = bisect_right(state.eMarks, reach, start + 1, end_line)
        state.lineMax = last
        state.env[PARAGRAPH] = start
        try:
            return rule(state, start, min(end, last), silent)
        finally:
            state.lineMax = most

    return limited


def if_underlined(rule: BlockRule) -> BlockRule:
    """Ask the rule of underlined headings only if a line may be the underline: most are none."""

    def underlined(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        for line in range(start + 1, min(state.lineMax, start + PARAGRAPH_LINES)):
            if state.isEmpty(line):
                return False
            if state.src[state.bMarks[line] + state.tShift[line]] in "-=":
                return rule(state, start, end, silent)
        return False

    return underlined


def indented_paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Apply the paragraph rule, but strip spaces and tabs alone: U+3000 is an indent."""
    paragraph(state, start, end, silent)
    text = state.getLines(start, state.line, state.blkIndent, False)
    state.tokens[-2].content = text.strip(" \t\n")
    return True


def indented_code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Apply the rule of indented code, but let it end after many blank lines."""
    if not state.is_code_block(start):
        return False
    last = line = start + 1
    while line < end and line - last <= BLANK_LINES:
        if state.is_code_block(line) and not state.isEmpty(line):
            last = line + 1
        elif not state.isEmpty(line):
            break
        line += 1
    return code(state, start, last, silent)


def limit_nesting(rule: BlockRule) -> BlockRule:
    """Stop a container rule before the parser's own nesting limit, which drops the text."""

    def shallow(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < NESTING_LIMIT and rule(state, start, end, silent)

    return shallow


def has_too_many_columns(header: str) -> bool:
    """Return whether a line has too many bars to be the first one of a table."""
    return header.count("|") > TABLE_COLUMNS


def table_with_all_cells(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Apply the table rule, but keep cells beyond the header's, joined to the last one."""
    before = len(state.tokens)
    if start in state.env.get(ITEMS, ()):
        return False
    if has_too_many_columns(state.src[state.bMarks[start] : state.eMarks[start]]):
        return False
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
