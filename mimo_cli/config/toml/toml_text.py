"""A TOML text looked at without parsing it: how much it holds, and where. Pure, in linear time.

A project's file comes with a clone, and Python's parser takes quadratic time for long dotted names
(20,000 levels: 10 s), recursion for nested values, and 40 µs for a table. So a text is measured
before it is parsed. https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from mimo_cli.config.layers import KeyPath, Position

MOST = 4000
"""Keys, tables and values of arrays together."""

MOST_LINES = 20_000
"""Lines that are not within a text."""

DEEPEST = 200
"""Levels of dotted names, of arrays and of inline tables, each."""

_ODD = {
    **dict.fromkeys("\u201c\u201d\u201e\uff02\u300c\u300d", '"'),
    **dict.fromkeys("\u2018\u2019\uff07", "'"),
    **dict.fromkeys("\u3000\u00a0\u2003\u2009", Phrase("a space")),
    **{chr(ord(sign) + 0xFEE0): sign for sign in "=[]{}#,.+-"},
    "\u3001": ",",
    "\u3002": ".",
    "\u3010": "[",
    "\u3011": "]",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
}
"""What stands in the place of a sign of TOML."""

# A text that is never closed goes to the end: it is the parser that says so.
_STRING = (
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}|\\?\Z)'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]++|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
)
_SKIPPED = r"\#[^\n]*+"


def find_excess(text: str) -> Phrase:
    """Return why a text holds too much to be a configuration; empty if it does not."""
    count = lines = dots = depth = 0
    for match in re.finditer(rf"{_STRING}|{_SKIPPED}|[\[\]{{}}=,.\n]", text, re.DOTALL):
        lexeme = match.group()
        match lexeme:
            case "\n":
                lines, dots = lines + 1, 0
            case ".":
                count, dots = count + 1, dots + 1
            case "]" | "}":
                dots, depth = 0, depth - 1
            case "[" | "{":
                count, dots, depth = count + 1, 0, depth + 1
            case "=" | ",":
                count, dots = count + 1, 0
            case _:
                continue
        if max(dots, depth) > DEEPEST:
            return Phrase("it is nested deeper than {count} levels", count=DEEPEST)
        if count > MOST:
            return Phrase("it has more than {count:,} keys and values", count=MOST)
        if lines > MOST_LINES:
            return Phrase("it has more than {count:,} lines", count=MOST_LINES)
    return NOTHING


def find_odd_sign(text: str) -> tuple[Position, str, str] | None:
    """Return where the first sign is that TOML does not know outside texts, it, and what is meant.

    None if there is none: of what is TOML, and of what is wrong in another way.
    """
    for match in re.finditer(rf"{_STRING}|{_SKIPPED}|[{''.join(_ODD)}]", text, re.DOTALL):
        if meant := _ODD.get(match.group()):
            before = text[: match.start()]
            line = before.count("\n") + 1
            return (line, match.start() - before.rfind("\n")), match.group(), meant
    return None


def positions(text: str) -> dict[KeyPath, Position]:
    """Return where each key of a text that is TOML has its value; of a table, its line's beginning.

    The keys of tables within arrays are left out.
    """
    finder = _Finder()
    for match in re.finditer(
        rf"(?:{_STRING})|{_SKIPPED}|[\[\]{{}}=,\n]|[^\s\"'\#\[\]{{}}=,.]++|\.", text, re.DOTALL
    ):
        finder.take(match.group(), match.start())
    return finder.positions


class _Finder:
    """Takes the tokens of a text one by one, and knows what table each key is in.

    `_inner` are the arrays and inline tables that are open, each with the path of its keys, None in
    an array.
    """

    def __init__(self) -> None:
        self.positions: dict[KeyPath, Position] = {}
        self._line, self._line_start = 1, 0
        self._table: KeyPath = ()
        self._inner: list[KeyPath | None] = []
        self._is_header = False
        self._is_key = True  # what comes next is part of a name
        self._name: list[str] = []
        self._value: KeyPath | None = None  # of this key the value comes next

    def take(self, lexeme: str, start: int) -> None:
        """Take a lexeme that begins at an offset."""
        if lexeme[0] == "#":
            return
        if lexeme == "\n":
            self._end_line()
        elif self._value is not None:
            self._begin_value(lexeme, start - self._line_start + 1)
        elif self._is_header:
            self._take_in_header(lexeme)
        elif lexeme == "[" and not self._inner and not self._name and self._is_key:
            self._is_header = True
        else:
            self._take_elsewhere(lexeme)
        if newlines := lexeme.count("\n"):
            self._line += newlines
            self._line_start = start + lexeme.rindex("\n") + 1

    def _end_line(self) -> None:
        if not self._inner:
            self._is_key, self._is_header, self._name = True, False, []

    def _take_in_header(self, lexeme: str) -> None:
        if lexeme == "]":
            if self._name:
                self._table = tuple(self._name)
                self._know(self._table)
            self._name, self._is_key = [], False
        elif lexeme not in ("[", "."):
            self._name.append(_name(lexeme))

    def _take_elsewhere(self, lexeme: str) -> None:
        if lexeme == "=" and self._is_key:
            base = self._inner[-1] if self._inner else self._table
            self._value = (*(base or ()), *self._name)
            self._know(self._value[:-1])
            self._name, self._is_key = [], False
        elif lexeme in ("[", "{"):
            self._inner.append(None)
        elif lexeme in ("]", "}"):
            if self._inner:
                self._inner.pop()
            self._is_key = False
        elif lexeme == ",":
            self._is_key, self._name = bool(self._inner and self._inner[-1] is not None), []
        elif lexeme != "." and self._is_key:
            self._name.append(_name(lexeme))

    def _begin_value(self, lexeme: str, column: int) -> None:
        path, self._value = self._value or (), None
        self.positions.setdefault(path, (self._line, column))
        if lexeme in ("[", "{"):
            self._inner.append(path if lexeme == "{" else None)
            self._is_key = lexeme == "{"

    def _know(self, path: KeyPath) -> None:
        """Know of a table that it begins here, and of those around it."""
        for end in range(1, len(path) + 1):
            self.positions.setdefault(path[:end], (self._line, 1))


def _name(lexeme: str) -> str:
    """Return the name that a part of a key stands for."""
    if lexeme[0] == "'":
        return lexeme[1:-1]
    if lexeme[0] != '"':
        return lexeme
    import json  # only for those who quote a name, and have a fault to look for

    escaped = re.sub(r"\\(?:U([0-9A-Fa-f]{8})|.)", _as_in_json, lexeme)
    try:
        return str(json.loads(escaped, strict=False))
    except ValueError:
        return lexeme  # no TOML: the parser says so


def _as_in_json(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else 0
    return chr(code) if ord(" ") < code <= sys.maxunicode else match.group()
