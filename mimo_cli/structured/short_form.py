"""The short form of a schema: `name, age int, tags [str], bio: in one line`. Pure.

Fields stand on lines of their own, where there is more than one line, or between commas. A field is
a name, a type (`str` where there is none), and behind a colon what it is; where that begins with a
type, and there is no other, it is the type (`colon_types`). On lines, such a description may hold
commas, and only the last field of a line has one. Quotes around a name are not part of it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from mimo_cli.common_phrases import listed
from mimo_cli.errors import UsageError
from mimo_cli.phrases import NOTHING, Phrase
from mimo_cli.structured import colon_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.api.protocol.messages import Json

_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
_KNOWN = {**_TYPES, **{name: name for name in _TYPES.values()}}
_DEEPEST = 20  # lists within lists
_LONGEST_NAME = 60
_CUTOFF = 0.7  # how alike a type is that was meant
_COMMAS = ",\uff0c\u3001\uff1b"  # as they are, and as Chinese input makes them
_COMMA, _COLON = f"[{_COMMAS}]", "[:\uff1a]"
_FIELD = re.compile(r"([^\s\[\]]+)\s*(.*)", re.DOTALL)
_QUOTED = re.compile(
    r"""(?:"(?P<a>[^"]+)"|'(?P<b>[^']+)'|`(?P<c>[^`]+)`|\u201c(?P<d>[^\u201d]+)\u201d"""
    r"|\u2018(?P<e>[^\u2019]+)\u2019|\u300c(?P<f>[^\u300d]+)\u300d)"
)
_NAMED = "_-.$"  # what stands in a name besides letters and digits, in any script
_OF = re.compile(colon_types.OTHER_LIST, re.IGNORECASE)
_ARRAY = re.compile(r"([a-z]+)\s*\[\s*\]", re.IGNORECASE)
SHORT = Phrase("The short form is: name, age int, tags [str], bio: in one line")


def read(text: str) -> Json:
    """Return the JSON Schema of a short form: an object, all of whose fields are required.

    Raises:
        UsageError: it is none.
    """
    properties: dict[str, Json] = {}
    for head, behind in _fields(text.strip()):
        name, before = _named(head)
        type_, description = (before, behind) if before else _behind_colon(behind, name)
        schema = _type(type_, name)
        if name in properties:
            raise _wrong(Phrase("the field {name} stands there twice", name=_cut(name)))
        properties[name] = {**schema, "description": description} if description else schema
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def behind_descriptions(text: str) -> tuple[str, ...]:
    """Return the fields that may be a part of the description before them: `bio: short, friendly`.

    On one line a comma ends a description; what follows it and has no type is a field all the same.
    """
    if len(text.strip().splitlines()) > 1:
        return ()
    found, is_behind = [], False
    for head, behind in _fields(text.strip()):
        name, before = _named(head)
        if before or behind:
            is_behind = bool(behind if before else _behind_colon(behind, name)[1])
        elif is_behind:
            found.append(_cut(name))
    return tuple(found)


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before and behind the colon of each field."""
    lines = [line.strip() for line in text.splitlines()]
    if len(lines) <= 1:
        for field in re.split(_COMMA, text):
            yield _parted(field)
        return
    for line in filter(None, lines):
        head, description = _parted(line)
        description = description.rstrip(_COMMAS).rstrip()  # that ends the line
        *before, last = re.split(_COMMA, head)
        yield from ((field, "") for field in before)
        if last.strip() or description or not before:  # a comma may end a line
            yield last, description


def _parted(field: str) -> tuple[str, str]:
    head, *description = re.split(_COLON, field, maxsplit=1)
    return head.strip(), "".join(description).strip()


def _named(head: str) -> tuple[str, str]:
    """Return the name and the type that stand before the colon of a field."""
    head = head.strip()
    if not head:
        raise _wrong(Phrase("a field is empty"))
    if quoted := _QUOTED.match(head):
        name, type_ = str(quoted[quoted.lastgroup or 0]).strip(), head[quoted.end() :]
    elif match := _FIELD.fullmatch(head):
        name, type_ = match.groups()
    else:
        raise _wrong(Phrase("{field} has no name before its type", field=_cut(head)))
    odd = next((it for it in name if not _may_be_in_name(it)), None)
    if odd is not None:
        raise _odd_name(name, odd)
    return name, type_.strip()


def _may_be_in_name(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" or character in _NAMED


def _odd_name(name: str, odd: str) -> UsageError:
    from mimo_cli.text import punctuation

    why = Phrase(
        "the name {name} has {sign} in it", name=_cut(name), sign=punctuation.describe(odd)
    )
    if odd == "?":
        return _wrong(why, Phrase("All fields are required; JSON Schema can have others."))
    rule = "A name has letters, digits, _ - . and $; its type stands behind it: name str"
    return _wrong(why, Phrase(rule))


def _behind_colon(description: str, field: str) -> tuple[str, str]:
    """Return the type that stands behind a colon, "" for none, and the description."""
    inner = description.strip("[] \t")
    if inner.lower() in _KNOWN or (description and not inner):  # `[]`
        return description, ""
    found = colon_types.read(description)
    name = _cut(field)
    match found.trouble:
        case "optional":
            why = Phrase("{field} may be left out or be null: every field is required", field=name)
            raise _wrong(why, Phrase("A JSON Schema can say null."))
        case "default":
            raise _default(field)
        case "several":
            why = Phrase("{field} has more than one type", field=name)
            raise _wrong(why, Phrase("A JSON Schema can say so."))
        case "fields":
            raise _wrong(Phrase("behind {field} stands another field, without a comma", field=name))
        case _:
            pass
    if found.type and (of := colon_types.list_of(description)):
        raise _wrong(_unknown_type(description, field), Phrase("A list is [{type}].", type=of))
    return found.type, found.description


def _list_of(type_: str) -> str | None:
    """Return what a list is of that is written in another language's way: `list[str]`, `str[]`."""
    match = _ARRAY.fullmatch(type_) or _OF.fullmatch(type_)
    return match[1] if match and match[1].lower() in _KNOWN else None


