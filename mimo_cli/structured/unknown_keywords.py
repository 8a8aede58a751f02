"""Names in a schema that are no keywords. Imported in the validator's process alone."""

from __future__ import annotations

import json
from collections import deque
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any

from referencing.jsonschema import specification_with

from mimo_cli.structured import drafts
from mimo_cli.structured.validation import UnknownKeyword

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.protocols import Validator

MOST = 5
_CUTOFF = 0.75  # how alike a keyword is that was meant
_LONGEST = 60
_OF_OTHERS = frozenset(
    [
        *("example", "nullable", "discriminator", "xml", "externalDocs", "propertyOrdering"),
        *("contentMediaType", "contentEncoding", "contentSchema", "enumNames", "enumDescriptions"),
        *("markdownDescription", "markdownEnumDescriptions", "deprecationMessage"),
        *("defaultSnippets", "doNotSuggest"),
    ]
)
"""What others write beside the keywords: OpenAPI, Gemini, editors."""


def unknown(schema: Any) -> tuple[UnknownKeyword, ...]:
    """Return the names in a schema that is right which ask for nothing, five at most."""
    validator = drafts.validator_of(schema)
    if validator is None or not isinstance(schema, dict):
        return ()
    known = drafts.keywords(validator)
    draft = specification_with(drafts.name_of(validator))
    found: dict[str, None] = {}
    todo = deque[Any]([schema])
    led_to: set[str] = set()
    while todo:
        contents = todo.popleft()
        if not isinstance(contents, dict):
            continue
        led_to.update(_names_in(contents.get("$ref")))
        found.update(
            dict.fromkeys(it for it in contents if it not in known and not _is_known_elsewhere(it))
        )
        todo.extend(draft.subresources_of(contents))
    left = (it for it in found if it not in led_to)
    first = islice(left, MOST)  # to find what is meant is slow
    return tuple(_unknown(it, validator) for it in first)


def _names_in(reference: object) -> Iterator[str]:
    """Yield the name in which a reference begins to lead down from the whole schema."""
    if isinstance(reference, str) and reference.startswith("#/"):
        yield reference[2:].split("/", 1)[0]


def _is_known_elsewhere(name: str) -> bool:
    return name in _OF_OTHERS or name in drafts.ANNOTATIONS or name.lower().startswith("x-")


def _unknown(name: str, validator: type[Validator]) -> UnknownKeyword:
    if draft := drafts.nearest_with(name, validator):
        return UnknownKeyword(name, draft=draft)
    by_letters = {it.lower(): it for it in sorted(drafts.keywords(validator))}
    close = get_close_matches(name[:_LONGEST].lower(), by_letters, n=1, cutoff=_CUTOFF)
    told = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    told = told if told.isprintable() and told.strip() else json.dumps(told)
    return UnknownKeyword(told, by_letters[close[0]] if close else "")
