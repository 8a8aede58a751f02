"""What input methods and word processors put where a program wants plain signs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
EQUALS = "\uff1d"
AT = "\uff20"
_CLOSING = {
    "\u201c": "\u201d",
    "\u201d": "\u201d",
    "\u2018": "\u2019",
    "\u300c": "\u300d",
    "\u300e": "\u300f",
    "\uff02": "\uff02",
    "\uff07": "\uff07",
}

QUOTED = "|".join(f"{it}[^{it}{closing}]*{closing}" for it, closing in _CLOSING.items())
"""A regular expression of what stands in such quotes, with them."""


class Quotes(NamedTuple):
    """Signs that look like a quotation's and are none to a shell."""

    opening: str
    closing: str

    def __str__(self) -> str:
        return f"{self.opening} {self.closing}"


def enclosing_quotes(text: str) -> Quotes | None:
    """Return the quotes that a whole text stands in, None if it does not."""
    quotes = opening_quotes(text)
    inner = text[1:-1]
    is_whole = quotes is not None and len(text) > 1 and text[-1] == quotes.closing
    return quotes if is_whole and quotes is not None and not {*quotes} & {*inner} else None


def opening_quotes(text: str) -> Quotes | None:
    """Return the quotes that a text begins with, None if it begins with none."""
    closing = _CLOSING.get(text[:1])
    return None if closing is None else Quotes(text[0], closing)


def find_quoted(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the words of a text that stand in such quotes, which are part of them."""
    import re

    pairs = "|".join(f"{it}[^{it}{closing}]+{closing}" for it, closing in _CLOSING.items())
    for match in re.finditer(rf"(?<!\S)(?:{pairs})(?!\S)", text):
        yield match.span()


def to_plain(text: str) -> str:
    """Return letters, digits and signs as ASCII has them, where they were only made wide."""
    if text.isascii():
        return text
    import unicodedata

    return unicodedata.normalize("NFKC", text)


def describe(char: str) -> Phrase:
    """Return a sign with what Unicode calls it, which is English in every language."""
    import unicodedata

    called = unicodedata.name(char, "a sign").lower()
    is_seen = not char.isspace()
    return Phrase("{sign} ({name})", sign=char, name=called) if is_seen else verbatim(called)
