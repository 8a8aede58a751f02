# ruff: noqa: E501 - a case is a row
from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimo_cli.api.protocol.encode import encode
from mimo_cli.api.protocol.messages import Message, Request, Tool
from mimo_cli.errors import UsageError
from mimo_cli.tools import definitions

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
EMPTY = {"type": "object", "properties": {}}


def read(value: object) -> definitions.Definitions:
    return definitions.read(json.dumps(value), "t.json")


@pytest.mark.parametrize(
    ("value", "tools", "unsent"),
    [
        ([{"name": "a", "input_schema": SCHEMA}], (Tool("a", SCHEMA),), ()),
        ({"tools": [{"name": "a", "input_schema": SCHEMA}]}, (Tool("a", SCHEMA),), ()),
        ({"name": "a", "description": "d", "type": "custom"}, (Tool("a", EMPTY, "d"),), ()),
        ({"name": "a", "description": " ", "type": None}, (Tool("a", EMPTY),), ()),
        (
            {"type": "function", "function": {"name": "a", "parameters": SCHEMA, "strict": True}},
            (Tool("a", SCHEMA),),
            ("strict",),
        ),
        ({"type": "function", "name": "a", "parameters": SCHEMA}, (Tool("a", SCHEMA),), ()),
        ({"tools": [{"name": "a", "inputSchema": SCHEMA}]}, (Tool("a", SCHEMA),), ()),
        ([{"name": "a", "input_schema": {"required": []}}], (Tool("a", {"type": "object", "required": []}),), ()),
        ([{"name": "a", "input_schema": None}, {"name": "b"}], (Tool("a", EMPTY), Tool("b", EMPTY)), ()),
        ([{"name": "a", "cache_control": {}, "defer_loading": 1}], (Tool("a", EMPTY),), ("cache_control", "defer_loading")),
        ({"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "a", "inputSchema": SCHEMA}]}}, (Tool("a", SCHEMA),), ()),
        ([{"functionDeclarations": [{"name": "a", "parameters": SCHEMA}, {"name": "b"}]}], (Tool("a", SCHEMA), Tool("b", EMPTY)), ()),
        ({"functionDeclarations": {"name": "a"}, "name": "a"}, (Tool("a", EMPTY),), ("functionDeclarations",)),
        ([{"functionDeclarations": [{"name": "a", "parameters": {"required": ["city"], "properties": {"city": {"type": "STRING"}}, "type": "OBJECT"}}]}], (Tool("a", SCHEMA),), ()),
        ({"function_declarations": [{"name": "a", "parameters": SCHEMA}]}, (Tool("a", SCHEMA),), ()),
        ({"toolConfig": {"tools": [{"toolSpec": {"name": "a", "inputSchema": {"json": SCHEMA}}}]}}, (Tool("a", SCHEMA),), ()),
        ([{"title": "a", "description": "d", **SCHEMA}], (Tool("a", SCHEMA, "d"),), ()),
        ([{"name": "a", **SCHEMA}], (Tool("a", SCHEMA),), ()),
        ({"name": "a", "parameters": {"type": "Object", "$defs": {"b": {"type": ["STRING", "NULL"]}}}}, (Tool("a", {"type": "object", "$defs": {"b": {"type": ["string", "null"]}}}),), ()),
        ({"functions": [{"name": "a", "parameters": SCHEMA}]}, (Tool("a", SCHEMA),), ()),
        ({"name": "a", "outputSchema": SCHEMA}, (Tool("a", EMPTY),), ("outputSchema",)),
        ([], (), ()),
    ],
)  # fmt: skip
def test_definitions_are_read_in_the_shapes_that_are_about(
    value: object, tools: tuple[Tool, ...], unsent: tuple[str, ...]
) -> None:
    found = read(value)
    assert (found.tools, found.unsent) == (tools, unsent)


def test_of_a_schema_in_capitals_types_alone_are_written_small() -> None:
    kept = {"type": "KEEP", "x": "STRING"}
    values = {"default": kept, "example": kept, "enum": [kept], "const": kept, "examples": [kept]}
    inner = {"type": "ARRAY", "items": {"type": "TYPE_UNSPECIFIED"}, "anyOf": [{"type": "STRING"}]}
    named = {"type": {"type": "INTEGER", **values}, "default": inner}
    [tool] = read({"name": "a", "parameters": {"type": "OBJECT", "properties": named}}).tools
    small = {"type": "array", "items": {}, "anyOf": [{"type": "string"}]}
    assert tool.input_schema == {
        "type": "object",
        "properties": {"type": {"type": "integer", **values}, "default": small},
    }


def test_parameters_that_are_no_schema_are_refused_with_one_that_is() -> None:
    with pytest.raises(UsageError) as raised:
        read([{"name": "w", "parameters": {"city": "string"}}])
    assert '"properties": {"city"' in str(raised.value.hint)


def test_a_tool_that_has_other_fields_but_no_schema_is_told() -> None:
    found = read(
        [{"name": "a", "strict": True}, {"name": "b"}, {"name": "c", "x": 1, "parameters": SCHEMA}]
    )
    assert found.bare == ("a",)
    assert definitions.told_of_bare(found) == "without an input_schema, so without an input: a"
    assert definitions.told_of_bare(read([{"name": "b"}])) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[{]", "it is not JSON (line 1, column 3: "),
        ('{"name":\n"a"', "it is not JSON (line 2, column 4: "),
        ("", "it is not JSON (line 1, column 1: "),
        ('"weather"', "it is no array of definitions, and no definition"),
        ("[1]", "tool 1: it is no object"),
        ('[{"name": "a"}, {}]', "tool 2: it has no name"),
        ('{"name": 5}', "tool 1: it has no name"),
        ('{"name": ""}', "tool 1: it has no name"),
        ('{"name": "a b"}', "a b: a name is 1 to 128 of A-Z a-z 0-9 _ -"),
        (json.dumps({"name": "a" * 129}), "a name is 1 to 128 of"),
        ('{"name": "a\\n"}', "a name is 1 to 128 of"),
        ('{"name": "天気"}', "a name is 1 to 128 of"),
        ('[{"name": "a"}, {"name": "a"}]', "it defines a twice"),
        ('{"name": "a", "input_schema": []}', "a: its input_schema is no object"),
        ('{"name": "a", "input_schema": {"type": "string"}}', 'a: its input_schema has the type "string"'),
        ('{"name": "a", "input_schema": {"type": ["object"]}}', 'a: its input_schema has the type ["object"]'),
        ('{"name": "a", "type": "web_search_20250305"}', "a: its type \"web_search_20250305\" is another service's own"),
        ('{"type": "web_search"}', "tool 1: its type \"web_search\" is another service's own"),
        ('{"name": "a", "parameter_definitions": {}}', 'a: it has no input_schema, and "parameter_definitions" is not known'),
        ('{"name": "a", "InputSchema": {}}', 'a: it has no input_schema, and "InputSchema" is not known'),
        ('[{"googleSearch": {}}]', "tool 1: \"googleSearch\" is another service's own"),
        ('[{"name": "a"}, {"functionDeclarations": [], "code_execution": {}}]', "tool 2: \"code_execution\" is another service's own"),
        ('{"toolConfig": {"tools": [{"cachePoint": {"type": "default"}}]}}', "tool 1: \"cachePoint\" is another service's own"),
        ('{"type": "object", "properties": {}}', "tool 1: it has no name"),
        ('{"title": "the weather", "type": "object", "properties": {}}', "the weather: a name is 1 to 128 of"),
        ('{"name": "a", "parameters": {"city": "string"}}', "a: its input_schema has no keyword of JSON Schema"),
        ('{"name": "a", "parameters": {"city": {"type": "string"}}}', "a: its input_schema has no keyword of JSON Schema"),
        ('{"name": "a", "type": 5}', "a: its type 5 is another service's own"),
        ('{"name": "a", "description": {}}', "a: its description is no text"),
        ('{"name": "a", "input_schema": {"x": NaN}}', "it holds a number that JSON does not have"),
        ('{"name": "a", "input_schema": {"x": 1e999}}', "it holds a number that JSON does not have"),
        ('{"name": "a", "input_schema": {"x": 1' + "0" * 5000 + "}}", "it holds a number that JSON does not have"),
        ('{"name": "a", "input_schema": {"enum": ' + "[" * 200 + "]" * 200 + "}}", "a: it is nested too deeply"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"name": "a", "input_schema": {"properties": {"x": {}, "x": {}}}}', 'the name "x" stands twice in one object'),
    ],
)  # fmt: skip
def test_what_is_no_definition_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageError) as raised:
        definitions.read(text, "t.json")
    assert raised.value.what == "the definitions in t.json are not right"
    assert why in raised.value.why


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "type", "function", "parameters", "tools", "input_schema", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=200)
@given(VALUES)
def test_whatever_stands_there_is_read_or_refused(value: Any) -> None:
    try:
        found = definitions.read(json.dumps(value), "t.json")
    except UsageError:
        return
    request = Request("m", (Message("user", "hi"),), tools=found.tools)
    assert definitions.of_request(encode(request).parameters) == found.tools
    b"".join(encode(request).pieces()).decode()


def test_tools_are_read_back_from_what_was_kept_of_a_request() -> None:
    tools = (Tool("a", SCHEMA, "what it does"), Tool("b", EMPTY))
    kept = encode(Request("m", (Message("user", "hi"),), tools=tools)).parameters
    assert definitions.of_request(kept) == tools
    assert definitions.of_request({"tools": None}) == ()
    assert definitions.of_request({"tools": [1, {"name": "a"}, {"name": "a", "input_schema": {}}]}) == (
        Tool("a", {}),
    )  # fmt: skip
