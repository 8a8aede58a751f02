"""Footnote definitions, as GitHub has them: `[^1]: text`, each on rows of its own.

A definition begins at the start of a line, and ends a paragraph, a list or a quote before it. What
is indented by four cells belongs to it, over blank lines too: paragraphs, lists, code. References
(`[^1]`) stay as they are, with a definition or without: that one may still be to come. So do two
definitions of one name.

To the parser a definition is an item of a list whose delimiter is FOOTNOTE, so all that is true of
a growing list is true of it. Its label stands in the text of its first paragraph.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

FOOTNOTE = "[^"
"""The delimiter of a list of footnote definitions, and what each of their labels begins with."""

_LABEL = re.compile(r"\[\^[^\s\[\]]{1,80}\]:")
_INDENT = 4


def footnotes(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the footnote definitions that follow each other: a block rule of markdown-it-py."""
    label = _label(state, start)
    if label is None or silent:
        return label is not None
    before = state.parentType
    state.parentType = "list"
    opening = state.push("bullet_list_open", "ul", 1)
    opening.markup = FOOTNOTE
    line = start
    while label and line < end:
        _push(state, line, end, label)
        line = state.line
        label = _label(state, line) if line < end and not _ends(state, line) else None
    opening.map = [start, line]
    state.push("bullet_list_close", "ul", -1)
    state.parentType = before
    return True


def _label(state: StateBlock, line: int) -> str | None:
    """Return the label of the definition that a line begins, with its colon."""
    at = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(FOOTNOTE, at) or state.is_code_block(line):
        return None
    found = _LABEL.match(state.src, at, state.eMarks[line])
    return found[0] if found else None


def _ends(state: StateBlock, line: int) -> bool:
    """Return whether a line is outside of what the definitions stand in."""
    return state.sCount[line] < state.blkIndent


def _push(state: StateBlock, line: int, end: int, label: str) -> None:
    """Parse one definition; its content begins behind the label, as if that were its indent."""
    saved = state.bMarks[line], state.tShift[line], state.sCount[line], state.blkIndent
    item = state.push("list_item_open", "li", 1)
    item.info = label
    state.blkIndent += _INDENT
    begin = state.bMarks[line] + state.tShift[line] + len(label)
    rest = state.src[begin : state.eMarks[line]]
    content = begin + len(rest) - len(rest.lstrip(" \t"))
    state.bMarks[line], state.tShift[line] = begin, content - begin
    state.sCount[line] = state.blkIndent
    state.md.block.tokenize(state, line, end)
    state.bMarks[line], state.tShift[line], state.sCount[line], state.blkIndent = saved
    state.line = max(state.line, line + 1)
    item.map = [line, state.line]
    state.push("list_item_close", "li", -1)
