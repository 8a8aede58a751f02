"""Texts as the full-text index takes them, words as its query, and what of a text to show. Pure.

Texts and queries are folded alike: width and form (NFKC), case, accents and vowel marks.

SQLite's FTS5 takes a run of Chinese or Thai for one long word. So each such character is a word
here, and a word of several is looked for as a phrase of them. Nor does FTS5 show what it found: its
`snippet()` takes time by the square of the matches.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.history.record import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_GAP = "\x01"  # round each character of a script without spaces
_LONGEST = 1_000_000  # characters of a text that are indexed
_PART, _OVERLAP = 16_000, 200
_BEFORE, _SHOWN = 40, 160  # characters of a snippet: before the first match, and in all
_CHUNK = 512
_SPACES = 20
_LONGEST_PHRASE = 32  # words of a phrase that are looked for in a text that has it
_CHARACTERS = (
    r"\u0e01-\u0e4e\u0e81-\u0ec6\u1000-\u109f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007\u3040-\u30ff"
    r"\u3100-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    r"\uff66-\uffdc\U0001b000-\U0001b16f\U00020000-\U000323af"
)
# Accents of Latin, Greek and Cyrillic (but й and ў are letters); vowel marks of Hebrew, Arabic,
# Syriac, Thai and Lao; signs that do not show. Not the marks of kana, which make other letters, nor
# those of India's scripts.
_MARKS = (
    r"(?:(?<![\u0400-\u04ff])\u0306|[\u00ad\u0300-\u0305\u0307-\u036f\u0483-\u0487\u0591-\u05bd\u05bf"
    r"\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    r"\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u08ca-\u08e1\u08e3-\u08ff\u0e31\u0e34-\u0e3a"
    r"\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f"
    r"\u2060-\u2064\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff])+"
)
# Before version 3 of the schema the index folded case and some accents alone. What of all scripts
# it took otherwise than now; not the signs that stand between pictures, where no word is.
_TAKEN_ANEW = (
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
_LETTER = rf"[^\W_{_CHARACTERS}]"
"""A letter or digit of a script with spaces."""
# What can stand at the beginning of a piece of text that is folded on its own.
_STARTS = r"\x00-\xac\xae-\u02ff\u2010-\u205f\u3000-\u3098\u309b-\u9fff\uac00-\ud7a3"


class Wanted(NamedTuple):
    """What is searched for: all of the phrases, each of one word of the index or several.

    `is_beginning`: the last word of the last phrase may go on.
    """

    phrases: tuple[tuple[str, ...], ...]
    is_beginning: bool = False

    @property
    def queries(self) -> list[str]:
        """The phrases as queries of FTS5."""
        quoted = [f'"{" ".join(phrase)}"' for phrase in self.phrases]
        return [*quoted[:-1], quoted[-1] + "*"] if self.is_beginning else quoted


class Marked(NamedTuple):
    """A part of a text as it was written, and where in it the matches are: beginning, end."""

    text: str
    matches: tuple[tuple[int, int], ...]


def fold(text: str) -> str:
    """A text as it is compared: of one width and form, without case, accents and vowel marks."""
    if text.isascii():
        return text.lower()
    from unicodedata import normalize  # not for those who have no use for it: half a megabyte

    apart = normalize("NFD", normalize("NFKC", text).casefold())
    return normalize("NFC", _compiled(_MARKS).sub("", apart))


def indexed(text: str) -> str:
    """A text as the index takes it. Of a very long one the first million characters."""
    folded = fold(plain(text[:_LONGEST]))
    return folded if folded.isascii() else _compiled(f"[{_CHARACTERS}]+").sub(_apart, folded)


def is_taken_anew(text: str) -> bool:
    """Whether the index took a text otherwise before version 3 of the schema."""
    return not text.isascii() and _compiled(_TAKEN_ANEW).search(text) is not None


def parts(text: str) -> Iterator[str]:
    """A text for the index in parts, so that it need not hold all of it at once.

    They overlap, so that a phrase is whole in one of them.
    """
    start = 0
    while len(text) - start > _PART:
        end = max(
            text.rfind(mark, start + _PART - _OVERLAP, start + _PART) for mark in f" \n{_GAP}"
        )
        end = end if end > 0 else start + _PART
        yield text[start:end]
        start = end - _OVERLAP
    yield text[start:]


def is_long(*texts: str) -> bool:
    """Whether texts are to be indexed in parts."""
    return sum(map(len, texts)) > _PART


def wanted(words: str) -> Wanted:
    """What is searched for with words that are parted by white space; nothing if there is no word.

    The last word may be a beginning, unless it is a single letter.
    """
    word = _compiled(f"[{_CHARACTERS}]|{_LETTER}+")
    phrases = tuple(filter(None, (tuple(word.findall(part)) for part in fold(words).split())))
    return Wanted(phrases, bool(phrases) and len("".join(phrases[-1])) > 1)


def snippet(texts: Sequence[str], searched: Wanted) -> Marked:
    """The part of one of the texts that has most of what is searched for, as it was written.

    Takes as long as folding the texts does, however often a word is in them.
    """
    patterns = _patterns(searched)
    found = [place for text in texts for place in _places(_Folded.of(text), patterns)]
    best = max(found, key=lambda place: place.together, default=None)
    if best is None:  # the index knows some letters that we do not
        return _cut(next(filter(None, texts), ""), ())
    text, start, _ = best
    every = _compiled("|".join(pattern.pattern for pattern in patterns))
    later = every.finditer(text.folded, start)
    matches = takewhile(lambda match: match.start() < start + _SHOWN, later)
    return _cut(text.original, tuple(_spans(text, matches)))


class _Folded(NamedTuple):
    """A text, folded piece by piece, so that a place in it is found in the original."""

    original: str
    folded: str
    pieces: Sequence[str] = ()
    ends: Sequence[tuple[int, int]] = ()  # where each piece ends: folded, in the original

    @classmethod
    def of(cls, text: str) -> _Folded:
        if text.isascii():
            return cls(text, fold(text))
        pieces = _compiled(f".{{{_CHUNK}}}.{{0,64}}?(?=[{_STARTS}]|\\Z)|.+").findall(text)
        folded = [fold(piece) for piece in pieces]
        ends = zip(accumulate(map(len, folded)), accumulate(map(len, pieces)), strict=True)
        return cls(text, "".join(folded), pieces, tuple(ends))

    def original_span(self, at: int) -> tuple[int, int]:
        """The part of the original, with all marks on it, that a folded character stands for."""
        if not self.pieces:
            return at, at + 1
        number = bisect_right(self.ends, at, key=lambda end: end[0])
        folded_before, before = self.ends[number - 1] if number else (0, 0)
        piece = self.pieces[number]

        def length(end: int) -> int:
            return len(fold(piece[:end]))

        places = range(len(piece) + 1)
        begin = bisect_right(places, at - folded_before, key=length) - 1
        end = bisect_right(places, length(begin + 1), key=length) - 1
        return before + begin, before + end


class _Place(NamedTuple):
    """Where a phrase is first in a text, and how many are together there."""

    text: _Folded
    start: int
    together: int


def _places(text: _Folded, patterns: Sequence[re.Pattern[str]]) -> Iterator[_Place]:
    firsts = [found.start() for pattern in patterns if (found := pattern.search(text.folded))]
    for start in firsts:
        yield _Place(text, start, sum(start <= it < start + _SHOWN - _BEFORE for it in firsts))


def _patterns(searched: Wanted) -> list[re.Pattern[str]]:
    """The phrases as they are found in a folded text, in time that is linear in its length."""
    between = rf"(?:(?!{_LETTER}|[{_CHARACTERS}]).)*+"
    patterns = []
    for phrase in searched.phrases:
        is_last = phrase is searched.phrases[-1]
        words = [_word(word) for word in phrase[:_LONGEST_PHRASE]]
        if is_last and searched.is_beginning:
            words[-1] = _word(phrase[: len(words)][-1], f"{_LETTER}*")
        patterns.append(_compiled(between.join(words)))
    return patterns


def _word(word: str, more: str = "") -> str:
    """A word, and not a part of another; a character of its own anywhere."""
    is_letters = re.match(_LETTER, word)
    return f"(?<!{_LETTER}){re.escape(word)}{more}(?!{_LETTER})" if is_letters else re.escape(word)


def _spans(text: _Folded, matches: Iterable[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Where matches are in the original, each once: one character may stand for several."""
    shown = 0
    for match in matches:
        begin = text.original_span(match.start())[0]
        if begin >= shown:
            shown = text.original_span(match.end() - 1)[1]
            yield begin, shown


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> Marked:
    """What of a text is round the first of some matches."""
    begin, end = spans[0] if spans else (0, 0)
    start = _edge(text, max(0, begin - _BEFORE))
    end = max(_edge(text, start + _SHOWN), end)
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    moved = len(head) - start
    matches = ((first + moved, last + moved) for first, last in spans if last <= end)
    return Marked(f"{head}{text[start:end]}{tail}", tuple(matches))


def _edge(text: str, at: int) -> int:
    """A place to cut a text: behind white space, if there is some shortly before."""
    if not 0 < at < len(text):
        return min(at, len(text))
    space = max(text.rfind(mark, at - min(at, _SPACES), at) for mark in " \n")
    return at if space < 0 else space + 1


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when it is needed: that takes some milliseconds."""
    return re.compile(pattern, re.DOTALL)


def _apart(run: re.Match[str]) -> str:
    return _GAP.join(["", *run.group(), ""])
