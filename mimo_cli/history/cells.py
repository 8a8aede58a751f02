"""The cells of the file's tables as values, and what is not one of them. Pure.

SQLite keeps whatever it was given in any column, and a file may be damaged or come from anywhere:
so every cell is checked before it is used.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, TypeVar

from mimo_cli.history import record
from mimo_cli.history.losses import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")

_DEEPEST = 150  # what comes from a server is less deep
_MOST = 1e15  # of tokens, seconds or money
_ID = 8  # letters and digits


def text(value: object) -> str:
    """Return a cell that is a text.

    Raises:
        UnreadableError: it is something else, as with all that follow.
    """
    if isinstance(value, str):
        return value
    raise UnreadableError


def identity(value: object) -> str:
    """Return a cell that is the id of a conversation."""
    is_text = isinstance(value, str) and value.isascii() and value.isalnum()
    if isinstance(value, str) and is_text and len(value) == _ID and value == value.lower():
        return value
    raise UnreadableError


def number(value: object) -> int:
    """Return a cell that is the number of a turn."""
    if type(value) is int and 0 < value < record.LAST_NUMBER:
        return value
    raise UnreadableError


def when(value: object) -> float:
    """Return a cell that is a time, in seconds since 1970."""
    if isinstance(value, (int, float)) and 0 <= value < record.LATEST:
        return value
    raise UnreadableError


def finite_number(value: object) -> float:
    """Return a cell that is a length of time in seconds, or an amount of money."""
    if isinstance(value, (int, float)) and math.isfinite(value) and abs(value) < _MOST:
        return value
    raise UnreadableError


def count(value: object) -> int:
    """Return a cell that is a number of tokens."""
    if type(value) is int and 0 <= value < _MOST:
        return value
    raise UnreadableError


def parse(value: object) -> Any:
    """Return the JSON in a cell: only numbers JSON has, no deeper than can be written again."""
    try:
        found = _DECODER.decode(text(value))
    except (ValueError, RecursionError) as error:
        raise UnreadableError from error
    _check_depth(found, _DEEPEST)
    return found


def optional(read: Callable[[object], Value], value: object) -> Value | None:
    """Return what `read` makes of a cell, None for an empty one."""
    return None if value is None else read(value)


def _check_depth(value: object, left: int) -> None:
    if not left:
        raise UnreadableError
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in inner:
        if isinstance(member, (dict, list)):
            _check_depth(member, left - 1)


def _finite(text: str) -> float:
    found = float(text)
    if math.isfinite(found):
        return found
    raise UnreadableError


def _refuse(_: str) -> Any:
    raise UnreadableError


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)
