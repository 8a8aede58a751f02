"""The JSON that an answer holds, and JSON as it is written for people and programs. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mimo_cli.markdown.fences import fences
from mimo_cli.output.sanitize import INVISIBLE, sanitize
from mimo_cli.phrases import Phrase
from mimo_cli.structured import strict_json
from mimo_cli.structured.strict_json import BrokenJsonError, NoJsonError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["NoJsonError", "text_of", "value_of"]

_AROUND = " \t\r\n\v\f\x85\xa0\u2028\u2029\u200b\u3000\ufeff"
_LANGUAGES = frozenset({"json", "jsonc", "json5"})
_OPENING = re.compile(r'\{\s*+["}]|\[\s*+(?:[\]\[{"\d-]|true|false|null)')
_MEANT = re.compile(r'\{\s*+"|\[\s*+[\[{"]')
"""What begins as JSON does: where that breaks off, nothing within it is the answer."""
_MOST_BROKEN = 1000
"""Brackets that are no JSON's: for each, Python counts the lines before it."""


def value_of(text: str) -> Any:
    """Return the value of the JSON in an answer: all of it, its one block, or the one in its prose.

    Raises:
        NoJsonError: there is none, more than one, or one that cannot be used.
    """
    text = text.strip(_AROUND)
    if not text:
        raise NoJsonError(Phrase("the answer is empty"))
    try:
        return strict_json.read(text)
    except NoJsonError as error:
        values = list(_in_blocks(text)) or list(_in_prose(text))
        if not values and not isinstance(error, BrokenJsonError):
            raise
    return _the_one(values)


def _the_one(values: Iterable[Any]) -> Any:
    different = {json.dumps(value, sort_keys=True): value for value in values}
    if not different:
        raise NoJsonError(Phrase("there is no JSON in it"))
    if len(different) > 1:
        raise NoJsonError(Phrase("there is more than one JSON value in it"))
    return different.popitem()[1]


def _in_blocks(text: str) -> Iterator[Any]:
    """Yield the values of the fenced blocks that are JSON; one that is named so has to be."""
    for block in fences(text):
        is_named = block.language in _LANGUAGES
        try:
            value = strict_json.read(block.code.strip(_AROUND))
        except NoJsonError:
            if is_named:
                raise
            continue
        if is_named or isinstance(value, dict | list):
            yield value


def _in_prose(text: str) -> Iterator[Any]:
    """Yield the objects and arrays in a text. Nothing of one that is broken is looked at again."""
    place = broken = 0
    while opening := _OPENING.search(text, place):
        start = opening.start()
        try:
            value, place = strict_json.read_at(text, start)
        except BrokenJsonError as error:
            broken += 1
            if _MEANT.match(text, start) or broken > _MOST_BROKEN:
                raise
            place = max(start + 1, error.offset)
            continue
        yield value


def text_of(value: Any, *, indent: bool) -> str:
    """Return a value as JSON: on one line, or indented by 2; without a newline at its end.

    Letters of all scripts are themselves; what could drive or deceive a terminal is escaped, so
    that nothing is left of which a terminal would be shown anything else.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2 if indent else None)
    if text.isascii() and "\x7f" not in text:
        return text
    text = re.sub(INVISIBLE, _escaped, text)
    if sanitize(text) == text:
        return text
    return json.dumps(value, indent=2 if indent else None)  # too many marks on a letter, say


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
