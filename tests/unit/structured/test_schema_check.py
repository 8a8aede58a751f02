"""What is wrong with a schema, and with a value by one: the parts that the process consists of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema_specifications import REGISTRY

from mimo_cli.structured import misfits, schema_check

if TYPE_CHECKING:
    from mimo_cli.structured.validation import Misfit

TYPES = '["array", "boolean", "integer", "null", "number", "object", "string"]'
NO_PATTERN = "is no pattern that Python can read"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object", "properties": {"$ref": {"type": "string"}}},
        {"properties": {"a": {"$ref": "#"}}},
        {"items": {"anyOf": [{"type": "integer"}, {"$ref": "#"}]}},
        {"const": {"$ref": "#/nowhere"}, "enum": [{"$ref": "http://x.org/"}], "default": 5},
        {"$ref": DRAFT},
        {"$dynamicRef": "#a", "$dynamicAnchor": "a"},
        {"$ref": "#a", "$defs": {"x": {"$anchor": "a"}}},
        {"$ref": "#/$defs/a~1b%25", "$defs": {"a/b%": True}},
        {"$ref": "#/components/x", "components": {"x": {"type": "string"}}},
        {
            "$id": "http://x.org/a",
            "$defs": {"b": {"$id": "b", "$anchor": "c"}},
            "properties": {"x": {"$ref": "b"}, "y": {"$ref": "/b#c"}, "z": {"$ref": "a"}},
        },
        {"$schema": DRAFT, "pattern": "^a+$"},
        {"$schema": DRAFT_7, "definitions": {"a": {"$id": "#a"}}, "$ref": "#/definitions/a"},
        {"$schema": DRAFT_7.rstrip("#"), "exclusiveMinimum": 1},
        {"$schema": "http://json-schema.org/draft-04/schema#", "id": "http://x.org/a"},
        {"$schema": "http://json-schema.org/draft-03/schema#", "required": True},
        {
            "$schema": "https://json-schema.org/draft/2019-09/schema",
            "items": {"$recursiveRef": "#"},
        },
        {"properties": {"a": {"$schema": "http://x.org/"}}},
    ],
    ids=lambda it: json.dumps(it)[:60],
)
def test_a_schema_that_can_be_used(schema: Any) -> None:
    assert schema_check.problem(schema) is None


@pytest.mark.parametrize(
    ("schema", "kind", "at", "text"),
    [
        (
            {"type": "str"},
            "invalid",
            "type",
            f'"str" is not one of {TYPES} and is not of type "array"',
        ),
        ({"properties": 5}, "invalid", "properties", '5 is not of type "object"'),
        (
            {"properties": {"a b": {"items": [{}]}}},
            "invalid",
            'properties["a b"].items',
            '[{}] is not of type ["object", "boolean"]',
        ),
        (
            {"pattern": "\\p{L}"},
            "invalid",
            "pattern",
            '"\\\\p{L}" is no pattern that Python can read: bad escape \\p at position 0',
        ),
        (
            {"patternProperties": {"([": {}}},
            "invalid",
            "patternProperties",
            '"([" is no pattern that Python can read: unterminated character set at position 1',
        ),
        (
            {"pattern": "a{9999999999}"},
            "invalid",
            "pattern",
            f'"a{{9999999999}}" {NO_PATTERN}: the repetition number is too large',
        ),
        ({"$ref": "#/$defs/a"}, "nowhere", None, "#/$defs/a"),
        ({"$ref": "#a"}, "nowhere", None, "#a"),
        ({"$dynamicRef": "#a"}, "nowhere", None, "#a"),
        ({"not": {"$ref": "#/required/0"}, "required": ["a"]}, "nowhere", None, "#/required/0"),
        ({"not": {"$ref": "#/required/x"}, "required": ["a"]}, "nowhere", None, "#/required/x"),
        ({"items": {"$ref": "http://x.org/a"}}, "remote", None, "http://x.org/a"),
        ({"$ref": "file:///etc/passwd"}, "remote", None, "file:///etc/passwd"),
        ({"$ref": "other.json#/a"}, "remote", None, "other.json#/a"),
        ({"$id": "http://x.org/", "$ref": "b"}, "remote", None, "b"),
        (
            {"$ref": "#/x", "x": {"items": {"$ref": "http://x.org/"}}},
            "remote",
            None,
            "http://x.org/",
        ),
        (
            {"$ref": "#/x", "x": {"type": "foo"}},
            "invalid",
            "#/x type",
            f'"foo" is not one of {TYPES} and is not of type "array"',
        ),
        ({"$ref": "#"}, "circle", None, "#"),
        ({"properties": {"a": {"$ref": "#/properties/a"}}}, "circle", None, "#/properties/a"),
        ({"anyOf": [{"type": "null"}, {"if": {"not": {"$ref": "#"}}}]}, "circle", None, "#"),
        ({"dependentSchemas": {"a": {"$ref": "#"}}}, "circle", None, "#"),
        ({"$schema": "http://x.org/"}, "dialect", None, "http://x.org/"),
        ({"$schema": ["x"]}, "dialect", None, "['x']"),
    ],
    ids=lambda it: str(it)[:60],
)
def test_a_schema_that_cannot(schema: Any, kind: str, at: str | None, text: str) -> None:
    expected = {"kind": kind, "text": text} | ({} if at is None else {"at": at})
    assert schema_check.problem(schema) == expected


def check(schema: Any, value: Any) -> list[Misfit]:
    validator = schema_check.validator_of(schema)
    assert validator is not None
    made = validator(schema, registry=REGISTRY, format_checker=validator.FORMAT_CHECKER)
    return list(misfits.misfits(made.iter_errors(value)))


PERSON = {
    "properties": {
        "bio": True,
        "age": {"type": "integer"},
        "tags": {"items": {"required": ["name"]}},
    },
    "required": ["age", "bio"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (PERSON, {"age": 5, "bio": "x"}, []),
        (
            PERSON,
            {"age": "x", "tags": [{"name": 1}, {}], "odd name": 1},
            [
                ("tags[1]", "'name' is a required property"),
                ("age", '"x" is not of type "integer"'),
                ("", "'bio' is a required property"),
                ("", "Additional properties are not allowed ('odd name' was unexpected)"),
            ],
        ),
        (
            {"additionalProperties": {"items": {"minimum": 2}}},
            {"a b": [1]},
            [('["a b"][0]', "1 is less than the minimum of 2")],
        ),
        ({"type": ["string", "null"]}, True, [("", 'true is not of type ["string", "null"]')]),
        ({"const": None}, "", [("", '"" is not null')]),
        ({"format": "date"}, "2020-13-01", [("", '"2020-13-01" is not of the format "date"')]),
        (
            {"anyOf": [{"type": "null"}, {"properties": {"a": {"items": {"maxLength": 1}}}}]},
            {"a": ["xy"]},
            [("a[0]", '"xy" is longer than the maxLength of 1')],
        ),
        (
            {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            None,
            [("", 'null is not of type "integer" and is not of type "string"')],
        ),
        (
            {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
            {},
            [("", "{} fits none of the schemas in oneOf")],
        ),
        (
            {"oneOf": [{"minimum": 0}, {"type": "integer"}]},
            5,
            [("", "5 fits more than one of the schemas in oneOf")],
        ),
        ({"items": False}, [1], [("", "Expected at most 0 items but found 1 extra: 1")]),
        # where, jsonschema does not tell
        ({"properties": {"a": False}}, {"a": 1}, [("", "1 stands where nothing is allowed")]),
        ({"items": {"$ref": "#"}, "maxItems": 1}, [[[1, 2]]], [("[0][0]", None)]),
        (
            {"$schema": "http://json-schema.org/draft-03/schema#", "type": "integer"},
            "x",
            [("", '"x" is not of type "integer"')],
        ),
        ({"properties": {"a": {"$schema": "http://x.org/", "type": "null"}}}, {"a": None}, []),
        ({"pattern": "a"}, "b" * 500, [("", f'"{"b" * 58}… does not match the pattern "a"')]),
    ],
)
def test_what_does_not_fit_is_told(
    schema: Any, value: Any, expected: list[tuple[str, str | None]]
) -> None:
    found = check(schema, value)
    assert [path for path, _ in found] == [path for path, _ in expected]
    for (_, message), (_, told) in zip(found, expected, strict=True):
        assert told is None or message == told


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"not": {"type": "string"}}, "x" * 5000),
        ({"additionalProperties": False}, {f"k{number}": 0 for number in range(999)}),
        ({"enum": list(range(9999))}, "x" * 5000),
        (
            {"additionalProperties": {"additionalProperties": {"type": "null"}}},
            {"k" * 99: {"k": 1}},
        ),
        ({"items": {"type": "string"}}, list(range(9999))),
        ({"contains": {"const": 1}}, ["天" * 999]),
    ],
)
def test_what_is_told_has_an_end(schema: Any, value: Any) -> None:
    found = check(schema, value)
    assert 1 <= len(found) <= 10
    assert len(set(found)) == len(found)
    assert all(len(path) <= 200 and 0 < len(message) <= 200 for path, message in found)


def test_a_long_path_keeps_its_end() -> None:
    schema = {"additionalProperties": {"$ref": "#"}, "type": "object"}
    value: Any = 5
    for _ in range(9):
        value = {"k" * 50: value}
    ((path, message),) = check(schema, value)
    assert (len(path), path[0], path[-51:]) == (200, "…", "." + "k" * 50)
    assert message == '5 is not of type "object"'
