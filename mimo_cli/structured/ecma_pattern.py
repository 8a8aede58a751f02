r"""Patterns of JSON Schema, which are ECMA-262's, as Python's `re` reads them. Pure.

`$` matches at the end alone, not before a line break there; `\d`, `\w` and `\b` mean ASCII, `\s`
all that is blank; `.` no line break of any kind; `[]` is nothing and `[^]` anything; groups are
named `(?<name>…)`. What is the same in both is left alone, and what only Python has.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_NOT_BLANK = (
    r"\x00-\x08\x0e-\x1f!-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e"
    r"\u2060-\u2fff\u3001-\ufefe\uff00-\U0010ffff"
)
_ESCAPE = r"\\u\{(?P<point>[0-9A-Fa-f]{1,6})\}|\\(?P<blank>[sS])"
_WITHIN = re.compile(rf"{_ESCAPE}|\\.|.", re.DOTALL)
_OUTSIDE = re.compile(
    rf"{_ESCAPE}|\\k<(?P<back>[^>]*)>|\\.|\[\^?\]|\[\^?|\(\?<(?![=!])|.", re.DOTALL
)
_WRITTEN = {
    "$": r"\Z",
    ".": r"[^\n\r\u2028\u2029]",
    "[]": "(?!)",
    "[^]": r"(?:.|\n)",
    "(?<": "(?P<",
}
_NESTED = "[&|~"  # what a set within a set may begin with one day, as Python warns


@lru_cache
def translated(pattern: str) -> str:
    """Return a pattern for `re.search`, which may be joined to others by `|`.

    Raises:
        re.error, OverflowError, RecursionError: it is none that Python can read.
    """
    found = "".join(_translated(pattern))
    wrapped = f"(?a:{found})"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of what Python may read otherwise one day
        try:
            re.compile(found, re.ASCII)  # before it is put into brackets, which may match its own
            re.compile(wrapped)
        except re.error:
            re.compile(pattern)  # that has what only Python has, or this says what is wrong with it
            return pattern
    return wrapped


def _translated(pattern: str) -> Iterator[str]:
    place, is_in_set = 0, False
    while token := (_WITHIN if is_in_set else _OUTSIDE).match(pattern, place):
        place, text = token.end(), token[0]
        if token["point"]:
            yield _character(int(token["point"], 16))
        elif token["blank"]:
            blank = _BLANK if token["blank"] == "s" else _NOT_BLANK
            yield blank if is_in_set else f"[{blank}]"
        elif is_in_set:
            yield f"\\{text}" if text in _NESTED else text
            is_in_set = text != "]"
        elif name := token["back"]:
            yield f"(?P={name})"
        else:
            yield _WRITTEN.get(text, text)
            is_in_set = text in ("[", "[^")


def _character(point: int) -> str:
    return f"\\U{point:08x}"  # where there is none of that number, Python says so
