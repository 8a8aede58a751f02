"""What is wrong with a schema, and with a value by one: the parts that the process consists of."""

from __future__ import annotations

import copy
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema_specifications import REGISTRY

from mimo_cli.structured import drafts, misfits, schema_check, unknown_keywords
from mimo_cli.structured.spelling import as_json

if TYPE_CHECKING:
    from mimo_cli.structured.validation import Misfit

TYPES = '["array", "boolean", "integer", "null", "number", "object", "string"]'
NO_PATTERN = "is no pattern that Python can read"
ODD = r"""[null, "it's\u001b[31m\u202e"]"""
TAMIL = "p{Script=Tamil}"
DRAFT_3 = "http://json-schema.org/draft-03/schema#"
DRAFT_4 = "http://json-schema.org/draft-04/schema#"
DRAFT_6 = "http://json-schema.org/draft-06/schema#"
DRAFT_9 = "https://json-schema.org/draft/2019-09/schema"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
FAR = {"$ref": "http://x.org/"}
DRAFT_7 = "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"$schema": DRAFT_3, "extends": {"properties": {"a": {"$ref": "#"}}}},
        {"$schema": DRAFT_3, "items": {"type": ["null", {"$ref": "#"}]}},
        {"extends": {"$ref": "#"}, "type": "object"},
        {"type": "object", "properties": {"$ref": {"type": "string"}}},
        {"properties": {"a": {"$ref": "#"}}},
        {"items": {"anyOf": [{"type": "integer"}, {"$ref": "#"}]}},
        {"const": {"$ref": "#/nowhere"}, "enum": [{"$ref": "http://x.org/"}], "default": 5},
        {"$ref": DRAFT},
        {"items": {"$dynamicRef": "#a"}, "$dynamicAnchor": "a"},
        {"$ref": "#/$defs/a <b>天", "$defs": {"a <b>天": True}},
        {"$schema": DRAFT_7, "$ref": "#/definitions/a", "definitions": {"a": {}}, "items": FAR},
        {"$schema": DRAFT_7, "items": {"$ref": "#", "allOf": [{"$ref": "#"}]}},
        {"$schema": DRAFT_7, "dependencies": {"a": ["b"], "b": {"items": {"$ref": "#"}}}},
        {"title": "x", "description": "y", "$defs": {}},
        {"description": "y", "x-order": 1, "type": "object"},
        {"pattern": "^(?<year>\\d+)$"},
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
            {"pattern": "\\p{Script=Tamil}"},
            "invalid",
            "pattern",
            f'"\\\\{TAMIL}" has a Unicode property that is not known here: \\{TAMIL} at position 0',
        ),
        (
            {"pattern": "\\y"},
            "invalid",
            "pattern",
            '"\\\\y" is no pattern that Python can read: bad escape \\y at position 0',
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
        (
            {"properties": {"a": {"pattern": "(?i)a"}}},
            "invalid",
            "properties.a.pattern",
            '"(?i)a" is no pattern of ECMA-262: unknown (?i at position 0',
        ),
        (
            {"patternProperties": {"a{,3}": {}}},
            "invalid",
            "patternProperties",
            '"a{,3}" is no pattern of ECMA-262: unknown {,3} at position 1',
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
        ({"$dynamicRef": "#"}, "circle", None, "#"),
        ({"$dynamicRef": "#a", "$dynamicAnchor": "a"}, "circle", None, "#a"),
        ({"$schema": DRAFT_9, "not": {"$recursiveRef": "#"}}, "circle", None, "#"),
        ({"$schema": DRAFT_7, "dependencies": {"a": {"$ref": "#"}}}, "circle", None, "#"),
        (
            {"$schema": DRAFT_9, "items": {"$ref": "#/$defs/a", "not": FAR}, "$defs": {"a": True}},
            "remote",
            None,
            FAR["$ref"],
        ),
        ({"name": "Ann", "age": 30}, "nothing", None, ""),
        ({"openapi": "3.1.0", "info": {}, "components": {}}, "nothing", None, ""),
        ({"$schema": DRAFT_7, "title": "x", "age": {}}, "nothing", None, ""),
        ({"$schema": DRAFT_3, "extends": {"$ref": "#"}}, "circle", None, "#"),
        ({"$schema": DRAFT_3, "extends": [{"$ref": "#"}]}, "circle", None, "#"),
        ({"$schema": DRAFT_3, "type": ["null", {"$ref": "#"}]}, "circle", None, "#"),
        ({"$schema": DRAFT_3, "disallow": [{"$ref": "#"}]}, "circle", None, "#"),
        ({"$schema": "http://x.org/"}, "dialect", None, "http://x.org/"),
        ({"$schema": ["x"]}, "dialect", None, '["x"]'),
    ],
    ids=lambda it: str(it)[:60],
)
def test_a_schema_that_cannot(schema: Any, kind: str, at: str | None, text: str) -> None:
    expected = {"kind": kind, "text": text} | ({} if at is None else {"at": at})
    assert schema_check.problem(schema) == expected


