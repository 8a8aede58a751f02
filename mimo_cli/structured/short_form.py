"""The short form of a schema: `name, age int, tags [str], bio: in one line`. Pure.

Fields stand on lines of their own, where there is more than one line, or between commas. A field is
a name, a type (`str` where there is none), and behind a colon what it is. On lines, such a
description may hold commas, and only the last field of a line has one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.phrases import NOTHING, Phrase, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.api.protocol.messages import Json

_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
_KNOWN = {**_TYPES, **{name: name for name in _TYPES.values()}}
_DEEPEST = 20  # lists within lists
_LONGEST_NAME = 60
_CUTOFF = 0.7  # how alike a type is that was meant
_COMMA, _COLON = "[,\uff0c]", "[:\uff1a]"  # as they are, and as Chinese input makes them
_FIELD = re.compile(r"([^\s,:\uff0c\uff1a\[\]]+)\s*(.*)", re.DOTALL)


def read(text: str) -> Json:
    """Return the JSON Schema of a short form: an object, all of whose fields are required.

    Raises:
        UsageError: it is none.
    """
    properties: dict[str, Json] = {}
    for head, description in _fields(text.strip()):
        name, schema = _field(head)
        if name in properties:
            raise _wrong(Phrase("the field {name} stands there twice", name=_cut(name)))
        properties[name] = {**schema, "description": description} if description else schema
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before and behind the colon of each field."""
    lines = [line.strip() for line in text.splitlines()]
    if len(lines) <= 1:
        for field in re.split(_COMMA, text):
            yield _parted(field)
        return
    for line in filter(None, lines):
        head, description = _parted(line)
        *before, last = re.split(_COMMA, head)
        yield from ((field, "") for field in before)
        if last.strip() or description or not before:  # a comma may end a line
            yield last, description


def _parted(field: str) -> tuple[str, str]:
    head, *description = re.split(_COLON, field, maxsplit=1)
    return head.strip(), "".join(description).strip()


def _field(head: str) -> tuple[str, Json]:
    head = head.strip()
    if not head:
        raise _wrong(Phrase("a field is empty"))
    match = _FIELD.fullmatch(head)
    if match is None:
        raise _wrong(Phrase("{field} has no name before its type", field=_cut(head)))
    return match[1], _type(match[2], match[1])


def _type(text: str, field: str) -> Json:
    """Return the schema of a type: of `[[int]]`, say."""
    inner, depth = text.strip(), 0
    while inner.startswith("[") and inner.endswith("]"):
        inner, depth = inner[1:-1].strip(), depth + 1
        if depth > _DEEPEST:
            raise _wrong(Phrase("{field} has too many lists in lists", field=_cut(field)))
    if "[" in inner or "]" in inner:
        raise _wrong(Phrase("the brackets of {field} do not match", field=_cut(field)))
    if inner and inner not in _KNOWN:
        raise _unknown(inner, field)
    schema: Json = {"type": _KNOWN[inner or "str"]}
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema


def _unknown(type_: str, field: str) -> UsageError:
    from difflib import get_close_matches

    close = get_close_matches(type_[:_LONGEST_NAME].lower(), _KNOWN, n=1, cutoff=_CUTOFF)
    why = Phrase("{field} has the unknown type {type}", field=_cut(field), type=_cut(type_))
    known = Phrase("A type is one of {types}; [str] is a list.", types=listed(_TYPES))
    if close:
        known = Phrase("Did you mean {name}? {more}", name=close[0], more=known)
    return _wrong(why, known)


def _wrong(why: Phrase, hint: Phrase = NOTHING) -> UsageError:
    example = Phrase("The short form is: name, age int, tags [str], bio: in one line")
    return UsageError(Phrase("the schema is not right"), why, hint or example)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
