r"""Formulas with the marks that begin and end them, to Unicode without.

Between single `$` there may be anything (`$HOME/$USER`, `$5, or 5$`), and the marks would be lost.
So these are taken as mathematics only if no letter or digit touches the outside of a mark (but for
the ending of `$n$th`), and the inside has a sign of TeX (a command, a script, a brace) or is an
expression: letters that stand alone, short runs of them that are no English word, names of
functions, numbers and operators.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mimo_cli.markdown.tex.formula import to_rows
from mimo_cli.markdown.tex.pieces import NotUnderstoodError
from mimo_cli.markdown.tex.symbols import FUNCTIONS

_DISPLAY = re.compile(
    r"\s*(?:\$\$(?P<dollars>.*)\$\$|\\\[(?P<brackets>.*)\\\]"
    r"|(?P<environment>\\begin\{.*\\end\{[A-Za-z]+\*?\}))(?P<after>\W*)",
    re.DOTALL,
)
_SIGN = re.compile(r"\\[A-Za-z{}|,;%&#]|[\^_{}]")
_ENDING = re.compile(r"(?:th|st|nd|rd|s)(?![A-Za-z0-9])")
_EXPRESSION = re.compile(r"(?:[A-Za-z\u0370-\u03ff0-9]|[\s+\-*/=<>()\[\]|,.;:'!\u2200-\u22ff])+")
_RUN = re.compile(r"[A-Za-z]{2,}")
_ENGLISH = frozenset(
    "am an and are as at be by do for go if in is it me my no of on or so to up us we".split()  # noqa: SIM905
)
_PRODUCTS = ("abc", "xyz")
_PAIR = 2
_LONGEST = 4


@lru_cache(maxsize=64)
def display_rows(source: str, *, wide: bool = False) -> tuple[str, ...]:
    """Return the rows of a display formula; () if it is not understood.

    `wide` is explained at `cell_width`.
    """
    found = _DISPLAY.fullmatch(source)
    if found is None:
        return ()
    inner = found["dollars"] or found["brackets"] or found["environment"] or ""
    *rows, last = _rows(inner, wide=wide) or [""]
    return (*rows, last + found["after"].strip()) if last else ()


def inline_text(source: str, before: str, after: str) -> str:
    """Return a formula within a line; "" if it is not understood, or is none.

    Args:
        source: the formula with its marks.
        before: the character before it.
        after: up to three characters after it.
    """
    if source.startswith("\\begin"):
        inner = source
    elif source.startswith(("$$", "\\")):
        inner = source[2:-2]
    else:
        inner = source[1:-1]
        if (
            _touches(before)
            or _is_touched(after)
            or not (_SIGN.search(inner) or is_expression(inner))
        ):
            return ""
    rows = _rows(inner)
    return rows[0] if len(rows) == 1 else ""


def is_expression(text: str) -> bool:
    """Return whether a text without a sign of TeX is mathematics, not words."""
    return bool(_EXPRESSION.fullmatch(text)) and all(map(_is_name, _RUN.findall(text)))


def _is_name(run: str) -> bool:
    if run in FUNCTIONS or (run.isupper() and len(run) <= _LONGEST):
        return True
    return run in _PRODUCTS or (len(run) == _PAIR and run.islower() and run not in _ENGLISH)


def _touches(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_touched(after: str) -> bool:
    """Return whether a letter or digit follows; that of an ordinal number is none (`$n$th`)."""
    return _touches(after[:1]) and not _ENDING.match(after)


def _rows(tex: str, *, wide: bool = False) -> list[str]:
    try:
        return to_rows(tex, wide=wide)
    except NotUnderstoodError:
        return []
