"""JSON from outside: read as far as it can be, and no deeper than it can be written again. Pure."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.surrogates import join_surrogates
from mimo_cli.errors import ALWAYS, ProtocolError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.api.protocol.messages import Json

_MAX_DEPTH = 100
_MAX_DIGITS = 4000  # Python refuses to read longer integers


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


def is_object(text: str) -> bool:
    """Return whether a text is a JSON object, from its first character to its last."""
    try:
        return isinstance(parse(text), dict)
    except ProtocolError:
        return False


def _decoded(text: str) -> Any:
    try:
        if text.startswith("{"):  # as it comes: no need to look for white space round it
            value, end = _JSON.raw_decode(text)
            if end == len(text):
                return value
        return _JSON.decode(text)
    except ValueError:
        return _TOLERANT.decode(text)


def read_object(value: object) -> tuple[Json, str]:
    """Return the object that a value, or the JSON text it is, stands for; and the text if none is.

    One that is nested too deeply to be kept is none either.
    """
    written = value if isinstance(value, str) else None
    try:
        if written is not None:
            value = _STRICT.decode(written) if written.strip() else None
        if isinstance(value, dict):
            return storable(value), ""
        if value is None:
            return {}, ""
    except (ValueError, RecursionError, ProtocolError):
        pass
    return {}, join_surrogates(json.dumps(value) if written is None else written)


def storable(value: Json) -> Json:
    """Return JSON that can be kept and written again: without lone surrogates.

    Raises:
        ProtocolError: it is nested too deeply for that.
    """
    level: list[Any] = [value]
    for _ in range(_MAX_DEPTH):
        level = [child for item in level for child in _children(item)]
    if level:
        raise fields.wrong_shape(Phrase("depth of content block"))
    text = json.dumps(value, ensure_ascii=False)
    joined = join_surrogates(text)
    kept: Json = value if joined is text else json.loads(joined)
    return kept


def _children(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


def _finite(text: str) -> float | None:
    number = float(text)
    return None if math.isinf(number) else number


def _short(text: str) -> int | None:
    return int(text) if len(text) <= _MAX_DIGITS else None


def _no_number(text: str) -> float:
    raise ValueError(text)


# NaN and Infinity are Python's, not JSON's, but servers in Python send them; like numbers that
# are too large they are nothing that can be known.
_JSON = json.JSONDecoder(parse_float=_finite, parse_constant=lambda _: None)
_STRICT = json.JSONDecoder(parse_float=_finite, parse_constant=_no_number)
_TOLERANT = json.JSONDecoder(  # long integers, and controls that should have been escaped
    parse_float=_finite, parse_constant=lambda _: None, parse_int=_short, strict=False
)
