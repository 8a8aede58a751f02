"""Headings whose `#` have no space behind them, or an ideographic one: `##概述`, `###1.1 Scope`.

Two to six `#`, and behind them a character of an unspaced script (`characters`) or a digit, be it
behind marks, opening brackets or a picture (`##**概述**`, `##(一)`, `##①`). One is none, for it
begins a topic of social media (`#话题#`), and letters are none (`##include`); nor is a line that
also ends with `#` right behind its words (`##话题##`).

One to six `#`, and behind them white space of another kind than CommonMark's: U+3000 as an input
method types it, a no-break space. The words have to begin behind it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import category

from markdown_it.rules_block import heading

from mimo_cli.markdown.rules.characters import is_unspaced

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_MARKS = "*_~`\"'([<\u201c\u2018"
_PICTURE = 4
"""Characters at most, from a picture (an emoji, an arrow) to the first of the title's words."""

_OPENING = re.compile(r"(#{1,6})(\s*)(?=[^#\s])")


def unspaced_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a heading, with a space behind its `#` or without: a block rule of markdown-it-py."""
    at = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("#", at) or state.is_code_block(start):
        return False
    if heading(state, start, end, silent):
        return True
    line = state.src[at : state.eMarks[start]]
    marks = _OPENING.match(line)
    if marks is None:
        return False
    title = _without_closing(line[marks.end() :])
    if not marks[2] and not (len(marks[1]) > 1 and _begins_title(title)):
        return False
    if not silent:
        _push(state, start, marks[1], title)
    return True


def _without_closing(text: str) -> str:
    """Return a title without the white space and the `#` at its end, if space is before those."""
    text = text.rstrip()
    title = text.rstrip("#")
    return title.rstrip() if title[-1:].isspace() else text


def _begins_title(text: str) -> bool:
    words = text.lstrip(_MARKS)
    if not words or text.endswith("#"):
        return False
    if words[0].isnumeric() or is_unspaced(words[0]):
        return True
    is_picture = category(words[0]) == "So"
    return is_picture and any(map(is_unspaced, words[1:_PICTURE]))


def _push(state: StateBlock, line: int, marks: str, text: str) -> None:
    state.line = line + 1
    opening = state.push("heading_open", f"h{len(marks)}", 1)
    opening.map = [line, line + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.children = text, []
    state.push("heading_close", opening.tag, -1)
