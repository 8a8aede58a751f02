"""JSON from outside: read as far as it can be, and no deeper than it can be written again. Pure."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.surrogates import join_surrogates
from mimo_cli.errors import ALWAYS, ProtocolError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.api.protocol.messages import Json

MAX_DEPTH = 100
"""Levels of values within one another that are kept."""

_LONGEST_NAME = 60
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
        return _known(_TOLERANT.decode(text))


def read_object(value: object) -> tuple[Json, str]:
    """Return the object that a value, or the JSON text it is, stands for; and the text if none is.

    One that is nested too deeply to be kept is none either, nor one with a number that cannot be
    known or a name that stands twice: a tool would be run with something else than what the model
    said.
    """
    written = value if isinstance(value, str) else None
    try:
        if written is not None:
            value = _EXACT.decode(written) if written.strip() else None
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
    if is_too_deep(value):
        raise fields.wrong_shape(Phrase("depth of content block"))
    text = json.dumps(value, ensure_ascii=False)
    joined = join_surrogates(text)
    kept: Json = value if joined is text else json.loads(joined)
    return kept


def is_too_deep(value: Any) -> bool:
    """Return whether a value has more than `MAX_DEPTH` levels of values within one another."""
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [child for item in level for child in _children(item)]
    return bool(level)


def _children(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


def why_no_object(text: str) -> Phrase:
    """Return why a text, of which `read_object` makes no object, is none: "it is…"."""
    try:
        _EXACT.decode(text)
    except TwiceError as error:
        return error.phrase()
    except (ValueError, RecursionError):
        pass
    try:
        value = _TOLERANT.decode(text)
        if not isinstance(value, dict):
            return Phrase("it is no JSON object")
        if _has_lost(value):
            return Phrase("it holds a number that JSON does not have, or one that is out of range")
    except ValueError:
        return Phrase("it is not valid JSON")
    except RecursionError:
        pass
    return Phrase("it is nested too deeply")


class TwiceError(ValueError):
    """A name stands twice in one object."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def phrase(self) -> Phrase:
        """Return it in words."""
        name = json.dumps(self.name[:_LONGEST_NAME], ensure_ascii=False)
        return Phrase("the name {name} stands twice in one object", name=name)


def _single(members: list[tuple[str, Any]]) -> Json:
    found = dict(members)
    if len(found) < len(members):
        names = Counter(name for name, _ in members)
        raise TwiceError(names.most_common(1)[0][0])
    return found


class _LostNumber:
    """A number that cannot be known, as it came."""

    def __init__(self, text: str) -> None:
        self.text = text


def _has_lost(value: Any) -> bool:
    return isinstance(value, _LostNumber) or any(map(_has_lost, _children(value)))


def _known(value: Any) -> Any:
    """Return a value without the numbers that cannot be known: null, but not in a tool's input.

    Such an input is left as the text that it is, which `read_object` finds to be none.
    """
    match value:
        case _LostNumber():
            return None
        case list():
            return [_known(item) for item in value]
        case dict():
            inputs = _INPUTS if _may_call(value) else _INPUTS[:1]
            return {
                name: _written(item) if name in inputs and _has_lost(item) else _known(item)
                for name, item in value.items()
            }
        case _:
            return value


_INPUTS = ("partial_json", "input")


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


def _finite(text: str) -> float:
    number = float(text)
    if _is_out_of_range(number, text):
        raise ValueError(text)
    return number


def _is_out_of_range(number: float, text: str) -> bool:
    """Return whether a number is too large to be one here, or so small that it became 0."""
    mantissa = text.lower().partition("e")[0]
    return math.isinf(number) or (number == 0 and not set(mantissa).isdisjoint("123456789"))


def _no_number(text: str) -> float:
    raise ValueError(text)


def _float(text: str) -> float | _LostNumber:
    number = float(text)
    return _LostNumber(text) if _is_out_of_range(number, text) else number


def _short(text: str) -> int | _LostNumber:
    return int(text) if len(text) <= _MAX_DIGITS else _LostNumber(text)


# NaN and Infinity are Python's, not JSON's, but servers in Python send them; like numbers that
# are out of range they are nothing that can be known. Most replies have none, nor long integers,
# nor controls that should have been escaped.
STRICT = json.JSONDecoder(parse_float=_finite, parse_constant=_no_number)
_EXACT = json.JSONDecoder(
    parse_float=_finite, parse_constant=_no_number, object_pairs_hook=_single, strict=False
)
SINGLE = json.JSONDecoder(parse_float=_finite, parse_constant=_no_number, object_pairs_hook=_single)
"""As `STRICT`, for what a user wrote: a name that stands twice is a `TwiceError`."""
_TOLERANT = json.JSONDecoder(
    parse_float=_float, parse_constant=_LostNumber, parse_int=_short, strict=False
)
