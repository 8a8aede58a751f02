r"""Blocks whose lines stay as they are, as those of a fence do: formulas, and some HTML.

A formula begins with `$$`, `\[` or `\begin{...}` at the start of a line and goes up to the line
that holds its closer, over blank lines too. It is looked for before lists, quotes and headings,
so a row of it that begins with `-`, `>`, `#` or `=` is no mark. Whether a line begins one is
settled by that line alone:

- Where the closer stands on the line too, nothing but punctuation may follow it. Else the
  formula is part of a sentence, which the inline rule sees to.
- Where it does not, what follows the opener must not be prose: a word of two letters or more
  and no sign of TeX (`$$ is the process`, `$$ - moderate`, `\[link](address)`).
- Where the paragraph that it would end holds an odd number of `$$`, `$$` closes that one.

A formula that begins behind prose (`so \[`, and rows under it) is part of the paragraph, up to its
closer, and the inline rule draws it. But a row may begin as a list, a quote or a heading does, and
would end the paragraph. So while a formula is open, what looks like a row of it belongs to it. That
is settled line by line, from above:

- `\[`, or `$$` that closes none before it on its line, stands at the end of a line
  behind prose, or has nothing but mathematics behind it.
- Both end lines of prices, shells and ranges too, which lists and tables follow. So what comes
  first, behind the opener or on the line below it, shows a certain sign of TeX (a command, `^`,
  `_{`, `x_1`), and that line begins as no table, heading, quote or task does.
- A row has no word of three letters outside of commands, and no CJK; a fence is none, nor a blank
  line. The first one that is no row ends the formula, closed or not: prose is never taken in.

HTML is such a block where CommonMark has it go on over blank lines: from `<script`, `<pre`,
`<style` or `<textarea` to the closing tag, and from `<!--` to `-->`. But `<pre> is a tag`, with
words behind it and no closing tag on the line, is prose.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.markdown.rules.bounds import PARAGRAPH, PARAGRAPH_LIMIT, PARAGRAPH_LINES
from mimo_cli.markdown.rules.characters import is_cjk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

    from mimo_cli.markdown.rules.bounds import BlockRule

_ESCAPES = r"(?<!\\)(?:\\\\)*"
_DOLLARS = re.compile(_ESCAPES + r"\$\$")
_BRACKET = re.compile(_ESCAPES + r"\\\]")
_BEGIN = re.compile(r"\\begin\{([A-Za-z]+\*?)\}")
_TAG = re.compile(r"<(script|pre|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_TAG_END = re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE)
_COMMENT_END = re.compile("-->")
_PUNCTUATION = re.compile("[\\s.,;:!?\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f]*")
_TEX = re.compile(r"\\[A-Za-z{}\\]|[\^_={}&]")
_WORD = re.compile(r"[^\W\d_]{2}")
_LINK_END = re.compile(r"[^\[\]]*(?<!\\)\]")
_CODE = re.compile(r"(`+)[^`]+\1")
_MARK = re.compile(_ESCAPES + r"(\$\$|\\\[|\\\])")
_CLOSERS = {"$$": "$$", "\\[": "\\]"}
_COMMANDS = re.compile(
    r"\\(?:text[a-z]*|math[a-z]+|operatorname\*?|mbox|tag\*?|label|begin|end)\s*\{[^{}]*\}"
    r"|\\[A-Za-z]+|[_^]\{[^{}]*\}"
)
_PROSE = re.compile(r"[^\W\d_]{3}|```|~~~")
_CERTAIN = re.compile(
    r"(?<!:)\\[A-Za-z]|(?<=[^\s(\[|])\^|_\{|(?<![A-Za-z]{2})_[A-Za-z0-9](?![A-Za-z0-9_])"
)
_BLOCK_MARK = re.compile(r"\s*(?:[|>]|#{1,6}(?:\s|$)|(?:[-+*]|\d{1,9}[.)])\s+\[[ xX]\](?:\s|$))")
_LIST_MARKER = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")


class Opening(NamedTuple):
    """What a literal block needs to end; `is_closed`: it ends with the line that it begins with."""

    closer: re.Pattern[str]
    is_closed: bool
    is_formula: bool = True


def opening(line: str) -> Opening | None:
    """Return how the block ends that a line (without its indentation) begins, None for none."""
    if line.startswith("$$"):
        return None if line.startswith("$$$") else _formula(line, 2, _DOLLARS)
    if line.startswith("\\["):
        return None if _is_bracket(line) else _formula(line, 2, _BRACKET)
    if begin := _BEGIN.match(line):
        closer = re.compile(r"\\end\{" + re.escape(begin[1]) + r"\}")
        return _formula(line, begin.end(), closer, prose=True)
    if line.startswith("<!--"):
        return _html(line, _COMMENT_END)
    if (tag := _TAG.match(line)) and not _is_prose(line, tag.end()):
        return _html(line, _TAG_END)
    return None


def _html(line: str, closer: re.Pattern[str]) -> Opening | None:
    """Return the opening of a block of HTML; None if more than that stands on the line."""
    end = closer.search(line)
    return None if end and line[end.end() :].strip() else Opening(closer, bool(end), False)


def _is_prose(line: str, start: int) -> bool:
    """Return whether words stand behind the tag, and no closing one."""
    words = line[start:].partition(">")[2]
    is_word = (words[:1].isspace() and not words.isspace()) or is_cjk(words[:1] or " ")
    return is_word and not _TAG_END.search(words)


def _formula(
    line: str, start: int, closer: re.Pattern[str], *, prose: bool = False
) -> Opening | None:
    """Return the opening of a formula whose first character stands at `start`."""
    if end := closer.search(line, start):
        return Opening(closer, True) if _PUNCTUATION.fullmatch(line, end.end()) else None
    rest = line[start:]
    if prose or _TEX.search(rest) or not _WORD.search(rest):
        return Opening(closer, False)
    return None


def _is_bracket(line: str) -> bool:
    r"""Return whether `\[` is a bracket that was escaped: `\[label](url)`, `\[1\]`."""
    end = _BRACKET.search(line, 2)
    if end is None:
        return bool(_LINK_END.match(line, 2))
    from mimo_cli.markdown.tex import signs  # few answers have formulas

    inner = line[2 : end.start()]
    if inner.strip() != inner and signs.shows_mathematics(inner):
        return False
    return not signs.is_displayed(inner)


def literal_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the lines of a formula as one block: a block rule of markdown-it-py."""
    at = state.bMarks[start] + state.tShift[start]
    if state.src[at : at + 1] not in ("$", "\\", "<") or state.is_code_block(start):
        return False
    found = opening(state.src[at : state.eMarks[start]])
    if found is None or (silent and _closes_paragraph(state, start)):
        return False
    if silent:
        return True
    after, is_closed = (start + 1, True) if found.is_closed else _find_end(state, start, end, found)
    token = state.push("literal", "", 0)
    token.content = state.getLines(start, after, state.sCount[start], False)
    token.map = [start, after]
    token.meta = {"is_closed": is_closed, "is_formula": found.is_formula}
    state.line = after
    return True