def _type(text: str, field: str) -> Json:
    """Return the schema of a type: of `[[int]]`, say."""
    inner, depth = text.strip(), 0
    while inner.startswith("[") and inner.endswith("]"):
        inner, depth = inner[1:-1].strip(), depth + 1
        if depth > _DEEPEST:
            raise _wrong(Phrase("{field} has too many lists in lists", field=_cut(field)))
    if inner not in _KNOWN and (of := _list_of(inner)):
        hint = Phrase("A list is [{type}].", type=of.lower())
        raise _wrong(_unknown_type(inner, field), hint)
    if "[" in inner or "]" in inner:
        raise _wrong(Phrase("the brackets of {field} do not match", field=_cut(field)))
    if colon_types.has_default(inner):
        raise _default(field)
    if inner and inner not in _KNOWN:
        raise _unknown(inner, field)
    schema: Json = {"type": _KNOWN[inner or "str"]}
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema


def _default(field: str) -> UsageError:
    why = Phrase("{field} has a default: every field is required", field=_cut(field))
    return _wrong(why, Phrase("A JSON Schema can have one."))


def _unknown(type_: str, field: str) -> UsageError:
    from difflib import get_close_matches

    close = get_close_matches(type_[:_LONGEST_NAME].lower(), _KNOWN, n=1, cutoff=_CUTOFF)
    known = Phrase("A type is one of {types}; [str] is a list.", types=listed(_TYPES))
    if close:
        known = Phrase("Did you mean {name}? {more}", name=close[0], more=known)
    return _wrong(_unknown_type(type_, field), known)


def _unknown_type(type_: str, field: str) -> Phrase:
    return Phrase("{field} has the unknown type {type}", field=_cut(field), type=_cut(type_))


def _wrong(why: Phrase, hint: Phrase = NOTHING) -> UsageError:
    return UsageError(Phrase("the schema is not right"), why, hint or SHORT)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
