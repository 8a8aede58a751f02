"""What jsonschema finds wrong with a value, told briefly. Imported in its own process alone.

Its own messages show the whole value before they come to the point, as Python writes it. Where they
are told all the same, `spelling` writes what is in them as JSON.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from jsonschema.exceptions import best_match

from mimo_cli.structured.json_text import text_of
from mimo_cli.structured.patterns.ecma_pattern import ForeignError, UnknownPropertyError
from mimo_cli.structured.validation import MOST_MISFITS, Misfit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonschema.exceptions import ValidationError

_LOOKED_AT = 500  # misfits, of which the most specific are told
_LONGEST = 200  # characters of a message, and of a path
_LONGEST_VALUE = 60
_LONGEST_WANTED = 90
_NAME = re.compile(r"(?:\$|[^\W\d])[\w-]*")
_NO_MORE_ITEMS = {"items": "prefixItems", "additionalItems": "items"}
"""Keywords that allow no items but the first, and those that have the schemas of these."""
_WEAK = ("anyOf", "oneOf")
_TOLD = {
    "type": "is not of type",
    "enum": "is not one of",
    "const": "is not",
    "pattern": "does not match the pattern",
    "format": "is not of the format",
    "minimum": "is less than the minimum of",
    "maximum": "is greater than the maximum of",
    "exclusiveMinimum": "is not greater than",
    "exclusiveMaximum": "is not less than",
    "multipleOf": "is not a multiple of",
    "minLength": "is shorter than the minLength of",
    "maxLength": "is longer than the maxLength of",
    "minItems": "has fewer items than the minItems of",
    "maxItems": "has more items than the maxItems of",
    "minProperties": "has fewer properties than the minProperties of",
    "maxProperties": "has more properties than the maxProperties of",
    "not": "should not be valid under",
    "disallow": "is of what is in disallow:",
}
"""What stands between the value and what the keyword asks for; other keywords have words of their
own, which do not show the value, or not first."""


def misfits(errors: Iterable[ValidationError]) -> tuple[Misfit, ...]:
    """Return what is wrong, the most specific first: the deepest, then in the schema's order."""
    found = [_most_specific(error) for error in islice(errors, _LOOKED_AT)]
    found.sort(key=lambda it: (it.validator in _WEAK, -len(it.absolute_path)))
    told: dict[Misfit, None] = {}
    for error in found:
        told.setdefault(Misfit(_path(error.absolute_path), _message(error)))
        if len(told) == MOST_MISFITS:
            break
    return tuple(told)


def _most_specific(error: ValidationError) -> ValidationError:
    """Return what is wrong within the alternative that fits best, where there is one."""
    return best_match([error]) or error


def _message(error: ValidationError) -> str:
    """Return in words what is wrong."""
    keyword = str(error.validator or "")  # none: the schema is `false`
    value = _json(error.instance, _LONGEST_VALUE)
    if keyword == "format" and error.validator_value == "regex":
        told = f"{value} {_no_pattern(error.cause)}: {error.cause}"
    elif keyword in _TOLD:
        told = f"{value} {_predicate(error)}"
    elif keyword in _WEAK:
        told = f"{value} {_of_several(error)}"
    elif keyword in _NO_MORE_ITEMS:
        told = f"{value} has items {_behind(error.schema, keyword)}where none are allowed"
    elif keyword == "unevaluatedItems":
        told = f"{value} has items that are not allowed (unevaluatedItems)"
    elif not keyword:
        told = f"{value} stands where nothing is allowed"
    else:
        told = error.message
    return _cut(told, _LONGEST)


def _no_pattern(cause: BaseException | None) -> str:
    match cause:
        case ForeignError():
            return "is no pattern of ECMA-262"
        case UnknownPropertyError():
            return "has a Unicode property that is not known here"
        case _:
            return "is no pattern that Python can read"


def _predicate(error: ValidationError) -> str:
    return f"{_TOLD[str(error.validator)]} {_json(error.validator_value, _LONGEST_WANTED)}"


def _behind(schema: Any, keyword: str) -> str:
    """Return behind which items there are to be none; "" if at all."""
    first = schema.get(_NO_MORE_ITEMS[keyword], ())
    return f"behind the first {len(first)}, " if first else ""


def _of_several(error: ValidationError) -> str:
    """Return why a value fits none of several schemas: all that is wrong, where that is simple."""
    if not error.context:
        return f"fits more than one of the schemas in {error.validator}"
    if all(it.validator in _TOLD and not it.path for it in error.context):
        return " and ".join(dict.fromkeys(map(_predicate, error.context)))
    return f"fits none of the schemas in {error.validator}"


def _path(parts: Iterable[str | int]) -> str:
    path = "".join(map(_step, parts)).removeprefix(".")
    return path if len(path) <= _LONGEST else "…" + path[1 - _LONGEST :]


def _step(part: str | int) -> str:
    if isinstance(part, str) and _NAME.fullmatch(part):
        return f".{part}"
    return f"[{_json(part, _LONGEST_VALUE)}]"


def _json(value: Any, longest: int) -> str:
    text = text_of(value, indent=False)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _cut(text: str, longest: int) -> str:
    """Leave out the middle of a message: both its ends may say what is wrong."""
    if len(text) <= longest:
        return text
    half = (longest - 3) // 2
    return f"{text[:half]} … {text[-half:]}"
