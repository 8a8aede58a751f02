"""Schemas of tools' inputs as other services write them. Pure."""

from __future__ import annotations

from typing import Any

_TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
_NO_TYPE = "TYPE_UNSPECIFIED"
OF_NAMES = frozenset(
    [
        *("properties", "patternProperties", "$defs", "definitions"),
        *("dependentSchemas", "dependencies"),
    ]
)
"""Keywords with schemas by names of their own, which are no keywords."""
_INNER = frozenset(
    [
        *("items", "prefixItems", "additionalItems", "unevaluatedItems", "contains"),
        *("additionalProperties", "unevaluatedProperties", "propertyNames"),
        *("anyOf", "allOf", "oneOf", "not", "if", "then", "else"),
    ]
)
"""Keywords whose value is a schema, or a list of some."""
_OTHERS = frozenset(
    [
        *("type", "enum", "const", "required", "dependentRequired", "format", "nullable"),
        *("minProperties", "maxProperties", "title", "description", "default", "examples"),
        *("example", "deprecated", "readOnly", "writeOnly", "propertyOrdering"),
        *("minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "id"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType"),
    ]
)


def plain(schema: Any) -> Any:
    """Return a schema whose types are as JSON Schema has them: Gemini's are in capitals.

    Nothing changes but types that are types: those of values (an example, an enum) stay.
    """
    if isinstance(schema, list):
        return [plain(it) for it in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _plain_member(name, value)
        for name, value in schema.items()
        if (name, value) != ("type", _NO_TYPE)
    }


def _plain_member(name: str, value: Any) -> Any:
    if name == "type":
        return _plain_type(value)
    if name in OF_NAMES and isinstance(value, dict):
        return {key: plain(it) for key, it in value.items()}
    return plain(value) if name in _INNER else value


def _plain_type(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain_type(it) for it in value]
    small = value.lower() if isinstance(value, str) else ""
    return small if small in _TYPES else value


def has_keyword(schema: dict[str, Any]) -> bool:
    """Return whether there is any keyword of JSON Schema in an object, or of an extension of it."""
    return any(
        name in _INNER or name in OF_NAMES or name in _OTHERS or name.startswith(("$", "x-"))
        for name in schema
    )
