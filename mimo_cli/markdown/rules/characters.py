"""Which characters count as Chinese, Japanese or Korean (CJK), for emphasis and headings.

As the CommonMark amendment "markdown-cjk-friendly" of 2025 has it: a character counts if

- its East Asian Width (UAX #11) is wide, fullwidth or halfwidth, and it is no emoji; so besides
  ideographs, kana and Hangul also 、。「」 and all fullwidth punctuation, U+3000 too;
- or its script is Hangul.

Quotation marks and dashes that Chinese shares with Latin (U+2018 to U+201D, the ellipsis, the em
dash) are ambiguous in width: they do not count.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, east_asian_width

_HANGUL = (range(0x1100, 0x1200), range(0xA960, 0xA980), range(0xD7B0, 0xD800))
_EMOJI = (range(0x2E80), range(0x1F000, 0x1F200), range(0x1F300, 0x1FB00))
"""Where wide symbols are emoji: not among the ideographic ones, nor those in squares."""


@lru_cache(maxsize=4_096)
def is_cjk(character: str) -> bool:
    """Return whether a character counts as Chinese, Japanese or Korean."""
    code = ord(character)
    if code < 0x1100:  # noqa: PLR2004 - the first of all, a Hangul letter
        return False
    if east_asian_width(character) in "WFH":
        is_symbol = category(character) in ("So", "Sk")
        return not (is_symbol and any(code in block for block in _EMOJI))
    return any(code in block for block in _HANGUL)
