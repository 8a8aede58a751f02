"""Where words and characters begin and end, in every script. Pure.

A character is what a reader takes for one (an extended grapheme cluster of UAX #29): a letter with
its marks, a family of emoji, a flag. A run is what belongs together without a space between: Han,
Hiragana, Katakana and Hangul each for itself, all other letters and digits together, and what is
neither. Vim parts a text so; that bash takes letters of all scripts together is of no use where no
spaces are written.
"""

from __future__ import annotations

import itertools
import unicodedata
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from wcwidth import iter_graphemes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_EMOJI = 0x1F000
_PART = 512  # code points that are looked at together
_LONGEST = 64  # code points of one character that its beginning is looked for in


class Kind(Enum):
    """What a character is to a word."""

    SPACE = 0
    MARK = 1
    """Punctuation and symbols."""
    WIDE_MARK = 2
    """Those of East Asia, which stand where others put a space."""
    EMOJI = 3
    UNDERSCORE = 4
    LETTER = 5
    """Also a digit."""
    HAN = 6
    HIRAGANA = 7
    KATAKANA = 8
    LONG_VOWEL = 9
    """The sign of either kana."""
    HANGUL = 10

    @property
    def is_letter(self) -> bool:
        """Whether it is a letter or a digit, of any script."""
        return self.value >= Kind.LETTER.value


_SCRIPTS = {
    "CJK": Kind.HAN,
    "IDEOGRAPHIC": Kind.HAN,
    "HIRAGANA": Kind.HIRAGANA,
    "KATAKANA": Kind.KATAKANA,
    "KATAKANA-HIRAGANA": Kind.LONG_VOWEL,
    "HANGUL": Kind.HANGUL,
}
_KANA = (Kind.HIRAGANA, Kind.KATAKANA, Kind.LONG_VOWEL)


class Run(NamedTuple):
    """Characters that belong together: `text[start:end]`."""

    start: int
    end: int
    kind: Kind


def kind(character: str) -> Kind:
    """Return what a character is to a word, by the first code point of it."""
    base = character[0]
    if base.isspace():
        return Kind.SPACE
    if base == "_":
        return Kind.UNDERSCORE
    if base.isascii():
        return Kind.LETTER if base.isalnum() else Kind.MARK
    if not base.isalnum():
        if ord(base) >= _EMOJI:
            return Kind.EMOJI
        is_wide = unicodedata.east_asian_width(base) in ("W", "F")
        return Kind.WIDE_MARK if is_wide else Kind.MARK
    for word in unicodedata.name(base, "").split()[:2]:  # the second after HALFWIDTH
        if word in _SCRIPTS:
            return _SCRIPTS[word]
    return Kind.LETTER


def runs_after(text: str, start: int, kind_of: Callable[[str], Kind] = kind) -> Iterator[Run]:
    """Yield the runs behind a place. In the middle of one, its rest is the first."""
    end = start
    before: Kind | None = None
    for character in iter_graphemes(text, start):
        now = kind_of(character)
        if before is not None and not _joined(before, now):
            yield Run(start, end, before)
            start, before = end, None
        end += len(character)
        before = _of_both(before, now)
    if before is not None:
        yield Run(start, end, before)


def runs_before(text: str, end: int, kind_of: Callable[[str], Kind] = kind) -> Iterator[Run]:
    """Yield the runs before a place, the nearest first."""
    start = end
    after: Kind | None = None
    for character in _backwards(text, end):
        now = kind_of(character)
        if after is not None and not _joined(after, now):
            yield Run(start, end, after)
            end, after = start, None
        start -= len(character)
        after = _of_both(after, now)
    if after is not None:
        yield Run(start, end, after)


def _joined(one: Kind, other: Kind) -> bool:
    return one is other or (one in _KANA and other in _KANA and Kind.LONG_VOWEL in (one, other))


def _of_both(run: Kind | None, now: Kind) -> Kind:
    """Return what a run is with one more character in it."""
    return now if run is None or run is Kind.LONG_VOWEL else run


def right(text: str, position: int, count: int = 1) -> int:
    """Return the place so many characters on."""
    return position + sum(map(len, itertools.islice(iter_graphemes(text, position), count)))


def left(text: str, position: int, count: int = 1) -> int:
    """Return the place so many characters back."""
    return position - sum(map(len, itertools.islice(_backwards(text, position), count)))


def around(text: str, position: int) -> tuple[int, int]:
    """Return the bounds of the character that a place is in the middle of; twice it, if in none."""
    if not 0 < position < len(text) or text.isascii():
        return position, position
    start = end = max(0, position - _LONGEST)
    for character in iter_graphemes(text, start):
        start, end = end, end + len(character)
        if end > position:
            break
    return (start, end) if start < position else (position, position)


def _backwards(text: str, end: int) -> Iterator[str]:
    """Yield the characters before a place, the nearest first.

    wcwidth has `iter_graphemes_reverse`, each step of which takes as long as the text is.
    """
    while end > 0:
        begin = max(0, end - _PART)
        place = end
        for character in reversed([*iter_graphemes(text, begin, end)]):
            if place < end and begin and place - len(character) < begin + _LONGEST:
                break  # its beginning may be before this part
            yield character
            place -= len(character)
        end = place
