"""`/set schema` in a chat: answers that fit, as JSON, when they are whole."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from support.harness import Result, environ_for, mimo

from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from pathlib import Path

GOOD = '{"name": "Ann", "age": 30}'
FENCED = f"Here it is:\n\n```json\n{GOOD}\n```\n"
NONE = "I would rather not."
SET = "/set schema name, age int"
NO_JSON = "mimo: the answer does not fit the schema: there is no JSON in it"


def answering(*texts: str, **more: Any) -> Simulator:
    """A simulator that gives these answers in turn; the last one stays."""
    return Simulator(answer=texts, **more)


def chat(simulator: Simulator, *lines: str, options: tuple[str, ...] = (), **more: str) -> Result:
    text = "".join(f"{line}\n" for line in lines)
    return mimo("chat", *options, environ=environ_for(simulator, **more), stdin=text.encode())


def systems(simulator: Simulator) -> list[str]:
    return [request.json.get("system", "") for request in simulator.requests]


def test_answers_are_the_json_from_then_on_until_it_is_taken_back() -> None:
    with answering("Hi.", FENCED, "Yes.") as simulator:
        lines = ("hello", SET, "who?", "/set schema", "/set schema none", "/set schema", "sure?")
        result = chat(simulator, *lines)
    assert (result.code, result.out) == (0, f"Hi.\n\n{GOOD}\n\nYes.\n")
    assert "schema = name, age int\nschema = (none)\n" in result.err
    assert ["JSON Schema" in it for it in systems(simulator)] == [False, True, False]


def test_an_answer_that_does_not_fit_is_asked_for_again() -> None:
    with answering(NONE, GOOD) as simulator:
        result = chat(simulator, SET, "who?")
    assert (result.code, result.out) == (0, GOOD + "\n")
    assert result.err.endswith(f"{NO_JSON}; asking again (1 of 2)\n")


def test_a_misfit_is_an_error_with_its_text_and_the_chat_goes_on() -> None:
    with answering(*[NONE] * 3, GOOD) as simulator:
        result = chat(simulator, SET, "who?", "and now?")
        last = simulator.requests[-1].json["messages"]
    assert (result.code, result.out.strip()) == (13, GOOD)
    hint = "  /retry asks again, /set schema none takes any answer.\n"
    assert f"\n{NONE}\n{NO_JSON}\n{hint}" in result.err
    assert last[0]["content"] == "who?"
    assert last[-1]["content"] == "and now?"


def test_retry_asks_another_model_for_one_that_fits() -> None:
    with answering(*[NONE] * 3, GOOD) as simulator:
        result = chat(simulator, SET, "who?", "/retry flash")
        last = simulator.requests[-1].json
    assert result.out.strip() == GOOD
    assert last["model"] == "mimo-v2.6-flash"
    assert [it["content"] for it in last["messages"]] == ["who?"]
    assert "JSON Schema" in last["system"]


def test_a_repair_that_fails_leaves_the_question_answered() -> None:
    faults = [Fault(), Fault.http(400)]
    with answering(NONE, GOOD, faults=faults) as simulator:
        result = chat(simulator, SET, "who?", "and now?")
        last = simulator.requests[-1].json["messages"]
    assert (result.code, result.out.strip()) == (10, GOOD)
    assert NONE in result.err
    assert [it["role"] for it in last] == ["user", "assistant", "user"]


@pytest.mark.parametrize("word", ["none", "default", "off", "No", "null"])
def test_a_word_that_says_none_ends_the_schema(word: str) -> None:
    with answering("Hi.") as simulator:
        result = chat(simulator, SET, f"/set schema {word}", "/set schema")
    assert "schema = (none)\n" in result.err


def test_a_retry_leaves_an_answer_that_fits_where_none_does(tmp_path: Path) -> None:
    data = str(tmp_path)
    with answering(GOOD, *[NONE] * 3, GOOD) as simulator:
        lines = (SET, "who?", "/retry", "and now?")
        result = chat(simulator, *lines, MIMO_HISTORY="true", MIMO_DATA=data)
        last = simulator.requests[-1].json["messages"]
        environ = environ_for(simulator, MIMO_DATA=data)
        shown = mimo("history", "show", "--json", environ=environ).json
    told = "the answer before stays: this one does not fit\n"
    assert told in result.err
    assert result.code == 13
    assert [it["content"] for it in last][::2] == ["who?", "and now?"]
    assert last[1]["content"][-1] == {"type": "text", "text": GOOD}
    assert [it["reply"]["content"][-1]["text"] for it in shown["turns"]] == [GOOD, GOOD]


def test_json_has_the_value_of_each_answer() -> None:
    with answering("Hi.", NONE, GOOD) as simulator:
        result = chat(simulator, "hello", SET, "who?", options=("--json",))
    first, second = map(json.loads, result.out.splitlines())
    assert (first["data"], first["repairs"]) == (None, 0)
    assert (second["data"], second["repairs"]) == ({"name": "Ann", "age": 30}, 1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/set schema name flaot", "flaot"),
        ('/set schema {"type": "objekt"}', "the schema is not right"),
        ("/set schema @no/such.json", "no/such.json"),
        ("/set schema @-", "cannot read @-: stdin is what the chat itself reads"),
    ],
)
def test_a_schema_that_is_not_right_changes_nothing(line: str, told: str) -> None:
    with answering(GOOD) as simulator:
        result = chat(simulator, "/set schema name, age", line, "/set schema")
    assert result.code == 2
    assert told in result.err
    assert result.err.endswith("schema = name, age\n")
    assert simulator.connections == 0


def test_what_is_no_keyword_of_a_schema_is_told() -> None:
    with answering(GOOD) as simulator:
        result = chat(simulator, '/set schema {"type": "object", "propertes": {}}', "who?")
    told = (
        "not keywords of this draft of JSON Schema, and passed over: "
        "propertes (did you mean properties?)"
    )
    assert told in result.err
    assert (result.code, result.out.strip()) == (0, GOOD)


def test_set_lists_it_and_info_shows_the_system_prompt_without_it() -> None:
    with answering(GOOD) as simulator:
        result = chat(simulator, "/set", "/system Be brief.", SET, "/system", "/info")
    assert "schema = (none)\n" in result.err
    assert re.search(r"^ *schema +name, age int$", result.err, re.MULTILINE)
    assert "JSON Schema" not in result.err


def test_usage_counts_every_round(tmp_path: Path) -> None:
    with answering(NONE, GOOD) as simulator:
        result = chat(
            simulator, SET, "who?", "/usage", MIMO_HISTORY="true", MIMO_DATA=str(tmp_path)
        )
        kept = mimo(
            *("history", "show", "--json"),
            environ=environ_for(simulator, MIMO_DATA=str(tmp_path)),
        ).json
    got = sum(turn["reply"]["usage"]["output_tokens"] for turn in kept["turns"])
    assert len(kept["turns"]) == 2
    assert f"{got:,}" in result.err


def test_a_retry_takes_the_place_of_an_answer_that_fits_once_one_does(tmp_path: Path) -> None:
    better = '{"name": "Bea", "age": 31}'
    with answering(GOOD, NONE, better, GOOD, thinking="") as simulator:
        environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(tmp_path))
        text = f"{SET}\nwho?\n/retry\nand now?\n"
        result = mimo("chat", environ=environ, stdin=text.encode())
        shown = mimo("history", "show", "--json", environ=environ).json
        (entry,) = mimo("history", "--json", environ=environ).json
    assert (result.code, "stays" in result.err) == (0, False)
    texts = [it["reply"]["content"][-1]["text"] for it in shown["turns"]]
    assert texts == [NONE, better, GOOD]
    assert entry["id"] == shown["id"]
