"""JSON with numbers that nobody can know, or controls that should have been escaped. Pure."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.api.protocol.messages import Json

_MAX_DIGITS = 4000  # Python refuses to read longer integers
_INPUTS = ("partial_json", "input")


def read(text: str) -> Any:
    """Return the value of JSON, with null for each number that cannot be known.

    A tool's input that has some is left as the text that it is, of which `exact.read_object` makes
    no object: the tool would be run with something else than what the model said.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    return _known(TOLERANT.decode(text))


def is_out_of_range(number: float, text: str) -> bool:
    """Return whether a number is too large to be one here, or so small that it became 0."""
    mantissa = text.lower().partition("e")[0]
    return math.isinf(number) or (number == 0 and not set(mantissa).isdisjoint("123456789"))


def children(value: Any) -> Iterable[Any]:
    """Return the values that a value has within it."""
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


class _LostNumber:
    """A number that cannot be known, as it came."""

    def __init__(self, text: str) -> None:
        self.text = text


def has_lost(value: Any) -> bool:
    """Return whether what `TOLERANT` read has a number that cannot be known."""
    return isinstance(value, _LostNumber) or any(map(has_lost, children(value)))


def _known(value: Any) -> Any:
    match value:
        case _LostNumber():
            return None
        case list():
            return [_known(item) for item in value]
        case dict():
            inputs = _INPUTS if _may_call(value) else _INPUTS[:1]
            return {
                name: _written(item) if name in inputs and has_lost(item) else _known(item)
                for name, item in value.items()
            }
        case _:
            return value


def _may_call(value: Json) -> bool:
    return value.get("type") == "tool_use" or (not value.get("type") and "name" in value)


def _written(value: Any) -> str:
    match value:
        case _LostNumber(text=text):
            return text
        case list():
            return f"[{', '.join(map(_written, value))}]"
        case dict():
            members = (f"{json.dumps(name)}: {_written(item)}" for name, item in value.items())
            return f"{{{', '.join(members)}}}"
        case _:
            return json.dumps(value)


def _float(text: str) -> float | _LostNumber:
    number = float(text)
    return _LostNumber(text) if is_out_of_range(number, text) else number


def _short(text: str) -> int | _LostNumber:
    return int(text) if len(text) <= _MAX_DIGITS else _LostNumber(text)


TOLERANT = json.JSONDecoder(
    parse_float=_float, parse_constant=_LostNumber, parse_int=_short, strict=False
)
