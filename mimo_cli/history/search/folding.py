"""Texts as they are compared and indexed: of one width, form and case, without marks. Pure."""

from __future__ import annotations

import re
from functools import cache

GAP = "\x01"
"""Stands round each character of a script without spaces: it is a word of the index."""

LETTER = r"[^\W_]"
"""A letter or digit, as a regular expression."""

# Characters of scripts without spaces: each is a word of the index. The most frequent first.
_ALONE = (
    *((0x4E00, 0x9FFF), (0x3040, 0x30FF), (0xAC00, 0xD7FF), (0x3400, 0x4DBF), (0x3005, 0x3007)),
    *((0x0E01, 0x0E4E), (0x0E81, 0x0EC6), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17D3)),
    *((0x3100, 0x318F), (0x31F0, 0x31FF), (0xA960, 0xA97F), (0xF900, 0xFAFF), (0xFF66, 0xFFDC)),
    *((0x1B000, 0x1B16F), (0x20000, 0x323AF)),
)
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFF))  # pictures of some fonts; letters to FTS5
# Accents of Latin, Greek and Cyrillic (but й and ў are letters); vowel marks of Hebrew, Arabic,
# Syriac, Thai and Lao; signs that do not show. Not the marks of kana, which make other letters, nor
# those of India's scripts.
_MARKED = (
    r"\u00ad\u0300-\u0305\u0307-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    r"\u0610-\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711"
    r"\u0730-\u074a\u08ca-\u08e1\u08e3-\u08ff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc"
    r"\u0ec8-\u0ece\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2060-\u2064\u20d0-\u20ff\ufe00-\ufe0f"
    r"\ufe20-\ufe2f\ufeff"
)
_MARKS = rf"(?:(?<![\u0400-\u04ff])\u0306|[{_MARKED}])+"
LATER = rf"[{_MARKED}\u0306\u1160-\u11ff\u3099\u309a\uff9e\uff9f]"
"""What belongs to the character before it, so that no text is cut there."""

# Before version 3 of the schema the index folded case and some accents alone. What of all scripts
# it took otherwise than now; not the signs that stand between pictures, where no word is.
_TAKEN_OTHERWISE = (
    r"[\xaa\xad\xb2\xb3\xb9\xba\xbc-\xbe\xdf\u0132\u0133\u013f\u0140\u0149\u01c4-\u0374\u037a\u037f"
    r"\u0386-\u0390\u03aa-\u03b0\u03ca-\u03ce\u03d0-\u0401\u0403\u0407\u040c\u040d\u0450\u0451\u0453"
    r"\u0457\u045c\u045d\u0476-\u0487\u04c1\u04c2\u04d0-\u04f9\u0528-\u08ff\u0958-\u095f\u09dc-\u09df"
    r"\u0a33\u0a36\u0a59-\u0a5e\u0b5c\u0b5d\u0e01-\u11ff\u13f8-\u13fd\u1780-\u17d3\u1ab0-\u1fff"
    r"\u200b\u200c\u200e\u200f\u2060-\u20dc\u2100-\u2189\u2460-\u24ea\u2c2f\u2c7c\u2c7d\u2d6f"
    r"\u2e9f-\u2fd5\u3038-\u303a\u3099\u309a\u309f\u30ff\u3131-\u318e\u3192-\u319f\u3200-\u33ff"
    r"\ua698-\ua9ff\uab5c-\uabbf\ud7b0-\ud7ff\uf900-\ufdff\ufe20-\ufeff\uff10-\uff19\uff21-\uff3a"
    r"\uff41-\uff5a\uff66-\uffdc\U00010400-\U0001eebb\U0001f100-\U0001f190\U0001f200-\U0001f251"
    r"\U0001fbf0-\U0001fbf9\U0002f800-\U0002fa1f]"
)


def fold(text: str) -> str:
    """Return a text as it is compared: of one width and form, without case and marks."""
    if text.isascii():
        return text.lower()
    from unicodedata import normalize  # not for those who have no use for it: half a megabyte

    apart = normalize("NFD", normalize("NFKC", text).casefold())
    return normalize("NFC", compile_once(_MARKS).sub("", apart))


def separate(text: str) -> str:
    """Return a folded text with a gap round each character that is a word."""
    if text.isascii():
        return text
    return text.translate(GAPS).replace(GAP * 2, GAP)


def was_taken_otherwise(text: str) -> bool:
    """Return whether the index took a text otherwise before version 3 of the schema."""
    return not text.isascii() and compile_once(_TAKEN_OTHERWISE).search(text) is not None


@cache
def compile_once(pattern: str) -> re.Pattern[str]:
    """Return a pattern compiled, when it is needed: that takes some milliseconds."""
    return re.compile(pattern, re.DOTALL)


class _Gaps(dict[int, str]):
    """What takes the place of each character, found when it first comes."""

    def __missing__(self, code: int) -> str:
        is_alone = any(first <= code <= last for first, last in _ALONE)
        is_private = any(first <= code <= last for first, last in _PRIVATE)
        found = GAP if is_private else f"{GAP}{chr(code)}{GAP}" if is_alone else chr(code)
        self[code] = found
        return found


GAPS = _Gaps()
"""What `str.translate` puts gaps with."""
