r"""Formulas with the marks that begin and end them, to Unicode without.

Between single `$` there may be anything (`$HOME/$USER`, `$5, or 5$`), and the marks would be lost.
So these are taken as mathematics only if no letter or digit touches the outside of a mark (but for
the ending of `$n$th`), and the inside has a sign of TeX (a command, a script, a brace) or is an
expression: letters that stand alone, short runs of them that are no English word, names of
functions, numbers and operators. Scripts alone belong to what touches them: `H$_2$O`,
`30$^\circ$C`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mimo_cli.markdown.tex.formula import to_rows
from mimo_cli.markdown.tex.pieces import NotUnderstoodError
from mimo_cli.markdown.tex.scripts import LOWERED, RAISED
from mimo_cli.markdown.tex.signs import (
    has_open_edge,
    is_dollar_formula,
    shows_mathematics,
    touches,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_DISPLAY = re.compile(
    r"\s*(?:\$\$(?P<dollars>.*)\$\$|\\\[(?P<brackets>.*)\\\]"
    r"|(?P<environment>\\begin\{.*\\end\{[A-Za-z]+\*?\}))(?P<after>\W*)",
    re.DOTALL,
)
_SCRIPTS = re.compile(r"(?:\{\})?(?:[_^](?:\{[^{}]*\}|\\circ|[0-9A-Za-z+-]))+")
_ENDING = re.compile(r"(?:th|st|nd|rd|s)(?![A-Za-z0-9])")


@lru_cache(maxsize=64)
def display_rows(source: str, *, wide: bool = False) -> tuple[str, ...]:
    """Return the rows of a display formula; () if it is not understood.

    `wide` is explained at `cell_width`.
    """
    found = _DISPLAY.fullmatch(source)
    if found is None:
        return ()
    dollars = found["dollars"]
    if dollars and "\n" not in dollars and not shows_mathematics(dollars):
        return ()
    inner = dollars or found["brackets"] or found["environment"] or ""
    *rows, last = understood_rows(inner, wide=wide) or [""]
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
        if source[0] == "$" and has_open_edge(inner):
            return ""
    else:
        inner = source[1:-1]
        if _SCRIPTS.fullmatch(inner):
            return _script(inner, before, after)
        if touches(before) or _is_touched(after) or not is_dollar_formula(inner, after):
            return ""
    rows = understood_rows(inner)
    return rows[0].strip() if len(rows) == 1 else ""


def _script(inner: str, before: str, after: str) -> str:
    """Return scripts alone, of the letter or digit before them; "" if there is none, or no sign.

    A degree sign needs none, and a number before its letter (`$^{14}$C`).
    """
    drawn = "".join(understood_rows(f"x{inner.removeprefix('{}')}"))
    text = drawn.removeprefix("x")
    is_base = before.isalnum() or before in (")", "]")
    is_number = after[:1].isalpha() and inner.startswith(("^", "{}^")) and not text.isalpha()
    if not all(sign in RAISED or sign in LOWERED or sign == "°" for sign in text):
        return ""
    return text if text != drawn and (is_base or text == "°" or is_number) else ""


def _is_touched(after: str) -> bool:
    """Return whether a letter or digit follows; that of an ordinal number is none (`$n$th`)."""
    return touches(after[:1]) and not _ENDING.match(after)


def understood_rows(
    tex: str, *, wide: bool = False, read: Callable[..., list[str]] = to_rows
) -> list[str]:
    """Return the rows of a formula; [] if it is not understood.

    The reader is pure, so what goes wrong within it is a formula that it does not understand: an
    answer is not lost by it. Tests call `to_rows`, which has no such net.
    """
    try:
        return read(tex, wide=wide)
    except (NotUnderstoodError, ValueError, LookupError, RecursionError):
        return []
