r"""Display formulas that begin at the end of a line of prose: `so \[`, and rows under it.

They are part of the paragraph, up to the closer, and the inline rule draws them. But a row may
begin as a list, a quote or a heading does (`- b`, `= c`), and would end the paragraph. So while a
formula is open, what looks like a row of it belongs to it. That is settled line by line, from
above:

- `\[`, or `$$` that no `$$` of the paragraph before it makes a closer, stands at the end of a line
  behind prose, or has nothing but mathematics behind it.
- A row has no word of three letters outside of commands, and no CJK; a fence is none, nor a blank
  line. The first one that is no row ends the formula, closed or not: prose is never taken in.
- `$$` ends lines of prices and shells too, so the first row under it shows a sign or an operator.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.markdown.rules.bounds import PARAGRAPH_LIMIT, PARAGRAPH_LINES
from mimo_cli.markdown.rules.characters import is_cjk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.rules_block import StateBlock

    from mimo_cli.markdown.rules.bounds import BlockRule

_MARK = re.compile(r"(?<!\\)(?:\\\\)*(\$\$|\\\[|\\\])")
_CODE = re.compile(r"(`+)[^`]+\1")
_CLOSERS = {"$$": "$$", "\\[": "\\]"}
_COMMANDS = re.compile(
    r"\\(?:text[a-z]*|math[a-z]+|operatorname\*?|mbox|tag\*?|label|begin|end)\s*\{[^{}]*\}"
    r"|\\[A-Za-z]+|[_^]\{[^{}]*\}"
)
_WORDS = re.compile(r"[^\W\d_]{3}|```|~~~")
_SHOWN = re.compile(r"\\[A-Za-z]|[\^=]|_\{|\w\s*[+*/<>\-]\s*\w")
_LIST_MARKER = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")


def keep_displays(rule: BlockRule) -> BlockRule:
    """Have a rule that joins lines take the rows of an open formula without looking at them."""

    def kept(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        levels = {line: state.sCount[line] for line in _formula_rows(state, start, end)}
        for line in levels:
            state.sCount[line] = -1  # the parser's mark of a line that is settled to go on
        try:
            return rule(state, start, end, silent)
        finally:
            for line, level in levels.items():
                state.sCount[line] = level

    return kept


def _formula_rows(state: StateBlock, start: int, end: int) -> Iterator[int]:
    """Yield the lines after the first that are rows of formulas, their closers too."""
    last = min(end, start + PARAGRAPH_LINES)
    reach = min(state.eMarks[last - 1], state.bMarks[start] + PARAGRAPH_LIMIT)
    if not any(state.src.find(mark, state.bMarks[start], reach) >= 0 for mark in _CLOSERS):
        return
    opener, first = "", False
    for line in range(start, last):
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
        is_left = 0 <= state.sCount[line] < state.blkIndent and _LIST_MARKER.match(text)
        if state.isEmpty(line) or is_left:
            return
        before, opener = opener, _opener_after(text, opener, first=first)
        if before and (opener == before or _is_closed(text, before, first=first)):
            yield line
        first = opener == "$$" and not before


def _opener_after(text: str, opener: str, *, first: bool) -> str:
    """Return the opener of the formula that is open behind a line, "" if none is."""
    text = _CODE.sub("`", text)
    if opener and not _is_closed(text, opener, first=first):
        return opener if _is_row(text) and (not first or _SHOWN.search(text)) else ""
    marks = [*_MARK.finditer(text)]
    if opener:
        marks = marks[1:]
    open_at = None
    for mark in marks:
        if open_at is None:
            open_at = mark if mark[1] in _CLOSERS else None
        elif mark[1] == _CLOSERS[open_at[1]]:
            open_at = None
    return open_at[1] if open_at and _begins(text, open_at) else ""


def _begins(text: str, mark: re.Match[str]) -> bool:
    """Return whether a mark behind which no closer stands on the line begins a formula."""
    before, rest = text[: mark.start(1)], text[mark.end() :]
    is_apart = not (before[-1:].isascii() and (before[-1:].isalnum() or before[-1:] in "$_"))
    if not before.strip() or not is_apart:
        return False
    return not rest.strip() or (_is_row(rest) and bool(_SHOWN.search(rest)))


def _is_closed(text: str, opener: str, *, first: bool) -> bool:
    """Return whether the closer stands on a line, behind nothing but mathematics."""
    mark = _MARK.search(text)
    if first or mark is None or mark[1] != _CLOSERS[opener]:
        return False
    return _is_row(text[: mark.start(1)])


def _is_row(text: str) -> bool:
    """Return whether a line, or a part of one, has no words but in commands."""
    text = _COMMANDS.sub(" ", text)
    return not _WORDS.search(text) and not any(sign.isalpha() and is_cjk(sign) for sign in text)
