"""Tools that the simulator calls."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from support.simulated import CALL, OFF, WEATHER, ask, asking, client, events, streamed

from mimo_cli.simulator import Simulator, ToolCall, tokenise

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def result(id_: str, content: object = "It is noon.", **fields: object) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": id_, "content": content, **fields}


def follow_up(answer: list[Any], *results: dict[str, Any]) -> dict[str, Any]:
    ids = [block["id"] for block in answer if block["type"] == "tool_use"]
    return {
        "messages": [
            {"role": "user", "content": "the time"},
            {"role": "assistant", "content": answer},
            {"role": "user", "content": list(results) or [result(id_) for id_ in ids]},
        ],
        "tools": [TIME],
    }


def test_the_result_of_a_tool_is_answered(http: httpx.Client) -> None:
    called = ask(http, "the time", tools=[TIME, WEATHER])["content"]
    more = {**CALL, "name": "time"}
    results = [result(called[-1]["id"]), result("c", [{"type": "text", "text": "Yes."}])]
    answer = ask(http, **follow_up([*called, more], *results))
    assert answer["content"][1]["text"] == (
        "No model is behind this. The tool answered: It is noon. Yes."
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda _thought, *rest: list(rest),
        lambda thought, *rest: [{**thought, "thinking": thought["thinking"] + " "}, *rest],
        lambda thought, *rest: [{"type": "thinking", "thinking": thought["thinking"]}, *rest],
        lambda thought, *rest: [{"type": "thinking", "thinking": thought["thinking"][1:]}, *rest],
        lambda _thought, *rest: [
            {"type": "thinking", "thinking": "", "signature": "theirs"},
            *rest,
        ],
        lambda thought, *rest: [{**thought, "signature": "theirs"}, *rest],
        lambda thought, *rest: [{**thought, "signature": thought["signature"][1:]}, *rest],
        lambda thought, *rest: [{**thought, "signature": ""}, *rest],
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
    history = follow_up([{"type": "text", "text": "noon"}], {"type": "text", "text": "really?"})
    assert ask(http, **history)["stop_reason"] == "end_turn"


CALL_D = {**CALL, "id": "d"}
WORDS = {"type": "text", "text": "and now?"}

# Messages behind the first, and what the simulator says to them.
UNPAIRED: list[tuple[list[tuple[str, list[dict[str, Any]]]], str]] = [
    ([("assistant", [CALL])], "[1]: tool_use without a tool_result right behind it: c"),
    (
        [("assistant", [CALL, CALL_D]), ("user", [result("d")])],
        "[1]: tool_use without a tool_result right behind it: c",
    ),
    (
        [("assistant", [CALL]), ("user", [WORDS]), ("user", [result("c")])],
        "[1]: tool_use without a tool_result right behind it: c",
    ),
    (
        [("assistant", [CALL]), ("user", [result("d")])],
        "[2].content[0]: there is no tool_use d in the message before",
    ),
    ([("user", [result("c")])], "[1].content[0]: there is no tool_use c in the message before"),
    (
        [("assistant", [CALL]), ("user", [result("c")]), ("user", [result("c")])],
        "[3].content[0]: there is no tool_use c in the message before",
    ),
    (
        [("assistant", [CALL]), ("user", [result("c"), result("c")])],
        "[2].content[1]: a second tool_result for c",
    ),
    (
        [("assistant", [CALL]), ("user", [WORDS, result("c")])],
        "[2].content[1]: a tool_result stands before all other blocks",
    ),
    ([("assistant", [CALL, CALL])], "[1].content[1]: a second tool_use with id c"),
    (
        [("assistant", [CALL]), ("user", [result("c")]), ("assistant", [CALL])],
        "[3].content[0]: a second tool_use with id c",
    ),
    ([("user", [CALL])], "[1].content[0]: a tool_use is the assistant's"),
    (
        [("assistant", [CALL]), ("assistant", [result("c")])],
        "[2].content[0]: a tool_result is the user's",
    ),
]


@pytest.mark.parametrize(("behind", "param"), UNPAIRED)
def test_a_call_or_a_result_alone_is_a_400(
    http: httpx.Client, behind: list[tuple[str, list[dict[str, Any]]]], param: str
) -> None:
    later = [{"role": role, "content": blocks} for role, blocks in behind]
    body = asking(messages=[{"role": "user", "content": "hi"}, *later], **OFF)
    response = http.post("/v1/messages", json=body)
    assert (response.status_code, response.json()["error"]) == (
        400,
        {"code": "400", "message": "Param Incorrect", "param": f"messages{param}", "type": ""},
    )


def test_results_in_any_order_and_words_behind_them_are_taken_without_the_tools(
    http: httpx.Client,
) -> None:
    later = follow_up([CALL, CALL_D], result("d", is_error=True), result("c"), WORDS)
    assert ask(http, messages=later["messages"], **OFF)["stop_reason"] == "end_turn"


def test_the_tools_count_as_input(http: httpx.Client) -> None:
    def tokens(**fields: object) -> int:
        usage = ask(http, "hello", **fields)["usage"]
        return int(usage["input_tokens"] + usage["cache_read_input_tokens"])

    whole = json.dumps([TIME, WEATHER], separators=(",", ":"))
    assert tokens(tools=[TIME, WEATHER]) - tokens() == len(tokenise(whole))


# ---- what it is told to call

ROME = ToolCall("get_weather", '{"city": "Rome"}')
OSLO = ToolCall("get_weather", {"city": "Oslo"})
BROKEN = ToolCall("get_weather", '{"city": "Ro')
TOOLS: dict[str, Any] = {"tools": [WEATHER]}


@contextmanager
def told(*calls: ToolCall, **behaviour: Any) -> Iterator[httpx.Client]:
    with Simulator(calls=calls, **behaviour) as sim, client(sim) as opened:
        yield opened


def streamed_input(http: httpx.Client) -> tuple[str, str]:
    """How a stream ends that brings one call, and the input that it brings."""
    found = events(streamed(http, **TOOLS).text)
    deltas = [one["delta"] for one in found if one["type"] == "content_block_delta"]
    return found[-2]["delta"]["stop_reason"], "".join(
        delta["partial_json"] for delta in deltas if delta["type"] == "input_json_delta"
    )


def test_it_calls_what_it_was_told_to_call_and_quotes_the_results() -> None:
    unknown = ToolCall("no_such_tool", "{}")
    with told(ROME, OSLO, unknown) as http:
        answer = ask(http, **TOOLS)
        assert answer["stop_reason"] == "tool_use"
        thinking, text, *calls = answer["content"]
        assert (thinking["type"], text["type"]) == ("thinking", "text")
        assert [(it["name"], it["input"]) for it in calls] == [
            ("get_weather", {"city": "Rome"}),
            ("get_weather", {"city": "Oslo"}),
            ("no_such_tool", {}),
        ]
        assert len({it["id"] for it in calls}) == 3
        results = [result(it["id"], f"{at} degrees") for at, it in enumerate(calls)]
        after = ask(http, **follow_up(answer["content"], *results))
        assert after["stop_reason"] == "end_turn"
        assert after["content"][-1]["text"].endswith(": 0 degrees 1 degrees 2 degrees")


def test_it_calls_nothing_where_no_tools_are_offered() -> None:
    with told(ROME) as http:
        assert ask(http)["stop_reason"] == ask(http, tools=[])["stop_reason"] == "end_turn"


@pytest.mark.parametrize(
    ("choice", "count"),
    [
        ({"type": "auto", "disable_parallel_tool_use": True}, 1),
        ({"type": "any", "disable_parallel_tool_use": True}, 2),
        ({"type": "none"}, 2),
        ({"type": "tool", "name": "get_weather"}, 2),
    ],
)
def test_a_tool_choice_of_another_type_is_dropped_in_silence(
    choice: dict[str, Any], count: int
) -> None:
    with told(ROME, OSLO) as http:
        answer = ask(http, **TOOLS, tool_choice=choice, **OFF)
    assert [block["type"] for block in answer["content"]] == ["text", *["tool_use"] * count]


@pytest.mark.parametrize(
    ("given", "in_a_stream", "whole"),
    [
        (ROME.input, '{"city": "Rome"}', {"city": "Rome"}),
        (OSLO.input, '{"city":"Oslo"}', {"city": "Oslo"}),
        (BROKEN.input, '{"city": "Ro', '{"city": "Ro'),
        ("", "", {}),
        ("null", "null", None),
        ("[1]", "[1]", [1]),
        ("[" * 100_000, "[" * 100_000, "[" * 100_000),
    ],
)
def test_an_input_is_sent_as_it_was_given(given: Any, in_a_stream: str, whole: object) -> None:
    with told(ToolCall("t", given)) as http:
        assert streamed_input(http) == ("tool_use", in_a_stream)
        assert ask(http, **TOOLS)["content"][-1]["input"] == whole


WRITTEN = (
    "<tool_call>\n<function=get_weather>\n<parameter=city>Rome</parameter>\n</function>\n"
    "</tool_call>\n"
    '<tool_call>\n<function=get_weather>\n{"city": "Ro\n</function>\n</tool_call>'
)


@pytest.mark.parametrize(
    ("form", "fields", "kinds"),
    [
        ("text", {}, ["thinking", "text"]),
        ("thinking", {}, ["thinking"]),
        ("thinking", OFF, ["text"]),
    ],
)
def test_calls_can_be_written_out_with_the_same_stop_reason(
    form: str, fields: dict[str, Any], kinds: list[str]
) -> None:
    with told(ROME, BROKEN, calls_as=form) as http:
        answer = ask(http, **TOOLS, **fields)
    assert answer["stop_reason"] == "tool_use"
    assert [block["type"] for block in answer["content"]] == kinds
    last = answer["content"][-1]
    assert last[last["type"]].endswith(f"\n\n{WRITTEN}")


def test_endless_calls_come_again_after_each_result_with_new_ids() -> None:
    history: list[dict[str, Any]] = [{"role": "user", "content": "the time"}]
    with told(ROME, endless_calls=True) as http:
        for _ in range(3):
            answer = ask(http, messages=history, **TOOLS)
            assert answer["stop_reason"] == "tool_use"
            history += [
                {"role": "assistant", "content": answer["content"]},
                {"role": "user", "content": [result(answer["content"][-1]["id"])]},
            ]
        last = ask(http, messages=history)
    assert last["content"][-1]["text"].endswith("The tool answered: It is noon.")


def test_answers_in_turn_are_those_without_calls_and_the_last_one_stays() -> None:
    with told(ROME, answer=["one", "two"]) as http:
        called = ask(http, **TOOLS)["content"]
        assert ask(http, **follow_up(called))["content"][-1]["text"] == "one"
        assert http.post("/v1/messages", json={}).status_code == 400
        assert [ask(http)["content"][-1]["text"] for _ in range(2)] == ["two", "two"]
