"""What is wrong with a schema itself. Imported in the validator's process alone."""

from __future__ import annotations

import re
from collections import deque
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, NamedTuple

from jsonschema import Draft202012Validator, validators
from jsonschema_specifications import REGISTRY
from referencing.exceptions import InvalidAnchor, NoSuchAnchor, PointerToNowhere, Unresolvable
from referencing.jsonschema import specification_with

from mimo_cli.structured.misfits import misfits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.protocols import Validator
    from referencing._core import Resolver
    from referencing.jsonschema import Schema, SchemaResource

    from mimo_cli.api.protocol.messages import Json

    Problem = dict[str, str]
    """What is wrong: its `kind`, a `text`, and where (`at`) that is known."""

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_ALL_OF = ("allOf", "anyOf", "oneOf")
_ONE = ("not", "if", "then", "else")
_SEVERAL = ("dependentSchemas",)
_LONGEST = 200


def validator_of(schema: Any) -> type[Validator] | None:
    """Return what checks values by a schema of its draft; None for a draft that nobody knows."""
    found: type[Validator] | None = Draft202012Validator
    if isinstance(schema, dict) and "$schema" in schema:
        if not isinstance(schema["$schema"], str):
            return None
        nobody: Any = None  # a default that is documented, and that its types do not have
        found = validators.validator_for(schema, default=nobody)
    if found is not None:
        found.FORMAT_CHECKER.checks("regex", (re.error, OverflowError, RecursionError))(_is_pattern)
    return found


def _is_pattern(value: object) -> bool:
    return not isinstance(value, str) or bool(re.compile(value))


def problem(schema: Any) -> Problem | None:
    """Return what is wrong with a schema, None if it can be used."""
    validator = validator_of(schema)
    if validator is None:
        return {"kind": "dialect", "text": str(schema["$schema"])[:_LONGEST]}
    return _invalid(schema, validator) or _References(schema, validator).problem()


def _invalid(schema: Any, validator: type[Validator]) -> Problem | None:
    """Return what the schema of schemas says of one."""
    meta = validator.META_SCHEMA
    check = validator(meta, registry=REGISTRY, format_checker=validator.FORMAT_CHECKER)
    for path, message in misfits(check.iter_errors(schema)):
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
        self._specification = specification_with(str(validator.META_SCHEMA["$schema"]))
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
            self._in_place[id(contents)] = list(map(id, _in_place(contents)))
            for found in self._led_to(place, contents):
                if isinstance(found, _Place):
                    targets.append(found)
                else:
                    yield found
            for inner in place.resource.subresources():
                todo.append(_Place(inner, place.resolver.in_subresource(inner)))

    def _led_to(self, place: _Place, contents: Json) -> Iterator[_Place | Problem]:
        """Yield what the references of a schema lead to, or what is wrong with them."""
        for keyword in _REFERENCES:
            if not isinstance(reference := contents.get(keyword), str):
                continue
            found = self._resolved(place, reference)
            if keyword == "$ref" and isinstance(found, _Place):
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
