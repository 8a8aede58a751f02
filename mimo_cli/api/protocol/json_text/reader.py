"""JSON from outside, read as far as it can be. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol import fields
from mimo_cli.errors import ALWAYS, ProtocolError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json


def parse(data: str | bytes) -> Any:
    """Return the value of JSON from outside.

    Raises:
        ProtocolError: not JSON, or nested too deeply to read.
    """
    text = data if isinstance(data, str) else data.decode("utf-8-sig", "replace")
    try:
        return _decoded(text)
    except (ValueError, RecursionError) as error:
        why = Phrase("it is not valid JSON")
        raise ProtocolError(fields.NO_SENSE, why, retry_limit=ALWAYS) from error


def object_or_none(text: str) -> Json | None:
    """Return the JSON object that a text is, from its first character to its last."""
    try:
        value = parse(text)
    except ProtocolError:
        return None
    return value if isinstance(value, dict) else None


def is_object(text: str) -> bool:
    """Return whether a text is a JSON object."""
    return object_or_none(text) is not None


def is_event(text: str) -> bool:
    """Return whether a text is a JSON object that says of what type it is."""
    return isinstance((object_or_none(text) or {}).get("type"), str)


def _decoded(text: str) -> Any:
    try:
        if text.startswith("{"):  # as it comes: no need to look for white space round it
            value, end = STRICT.raw_decode(text)
            if end == len(text):
                return value
        return STRICT.decode(text)
    except ValueError:
        from mimo_cli.api.protocol.json_text import lost_numbers  # most replies have none

        return lost_numbers.read(text)


def finite(text: str) -> float:
    """Return a number of JSON.

    Raises:
        ValueError: it cannot be known.
    """
    from mimo_cli.api.protocol.json_text import lost_numbers

    number = float(text)
    if lost_numbers.is_out_of_range(number, text):
        raise ValueError(text)
    return number


def no_number(text: str) -> float:
    """Refuse what is Python's, not JSON's: NaN and Infinity.

    Raises:
        ValueError: always.
    """
    raise ValueError(text)


# Servers in Python send NaN and Infinity; like numbers that are out of range they are nothing that
# can be known. Most replies have none, nor long integers, nor controls that should have been
# escaped.
STRICT = json.JSONDecoder(parse_float=finite, parse_constant=no_number)
