"""Links and images in a time that grows with the text: each bracket is looked at once.

The library looks for the end of a label from each of its brackets anew, and for a link's address
behind each label. Here what is known of a bracket serves those before it: up to the end of its
label nothing ends theirs, and if it has none, they have none either.

There are no link references (`blocks`), so a label has to have an address behind it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from markdown_it.rules_inline import image, link

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.rules_inline import StateInline

    InlineRule = Callable[[StateInline, bool], bool]

IMAGE_DEPTH = 8
"""Images within each other's labels: one that is deeper is text. Each label is parsed anew."""

DEPTH = "depth"
"""The key in the parser's environment of how deep a text is parsed: 1, and 1 for each image that
it is the label of."""

_MARK = re.compile(r"[\[\]\\`<$]|!\[")
"""What ends a label, or begins what may hold a bracket: all else is passed over at once."""

PLAIN_LABEL = re.compile(r"\[[^\[\]\\`<$]*\]")
"""A label without any of these, as most are: it ends with its first bracket."""


class Label(NamedTuple):
    """Where the label of a bracket ends, -1 for nowhere, and whether a link stands in it."""

    end: int
    holds_link: bool = False


NOWHERE = Label(-1)


def has_address(state: StateInline) -> bool:
    """Return whether what comes may hold the end of a label, and of an address behind it."""
    end = state.src.find("](", state.pos, state.posMax)
    return end >= 0 and state.src.find(")", end, state.posMax) >= 0


def link_with_address(state: StateInline, silent: bool) -> bool:
    """Take a link: an inline rule of markdown-it-py."""
    return state.src[state.pos] == "[" and has_address(state) and link(state, silent)


def shallow_image(state: StateInline, silent: bool) -> bool:
    """Take an image, unless it is too deep within others: an inline rule of markdown-it-py."""
    if not state.src.startswith("![", state.pos) or not has_address(state):
        return False
    return state.env.get(DEPTH, 0) <= IMAGE_DEPTH and image(state, silent)


def find_label(state: StateInline, known: dict[int, Label], start: int) -> Label:
    """Return the label of the bracket at `start`.

    Args:
        state: of the inline parser; it stays as it is, but for what it knows of tokens.
        known: the labels that were found before, by their brackets. This one is added.
        start: where the bracket stands.
    """
    if start not in known:
        at = state.pos
        known[start] = _look_for_end(state, known, start)
        state.pos = at
    label = known[start]
    return label if label.end < state.posMax else NOWHERE


def _look_for_end(state: StateInline, known: dict[int, Label], start: int) -> Label:
    holds_link = False
    state.pos = start + 1
    while found := _MARK.search(state.src, state.pos, state.posMax):
        state.pos = at = found.start()
        if found[0] == "]":
            return Label(at, holds_link)
        state.md.inline.skipToken(state)
        if found[0] != "[":
            continue
        if state.pos > at + 1:
            holds_link = True
            continue
        inner = find_label(state, known, at)
        if inner.end < 0:
            return NOWHERE
        holds_link = holds_link or inner.holds_link
        state.pos = inner.end + 1
    return NOWHERE
