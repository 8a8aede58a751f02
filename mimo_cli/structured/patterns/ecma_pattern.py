r"""Patterns of JSON Schema, which are ECMA-262's, as Python's `re` reads them. Pure.

`$` matches at the end alone, not before a line break there; `\d`, `\w` and `\b` mean ASCII, `\s`
all that is blank; `.` no line break of any kind; `[]` is nothing and `[^]` anything; groups are
named `(?<name>…)`. What is the same in both is left alone.

`\p{L}` and `\P{L}` are sets of characters (`unicode_properties`), and a property that is not known
there is refused. A `-` beside a set within a set (`[\w-.]`) is itself.

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
    r"|\\(?P<property>[pP](?:\{[^}]*\})?)"
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
_MISREAD = re.compile(r"(?:.-)?\\[dDwWsSpP]|\?<", re.DOTALL)
"""Where Python finds something wrong that is right in ECMA-262."""
_IS_SET = re.compile(r"\\[dDwWsSpP]")
_NESTED = "[&|~"  # what a set within a set may begin with one day, as Python warns


class ForeignError(re.error):
    """A pattern has what ECMA-262 has not, and Python has."""


class UnknownPropertyError(re.error):
    """A pattern has a property of Unicode's that is not known here."""


@lru_cache
def translated(pattern: str) -> str:
    """Return a pattern for `re.search`, which may be joined to others by `|`.

    Raises:
        ForeignError: it has what is Python's alone.
        UnknownPropertyError: it has a property of characters that is not known.
        re.error, OverflowError, RecursionError: it is none that Python can read.
    """
    found = "".join(_translated(pattern))
    wrapped = f"(?a:{found})"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of what Python may read otherwise one day
        try:
            re.compile(found, re.ASCII)  # before it is put into brackets, which may match its own
            re.compile(wrapped)
        except re.error as error:
            raise _as_it_is_written(error, pattern) from error
    return wrapped


def _as_it_is_written(error: re.error, pattern: str) -> re.error:
    """Return what is wrong with a pattern, and where, if Python gets that far untranslated."""
    try:
        re.compile(pattern)
    except re.error as found:
        if found.pos is not None and not _MISREAD.match(pattern, found.pos):
            return found
    return re.error(error.msg)


def _translated(pattern: str) -> Iterator[str]:
    place, dashes = 0, None
    while token := (_OUTSIDE if dashes is None else _WITHIN).match(pattern, place):
        place, text = token.end(), token[0]
        if token["foreign"]:
            raise ForeignError(f"unknown {text}", pattern, token.start())
        if dashes is not None and text != "]":
            is_before_set = bool(_IS_SET.match(pattern, place))
            yield dashes.seen(text, _within(token), is_before_set=is_before_set)
            continue
        yield _outside(token)
        if text == "]":
            dashes = None
        elif text in ("[", "[^"):
            dashes = _Dashes()


def _within(token: re.Match[str]) -> str:
    """Return what is read within a set as Python has it."""
    text = token[0]
    return _members(token) or _one(token) or (f"\\{text}" if text in _NESTED else text)


def _outside(token: re.Match[str]) -> str:
    if members := _members(token):
        return f"[{members}]"
    if token.re is _OUTSIDE and (name := token["back"]):
        return f"(?P={name})"
    return _one(token) or _WRITTEN.get(token[0], token[0])


def _members(token: re.Match[str]) -> str:
    """Return what stands between the brackets for a set of characters; "" for what is none."""
    if name := token["set"]:
        return _SETS[name]
    if not (name := token["property"]):
        return ""
    from mimo_cli.structured.patterns import unicode_properties  # few patterns have any

    found = unicode_properties.members(name[2:-1], is_negated=name[0] == "P")
    if not found:
        raise UnknownPropertyError(token[0], token.string, token.start())
    return found


def _one(token: re.Match[str]) -> str:
    """Return a character that is given by its number, in one of the ways; "" for any other."""
    if point := token["point"]:
        return _character(int(point, 16))
    if control := token["control"]:
        return _character(ord(control) & 0x1F)
    if pair := token["pair"]:
        high, low = int(pair[2:6], 16), int(pair[8:], 16)
        return _character(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF))
    return ""


def _character(point: int) -> str:
    return f"\\U{point:08x}"  # where there is none of that number, Python says so


class _Dashes:
    r"""Which `-` in a set is itself: where one of its ends is a set, which makes no range.

    What was read is "", a `set`, a `dash` behind one, or the `end` of what is no range: in
    `[\d-a-z]` the second is itself too.
    """

    def __init__(self) -> None:
        self._read = ""

    def seen(self, text: str, written: str, *, is_before_set: bool) -> str:
        """Return what was read, and is written for Python so; a `-` of itself is escaped."""
        read = self._read
        if text == "-":
            self._read = {"set": "dash", "dash": "end"}.get(read, "")
            return r"\-" if read or is_before_set else text
        is_set = bool(_IS_SET.match(text))
        self._read = "end" if read == "dash" else "set" if is_set else ""
        return written
