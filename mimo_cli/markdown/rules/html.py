"""HTML within a line: a tag is one literal piece of text, and no mark inside of it counts.

So too what stands between the tags `<script>`, `<pre>`, `<style>` and `<textarea>`. Three tags are
understood: `<br>` is a line break, and `<sub>` and `<sup>` are characters of Unicode, if there are
such for all that they hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_inline import html_inline

from mimo_cli.markdown.rules.literal import push_lines
from mimo_cli.markdown.tex.scripts import lowered, raised

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_BREAK = re.compile(r"<br[ \t]*/?>[ \t]*\n?[ \t]*", re.IGNORECASE)
_SCRIPT = re.compile(r"<(su[bp])>([^<>\s]{1,40})</\1>", re.IGNORECASE)
_LITERAL = re.compile(
    r"<(script|pre|style|textarea)(?:\s[^<>]*)?>.*?</\1\s*>", re.IGNORECASE | re.DOTALL
)


def html(state: StateInline, silent: bool) -> bool:
    """Take a tag, or an element that is understood: an inline rule of markdown-it-py."""
    if state.src[state.pos] != "<":
        return False
    if found := _BREAK.match(state.src, state.pos):
        if not silent and found.end() < state.posMax:
            state.push("hardbreak", "br", 0)
        state.pos = found.end()
        return True
    if found := _LITERAL.match(state.src, state.pos, state.posMax):
        return _push(state, silent, found[0], found.end())
    found = _SCRIPT.match(state.src, state.pos, state.posMax)
    if found and (text := _script(found[1], found[2])):
        return _push(state, silent, text, found.end())
    return _tag(state, silent)


def _script(tag: str, text: str) -> str:
    return lowered(text) if tag.lower() == "sub" else raised(text)


def _push(state: StateInline, silent: bool, text: str, end: int) -> bool:
    if not silent:
        push_lines(state, text)
    state.pos = end
    return True


def _tag(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if not html_inline(state, silent):
        return False
    if not silent:
        state.tokens.pop()
        state.tokens_meta.pop()
        push_lines(state, state.src[start : state.pos])
    return True
