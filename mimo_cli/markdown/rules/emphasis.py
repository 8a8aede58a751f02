"""Which runs of `*`, `_` and `~~` may open and which may close, beside CJK characters too.

CommonMark reads a run by the characters before and after it. Its rule takes punctuation to stand
beside a space, which it does not in Chinese and Japanese, nor before a Korean particle, nor in
Thai. The rule here is that of "markdown-cjk-friendly", for all unspaced scripts (`characters`):

- A run is left-flanking if what follows is no white space, and what follows is no punctuation, or
  is CJK punctuation, or the run comes after white space, punctuation or an unspaced character.
- A run is right-flanking if what comes before is no white space, and what comes before is no
  punctuation, or is CJK punctuation, or white space, punctuation or an unspaced character follows.
- `*` and `~~` open where they are left-flanking, and close where they are right-flanking. `_` opens
  only if it is not right-flanking too, or comes after punctuation, or before CJK punctuation; it
  closes only if it is not left-flanking too, or before punctuation, or after CJK punctuation.

The line's beginning and end count as white space. Of a variation sequence the first character
counts, after an ideographic variation selector (U+E0100 and up) it is CJK.

In a text that holds an unspaced character anywhere, `*` and `~~` are also judged by what they may
be besides (`asterisks`), and `__init__` is the name that it is. Any other text is read exactly as
CommonMark has it.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from markdown_it.common.utils import isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned

from mimo_cli.markdown.rules.asterisks import judge
from mimo_cli.markdown.rules.brackets import DEPTH, PLAIN_LABEL, Label, find_label
from mimo_cli.markdown.rules.characters import has_unspaced, is_cjk, is_unspaced

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.utils import EnvType

_IDEOGRAPHIC = range(0xE0100, 0xE01F0)
_SELECTORS = range(0xFE00, 0xFE0F)
"""Those of variants. The one after them, U+FE0F, makes an emoji, and does not count."""

_DUNDER = re.compile("__[a-z][a-z0-9_]*__(?!_)")


class InlineState(StateInline):
    """The inline parser's state, with a rule of its own for delimiter runs."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Return whether the run at `start` may open and may close, and its length."""
        marker = self.src[start]
        end = start + 1
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = self._before(start)
        after = self.src[end] if end < self.posMax else " "
        if before.isascii() and after.isascii():
            scanned = super().scanDelims(start, canSplitWord)
        else:
            scanned = _scan(before, after, end - start, canSplitWord)
        if not self._holds_unspaced:
            return scanned
        if marker == "_":
            is_name = bool(_DUNDER.match(self.src, start, self.posMax))
            return scanned._replace(can_open=scanned.can_open and not is_name)
        opens, closes = judge(self.src, start, end, scanned.can_open, scanned.can_close)
        return scanned._replace(can_open=opens, can_close=closes)

    @cached_property
    def labels(self) -> dict[int, Label]:
        """What is known of brackets, by where they stand (`brackets`)."""
        return {}

    def label_end(self, start: int, *, for_link: bool) -> int:
        """Return where the label of a bracket ends, -1 for nowhere; no link holds another one."""
        if plain := PLAIN_LABEL.match(self.src, start, self.posMax):
            return plain.end() - 1
        label = find_label(self, self.labels, start)
        return -1 if for_link and label.holds_link else label.end

    @cached_property
    def _holds_unspaced(self) -> bool:
        return has_unspaced(self.src)

    def _before(self, start: int) -> str:
        if start == 0:
            return " "
        before = self.src[start - 1]
        if ord(before) in _IDEOGRAPHIC:
            return "\u4e00"
        if ord(before) in _SELECTORS and start > 1:
            return self.src[start - 2]
        return before


def _scan(before: str, after: str, length: int, can_split_word: bool) -> Scanned:
    space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
    mark_before, mark_after = isPunctChar(before), isPunctChar(after)
    cjk_before, cjk_after = is_cjk(before), is_cjk(after)
    left = not space_after and (
        not mark_after or cjk_after or space_before or mark_before or is_unspaced(before)
    )
    right = not space_before and (
        not mark_before or cjk_before or space_after or mark_after or is_unspaced(after)
    )
    return Scanned(
        left and (can_split_word or not right or mark_before or (mark_after and cjk_after)),
        right and (can_split_word or not left or mark_after or (mark_before and cjk_before)),
        length,
    )


def parse_link_label(state: InlineState, start: int, disableNested: bool = False) -> int:  # noqa: N803
    """Return where a label ends: in place of the library's function."""
    return state.label_end(start, for_link=disableNested)


class InlineParser(ParserInline):
    """The library's inline parser, but with that state."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse a text; append to and return its tokens."""
        env[DEPTH] = env.get(DEPTH, 0) + 1
        state = InlineState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        env[DEPTH] -= 1
        return state.tokens
