"""What is said of, and done to, parts of a formula that are Unicode already."""

from __future__ import annotations

import re
import unicodedata

from mimo_cli.markdown.tex import symbols
from mimo_cli.markdown.tex.joining import compact, joined
from mimo_cli.markdown.tex.pieces import (
    NotUnderstoodError,
    Piece,
    is_atom,
    is_enclosed,
    is_power,
    is_product,
    starts_raised,
)
from mimo_cli.markdown.tex.scripts import LOWERED, PRIME, RAISED, lowered, raised

_SCRIPT = re.compile(rf"[{RAISED}{LOWERED}^_°]")
_LOWERED = re.compile(rf"[A-Za-z]+[{LOWERED}]+")
_LETTER = (
    rf"(?:[^\W\d_][\u0300-\u036f\u20d7]*[{PRIME}{RAISED}{LOWERED}]*(?:[_^](?:[^\W_]|\([^()]*\)))?)"
)
_ABOVE = re.compile(rf"([d∂Δδ])[{RAISED}]*(.*)", re.DOTALL)
_BELOW = {sign: re.compile(rf"(?:{sign}{_LETTER})+") for sign in "d∂Δδ"}
_WORD = 2


def symbol(name: str) -> Piece | None:
    """Return what a command without arguments stands for."""
    kinds = (
        (symbols.LETTERS, "factor"),
        (symbols.RELATIONS, "relation"),
        (symbols.BINARY, "binary"),
        (symbols.TIGHT, "tight"),
        (symbols.OPENING, "open"),
        (symbols.CLOSING, "close"),
        (symbols.BARS, "bar"),
        (symbols.BIG, "function"),
        (symbols.SPACES, "space"),
    )
    for table, kind in kinds:
        if name in table:
            spaced = kind in ("relation", "binary")
            return Piece((f" {table[name]} " if spaced else table[name],), kind)
    return Piece((name,), "function") if name in symbols.FUNCTIONS else None


def scripted(base: Piece, *, low: str, high: str) -> str:
    """Return what gets a script, in parentheses unless it is an atom without one.

    Raises:
        NotUnderstoodError: it would be one script beside another.
    """
    text = base.text
    if base.kind in ("fraction", "root"):
        return f"({text})"
    if base.kind == "text" and high and not low and _LOWERED.fullmatch(text):
        return text
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


def ratio(above: list[Piece], below: list[Piece]) -> Piece:
    """Return a fraction on one line, in parentheses what is not a factor."""
    over, under = one_row(above), one_row(below)
    if not (over and under):
        raise NotUnderstoodError
    if derivative := _derivative(above, below):
        return Piece((derivative,), "fraction")
    tight = one_row(compact(above))
    if not is_product(over) and is_product(tight) and _is_spaced_for_looks(above):
        over = tight
    over = over if is_product(over) or _is_word(above) else f"({over})"
    under = under if is_power(under) or _is_word(below) else f"({under})"
    return Piece((f"{over}/{under}",), "fraction")


def one_row(pieces: list[Piece]) -> str:
    """Return pieces beside each other as text.

    Raises:
        NotUnderstoodError: they have several rows.
    """
    return Piece(joined(pieces)).text.strip()


def _is_word(pieces: list[Piece]) -> bool:
    is_name = len(pieces) == 1 and pieces[0].kind in ("text", "function")
    return is_name and pieces[0].text.isalpha()


def _is_spaced_for_looks(pieces: list[Piece]) -> bool:
    """Return whether spaces stand between letters alone, as in `m_1 m_2`, not between words."""
    length, is_number = 0, False
    for piece in pieces:
        if piece.kind == "space":
            length = 0
            continue
        length = length + 1 if piece.text.isalpha() else 0
        if piece.kind == "text" or length > _WORD or (is_number and piece.text[:1].isdecimal()):
            return False
        is_number = piece.text[-1:].isdecimal()
    return True


def _derivative(above: list[Piece], below: list[Piece]) -> str:
    """Return dy/dx, ∂²f/∂x∂y, Δy/Δx; "" if it is none: nobody takes dx for d·x there."""
    over, under = one_row(compact(above)), one_row(compact(below))
    found = _ABOVE.fullmatch(over)
    if not found or not _BELOW[found[1]].fullmatch(under):
        return ""
    return f"{over}/{under}" if not found[2] or is_product(found[2]) else ""


def choice(above: list[Piece], below: list[Piece]) -> Piece:
    """Return a binomial coefficient: (n choose k)."""
    over, under = one_row(above), one_row(below)
    if not (over and under):
        raise NotUnderstoodError
    return Piece((f"({over} choose {under})",))


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
