"""Items of lists with the numbers that browsers show (HTML, 4.4.5 and 4.4.8)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.attachments.web.html.tree import ancestor, elements, style

if TYPE_CHECKING:
    from bs4 import Tag

MARK = "data-mark"
"""The attribute of an item that has what stands before it."""

_INTEGER = r"\s*([+-]?[0-9]{1,9})(?![0-9])"
_STYLES = {
    **dict.fromkeys(("lower-alpha", "lower-latin"), "a"),
    **dict.fromkeys(("upper-alpha", "upper-latin"), "A"),
    "lower-roman": "i",
    "upper-roman": "I",
    "decimal": "1",
}
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST_IN_ROMAN = 3999
_LETTERS = 26


def write(part: Tag) -> None:
    """Give each item its mark, and make lists of what are lists by another name."""
    for tag in elements(part, ("menu", "dir")):
        tag.name = "ul"
    of_list: dict[int, list[Tag]] = {}
    for item in elements(part, ("li",)):
        item[MARK] = "-"
        of_list.setdefault(id(ancestor(item, ("ol", "ul"))), []).append(item)
    for whole in elements(part, ("ol",)):
        _number(whole, of_list.get(id(whole), []))


def _number(whole: Tag, items: list[Tag]) -> None:
    is_reversed = "reversed" in whole.attrs
    number = _integer(whole, "start", len(items) if is_reversed else 1)
    for item in items:
        number = _integer(item, "value", number)
        item[MARK] = f"{_written(number, _kind(item) or _kind(whole))}."
        number += -1 if is_reversed else 1


def _integer(tag: Tag, name: str, otherwise: int) -> int:
    found = re.match(_INTEGER, str(tag.get(name) or ""))
    return int(found[1]) if found else otherwise


def _kind(tag: Tag) -> str:
    declared = style(tag) if "style" in tag.attrs else {}
    styled = declared.get("list-style-type") or declared.get("list-style") or ""
    return next((_STYLES[it] for it in styled.split() if it in _STYLES), str(tag.get("type") or ""))


def _written(number: int, kind: str) -> str:
    if kind in ("a", "A") and number > 0:
        return _cased(_letters(number), kind)
    if kind in ("i", "I") and 0 < number <= _MOST_IN_ROMAN:
        return _cased(_roman(number), kind)
    return str(number)


def _cased(words: str, kind: str) -> str:
    return words.upper() if kind.isupper() else words


def _letters(number: int) -> str:
    found = ""
    while number > 0:
        number, letter = divmod(number - 1, _LETTERS)
        found = chr(ord("a") + letter) + found
    return found


def _roman(number: int) -> str:
    found = ""
    for value, letters in _ROMAN:
        found += letters * (number // value)
        number %= value
    return found
