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
_SPECIES = re.compile(
    r"(?P<count>\d+(?:/\d+)?)?"
    r"(?P<body>e(?=\^?-)|(?:(?:[A-Z][a-z]?|[()\[\]])(?:_?(?:\d+|\{\d+\}))?|[*.]\d*(?=[A-Z]))+)"
    r"(?P<charge>\^\{\d*[+-]\}|\^\d*[+-]|[+-])?"
    r"(?P<state>\((?:s|l|g|aq)\))?"
)
_COUNTED = re.compile(r"(?<=[A-Za-z)\]])_?\{?(\d+)\}?")
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
        return f"─{arrow[1]}→"
    found = _SPECIES.fullmatch(text)
    if found is None:
        raise NotUnderstoodError
    body = re.sub(r"[*.]", "·", _COUNTED.sub(lambda number: lowered(number[1]), found["body"]))
    charge = raised((found["charge"] or "").strip("^{}"))
    return f"{found['count'] or ''}{body}{charge}{found['state'] or ''}"
