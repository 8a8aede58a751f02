"""What is wrong with a schema itself. Imported in the validator's process alone."""

from __future__ import annotations

import re
from collections import deque
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, NamedTuple

from jsonschema_specifications import REGISTRY
from referencing.exceptions import InvalidAnchor, NoSuchAnchor, PointerToNowhere, Unresolvable
from referencing.jsonschema import specification_with

from mimo_cli.structured import drafts
from mimo_cli.structured.json_text import text_of
from mimo_cli.structured.misfits import misfits
from mimo_cli.structured.spelling import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jsonschema.protocols import Validator
    from referencing._core import Resolver
    from referencing.jsonschema import Schema, SchemaResource

    from mimo_cli.api.protocol.messages import Json

    Problem = dict[str, str]
    """What is wrong: its `kind`, a `text`, and where (`at`) that is known."""

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_ALL_OF = ("allOf", "anyOf", "oneOf")
_ONE = ("not", "if", "then", "else")
_SEVERAL = ("dependentSchemas", "dependencies")
_LONE_REFERENCE = tuple(f"draft-0{number}" for number in (3, 4, 6, 7))
"""Drafts in which nothing counts beside a `$ref`."""
_LONGEST = 200
_WRAPPERS = (
    *(("schema",), ("json_schema", "schema"), ("response_format", "json_schema", "schema")),
    *(("input_schema",), ("inputSchema",), ("parameters",), ("function", "parameters")),
    *(("text", "format", "schema"), ("format", "schema"), ("responseSchema",)),
    *(("responseJsonSchema",), ("response_schema",), ("generationConfig", "responseSchema")),
)
"""Where schemas stand in what services and tools take."""
_DEFINITIONS = (("$defs",), ("definitions",), ("components", "schemas"))
"""Where schemas stand that others refer to."""
_TYPES = frozenset(["array", "boolean", "integer", "null", "number", "object", "string"])


def problem(schema: Any) -> Problem | None:
    """Return what is wrong with a schema, None if it can be used."""
    validator = drafts.validator_of(schema)
    if validator is None:
        return _unknown_draft(schema["$schema"])
    found = _invalid(schema, validator) or _without_keyword(schema, validator)
    if found is not None:
        return {**found, **_within(schema), **_capital_type(schema)}
    return _References(schema, validator).problem()


def _unknown_draft(name: object) -> Problem:
    """Return the problem of a `$schema` that nobody knows, with the one that may be meant."""
    shown = name if isinstance(name, str) else text_of(name, indent=False)
    told = {"kind": "dialect", "text": shown[:_LONGEST]}
    meant = [it for it in drafts.known() if _bare(it) == _bare(str(name))]
    return {**told, "meant": meant[0]} if meant else told


def _bare(name: str) -> str:
    """Return what tells a draft from others, however its name is written."""
    bare = re.sub(r"^https?://(?:www\.)?|(?:/schema|\.json|[#/])+$", "", name.strip().lower())
    return (
        bare.replace("draft/0", "draft-0")
        .replace("draft0", "draft-0")
        .replace("draft-2", "draft/2")
    )


def _without_keyword(schema: Any, validator: type[Validator]) -> Problem | None:
    """Return the problem of an object that asks nothing of a value, and was not made to."""
    if not isinstance(schema, dict):
        return None
    known = drafts.keywords(validator)
    is_any = any(name in known and name not in drafts.ANNOTATIONS for name in schema)
    defined = _defined(schema)
    if is_any or not (defined or any(name not in known for name in schema)):
        return None
    return {"kind": "nothing", "text": "", **({"defined": defined} if defined else {})}


def _defined(schema: Json) -> str:
    """Return what refers to the first schema that is defined within one, "" for none."""
    for path in _DEFINITIONS:
        inner = _at(schema, path)
        if isinstance(inner, dict) and inner:
            name = next(iter(inner)).replace("~", "~0").replace("/", "~1")
            return f"#/{'/'.join(path)}/{name}"[:_LONGEST]
    return ""


