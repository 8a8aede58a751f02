"""How many cells of a terminal a text takes, by rich's tables, and texts cut by them.

The tables are loaded for the first text that is not ASCII: lists of models or costs do without.

`wide` is for terminals that draw East Asian Ambiguous characters (UAX #11: `★ “ … ① ±`) two cells
wide, as many do under a Chinese, Japanese or Korean locale; rich's tables say one.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TAB_STOP = 4
_WORTH_KEEPING = 64  # characters: rows are measured unit by unit, and most units come again
_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_SPACING_VOWELS = frozenset("\u0e33\u0eb3")
_STACKERS = frozenset("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2")
"""Signs that stack the next consonant below the last: viramas of eight scripts, and the coeng."""


UNLIMITED = 1_000_000
"""Columns that no row has: where nothing is to be wrapped or cut."""


class Screen(NamedTuple):
    """What a text is laid out for: a terminal, or a part of one, of so many columns.

    `wide` is explained above.
    """

    columns: int
    wide: bool = False

    def width(self, text: str) -> int:
        """Return how many cells a text takes there."""
        return cell_width(text, wide=self.wide)

    def fits(self, text: str) -> bool:
        """Return whether a text has room on one row."""
        return cell_width(text, wide=self.wide) <= self.columns

    def part(self, columns: int) -> Screen:
        """Return so many columns of it."""
        return Screen(columns, self.wide)


def cell_width(text: str, *, wide: bool = False) -> int:
    """Return the width of a text on the screen, in cells."""
    if text.isascii():
        return len(text)
    if not wide:
        return _cell_len()(text)
    return _wide_width(text) if len(text) < _WORTH_KEEPING else _wide_width.__wrapped__(text)


@lru_cache(maxsize=4096)
def _wide_width(text: str) -> int:
    return sum(size for _, size in _glyphs(text, wide=True))


@cache
def _cell_len() -> Callable[[str], int]:
    from rich.cells import cell_len

    return cell_len


def _glyphs(text: str, *, wide: bool) -> Iterator[tuple[int, int]]:
    """Yield where each glyph begins, and the cells that it takes."""
    from unicodedata import east_asian_width

    from rich.cells import split_graphemes

    start = cells = 0
    for begin, _, size in split_graphemes(text)[0]:
        if begin > start and not _goes_on(text, start, begin):
            yield start, cells
            start, cells = begin, 0
        is_wider = wide and size == 1 and east_asian_width(text[begin]) == "A"
        cells += size + is_wider
    if text:
        yield start, cells


def _goes_on(text: str, start: int, at: int) -> bool:
    """Return whether a glyph that begins at `start` goes on at `at`, by UAX #29.

    Rich's graphemes have no rules for flags, for stacked consonants (GB9c; Khmer and Burmese as
    their scripts have it), and for the vowel signs of Thai and Lao that take a cell of their own.
    """
    if text[at] in _FLAG_LETTERS:
        return text[start] in _FLAG_LETTERS and at == start + 1
    return text[at] in _SPACING_VOWELS or text[at - 1] in _STACKERS


def chop(text: str, width: int, *, wide: bool = False) -> list[str]:
    """Cut a text into pieces of at most `width` cells; one wider glyph still makes a piece."""
    if text.isascii():
        return [text[at : at + width] for at in range(0, len(text), width)]
    pieces: list[str] = []
    start = used = 0
    for begin, size in _glyphs(text, wide=wide):
        if used + size > width and begin > start:
            pieces.append(text[start:begin])
            start, used = begin, 0
        used += size
    return [*pieces, text[start:]]


def expand_tabs(text: str, *, wide: bool = False) -> str:
    """Replace tabs by spaces up to the next multiple of TAB_STOP, counted in cells."""
    if "\t" not in text:
        return text
    head, *rest = text.split("\t")
    for part in rest:
        head += " " * (TAB_STOP - cell_width(head, wide=wide) % TAB_STOP) + part
    return head
