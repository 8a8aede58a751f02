r"""Equations of chemistry as mhchem writes them: `\ce{SO4^2- + Ba^2+ -> BaSO4 v}`."""

from __future__ import annotations

import re

from mimo_cli.markdown.tex.pieces import NotUnderstoodError
from mimo_cli.markdown.tex.scripts import lowered, raised

_SIGNS = {
    **dict(zip("+=^v", "+=↑↓", strict=True)),
    "->": "→",
    "<-": "←",
    "<->": "↔",
    "<=>": "⇌",
}
_ARROW = re.compile(r"->\[([^\[\]{}\\]+)\]")
_AMOUNT = r"\d+(?:\.\d+|/\d+)?"
_LOW = rf"[01]\.\d+|\d+\.\d+(?![\d.A-Z(])|\d+(?=\.{_AMOUNT}(?:H2O|D2O|NH3|SiO2))|\d+(?!\d|\.\d)"
"""A subscript. A point behind it is that of a number at the end or behind 0 and 1, which no formula
has otherwise, and an amount's before water and the like; other points are doubtful."""

_COUNTED = re.compile(
    rf"(?:(?<=[A-Za-z)\]])(?:_?(?:{_LOW})|_?\{{\d+(?:\.\d+)?\}}))"
    rf"|(?:\*|(?<=[A-Za-z0-9)\]}}])\.)(?:{_AMOUNT})?(?=[A-Z(])"
)
_SPECIES = re.compile(
    rf"(?P<count>{_AMOUNT})?"
    rf"(?!\.)(?P<body>e(?=\^?-)|(?:[A-Z][a-z]?|[()\[\]]|{_COUNTED.pattern})+)"
    r"(?P<charge>\^\{\d*[+-]\}|\^\d*[+-]|[+-])?"
    r"(?P<state>\((?:s|l|g|aq)\))?"
)
_REAGENT = re.compile(r"[^\s,;/]+")
_SPLIT = re.compile(r"(?<=\d) (?=[A-Z(\[])| (?=\((?:s|l|g|aq)\))")


def equation(text: str) -> str:
    """Return an equation with its numbers raised and lowered.

    Raises:
        NotUnderstoodError: it says more than formulas, their charges and arrows.
    """
    return " ".join(map(_part, _SPLIT.sub("", " ".join(text.split())).split(" ")))


def _part(text: str) -> str:
    if text in _SIGNS:
        return _SIGNS[text]
    if arrow := _ARROW.fullmatch(text):
        return f"─{_REAGENT.sub(_reagent, arrow[1])}→"
    found = _SPECIES.fullmatch(text)
    if found is None:
        raise NotUnderstoodError
    body = _COUNTED.sub(_counted, found["body"])
    charge = raised((found["charge"] or "").strip("^{}"))
    return f"{found['count'] or ''}{body}{charge}{found['state'] or ''}"


def _counted(found: re.Match[str]) -> str:
    """Return a number that is lowered (`O₂`, `Fe₀.₉₅`), or the dot before an amount with that."""
    if found[0][0] in "*.":
        return f"·{found[0][1:]}"
    return ".".join(map(lowered, found[0].strip("_{}").split(".")))


def _reagent(found: re.Match[str]) -> str:
    """Return a word of what stands over an arrow, as a formula if it is one: `H₂SO₄`, `heat`."""
    return _part(found[0]) if _SPECIES.fullmatch(found[0]) else found[0]