def _at(schema: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        schema = schema.get(name) if isinstance(schema, dict) else None
    return schema


def _within(schema: Any) -> dict[str, str]:
    """Return where a schema stands within what is none itself, if it does."""
    for path in _WRAPPERS:
        if isinstance(_at(schema, path), dict):
            return {"within": ".".join(path)}
    return {}


def _capital_type(schema: Any) -> dict[str, str]:
    """Return a type as JSON Schema has it that is written in capitals, as Gemini's are."""
    todo = [schema]
    while todo:
        found = todo.pop()
        if isinstance(found, dict):
            name = found.get("type")
            if isinstance(name, str) and name not in _TYPES and name.lower() in _TYPES:
                return {"type": name.lower()}
            todo.extend(found.values())
        elif isinstance(found, list):
            todo.extend(found)
    return {}


def _invalid(schema: Any, validator: type[Validator]) -> Problem | None:
    """Return what the schema of schemas says of one."""
    meta = validator.META_SCHEMA
    check = validator(meta, registry=REGISTRY, format_checker=drafts.of_schemas())
    for path, message in misfits(check.iter_errors(as_json(schema))):
        return {"kind": "invalid", "text": message, "at": path}
    return None


class _Place(NamedTuple):
    """A schema within another: what its references start from, and how it was come to."""

    resource: SchemaResource
    resolver: Resolver[Schema]
    reference: str = ""


class _References:
    """What a schema refers to: followed wherever it leads, but never out of the schema."""

    def __init__(self, schema: Any, validator: type[Validator]) -> None:
        self._validator = validator
        draft = drafts.name_of(validator)
        self._specification = specification_with(draft)
        self._is_draft_3 = "draft-03" in draft
        self._is_lone = any(name in draft for name in _LONE_REFERENCE)
        self._root = self._specification.create_resource(schema)
        self._seen: set[int] = set()
        self._in_place: dict[int, list[int]] = {}  # what is checked with a value, of each schema
        self._reference: dict[int, str] = {}  # that a schema has

    def problem(self) -> Problem | None:
        """Return what is wrong with them."""
        root = _Place(self._root, REGISTRY.resolver_with_root(self._root))
        return next(self._walk(root), None) or self._circle()

    def _walk(self, root: _Place) -> Iterator[Problem]:
        """Yield what is wrong. Schemas in their places come first: those are known to be right.

        What a reference leads to may stand where no schema is looked for.
        """
        todo, targets = deque([root]), deque[_Place]()
        while todo or targets:
            place = todo.popleft() if todo else targets.popleft()
            contents = place.resource.contents
            if not isinstance(contents, dict) or id(contents) in self._seen:
                continue
            if place.reference and (invalid := _invalid(contents, self._validator)):
                yield {**invalid, "at": f"{place.reference} {invalid['at']}".strip()}
                continue
            self._seen.add(id(contents))
            is_alone = self._is_lone and isinstance(contents.get("$ref"), str)
            of_draft_3 = _in_place_of_draft_3(contents) if self._is_draft_3 else []
            in_place = [] if is_alone else [*_in_place(contents), *of_draft_3]
            self._in_place[id(contents)] = [*map(id, in_place)]
            for found in self._led_to(place, contents):
                if isinstance(found, _Place):
                    targets.append(found)
                else:
                    yield found
            inner = () if is_alone else (*place.resource.subresources(), *of_draft_3)
            todo.extend(self._inner(place, inner))

    def _inner(self, place: _Place, members: Iterable[Any]) -> Iterator[_Place]:
        """Yield the schemas among what stands within one, which may be names where that is odd."""
        for it in members:
            inner = self._specification.create_resource(it) if isinstance(it, dict) else it
            if isinstance(inner.contents, dict):
                yield _Place(inner, place.resolver.in_subresource(inner))

    def _led_to(self, place: _Place, contents: Json) -> Iterator[_Place | Problem]:
        """Yield what the references of a schema lead to, or what is wrong with them."""
        for keyword in _REFERENCES:
            if not isinstance(reference := contents.get(keyword), str):
                continue
            found = self._resolved(place, reference)
            if isinstance(found, _Place):
                self._in_place[id(contents)].append(id(found.resource.contents))
                self._reference[id(contents)] = reference
            yield found

    def _resolved(self, place: _Place, reference: str) -> _Place | Problem:
        """Return what a reference leads to, or what is wrong with it."""
        text = reference[:_LONGEST]
        nowhere = {"kind": "nowhere", "text": text}
        try:
            found = place.resolver.lookup(reference)
        except (PointerToNowhere, NoSuchAnchor, InvalidAnchor):
            return nowhere
        except Unresolvable:
            return {"kind": "remote", "text": text}
        except (LookupError, ValueError, TypeError, AttributeError):  # an odd address, or pointer
            return nowhere
        if not isinstance(found.contents, dict | bool):
            return nowhere
        resource = self._specification.create_resource(found.contents)
        return _Place(resource, found.resolver, text)

    def _circle(self) -> Problem | None:
        """Return the reference that closes a circle in which nothing goes down into the value."""
        try:
            TopologicalSorter(self._in_place).prepare()
        except CycleError as error:
            named = (self._reference[it] for it in error.args[1] if it in self._reference)
            return {"kind": "circle", "text": next(named, "#")[:_LONGEST]}
        return None


def _in_place(contents: dict[str, Any]) -> Iterator[object]:
    """Yield the schemas that are checked with the same value."""
    for keyword in _ALL_OF:
        if isinstance(members := contents.get(keyword), list):
            yield from members
    yield from (contents[keyword] for keyword in _ONE if keyword in contents)
    for keyword in _SEVERAL:
        if isinstance(members := contents.get(keyword), dict):
            yield from members.values()


def _in_place_of_draft_3(contents: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what else was checked with the same value in draft 3: schemas among types, say."""
    members: list[object] = []
    for keyword in ("extends", "type", "disallow"):
        found = contents.get(keyword)
        members += found if isinstance(found, list) else [found]
    return [it for it in members if isinstance(it, dict)]