OBJECT = {"type": "object"}


@pytest.mark.parametrize(
    ("schema", "within"),
    [
        ({"name": "x", "strict": True, "schema": OBJECT}, "schema"),
        ({"type": "json_schema", "json_schema": {"schema": OBJECT}}, "json_schema.schema"),
        ({"name": "x", "description": "y", "input_schema": OBJECT}, "input_schema"),
        ({"name": "x", "description": "y", "parameters": OBJECT}, "parameters"),
        ({"type": "function", "function": {"parameters": OBJECT}}, "function.parameters"),
    ],
)
def test_a_schema_within_something_else_is_found(schema: Any, within: str) -> None:
    found = schema_check.problem(schema)
    assert found is not None
    assert (found["kind"] in ("nothing", "invalid"), found["within"]) == (True, within)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("https://json-schema.org/draft-07/schema", DRAFT_7),
        ("http://json-schema.org/draft-07/schema/", DRAFT_7),
        ("http://json-schema.org/draft-07", DRAFT_7),
        ("https://json-schema.org/draft/07/schema#", DRAFT_7),
        ("http://json-schema.org/draft/2020-12/schema", DRAFT),
        ("json-schema.org/draft-2020-12/schema", DRAFT),
        ("http://json-schema.org/schema#", None),
        ("", None),
    ],
)
def test_a_slip_in_the_name_of_a_draft_is_known(name: str, meant: str | None) -> None:
    found = schema_check.problem({"$schema": name, "type": "object"})
    assert found is not None
    assert (found["kind"], found.get("meant")) == ("dialect", meant)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object", "propertes": {}}, [("propertes", "properties")]),
        ({"type": "object", "Required": [], "zzz": 1}, [("Required", "required"), ("zzz", "")]),
        (
            {"items": {"anyOf": [{"minimun": 1}, {"minimun": 2}]}, "$defs": {"a": {"typ": "null"}}},
            [("typ", "type"), ("minimun", "minimum")],
        ),
        (
            {"type": "object", **{f"k{it}": 1 for it in range(9)}},
            [(f"k{it}", "") for it in range(5)],
        ),
        ({"type": "null", "a\nb": 1, "x" * 99: 1}, [('"a\\nb"', ""), ("x" * 59 + "…", "")]),
        ({"$schema": DRAFT_7, "definitions": {}, "$defs": {}, "type": "null", "if": True}, []),
        (
            {
                "type": "null",
                **dict.fromkeys(("x-a", "X-b", "example", "xml", "discriminator", "externalDocs")),
                **dict.fromkeys(("propertyOrdering", "nullable", "id", "const", "default")),
            },
            [],
        ),
        ({"properties": {"propertes": {}}, "enum": [{"typ": 1}], "default": {"typ": 1}}, []),
        ({"$ref": "#/components/x", "components": {"x": {"type": "null"}}}, []),
        ({"$schema": DRAFT_3, "divisibleBy": 2, "extends": {"type": "null"}}, []),
        ({"type": "null", "markdownDescription": "*", "contentEncoding": "base64"}, []),
    ],
)
def test_names_that_are_no_keywords_are_found(schema: Any, expected: list[tuple[str, str]]) -> None:
    assert schema_check.problem(schema) is None
    found = unknown_keywords.unknown(schema)
    assert sorted(found) == sorted((name, meant, "") for name, meant in expected)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"divisibleBy": 2, "type": "number"}, [("divisibleBy", "03")]),
        ({"additionalItems": True, "type": "array"}, [("additionalItems", "2019-09")]),
        ({"dependencies": {"a": ["b"]}, "type": "object"}, [("dependencies", "07")]),
        ({"type": "null", "items": {"$recursiveRef": "#"}}, [("$recursiveRef", "2019-09")]),
        (
            {"$schema": DRAFT_9, "type": "null", "dependencies": {"a": ["b"]}},
            [("dependencies", "07")],
        ),
        ({"$schema": DRAFT_4, "type": "null", "const": 1}, [("const", "06")]),
        ({"$schema": DRAFT_4, "type": "null", "if": True}, [("if", "07")]),
        ({"$schema": DRAFT_7, "type": "null", "prefixItems": []}, [("prefixItems", "2020-12")]),
    ],
)
def test_keywords_of_other_drafts_are_told_with_theirs(
    schema: Any, expected: list[tuple[str, str]]
) -> None:
    found = unknown_keywords.unknown(schema)
    assert [(name, draft) for name, _, draft in found] == expected
    assert {meant for _, meant, _ in found} == {""}


