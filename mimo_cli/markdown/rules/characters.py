"""Which characters count as what, for emphasis and for headings.

Chinese, Japanese or Korean (CJK), as the CommonMark amendment "markdown-cjk-friendly" of 2025 has
it: a character counts if

- its East Asian Width (UAX #11) is wide, fullwidth or halfwidth, and it is no emoji; so besides
  ideographs, kana and Hangul also 、。「」 and all fullwidth punctuation, U+3000 too;
- or its script is Hangul.

Quotation marks and dashes that Chinese shares with Latin (U+2018 to U+201D, the ellipsis, the em
dash) are ambiguous in width: they do not count.

Unspaced are CJK characters, and those of the scripts of South-East Asia and Tibet, which have no
spaces between words either: Thai, Lao, Tibetan, Burmese, Khmer and their neighbours.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, east_asian_width

_HANGUL = (range(0x1100, 0x1200), range(0xA960, 0xA980), range(0xD7B0, 0xD800))
_EMOJI = (range(0x2E80), range(0x1F000, 0x1F200), range(0x1F300, 0x1FB00))
"""Where wide symbols are emoji: not among the ideographic ones, nor those in squares."""

_SOUTHERN = (
    range(0x0E00, 0x10A0),
    range(0x1780, 0x1800),
    range(0x1950, 0x1AB0),
    range(0x1B00, 0x1B80),
    range(0xA980, 0xAAE0),
)
_FIRST_SOUTHERN = 0x0E00
_FIRST_CJK = 0x1100  # a Hangul letter


@lru_cache(maxsize=4_096)
def is_cjk(character: str) -> bool:
    """Return whether a character counts as Chinese, Japanese or Korean."""
    code = ord(character)
    if code < _FIRST_CJK:
        return False
    if east_asian_width(character) in "WFH":
        is_symbol = category(character) in ("So", "Sk")
        return not (is_symbol and any(code in block for block in _EMOJI))
    return any(code in block for block in _HANGUL)


@lru_cache(maxsize=4_096)
def is_unspaced(character: str) -> bool:
    """Return whether a character is CJK, or of another script that has no spaces between words."""
    code = ord(character)
    if code < _FIRST_SOUTHERN:
        return False
    return is_cjk(character) or any(code in block for block in _SOUTHERN)


def has_unspaced(text: str) -> bool:
    """Return whether there is such a character in a text."""
    return not text.isascii() and any(map(is_unspaced, text))