def _closes_paragraph(state: StateBlock, line: int) -> bool:
    """Return whether `$$` ends a formula that began within the paragraph before it."""
    at = state.bMarks[line] + state.tShift[line]
    if state.parentType != "paragraph" or state.src[at] != "$":
        return False
    text = state.src[state.bMarks[state.env[PARAGRAPH]] : state.bMarks[line]]
    return len(_DOLLARS.findall(_CODE.sub("", text))) % 2 == 1


def push_lines(state: StateInline, text: str) -> None:
    """Add a text to an inline parser's output as it is, its line ends too."""
    first, *others = text.split("\n")
    state.append_pending(first)
    for line in others:
        state.push("hardbreak", "br", 0)
        state.append_pending(line)


def _find_end(state: StateBlock, start: int, end: int, found: Opening) -> tuple[int, bool]:
    """Return the line after the block, and whether its closer was there."""
    for line in range(start + 1, end):
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
        is_lazy = found.is_formula and _is_lazy(state, line, text)
        if text and state.sCount[line] < state.blkIndent and not is_lazy:
            return line, False
        if found.closer.search(text):
            return line + 1, True
    return end, False


def _is_lazy(state: StateBlock, line: int, text: str) -> bool:
    """Return whether a line that is indented less than its list item goes on with the formula."""
    return state.sCount[line] >= 0 and not state.isEmpty(line - 1) and not _LIST_MARKER.match(text)


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
        text = _CODE.sub("`", text)
        before, is_closed = opener, _is_closed(text, opener, first=first)
        opener = _opener_after(text, opener, first=first)
        if before and (is_closed or opener):
            yield line
        first = (is_closed or not before) and text.rstrip().endswith(opener or "\0")


def _opener_after(text: str, opener: str, *, first: bool) -> str:
    """Return the opener of the formula that is open behind a line, "" if none is."""
    if opener and not _is_closed(text, opener, first=first):
        is_open = _closer(text, opener) is None and _is_row(text, first=first)
        return opener if is_open else ""
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
    return not rest.strip() or (_is_row(rest, first=False) and bool(_CERTAIN.search(rest)))


def _closer(text: str, opener: str) -> re.Match[str] | None:
    """Return the closer of a formula on a line, if it is the first mark there."""
    mark = _MARK.search(text)
    return mark if opener and mark and mark[1] == _CLOSERS[opener] else None


def _is_closed(text: str, opener: str, *, first: bool) -> bool:
    """Return whether the closer stands on a line, behind nothing but mathematics."""
    mark = _closer(text, opener)
    return mark is not None and _is_row(text[: mark.start(1)], first=first)


def _is_row(text: str, *, first: bool) -> bool:
    """Return whether a line, or a part of one, has no words but in commands.

    The `first` of a formula shows besides that it is one.
    """
    if first and (_BLOCK_MARK.match(text) or not _CERTAIN.search(text)):
        return False
    text = _COMMANDS.sub(" ", text)
    return not _PROSE.search(text) and not any(sign.isalpha() and is_cjk(sign) for sign in text)
