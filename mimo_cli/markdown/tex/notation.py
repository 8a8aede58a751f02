"""What is said of, and done to, parts of a formula that are Unicode already."""

from __future__ import annotations

import re

from mimo_cli.markdown.tex import symbols
from mimo_cli.markdown.tex.pieces import NotUnderstoodError, Piece
from mimo_cli.markdown.tex.scripts import lowered, raised

_ATOM = re.compile(r"\d+(?:\.\d+)?|[^\W\d_][\u0300-\u036f\u20d7′²³¹⁰-₟ᵃ-ᵿᶜ-ᶿ]*")  # noqa: RUF001
_PRODUCT = re.compile(r"-?[^\s+\-±∓=<>,/·×÷≤≥≠→()|]+")  # noqa: RUF001 - signs of mathematics
_WORDS = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
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


def scripts(low: str, high: str) -> str:
    """Return scripts as characters, else in brackets: `_(max)`, `^*`."""
    if high == "∘":
        return scripts(low, "") + "°"
    below = low and (lowered(low) or f"_{_bracketed(low, always=bool(high))}")
    above = high and (raised(high) or f"^{_bracketed(high)}")
    return below + above


def _bracketed(text: str, *, always: bool = False) -> str:
    return text if len(text) == 1 and not always else f"({text})"


def is_atom(text: str) -> bool:
    """Return whether a text needs no parentheses: a number, a letter, what is in them already."""
    return bool(_ATOM.fullmatch(text) or _WORDS.fullmatch(text)) or _is_enclosed(text)


def is_product(text: str) -> bool:
    """Return whether a text divides as a whole without parentheses: `2ab`, `-b`, `f(x+1)`."""
    before = ""
    while text != before:
        before, text = text, _GROUP.sub("g", text)
    return bool(_PRODUCT.fullmatch(text))


def _is_enclosed(text: str) -> bool:
    """Return whether a text stands in parentheses that belong to each other."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if not depth:
            return at == len(text) - 1
    return False


def in_alphabet(text: str, name: str) -> str:
    """Return letters and digits in an alphabet of their own."""
    own, starts = symbols.ALPHABETS[name]
    return "".join(own.get(character) or _shifted(character, starts) for character in text)


def _shifted(character: str, starts: dict[int, int]) -> str:
    for first, start in starts.items():
        at = ord(character) - first
        if 0 <= at < (10 if first == ord("0") else 26):
            return chr(start + at)
    if character.isalnum() and character.isascii():
        raise NotUnderstoodError
    return character


def accented(text: str, name: str) -> str:
    """Return a letter with its accent; a line goes over or under any number of letters."""
    mark = symbols.ACCENTS[name]
    if not text or (len(text) > 1 and name not in ("overline", "underline")):
        raise NotUnderstoodError
    return "".join(character + mark for character in text)
