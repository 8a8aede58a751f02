"""The JSON that an answer holds, and JSON as it is written for people and programs. Pure."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from mimo_cli.markdown import fences
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.output.sanitize import INVISIBLE, sanitize
from mimo_cli.phrases import Phrase
from mimo_cli.structured import strict_json
from mimo_cli.structured.strict_json import BrokenJsonError, NoJsonError

if TYPE_CHECKING:
    from collections.abc import Iterator

_AROUND = " \t\r\n\v\f\x85\xa0\u2028\u2029\u200b\u3000\ufeff"
_LANGUAGES = frozenset({"json", "jsonc", "json5"})
_THOUGHT = re.compile(r"<(think|thinking)>(?:.*?</\1>|.*)", re.DOTALL | re.IGNORECASE)
"""Thinking that a server left in the text. Where it has no end, all of the answer is thinking."""
_THOUGHT_END = re.compile(r"</(?:think|thinking)>", re.IGNORECASE)
"""What ends thinking that began before the text: the tag that opens it was the prompt's."""
_OPENING = re.compile(r'\{\s*+["}]|\[\s*+(?:[\]\[{"\d-]|true|false|null)')
_MEANT = re.compile(r'\{\s*+"|\[\s*+[\[{"]')
"""What begins as JSON does: where that breaks off, nothing within it is the answer."""
_MOST_BROKEN = 1000
"""Brackets that are no JSON's: for each, Python counts the lines before it."""
_SEVERAL = Phrase("there is more than one JSON value in it")


class Held(NamedTuple):
    """The JSON value of an answer; `has_words`: other words stand around the block it was in."""

    value: Any
    has_words: bool = False


def held_by(text: str) -> Held:
    """Return the JSON that an answer holds: all of it, or its one fenced block.

    Nothing is taken out of a sentence, and nothing from beside other JSON: an example is no answer,
    and to ask again is cheap beside a wrong value.

    Raises:
        NoJsonError: there is none, more than one, or one that cannot be used.
    """
    text = text.strip(_AROUND)
    if thought := _THOUGHT.match(text):
        text = text[thought.end() :].strip(_AROUND)
    if (held := _whole(text)) is not None:
        return held
    if end := _THOUGHT_END.search(text):
        text = text[end.end() :].strip(_AROUND)
        if (held := _whole(text)) is not None:
            return held
    parts = fences.parts(text)
    blocks = [part for part in parts if isinstance(part, fences.Fence)]
    words = "\n".join(part for part in parts if isinstance(part, str)).strip(_AROUND)
    if not blocks:
        raise _without_blocks(words)
    if len(blocks) > 1:
        raise NoJsonError(Phrase("there is more than one code block in it"))
    return _in_block(blocks[0], words)


def _whole(text: str) -> Held | None:
    """Return the value that a text is as a whole; None if it is none.

    Raises:
        NoJsonError: it is empty, or a value that cannot be used.
    """
    if not text:
        raise NoJsonError(Phrase("the answer is empty"))
    try:
        return Held(strict_json.read(text))
    except BrokenJsonError:
        return None


def _without_blocks(words: str) -> NoJsonError:
    """Return why a text that is no JSON as a whole is none.

    Raises:
        NoJsonError: it was to be one.
    """
    values = list(islice(_in_words(words), 2))
    if not values:
        return NoJsonError(Phrase("there is no JSON in it"))
    return NoJsonError(_SEVERAL if len(values) > 1 else Phrase("there are words around the JSON"))


def _in_block(block: fences.Fence, words: str) -> Held:
    """Return the value of the one block, with other words around it.

    Raises:
        NoJsonError: it is none, or not the only one.
    """
    try:
        value = strict_json.read(block.code.strip(_AROUND))
    except NoJsonError:
        if block.language in ("", *_LANGUAGES):
            raise
        raise _without_blocks(words) from None
    if words and not (block.language in _LANGUAGES or isinstance(value, dict | list)):
        raise _without_blocks(words)
    if _has_json(words):
        raise NoJsonError(_SEVERAL)
    return Held(value, has_words=bool(words))


def _has_json(words: str) -> bool:
    """Return whether an object or array stands in a text, or what was to be one."""
    try:
        return next(_in_words(words), None) is not None
    except NoJsonError:
        return True


def _in_words(text: str) -> Iterator[Any]:
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
