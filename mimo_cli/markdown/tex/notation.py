"""What is said of, and done to, parts of a formula that are Unicode already."""

from __future__ import annotations

import re
import unicodedata

from mimo_cli.markdown.tex import symbols
from mimo_cli.markdown.tex.pieces import (
    NotUnderstoodError,
    Piece,
    is_atom,
    is_enclosed,
    starts_raised,
)
from mimo_cli.markdown.tex.scripts import lowered, raised

_PRODUCT = re.compile(r"-?[^\s+\-±∓=<>,:;∘/·×÷≤≥≠→()|]+")  # noqa: RUF001 - signs of mathematics
_SCRIPT = re.compile(r"[²³¹⁰-₟ᵃ-ᵿᶜ-ᶿ^_°]")
_GROUP = re.compile(r"\([^()]*\)")


def symbol(name: str) -> Piece | None:
    """Return what a command without arguments stands for."""
    kinds = (
        (symbols.LETTERS, "factor"),
        (symbols.RELATIONS, "relation"),
        (symbols.BINARY, "binary"),
        (symbols.TIGHT, "tight"),
        (symbols.OPENING, "open"),
        (symbols.CLOSING, "close"),
        (symbols.BARS, "mark"),
        (symbols.BIG, "function"),
        (symbols.SPACES, "space"),
    )
    for table, kind in kinds:
        if name in table:
            spaced = kind in ("relation", "binary")
            return Piece((f" {table[name]} " if spaced else table[name],), kind)
    return Piece((name,), "function") if name in symbols.FUNCTIONS else None


def scripted(base: Piece) -> str:
    """Return what gets a script, in parentheses unless it is an atom without one.

    Raises:
        NotUnderstoodError: it would be one script beside another.
    """
    text = base.text
    if base.kind in ("fraction", "root"):
        return f"({text})"
    if base.kind == "factor" and not starts_raised(text):
        is_plain = is_atom(text) and not (_SCRIPT.search(text) and not is_enclosed(text))
        return text if is_plain else f"({text})"
    if _SCRIPT.search(text) or not text.strip():
        raise NotUnderstoodError
    return text


def scripts(low: str, high: str) -> str:
    """Return scripts as characters, else in brackets: `_(max)`, `^*`."""
    if high == "∘":
        return scripts(low, "") + "°"
    below = low and (lowered(low) or f"_{_bracketed(low, always=bool(high))}")
    above = high and (raised(high) or f"^{_bracketed(high)}")
    return below + above


def _bracketed(text: str, *, always: bool = False) -> str:
    return text if len(text) == 1 and not always else f"({text})"


def is_product(text: str) -> bool:
    """Return whether a text divides as a whole without parentheses: `2ab`, `-b`, `f(x+1)`."""
    before = ""
    while text != before:
        before, text = text, _GROUP.sub("g", text)
    return bool(_PRODUCT.fullmatch(text))


def in_alphabet(text: str, name: str) -> str:
    """Return letters and digits in an alphabet of their own."""
    own, starts = symbols.ALPHABETS[name]
    return "".join(own.get(character) or _shifted(character, starts) for character in text)


def _shifted(character: str, starts: dict[int, int]) -> str:
    for first, start in starts.items():
        at = ord(character) - first
        if 0 <= at < (10 if first == ord("0") else 26 if first < ord("\u0370") else 25):
            return chr(start + at)
    is_greek = "\u0370" <= character <= "\u03ff"
    if is_greek or (character.isalnum() and character.isascii()):
        raise NotUnderstoodError
    return character


def accented(text: str, name: str) -> str:
    """Return a letter with its accent; a line goes under any number of letters."""
    mark = symbols.ACCENTS[name]
    is_marked = any(unicodedata.combining(character) for character in text)
    if not text or is_marked or (len(text) > 1 and name != "underline"):
        raise NotUnderstoodError
    return "".join(character + mark for character in text)
