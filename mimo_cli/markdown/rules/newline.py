"""Line ends within a paragraph: a row of tab-separated values may begin with an empty cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.rules_inline import newline

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline


def newline_before_cells(state: StateInline, silent: bool) -> bool:
    """Take a line end as CommonMark has it: an inline rule of markdown-it-py.

    It drops the white space that the next line begins with, but not the tabs of a line that holds
    more of them behind its first words: those are columns.
    """
    at = state.pos + 1
    if not newline(state, silent):
        return False
    end = state.src.find("\n", state.pos, state.posMax)
    rest = state.src[state.pos : end if end >= 0 else state.posMax]
    if state.src.startswith("\t", at) and "\t" in rest.rstrip("\t"):
        state.pos = at
    return True
