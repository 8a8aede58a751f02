"""What a field means that is missing, null or of another type. Pure, and decided here alone.

Gateways send null where the reference promises a text, a number for a text, an object for its
JSON. Three kinds of fields are read in three ways:

    kind                                        missing, null     of another type
    content   text, thinking, partial_json      empty             as text, in the nearest way
    metadata  id, model, signature, usage …     not known (None)  not known (None)
    structure index, block, delta, type         `decode` takes the nearest sensible reading

Nothing here is an error: what is there is shown, and what cannot be known is not.
"""

from __future__ import annotations

import json
from typing import Any

from mimo_cli.api.protocol.messages import NO_INDEX, Json, Usage
from mimo_cli.api.protocol.surrogates import join_surrogates
from mimo_cli.errors import ALWAYS, ProtocolError
from mimo_cli.phrases import Phrase

NO_SENSE = Phrase("the server's reply makes no sense")

BROKEN_INPUT = "broken_input"
"""Where a call has what came as its input, and is no object. It is ours alone: none send it."""

_LARGEST = 10**15
"""Of counts and indices: far more than SQLite's largest number could not be kept."""

_TEXT_OF = ("text", "thinking", "content", "value")
"""Where an object that stands for a text has it."""


_OTHERS = {"thinking": ("text", "reasoning", "reasoning_content")}


def text(value: object) -> str:
    """Return the text that a content field holds, "" for nothing.

    A number is its digits (PHP's JSON_NUMERIC_CHECK makes numbers of texts); a list, or an object
    with a text in it, is the text they hold; any other object its JSON.
    """
    match value:
        case str():
            return value
        case bool() | None:
            return ""
        case list():
            return "".join(map(_part, value))
        case _:
            return _part(value)


def _part(value: object) -> str:
    match value:
        case str():
            return value
        case dict():
            texts = (value[name] for name in _TEXT_OF if isinstance(value.get(name), str))
            found = next(filter(None, texts), "")
            is_empty = found or not any(value[name] for name in value if name != "type")
            return found if is_empty else json.dumps(value)
        case _:
            return json.dumps(value) if value not in (None, True, False, []) else ""


def text_of(value: Json, name: str) -> str:
    """Return the text that an object has in a field, else in another that may stand for it."""
    if found := text(value.get(name)):
        return found
    others = ("content", "value", f"output_{name}", "delta", *_OTHERS.get(name, ()))
    return next((found for other in others if (found := text(value.get(other)))), "")


def json_text(value: object) -> str:
    """Return the JSON text that a field holds; an object that came in its place is written out."""
    return json.dumps(value) if isinstance(value, dict) else text(value)


def word(value: object) -> str | None:
    """Return a name or an id, None if it is not known."""
    return join_surrogates(value) if isinstance(value, str) and value else None


def signature(value: object) -> str | None:
    """Return a signature, which may be empty and goes back as it came; None if there is none."""
    return value if isinstance(value, str) else None


def count(value: object) -> int | None:
    """Return a number of tokens, None if it is not known."""
    number = _integer(value)
    return number if number is not None and 0 <= number <= _LARGEST else None


def index(value: object) -> int:
    """Return a block's index, `NO_INDEX` if it is not known."""
    if isinstance(value, str) and len(value) < len(str(_LARGEST)) and value.isdecimal():
        value = int(value)
    number = _integer(value)
    return number if number is not None and 0 <= number <= _LARGEST else NO_INDEX


def mapping(value: object) -> Json:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def usage(value: object) -> Usage:
    """Return the counts that can be read."""
    counts = mapping(value)
    return Usage(*(count(counts.get(name)) for name in Usage._fields))


def wrong_shape(what: Phrase) -> ProtocolError:
    """Return the error for what cannot be read in any way; `what` names it."""
    why = Phrase("wrong shape: {what}", what=what)
    return ProtocolError(NO_SENSE, why, retry_limit=ALWAYS)


def _integer(value: Any) -> int | None:
    """Return an integer, also one that is written as 5.0; a bool is none."""
    if type(value) is float and value.is_integer():
        return int(value)
    return value if type(value) is int else None
