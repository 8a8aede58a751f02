r"""Formulas within a line: `\(...\)`, `\[...\]`, `$$...$$`, `\begin{...}...\end{...}`, `$...$`.

No mark of Markdown counts inside of one. For a single `$` the rule is Pandoc's, which keeps money
as it is (`$5 and $10`): the opening `$` has no white space after it; the closing one has none
before it and no digit after it; a `\$` is neither. Beyond Pandoc, both stand on one line, and no
backquote is between them: where there is one, the `$` belong to code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.markdown.rules.literal import push_lines

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_INNER = r"(?:\\.|[^\\])+?"
_TEXT = r"\\(?:text[a-z]*|mbox)\{(?:[^{}$\n`]|\{[^{}$\n`]*\})*(?:\$[^$\n`]+\$[^{}$\n`]*)+\}"
"""Text with formulas in it: their `$` do not end the one that they are in."""

_FORMULA = re.compile(
    rf"\\\({_INNER}\\\)|\\\[{_INNER}\\\]"
    r"|(?<!\$)\$\$(?!\$)(?:\\.|[^\\$]|\$(?!\$))+?\$\$"
    r"|\\begin\{(?P<environment>[A-Za-z]+\*?)\}.*?\\end\{(?P=environment)\}"
    rf"|(?<!\$)\$(?![\s$])(?:{_TEXT}|\\.|[^\\$\n`])+?(?<!\s)\$(?![\d$])",
    re.DOTALL,
)
_CLOSERS = {"\\(": "\\)", "\\[": "\\]", "\\b": "\\end"}
"""What has to come, by the first two characters: looked for before the costly pattern is."""

MATH = "mathematics"
"""The parser's option that formulas become Unicode, where they are understood."""


def formula(state: StateInline, silent: bool) -> bool:
    """Take a formula as one piece of text: an inline rule of markdown-it-py."""
    if state.src[state.pos] not in "\\$":
        return False
    closer = _CLOSERS.get(state.src[state.pos : state.pos + 2], "$")
    if state.src.find(closer, state.pos + 2) < 0:
        return False
    found = _FORMULA.match(state.src, state.pos, state.posMax)
    if found is None or not _is_formula(state, found):
        return False
    if not silent:
        push_lines(state, _drawn(state, found) or found[0])
    state.pos = found.end()
    return True


def _is_formula(state: StateInline, found: re.Match[str]) -> bool:
    """Return whether the marks are those of a formula; a single `$` is judged when it is drawn."""
    opener, (start, end) = found[0][:2], found.span()
    if opener not in ("$$", "\\(", "\\["):
        return True
    from mimo_cli.markdown.tex import signs  # few answers have formulas

    inner, before = found[0][2:-2], state.src[max(0, start - 1) : start]
    if opener == "$$":
        return signs.is_between_dollars(inner, before, state.src[end : end + 1])
    if opener == "\\(" and signs.is_command_line(inner, *_beside(state.src, start, end)):
        return False
    return signs.is_between_brackets(inner, opener, before, state.src[end : end + 1])


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands on a formula's lines before it and behind it."""
    line_end = text.find("\n", end)
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return before, text[end : line_end if line_end >= 0 else None]


def _drawn(state: StateInline, found: re.Match[str]) -> str:
    if not state.md.options.get(MATH):
        return ""
    from mimo_cli.markdown.tex.delimiters import inline_text  # few answers have formulas

    start, end = found.span()
    return inline_text(found[0], state.src[max(0, start - 1) : start], state.src[end : end + 3])