OF_DRAFTS: dict[str, dict[str, Any]] = {
    DRAFT_3: {"disallow": "null", "divisibleBy": 2, "extends": {}},
    DRAFT_4: {"not": {"$ref": "#/definitions/a"}, "minProperties": 1},
    DRAFT_6: {"const": 1, "contains": {"$ref": "#/definitions/a"}, "propertyNames": {}},
    DRAFT_7: {"if": {"$ref": "#/definitions/a"}, "then": {}, "else": {}, "contentEncoding": "x"},
    DRAFT_9: {"dependentRequired": {}, "items": {"$recursiveRef": "#"}, "minContains": 0},
    DRAFT: {"prefixItems": [{"$ref": "#a"}], "items": {"$dynamicRef": "#b"}},
}


@pytest.mark.parametrize("draft", OF_DRAFTS)
def test_what_a_draft_has_is_known_there(draft: str) -> None:
    schema = {
        "$schema": draft,
        "type": "object",
        "properties": {"$ref": {"$ref": "#/definitions/a"}, "odd": {}},
        "definitions": {"a": {"$comment": "x", "default": 5, "$anchor": "a", "nullable": True}},
        "$defs": {"b": {"$dynamicAnchor": "b"}},
        "$vocabulary": {},
        "discriminator": {"propertyName": "x"},
        "dependencies": {},
        **OF_DRAFTS[draft],
    }
    is_newer = draft in (DRAFT_9, DRAFT)
    assert schema_check.problem(schema) is None
    found = [it.name for it in unknown_keywords.unknown(schema)]
    assert found == (["dependencies"] if is_newer else [])


def test_many_names_that_are_no_keywords_take_no_time() -> None:
    schema = {"type": "object", **{f"propertie{it}": it for it in range(20_000)}}
    begun = time.process_time()
    assert len(unknown_keywords.unknown(schema)) == 5
    assert time.process_time() - begun < 2


