"""JSON by the letter (RFC 8259), and no more of it than can be handled. Pure."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, NamedTuple, NoReturn

from mimo_cli.api.protocol.json_text import exact
from mimo_cli.phrases import Phrase, verbatim

_MAX_DIGITS = 4000  # Python refuses to read longer integers, and to write them
_LONGEST_NAME = 60
_BLANK = " \t\r\n"


class NoJsonError(Exception):
    """A text is no JSON that can be used: `why`, for people and, in English, for the model."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(why)
        self.why = why


class BrokenJsonError(NoJsonError):
    """A text is no JSON at all: `offset` is where it ceases to be."""

    def __init__(self, why: Phrase, offset: int) -> None:
        super().__init__(why)
        self.offset = offset


class Found(NamedTuple):
    """A value that a text holds, and the offset behind it."""

    value: Any
    end: int


def read(text: str) -> Any:
    """Return the value of a text that is JSON from its first character to its last.

    Raises:
        NoJsonError: it is none; a number is too large, a name stands twice in an object, or it is
            nested too deeply.
    """
    start = len(text) - len(text.lstrip(_BLANK))
    found = read_at(text, start)
    if text[found.end :].strip(_BLANK):
        raise _broken(json.JSONDecodeError("Extra data", text, found.end))
    return found.value


def read_at(text: str, start: int) -> Found:
    """Return the value that begins at an offset of a text.

    Raises:
        NoJsonError: as `read`.
    """
    try:
        found = Found(*_DECODER.raw_decode(text, start))
    except json.JSONDecodeError as error:
        raise _broken(error) from error
    except RecursionError as error:
        raise NoJsonError(_too_deep()) from error
    if exact.is_too_deep(found.value):
        raise NoJsonError(_too_deep())
    return found


def _broken(error: json.JSONDecodeError) -> BrokenJsonError:
    template = "it is not valid JSON (line {line}, column {column}: {problem})"
    problem = verbatim(error.msg[:1].lower() + error.msg[1:])
    why = Phrase(template, line=error.lineno, column=error.colno, problem=problem)
    return BrokenJsonError(why, error.pos)


def _too_deep() -> Phrase:
    return Phrase("it is nested deeper than {count} levels", count=exact.MAX_DEPTH)


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) == len(members):
        return found
    names = Counter(name for name, _ in members)
    twice = next(name for name, count in names.items() if count > 1)
    raise NoJsonError(Phrase("the name {name} stands twice in one object", name=_quoted(twice)))


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise NoJsonError(Phrase("the number {number} is too large", number=_cut(text)))
    return number


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        template = "a number has more than {count:,} digits"
        raise NoJsonError(Phrase(template, count=_MAX_DIGITS))
    return int(text)


def _refuse(name: str) -> NoReturn:
    raise NoJsonError(Phrase("JSON has no number {name}", name=name))


def _quoted(name: str) -> str:
    return json.dumps(_cut(name), ensure_ascii=False)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_finite, parse_int=_integer, parse_constant=_refuse
)
