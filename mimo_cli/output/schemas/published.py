"""The published schemas, each with all that it refers to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.api.protocol.messages import Json

NAMES = ("ask", "event", "models", "history", "doctor", "config")
"""What `mimo schema` takes."""

VERSION = 1
"""That of the shapes: the `schema` that objects name."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_HERE = "#/$defs/"


def schema(name: str) -> Json:
    """Return the schema of that name, one of `NAMES`; it refers to nothing outside itself."""
    own = _read(name)
    known = {**_read("definitions"), **own.pop("$defs", {})}
    used: Json = {}
    left = list(_references(own))
    while left:
        part = left.pop(0)
        if part not in used:
            used[part] = known[part] if part in known else _whole(part, known)
            left += _references(used[part])
    head = {"$schema": _DIALECT, "$id": urn(name)}
    return {**head, **own, **({"$defs": used} if used else {})}


def _whole(name: str, known: Json) -> Json:
    """Return another file as a part of a schema; its own definitions become `known`."""
    found = _read(name)
    known.update(found.pop("$defs", {}))
    return found


def urn(name: str) -> str:
    """Return what a schema is called: an address of nothing, for it is not on the web."""
    return f"urn:mimo-cli:schema:{VERSION}:{name}"


def _references(value: Any) -> Iterator[str]:
    """Yield the definitions that a schema, or a part of one, refers to."""
    match value:
        case {"$ref": str(target), **others}:
            yield target.removeprefix(_HERE)
            yield from _references(others)
        case dict():
            for member in value.values():
                yield from _references(member)
        case list():
            for member in value:
                yield from _references(member)


def _read(name: str) -> Json:
    content: Json = json.loads(Path(__file__).with_name(f"{name}.json").read_text("utf-8"))
    return content