def check(schema: Any, value: Any) -> list[Misfit]:
    validator = drafts.validator_of(schema)
    assert validator is not None
    schema = drafts.with_patterns(as_json(copy.deepcopy(schema)))
    made = validator(schema, registry=REGISTRY, format_checker=validator.FORMAT_CHECKER)
    return list(misfits.misfits(made.iter_errors(as_json(value))))


PERSON = {
    "properties": {
        "bio": True,
        "age": {"type": "integer"},
        "tags": {"items": {"required": ["name"]}},
    },
    "required": ["age", "bio"],
    "additionalProperties": False,
}


WITH_PATTERNS: list[dict[str, Any]] = [
    {"patternProperties": {"^a$": {}}},
    {"allOf": [{"patternProperties": {"^a$": {}}}]},
    {"$ref": "#/$defs/enum", "$defs": {"enum": {"patternProperties": {"^a$": {}}}}},
    {"$ref": "#/x/y", "x": {"y": {"patternProperties": {"^a$": {}}}}},
]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (PERSON, {"age": 5, "bio": "x"}, []),
        (
            PERSON,
            {"age": "x", "tags": [{"name": 1}, {}], "odd name": 1},
            [
                ("tags[1]", '"name" is a required property'),
                ("age", '"x" is not of type "integer"'),
                ("", '"bio" is a required property'),
                ("", 'Additional properties are not allowed ("odd name" was unexpected)'),
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
        ({"items": False}, [True], [("", "[true] has items where none are allowed")]),
        (
            {"prefixItems": [{}], "items": False},
            [1, None],
            [("", "[1, null] has items behind the first 1, where none are allowed")],
        ),
        (
            {"$schema": DRAFT_4, "items": [{}], "additionalItems": False},
            [1, None],
            [("", "[1, null] has items behind the first 1, where none are allowed")],
        ),
        (
            {"unevaluatedItems": False},
            [None],
            [("", "[null] has items that are not allowed (unevaluatedItems)")],
        ),
        (
            {"uniqueItems": True},
            [1, True, 1.0],
            [("", "[1, true, 1.0] has non-unique elements")],
        ),
        (
            {"not": {"enum": [True, None]}},
            None,
            [("", 'null should not be valid under {"enum": [true, null]}')],
        ),
        (
            {"contains": {"const": 1}},
            [None, "it's\x1b[31m\u202e"],
            [("", f"{ODD} does not contain items matching the given schema")],
        ),
        (
            {"dependentRequired": {"a": ["b\x9b"]}},
            {"a": None},
            [("", '"b\\u009b" is a dependency of "a"')],
        ),
        (
            {"$schema": DRAFT_4, "dependencies": {"a": ["b"]}},
            {"a": 1},
            [("", '"b" is a dependency of "a"')],
        ),
        (
            {"$schema": DRAFT_3, "disallow": "null"},
            None,
            [("", 'null is of what is in disallow: "null"')],
        ),
        (
            {"$schema": DRAFT_3, "properties": {"a": {"required": True}}},
            {},
            [("a", '"a" is a required property')],
        ),
        (
            {"additionalProperties": False},
            {"it's\u200b": 1},
            [("", 'Additional properties are not allowed ("it\'s\\u200b" was unexpected)')],
        ),
        # where, jsonschema does not tell
        ({"properties": {"a": False}}, {"a": 1}, [("", "1 stands where nothing is allowed")]),
        ({"items": {"$ref": "#"}, "maxItems": 1}, [[[1, 2]]], [("[0][0]", None)]),
        (
            {"$schema": "http://json-schema.org/draft-03/schema#", "type": "integer"},
            "x",
            [("", '"x" is not of type "integer"')],
        ),
        ({"properties": {"a": {"$schema": "http://x.org/", "type": "null"}}}, {"a": None}, []),
        *[({"multipleOf": 0.01}, it, []) for it in (19.99, 0.07, 0.29, 1.1, 4.35, 100.10, 10**400)],
        ({"multipleOf": 0.01}, 0.075, [("", "0.075 is not a multiple of 0.01")]),
        ({"$schema": DRAFT, "items": {"$ref": "#"}, "multipleOf": 0.01}, [19.99], []),
        (
            {"$schema": DRAFT, "$id": "x:a", "items": {"$ref": "x:a"}, "multipleOf": 0.01},
            [4.35],
            [],
        ),
        ({"minimum": 0.5, "multipleOf": 1e-300}, 10**400, []),
        ({"$schema": DRAFT_3, "divisibleBy": 0.01}, 19.99, []),
        ({"pattern": "^[A-Z]{3}-\\d+$"}, "ABC-1\n", [("", None)]),
        ({"pattern": "^\\p{Lu}[\\p{L}\\d-.]+$"}, "Élan-1", []),
        (
            {"patternProperties": {"^\\p{L}$": {}}, "additionalProperties": False},
            {"é": 1},
            [],
        ),
        ({"pattern": "^\\d$"}, "١", [("", '"١" does not match the pattern "^\\\\d$"')]),
        ({"patternProperties": {"^\\d$": {"type": "null"}}}, {"1": 1, "١": 1}, [('["1"]', None)]),
        (
            {"patternProperties": {"^a$": True}, "additionalProperties": False},
            {"a\n": 1},
            [("", None)],
        ),
        *[
            ({**draft, **schema, "unevaluatedProperties": False}, {"a\n": 1}, [("", None)])
            for draft in ({}, {"$schema": DRAFT_9})
            for schema in WITH_PATTERNS
        ],
        (
            {"patternProperties": {"^(?<n>a)": {"type": "null"}}, "unevaluatedProperties": False},
            {"ab": None, "b": 1},
            [("", 'Unevaluated properties are not allowed ("b" was unexpected)')],
        ),
        (
            {
                "patternProperties": {"^(?<n>.)\\k<n>$": {}, "^(?<n>b)$": {}},
                "additionalProperties": {"type": "null"},
            },
            {"aa": 1, "b": 1, "ab": 1},
            [("ab", '1 is not of type "null"')],
        ),
        (
            {"patternProperties": {"^[^]$": {}}, "additionalProperties": False},
            {"\u2028": 1, "bb": 1, "aa": 1},
            [("", 'Additional properties are not allowed ("aa", "bb" were unexpected)')],
        ),
        (
            {
                "patternProperties": {"^a$": {"type": "null"}},
                "items": {"$ref": "#/patternProperties/^a$"},
            },
            [1],
            [("[0]", '1 is not of type "null"')],
        ),
        (
            {
                "properties": {"patternProperties": {"enum": [{"patternProperties": {"$": 1}}]}},
                "additionalProperties": {"const": {"patternProperties": {"$": 1}}},
            },
            {"patternProperties": {"patternProperties": {"$": 1}}, "x": 1},
            [("x", None)],
        ),
        (
            {"$schema": DRAFT_7, "patternProperties": {"^a$": True}, "additionalProperties": True},
            {"b": 1, "a": 2},
            [],
        ),
        ({"patternProperties": {"a": False}, "additionalProperties": False}, 5, []),
        ({"type": "string", "nullable": True}, None, []),
        ({"type": ["string"], "nullable": False}, None, [("", 'null is not of type ["string"]')]),
        (
            {"properties": {"nullable": {"type": "string"}}},
            {"nullable": None},
            [("nullable", None)],
        ),
        (
            {"format": "date-time"},
            "last week",
            [("", '"last week" is not of the format "date-time"')],
        ),
        ({"format": "time"}, "10:00:00Z", []),
        ({"format": "uri"}, "x", [("", None)]),
        ({"$schema": DRAFT_7, "format": "uuid"}, "x", [("", None)]),
        ({"$schema": DRAFT_3, "format": "time"}, "10:00:00", []),
        ({"format": "nobody-knows"}, "x", []),
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
