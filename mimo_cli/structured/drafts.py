"""What checks values by the schemas of each draft. Imported in the validator's process alone.

jsonschema's own, but for what it does otherwise than people, and other programs, expect:

- `multipleOf` counts in decimals: 19.99 is a multiple of 0.01, which binary fractions deny.
- Patterns are ECMA-262's (`patterns.ecma_pattern`).
- Formats are checked that it leaves to libraries of their own (`formats`).
- A value with OpenAPI's `nullable: true` beside its type may be null.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema
from jsonschema import FormatChecker, ValidationError, validators
from jsonschema_specifications import REGISTRY

from mimo_cli.structured import formats
from mimo_cli.structured.patterns.ecma_pattern import translated
from mimo_cli.tools.schema_shapes import OF_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema.protocols import Validator

    Check = Callable[[Any, Any, Any, Any], Iterator[ValidationError]]

_NEWEST = jsonschema.Draft202012Validator
_DRAFTS = (
    jsonschema.Draft3Validator,
    jsonschema.Draft4Validator,
    jsonschema.Draft6Validator,
    jsonschema.Draft7Validator,
    jsonschema.Draft201909Validator,
    _NEWEST,
)
_THEIR_FORMATS = ("date", "email", "idn-email", "ipv4", "ipv6", "uuid")
"""Formats that jsonschema checks by itself: in all drafts here, whichever they came with."""
_OLD_FORMATS = ("ip-address", "time")  # draft 3's; its time has no zone

_PATTERNS = "patternProperties"
_VALUES = frozenset(["enum", "const", "default", "examples", "example"])

ANNOTATIONS = frozenset(
    [
        *("$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$comment"),
        *("$defs", "$vocabulary", "definitions", "title", "description", "default", "examples"),
        *("deprecated", "readOnly", "writeOnly"),
    ]
)
"""Keywords that ask nothing of a value."""
_OF_OLDER = frozenset(["dependencies", "$recursiveRef"])
"""Keywords that newer drafts describe still, and check nothing by."""


def _exact(number: float) -> Fraction:
    return Fraction(Decimal(repr(number)))


def _multiple_of(validator: Any, unit: Any, value: Any, _: Any) -> Iterator[ValidationError]:
    if validator.is_type(value, "number") and (_exact(value) / _exact(unit)).denominator != 1:
        yield ValidationError(f"{value!r} is not a multiple of {unit}")


def _pattern(validator: Any, pattern: str, value: Any, _: Any) -> Iterator[ValidationError]:
    if validator.is_type(value, "string") and not re.search(translated(pattern), value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


class _Patterns(dict[str, Any]):
    """What `patternProperties` are: as they are written, but Python's one after the other.

    So jsonschema reads them, where it looks for what is evaluated.
    """

    def __iter__(self) -> Iterator[str]:
        return map(translated, self.keys())


def with_patterns(schema: Any) -> Any:
    """Return a schema whose names' patterns are read as ECMA-262's, also beside others.

    It is changed in place. Where it has values, not schemas, those are left alone.
    """
    todo = [schema]
    while todo:
        found = todo.pop()
        if isinstance(found, list):
            todo.extend(found)
        elif isinstance(found, dict):
            if isinstance(patterns := found.get(_PATTERNS), dict):
                found[_PATTERNS] = _Patterns(patterns)
            for keyword, inner in found.items():
                if keyword in OF_NAMES and isinstance(inner, dict):
                    todo.extend(inner.values())
                elif keyword not in _VALUES:
                    todo.append(inner)
    return schema


def _pattern_properties(
    validator: Any, patterns: dict[str, Any], value: Any, _: Any
) -> Iterator[ValidationError]:
    if validator.is_type(value, "object"):
        for pattern, schema in patterns.items():
            for name in value:
                if re.search(translated(pattern), name):
                    yield from validator.descend(
                        value[name], schema, path=name, schema_path=pattern
                    )


def _additional_properties(
    validator: Any, others: Any, value: Any, schema: Any
) -> Iterator[ValidationError]:
    if not validator.is_type(value, "object"):
        return
    patterns = [translated(it) for it in schema.get(_PATTERNS, {}).keys()]  # noqa: SIM118 - as they are written
    named = schema.get("properties", {})
    odd = [it for it in value if it not in named and not any(re.search(p, it) for p in patterns)]
    if others is not False:
        for name in odd:
            yield from validator.descend(value[name], others, path=name)
    elif odd:
        names = ", ".join(map(repr, sorted(odd)))
        are = "were" if len(odd) > 1 else "was"
        yield ValidationError(f"Additional properties are not allowed ({names} {are} unexpected)")


def _with_null(theirs: Check) -> Check:
    """Return the check of a type, which OpenAPI lets be null besides."""

    def check(validator: Any, types: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        if value is not None or schema.get("nullable") is not True:
            yield from theirs(validator, types, value, schema) or ()

    return check


def _formats(known: FormatChecker) -> FormatChecker:
    """Return the checks of the formats that are told in the documentation, and no more."""
    checker = FormatChecker(formats=())
    theirs = {it: FormatChecker.checkers[it] for it in _THEIR_FORMATS}
    old = {it: known.checkers[it] for it in _OLD_FORMATS if it in known.checkers}
    checker.checkers.update(theirs | old)
    for name, is_right in formats.CHECKS.items():
        if name not in checker.checkers:
            checker.checks(name)(_of_texts(is_right))
    _with_patterns(checker)
    return checker


def of_schemas() -> FormatChecker:
    """Return the checks of the formats in schemas: patterns alone; addresses may be odd."""
    return _with_patterns(FormatChecker(formats=()))


def _with_patterns(checker: FormatChecker) -> FormatChecker:
    checker.checks("regex", (re.error, OverflowError, RecursionError))(_of_texts(_is_pattern))
    return checker


def _of_texts(is_right: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or is_right(value)


def _is_pattern(text: str) -> bool:
    return bool(translated(text))


def _extended(draft: type[Validator]) -> type[Validator]:
    theirs = draft.VALIDATORS
    unit = "divisibleBy" if draft is jsonschema.Draft3Validator else "multipleOf"
    ours: dict[str, Any] = {
        unit: _multiple_of,
        "pattern": _pattern,
        _PATTERNS: _pattern_properties,
        "additionalProperties": _additional_properties,
        "type": _with_null(theirs["type"]),
    }
    extend: Any = validators.extend  # which has no types
    found: type[Validator] = extend(draft, ours, format_checker=_formats(draft.FORMAT_CHECKER))
    return found


@cache
def _by_name() -> dict[str, type[Validator]]:
    """Return what checks by each draft, by the name in `$schema`.

    jsonschema takes them for its own from now on, wherever a schema names its draft.
    """
    found: dict[str, type[Validator]] = {}
    for number, draft in enumerate(_DRAFTS):
        register: Any = validators.validates(f"mimo {number}")
        found[name_of(draft).rstrip("#")] = register(_extended(draft))
    return found


def name_of(draft: type[Validator]) -> str:
    """Return the name of a draft as `$schema` has it."""
    return str(draft.META_SCHEMA["$schema"])


def known() -> list[str]:
    """Return the names of all drafts as `$schema` has them, the newest first."""
    return [name_of(it) for it in reversed(_by_name().values())]


def validator_of(schema: Any) -> type[Validator] | None:
    """Return what checks values by a schema of its draft; None for a draft that nobody knows."""
    if not isinstance(schema, dict) or "$schema" not in schema:
        return _by_name()[name_of(_NEWEST)]
    name = schema["$schema"]
    return _by_name().get(name.rstrip("#")) if isinstance(name, str) else None


@cache
def keywords(validator: type[Validator]) -> frozenset[str]:
    """Return all keywords of a draft: those of its schema of schemas, and of its parts.

    Draft 4's has no `$ref`, which values are checked by all the same.
    """
    meta = validator.META_SCHEMA
    base = str(meta.get("$id", meta.get("id", "")))
    resolver = REGISTRY.resolver(base)
    parts = [resolver.lookup(it["$ref"]).contents for it in meta.get("allOf", ())]
    described = frozenset(name for part in (meta, *parts) for name in part["properties"])
    return (described - _OF_OLDER) | frozenset(validator.VALIDATORS)


def nearest_with(keyword: str, validator: type[Validator]) -> str:
    """Return the draft that has a keyword and is the nearest to another, as "07"; "" for none."""
    drafts = [*_by_name().values()]
    place = drafts.index(validator)
    found = [it for it in range(len(drafts)) if keyword in keywords(drafts[it])]
    nearest = min(found, key=lambda it: abs(it - place), default=None)
    return "" if nearest is None else _number(name_of(drafts[nearest]))


def _number(name: str) -> str:
    found = re.search(r"draft[-/]([\d-]+)", name)
    return found[1] if found else name
