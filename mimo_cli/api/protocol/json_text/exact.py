"""JSON that is taken as it is or not at all: tools' inputs, schemas, what is kept. Pure."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.json_text import lost_numbers
from mimo_cli.api.protocol.json_text.reader import finite, no_number
from mimo_cli.api.protocol.surrogates import join_surrogates
from mimo_cli.errors import ProtocolError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json

MAX_DEPTH = 100
"""Levels of values within one another that are kept."""

_LONGEST_NAME = 60


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


def why_no_object(text: str) -> Phrase:
    """Return why a text, of which `read_object` makes no object, is none: "it is…"."""
    try:
        _EXACT.decode(text)
    except TwiceError as error:
        return error.phrase()
    except (ValueError, RecursionError):
        pass
    try:
        value = lost_numbers.TOLERANT.decode(text)
        if not isinstance(value, dict):
            return Phrase("it is no JSON object")
        if lost_numbers.has_lost(value):
            return Phrase("it holds a number that JSON does not have, or one that is out of range")
    except ValueError:
        return Phrase("it is not valid JSON")
    except RecursionError:
        pass
    return Phrase("it is nested too deeply")


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
        level = [child for item in level for child in lost_numbers.children(item)]
    return bool(level)


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


_EXACT = json.JSONDecoder(
    parse_float=finite, parse_constant=no_number, object_pairs_hook=_single, strict=False
)
SINGLE = json.JSONDecoder(parse_float=finite, parse_constant=no_number, object_pairs_hook=_single)
"""As `reader.STRICT`, for what a user wrote: a name that stands twice is a `TwiceError`."""
