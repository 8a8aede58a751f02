"""Parts of a formula, and what may stand without parentheses."""

from __future__ import annotations

import re
from typing import NamedTuple

from mimo_cli.markdown.tex.scripts import LOWERED, PRIME, RAISED
from mimo_cli.markdown.tex.symbols import FUNCTIONS


class NotUnderstoodError(Exception):
    """The formula stays as it is."""


class Piece(NamedTuple):
    """A part of a formula: its rows, and what it is to its neighbours.

    kind: factor | text | fraction | root | function | prescript | binary | tight | relation |
    open | close | bar | mark | colon | space | tag | infix; of several rows: matrix (in brackets),
    rows (no bracket ends them)
    """

    rows: tuple[str, ...]
    kind: str = "factor"

    @property
    def text(self) -> str:
        """The one row that it has.

        Raises:
            NotUnderstoodError: it has several.
        """
        if len(self.rows) != 1:
            raise NotUnderstoodError
        return self.rows[0]


_NUMBER = r"\d+(?:\.\d+)?"
_LETTER = rf"(?![{RAISED}{LOWERED}])(?:[^\W\d_]|[∂∇∞∅□∃∄∁])[\u0300-\u036f\u20d7]*"
_ATOM = re.compile(rf"{_NUMBER}|{_LETTER}[{LOWERED}]*")
_POWER = re.compile(rf"(?:{_NUMBER}|{_LETTER}|(?P<group>\(.*\)))[{PRIME}{RAISED}{LOWERED}]*[!°%]?")
_CALL = re.compile(rf"(?:{'|'.join(sorted(FUNCTIONS))})(?P<group>\(.*\))")
_ROOT = re.compile(rf"[{RAISED}]*[√∛∜](?P<under>.+)")
_WORDS = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_PAIRS = dict(zip(")]}⟩⌋⌉", "([{⟨⌊⌈", strict=True))
_BARS = re.compile(r"\|[^|]+\||‖[^‖]+‖")
_DEEPEST = 20
_GROUP = re.compile(r"\([^()]*\)")
_PRODUCT = re.compile(r"-?[^\s+\-±∓=<>,:;∘/·×÷≤≥≠→()|‖∏-∑∐∫-∳⋀-⋃⨁⨂]+")  # noqa: RUF001 - signs of mathematics


def is_atom(text: str) -> bool:
    """Return whether a text needs no parentheses under a root: a number, a letter, a group."""
    return bool(_ATOM.fullmatch(text) or _WORDS.fullmatch(text)) or is_enclosed(text)


def is_power(text: str) -> bool:
    """Return whether a text needs no parentheses as a divisor: a letter, x², √x, sin(x)."""
    if root := _ROOT.fullmatch(text):
        return is_atom(root["under"])
    found = _POWER.fullmatch(text) or _CALL.fullmatch(text)
    if found and (found["group"] is None or is_enclosed(found["group"])):
        return True
    return is_atom(text)


def is_product(text: str) -> bool:
    """Return whether a text divides as a whole without parentheses: `2ab`, `-b`, `f(x+1)`."""
    for _ in range(_DEEPEST):
        text, count = _GROUP.subn("g", text)
        if not count:
            break
    return bool(_PRODUCT.fullmatch(text) or _BARS.fullmatch(text))


def is_enclosed(text: str) -> bool:
    """Return whether a text stands in brackets, or bars, that belong to each other."""
    if _PAIRS.get(text[-1:], "\0") != text[:1]:
        return bool(_BARS.fullmatch(text))
    opener, closer = text[0], text[-1]
    depth = 0
    for at, character in enumerate(text):
        depth += (character == opener) - (character == closer)
        if not depth:
            return at == len(text) - 1
    return False


def starts_raised(text: str) -> bool:
    """Return whether a text begins as an exponent does, as a root with a degree does too."""
    return text[:1] != "" and text[0] in RAISED
