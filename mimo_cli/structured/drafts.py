"""What checks values by the schemas of each draft. Imported in the validator's process alone.

jsonschema's own, but for what it does otherwise than people, and other programs, expect:

- `multipleOf` counts in decimals: 19.99 is a multiple of 0.01, which binary fractions deny.
- Patterns are ECMA-262's (`ecma_pattern`).
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
from mimo_cli.structured.ecma_pattern import translated

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


def _exact(number: float) -> Fraction:
    return Fraction(Decimal(repr(number)))


def _multiple_of(validator: Any, unit: Any, value: Any, _: Any) -> Iterator[ValidationError]:
    if validator.is_type(value, "number") and (_exact(value) / _exact(unit)).denominator != 1:
        yield ValidationError(f"{value!r} is not a multiple of {unit}")


def _pattern(validator: Any, pattern: str, value: Any, _: Any) -> Iterator[ValidationError]:
    if validator.is_type(value, "string") and not re.search(translated(pattern), value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _with_pattern_properties(theirs: Check) -> Check:
    """Return the check of names by patterns, each translated."""

    def check(validator: Any, patterns: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        return theirs(validator, _translated(patterns), value, schema)

    return check


def _with_additional_properties(theirs: Check) -> Check:
    """Return the check of all other names, the patterns beside it translated."""

    def check(validator: Any, others: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        if patterns := schema.get("patternProperties"):
            schema = {**schema, "patternProperties": _translated(patterns)}
        return theirs(validator, others, value, schema)

    return check


def _translated(patterns: dict[str, Any]) -> dict[str, Any]:
    return {translated(pattern): schema for pattern, schema in patterns.items()}


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
        "patternProperties": _with_pattern_properties(theirs["patternProperties"]),
        "additionalProperties": _with_additional_properties(theirs["additionalProperties"]),
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
        found[_name(draft).rstrip("#")] = register(_extended(draft))
    return found


def _name(draft: type[Validator]) -> str:
    return str(draft.META_SCHEMA["$schema"])


def known() -> list[str]:
    """Return the names of all drafts as `$schema` has them, the newest first."""
    return [_name(it) for it in reversed(_by_name().values())]


def validator_of(schema: Any) -> type[Validator] | None:
    """Return what checks values by a schema of its draft; None for a draft that nobody knows."""
    if not isinstance(schema, dict) or "$schema" not in schema:
        return _by_name()[_name(_NEWEST)]
    name = schema["$schema"]
    return _by_name().get(name.rstrip("#")) if isinstance(name, str) else None


def keywords(validator: type[Validator]) -> frozenset[str]:
    """Return all keywords of a draft: those of its schema of schemas, and of its parts."""
    meta = validator.META_SCHEMA
    base = str(meta.get("$id", meta.get("id", "")))
    resolver = REGISTRY.resolver(base)
    parts = [resolver.lookup(it["$ref"]).contents for it in meta.get("allOf", ())]
    return frozenset(name for part in (meta, *parts) for name in part["properties"])
