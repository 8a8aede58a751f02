"""What of a text to show for words that were found in it, as it was written. Pure.

FTS5 has `snippet()` for that, which takes time by the square of the matches in a text, and gives
back what it was given: the folded text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.history.search.folding import GAPS, LATER, LETTER, compile_once, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.history.search.query import Query

_BEFORE, _SHOWN = 40, 160  # characters of a snippet: before the first match, and in all
_CHUNK = 128
_SPACES = 20
_LONGEST_PHRASE = 32  # words of a phrase that are looked for in a text that has it


class Marked(NamedTuple):
    """A part of a text as it was written, and where in it the matches are: beginning, end."""

    text: str
    matches: tuple[tuple[int, int], ...]


def snippet(texts: Sequence[str], searched: Query) -> Marked:
    """Return the part of one of the texts that has most of what is searched for, as it was written.

    Takes as long as folding the texts does, however often a word is in them.
    """
    patterns = _patterns(searched)
    found = [place for text in texts for place in _places(_Folded.of(text), patterns)]
    best = max(found, key=lambda place: place.together, default=None)
    if best is None:  # the index knows some letters that we do not
        return _cut(next(filter(None, texts), ""), ())
    text, start, _ = best
    every = compile_once("|".join(pattern.pattern for pattern in patterns))
    later = every.finditer(text.folded, start)
    matches = takewhile(lambda match: match.start() < start + _SHOWN, later)
    return _cut(text.original, tuple(_spans(text, matches)))


_Ends = Sequence[tuple[int, int]]
"""Where the pieces of a text end: when it is folded, in the original."""


class _Folded(NamedTuple):
    """A text, folded piece by piece, so that a place in it is found in the original."""

    original: str
    folded: str
    pieces: Sequence[str] = ()
    ends: _Ends = ()

    @classmethod
    def of(cls, text: str) -> _Folded:
        if text.isascii():
            return cls(text, fold(text))
        pieces = compile_once(f".{{{_CHUNK}}}.{{0,64}}?(?!{LATER})|.+").findall(text)
        folded = [fold(piece).translate(GAPS) for piece in pieces]
        return cls(text, "".join(folded), pieces, _ends(folded, pieces))

    def original_span(self, at: int) -> tuple[int, int]:
        """Return the part of the original, with its marks, that a folded character stands for."""
        if not self.pieces:
            return at, at + 1
        number, before = _find(self.ends, at)
        clusters = _clusters(self.pieces[number])
        cluster, (_, begin) = _find(clusters, at - before[0])
        return before[1] + begin, before[1] + clusters[min(cluster, len(clusters) - 1)][1]


@lru_cache(maxsize=64)
def _clusters(piece: str) -> _Ends:
    """Return where the characters of a piece end, each with the marks on it."""
    clusters = compile_once(f".{LATER}*").findall(piece)
    return _ends([_fold_cluster(it) for it in clusters], clusters)


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    return fold(cluster).translate(GAPS)


def _ends(folded: Sequence[str], original: Sequence[str]) -> _Ends:
    return tuple(zip(accumulate(map(len, folded)), accumulate(map(len, original)), strict=True))


def _find(ends: _Ends, at: int) -> tuple[int, tuple[int, int]]:
    """Return the number of the piece a folded character is in, and where the one before ends."""
    number = bisect_right(ends, at, key=lambda end: end[0])
    return number, ends[number - 1] if number else (0, 0)


class _Place(NamedTuple):
    """Where a phrase is first in a text, and how many are together there."""

    text: _Folded
    start: int
    together: int


def _places(text: _Folded, patterns: Sequence[re.Pattern[str]]) -> Iterator[_Place]:
    firsts = [found.start() for pattern in patterns if (found := pattern.search(text.folded))]
    for start in firsts:
        yield _Place(text, start, sum(start <= it < start + _SHOWN - _BEFORE for it in firsts))


def _patterns(searched: Query) -> list[re.Pattern[str]]:
    """Return what finds the phrases in a folded text, in time that is linear in its length."""
    patterns = []
    for phrase in searched.phrases:
        is_last = phrase is searched.phrases[-1]
        words = [f"(?<!{LETTER}){re.escape(word)}" for word in phrase[:_LONGEST_PHRASE]]
        more = f"{LETTER}*" if is_last and searched.is_beginning else f"(?!{LETTER})"
        patterns.append(compile_once(f"(?!{LETTER})[\\W_]*+".join(words) + more))
    return patterns


def _spans(text: _Folded, matches: Iterable[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Yield where matches are in the original, each once: one character may stand for several."""
    shown = 0
    for match in matches:
        begin = text.original_span(match.start())[0]
        if begin >= shown:
            shown = text.original_span(match.end() - 1)[1]
            yield begin, shown


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> Marked:
    """Return what of a text is round the first of some matches."""
    begin, end = spans[0] if spans else (0, 0)
    start = _edge(text, max(0, begin - _BEFORE))
    end = max(_edge(text, start + _SHOWN), end)
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    moved = len(head) - start
    matches = ((first + moved, last + moved) for first, last in spans if last <= end)
    return Marked(f"{head}{text[start:end]}{tail}", tuple(matches))


def _edge(text: str, at: int) -> int:
    """Return a place to cut a text: behind white space, if there is some shortly before."""
    if not 0 < at < len(text):
        return min(at, len(text))
    space = max(text.rfind(mark, at - min(at, _SPACES), at) for mark in " \n")
    return at if space < 0 else space + 1
