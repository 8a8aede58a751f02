r"""Patterns of JSON Schema, which are ECMA-262's, as Python's `re` reads them. Pure.

`$` matches at the end alone, not before a line break there; `\d`, `\w` and `\b` mean ASCII, `\s`
all that is blank; `.` no line break of any kind; `[]` is nothing and `[^]` anything; groups are
named `(?<name>…)`. What is the same in both is left alone.

What Python alone has is refused. With the `u` flag, which JSON Schema asks for and ajv sets, each
of that is an error; without it some would be literal (`\A`, `a{,3}`). Other literals that only the
flag forbids (`\-`, `{`) mean the same to all, and are taken. Flags in a group, `(?i:…)`, are in
ECMA-262 since 2025, and few programs know them.
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
_SETS = {
    "s": _BLANK,
    "S": _NOT_BLANK,
    # Python takes these for Unicode's where a search begins with one, whatever the flags say.
    "D": r"\x00-/:-\U0010ffff",
    "W": r"\x00-/:-@\[-\^`{-\U0010ffff",
}
_ESCAPE = (
    r"\\u\{(?P<point>[0-9A-Fa-f]{1,6})\}|\\(?P<set>[sSDW])|\\c(?P<control>[A-Za-z])"
    r"|(?P<pair>\\u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2})"
)
_FOREIGN_ESCAPE = r"\\[aUN]|\\0[0-9]"  # a bell, a character by its number or its name, octal
_FOREIGN_WITHIN = rf"{_FOREIGN_ESCAPE}|\\[1-7]"
_FOREIGN_OUTSIDE = (
    rf"{_FOREIGN_ESCAPE}"
    r"|\\[AZ]|\\[1-3][0-7]{2}"  # the ends, octal
    r"|\(\?(?![:=!<])(?:P[<=>]|.)"  # flags, names, atomic, conditional, a remark
    r"|\{,[0-9]*\}"
    r"|(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\+"  # possessive
)
_WITHIN = re.compile(rf"(?P<foreign>{_FOREIGN_WITHIN})|{_ESCAPE}|\\.|.", re.DOTALL)
_OUTSIDE = re.compile(
    rf"(?P<foreign>{_FOREIGN_OUTSIDE})|{_ESCAPE}"
    r"|\\k<(?P<back>[^>]*)>|\\.|\[\^?\]|\[\^?|\(\?<(?![=!])|.",
    re.DOTALL,
)
_WRITTEN = {
    "$": r"\Z",
    ".": r"[^\n\r\u2028\u2029]",
    r"\B": r"(?!\b)",  # there is one in an empty text
    "[]": "(?!)",
    "[^]": r"(?:.|\n)",
    "(?<": "(?P<",
}
_NESTED = "[&|~"  # what a set within a set may begin with one day, as Python warns


class ForeignError(re.error):
    """A pattern has what ECMA-262 has not, and Python has."""


@lru_cache
def translated(pattern: str) -> str:
    """Return a pattern for `re.search`, which may be joined to others by `|`.

    Raises:
        ForeignError: it has what is Python's alone.
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
            re.compile(pattern)  # which says where it is wrong, as it is written
            raise
    return wrapped


def _translated(pattern: str) -> Iterator[str]:
    place, is_in_set = 0, False
    while token := (_WITHIN if is_in_set else _OUTSIDE).match(pattern, place):
        place, text = token.end(), token[0]
        if token["foreign"]:
            raise ForeignError(f"unknown {text}", pattern, token.start())
        if token["point"]:
            yield _character(int(token["point"], 16))
        elif token["pair"]:
            high, low = int(text[2:6], 16), int(text[8:], 16)
            yield _character(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF))
        elif token["control"]:
            yield _character(ord(token["control"]) & 0x1F)
        elif name := token["set"]:
            yield _SETS[name] if is_in_set else f"[{_SETS[name]}]"
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
