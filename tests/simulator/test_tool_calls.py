"""Tools that the simulator calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.simulated import CALL, OFF, WEATHER, ask, asking

from mimo_cli.simulator import (
    tokenise,
)

if TYPE_CHECKING:
    import httpx

TIME = {"name": "time", "description": "The time.", "input_schema": {"type": "object"}}


def test_a_tool_that_is_named_is_called(http: httpx.Client) -> None:
    answer = ask(http, 'use get_weather for "Paris"', tools=[TIME, WEATHER], **OFF)
    assert answer["stop_reason"] == "tool_use"
    text, call = answer["content"]
    assert text["text"] == "No model is behind this, but here is a call of `get_weather`."
    assert call == {
        "type": "tool_use",
        "id": call["id"],
        "name": "get_weather",
        "input": {"city": "Paris"},
    }
    spoken = tokenise(text["text"]) + tokenise('get_weather{"city":"Paris"}')
    assert answer["usage"]["output_tokens"] == len(spoken)


def test_a_tool_that_is_not_named_is_not_called(http: httpx.Client) -> None:
    assert ask(http, "get_weather2, sometimes", tools=[TIME, WEATHER])["stop_reason"] == "end_turn"


@pytest.mark.parametrize(
    ("choice", "called"),
    [
        ({"type": "auto"}, ["time", "get_weather"]),
        ({"type": "auto", "disable_parallel_tool_use": True}, ["time"]),
        ({"type": "any", "disable_parallel_tool_use": True}, ["time", "get_weather"]),
    ],
)
def test_several_tools_are_called_unless_the_request_forbids(
    http: httpx.Client, choice: dict[str, Any], called: list[str]
) -> None:
    answer = ask(http, "time and get_weather", tools=[TIME, WEATHER], tool_choice=choice, **OFF)
    assert [block["name"] for block in answer["content"][1:]] == called


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "quoted"),
        ({"type": "integer"}, 1),
        ({"type": "number", "minimum": 2.5}, 2.5),
        ({"type": "boolean"}, True),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "array"}, [{}]),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, {"a": 1}),
        ({"type": "object"}, {}),
        ({"enum": ["metric", "imperial"]}, "metric"),
        ({"examples": [3]}, 3),
        ({"const": 4, "type": "string"}, 4),
        ({"default": None}, None),
        ({"enum": 5, "type": ["string", "null"]}, "quoted"),
        (True, {}),
    ],
)
def test_the_input_of_a_call_follows_the_schema(
    http: httpx.Client, schema: object, value: object
) -> None:
    tool = {"name": "t", "input_schema": {"type": "object", "properties": {"x": schema}}}
    answer = ask(http, 'run t with "quoted"', tools=[tool], **OFF)
    assert answer["content"][1]["input"] == {"x": value}


def test_strings_that_nobody_quoted_are_examples(http: httpx.Client) -> None:
    required = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    odd = {"name": "t", "input_schema": {"type": "object", "properties": 5, "required": ["b"]}}
    tools = [{"name": "s", "input_schema": required}, odd]
    answer = ask(http, "s t", tools=tools, **OFF)
    assert [block["input"] for block in answer["content"][1:]] == [{"a": "example"}, {"b": {}}]


def test_a_call_for_which_tokens_are_lacking_is_left_out(http: httpx.Client) -> None:
    tools = [TIME, {**TIME, "name": "date"}]
    answer = ask(http, "time date", tools=tools, max_tokens=23, **OFF)
    assert answer["stop_reason"] == "max_tokens"
    assert [block["type"] for block in answer["content"]] == ["text", "tool_use"]


def test_a_stop_sequence_before_a_call_prevents_it(http: httpx.Client) -> None:
    answer = ask(http, "the time", tools=[TIME], stop_sequences=["model"], **OFF)
    assert answer["content"] == [{"type": "text", "text": "No "}]
    assert answer["stop_reason"] == "stop_sequence"


def follow_up(answer: list[Any]) -> dict[str, Any]:
    result = {"type": "tool_result", "tool_use_id": "x", "content": "It is noon."}
    more = {
        "type": "tool_result",
        "tool_use_id": "y",
        "content": [{"type": "text", "text": "Yes."}],
    }
    return {
        "messages": [
            {"role": "user", "content": "the time"},
            {"role": "assistant", "content": answer},
            {"role": "user", "content": [result, more]},
        ],
        "tools": [TIME],
    }


def test_the_result_of_a_tool_is_answered(http: httpx.Client) -> None:
    called = ask(http, "the time", tools=[TIME])["content"]
    answer = ask(http, **follow_up(called))
    assert answer["content"][1]["text"] == (
        "No model is behind this. The tool answered: It is noon. Yes."
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda _thought, *rest: list(rest),
        lambda thought, *rest: [{**thought, "thinking": thought["thinking"] + " "}, *rest],
        lambda thought, *rest: [{"type": "thinking", "thinking": thought["thinking"]}, *rest],
    ],
)
def test_thinking_that_is_not_passed_back_as_it_was_is_a_400(
    http: httpx.Client, change: Any
) -> None:
    called = ask(http, "the time", tools=[TIME])["content"]
    changed = asking() | follow_up(change(*called))
    response = http.post("/v1/messages", json=changed)
    assert response.status_code == 400
    assert response.json()["error"]["param"] == (
        "The reasoning_content in the thinking mode must be passed back to the API"
    )
    assert http.post("/v1/messages", json=changed | OFF).status_code == 200


@pytest.mark.parametrize(
    "thought",
    [
        {"type": "thinking", "thinking": "from elsewhere"},
        {"type": "thinking", "thinking": "from elsewhere", "signature": "theirs"},
    ],
)
def test_thinking_from_elsewhere_is_taken_as_it_is(
    http: httpx.Client, thought: dict[str, Any]
) -> None:
    assert ask(http, **follow_up([thought, {**CALL, "name": "time"}]))["stop_reason"] == "end_turn"


def test_without_tool_calls_thinking_need_not_be_passed_back(http: httpx.Client) -> None:
    history = follow_up([{"type": "text", "text": "noon"}])
    assert ask(http, **history)["stop_reason"] == "end_turn"
