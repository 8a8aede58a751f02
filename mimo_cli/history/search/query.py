"""Texts as the full-text index takes them, and words as its query. Pure.

SQLite's FTS5 takes a run of Chinese or Thai for one long word. So each such character is a word
here, and a word of several is looked for as a phrase of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.history.record import storable
from mimo_cli.history.search.folding import LETTER, compile_once, fold, separate

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 1_000_000  # characters of a text that are indexed
_PART, _OVERLAP = 16_000, 200


class Query(NamedTuple):
    """What is searched for: all of the phrases, each of one word of the index or several.

    `is_beginning`: the last word of the last phrase may go on.
    """

    phrases: tuple[tuple[str, ...], ...]
    is_beginning: bool = False

    @property
    def expressions(self) -> list[str]:
        """The phrases as queries of FTS5."""
        quoted = [f'"{" ".join(phrase)}"' for phrase in self.phrases]
        return [*quoted[:-1], quoted[-1] + "*"] if self.is_beginning else quoted


def to_index(text: str) -> str:
    """Return the words of a text as the index takes them.

    Of a very long one it takes the first million characters. What parts words is told here and not
    by FTS5, whose tables of characters are others.
    """
    return compile_once(r"[\W_]+").sub(" ", separate(fold(storable(text[:_LONGEST]))))


def parts(text: str) -> Iterator[str]:
    """Yield words for the index in parts, so that it need not hold all of it at once.

    They overlap, so that a phrase is whole in one of them.
    """
    start = 0
    while len(text) - start > _PART:
        end = text.rfind(" ", start + _PART - _OVERLAP, start + _PART)
        end = end if end > 0 else start + _PART
        yield text[start:end]
        start = end - _OVERLAP
    yield text[start:]


def is_long(*texts: str) -> bool:
    """Return whether texts are to be indexed in parts."""
    return sum(map(len, texts)) > _PART


def parse(words: str) -> Query:
    """Return the query for words with white space between; an empty one if there is no word.

    The last word may be a beginning, unless it is a single letter.
    """
    split = (compile_once(f"{LETTER}+").findall(separate(part)) for part in fold(words).split())
    phrases = tuple(tuple(phrase) for phrase in split if phrase)
    return Query(phrases, bool(phrases) and len("".join(phrases[-1])) > 1)
