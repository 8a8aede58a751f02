"""Fenced code as CommonMark has it, but that a block of Markdown may hold others (`fences`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.markdown.fences import after_line, open_block

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

    from mimo_cli.markdown.fences import Openers

OPENERS = "openers"
"""The key in the parser's environment of what is open after the first line of code, for blocks
that lost lines behind it: by the number of the block's first line."""

_SHORTEST = 3


def fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a fenced block: a block rule of markdown-it-py.

    The token's `meta` holds for each line of code which blocks are open after it, if it may hold
    others.
    """
    opener = _opener(state, start)
    if opener is None or silent:
        return opener is not None
    marks, info = opener
    after, is_closed, stacks = _find_end(state, start, end, open_block(marks, info))
    token = state.push("fence", "code", 0)
    token.info, token.markup = info, marks
    token.content = state.getLines(start + 1, after - is_closed, state.sCount[start], True)
    token.map = [start, after]
    token.meta = {OPENERS: stacks}
    state.line = after
    return True


def _opener(state: StateBlock, line: int) -> tuple[str, str] | None:
    """Return the marks and the info string of the fence that a line is."""
    at, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    mark = state.src[at : at + 1]
    if mark not in ("`", "~") or state.is_code_block(line):
        return None
    after = state.skipCharsStr(at, mark)
    info = state.src[after:end]
    if after - at < _SHORTEST or (mark == "`" and "`" in info):
        return None
    return state.src[at:after], info


def _find_end(
    state: StateBlock, start: int, end: int, openers: Openers
) -> tuple[int, bool, tuple[Openers, ...]]:
    """Return the line after the block, whether its closer was there, and what its lines opened."""
    nests = openers[0].nests
    stacks: list[Openers] = []
    for line in range(start + 1, end):
        at = state.bMarks[line] + state.tShift[line]
        if at < state.eMarks[line] and state.sCount[line] < state.blkIndent:
            return line, False, tuple(stacks)
        if state.src[at : at + 1] in ("`", "~") and not state.is_code_block(line):
            openers = after_line(openers, state.src[at : state.eMarks[line]])
        if not openers:
            return line + 1, True, tuple(stacks)
        if nests:
            if not stacks:
                openers = state.env.get(OPENERS, {}).get(start, openers)
            stacks.append(openers)
    return end, False, tuple(stacks)
