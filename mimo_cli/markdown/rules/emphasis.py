"""Which runs of `*`, `_` and `~~` may open and which may close, beside CJK characters too.

CommonMark reads a run by the characters before and after it. Its rule takes punctuation to stand
beside a space, which it does not in Chinese and Japanese, nor before a Korean particle. The rule
here is that of "markdown-cjk-friendly"; it differs only beside a CJK character (`characters`):

- A run is left-flanking if what follows is no white space, and what follows is no punctuation, or
  is CJK punctuation, or the run comes after white space, punctuation or a CJK character.
- A run is right-flanking if what comes before is no white space, and what comes before is no
  punctuation, or is CJK punctuation, or white space, punctuation or a CJK character follows.
- `*` and `~~` open where they are left-flanking, and close where they are right-flanking. `_` opens
  only if it is not right-flanking too, or comes after punctuation; it closes only if it is not
  left-flanking too, or punctuation follows.

The line's beginning and end count as white space. Of a variation sequence the first character
counts, after an ideographic variation selector (U+E0100 and up) it is CJK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.common.utils import isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned

from mimo_cli.markdown.rules.characters import is_cjk

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.utils import EnvType

_IDEOGRAPHIC = range(0xE0100, 0xE01F0)
_SELECTORS = range(0xFE00, 0xFE0F)
"""Those of variants. The one after them, U+FE0F, makes an emoji, and does not count."""


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
            return super().scanDelims(start, canSplitWord)
        return _scan(before, after, end - start, canSplitWord)

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
        not mark_after or cjk_after or space_before or mark_before or cjk_before
    )
    right = not space_before and (
        not mark_before or cjk_before or space_after or mark_after or cjk_after
    )
    return Scanned(
        left and (can_split_word or not right or mark_before),
        right and (can_split_word or not left or mark_after),
        length,
    )


class InlineParser(ParserInline):
    """The library's inline parser, but with that state."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse a text; append to and return its tokens."""
        state = InlineState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens
