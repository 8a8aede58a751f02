"""Headings whose `#` have no space behind them: `##概述`, `###1.1 Scope`.

Two to six `#`, and behind them a CJK character or a digit. One is none, for it begins a topic of
social media (`#话题#`), and letters are none (`##include`); nor is a line that also ends with `#`
right behind its words (`##话题##`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_block import heading

from mimo_cli.markdown.rules.characters import is_cjk

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_HEADING = re.compile(r"(#{2,6})([^#\s].*?)(?:[ \t]+#+)?[ \t]*")


def unspaced_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a heading, with a space behind its `#` or without: a block rule of markdown-it-py."""
    if heading(state, start, end, silent):
        return True
    at = state.bMarks[start] + state.tShift[start]
    if state.src[at : at + 2] != "##" or state.is_code_block(start):
        return False
    found = _HEADING.fullmatch(state.src, at, state.eMarks[start])
    if found is None or not _begins_title(found[2]):
        return False
    if not silent:
        _push(state, start, found[1], found[2])
    return True


def _begins_title(text: str) -> bool:
    return (text[0].isdecimal() or is_cjk(text[0])) and not text.endswith("#")


def _push(state: StateBlock, line: int, marks: str, text: str) -> None:
    state.line = line + 1
    opening = state.push("heading_open", f"h{len(marks)}", 1)
    opening.map = [line, line + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.children = text, []
    state.push("heading_close", opening.tag, -1)
