"""The simulator's limits, its counts of tokens and its cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.simulated import CALL, IMAGE, LONG, OFF, ask, asking, client

from mimo_cli.simulator import (
    Fault,
    Simulator,
    tokenise,
)

if TYPE_CHECKING:
    import httpx

# Some of each class, and no table of all characters, which takes seconds to make.
TEXTS = st.text("aZ9_ \t\r\n\x1c.,|你あ가\u0301\u200d\ufe0f🚀\ud83d\U00020000")


@settings(deadline=None)
@given(TEXTS)
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(tokenise(text)) == text


@settings(deadline=None)
@given(TEXTS, st.integers(0, 20))
def test_the_first_tokens_of_a_text_are_the_tokens_of_its_beginning(text: str, count: int) -> None:
    first = tokenise(text)[:count]
    assert tokenise("".join(first)) == first


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Hello, world!", ["Hello", ",", " world", "!"]),
        ("你好 世界", ["你", "好", " 世", "界"]),
        ("a_1 " + "x" * 17, ["a_1", " " + "x" * 16, "x"]),
        ("ab中文cd", ["ab", "中", "文", "cd"]),
        ("end \n", ["end", " \n"]),
        ("", []),
    ],
)
def test_tokens_are_words_signs_and_characters(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


@pytest.mark.parametrize("limit", [1, 2, 10, 60])
def test_max_tokens_cuts_at_exactly_that_many_tokens(http: httpx.Client, limit: int) -> None:
    answer = ask(http, max_tokens=limit)
    assert answer["stop_reason"] == "max_tokens"
    assert answer["usage"]["output_tokens"] == limit
    texts = [block[block["type"]] for block in answer["content"]]
    assert sum(len(tokenise(text)) for text in texts) == limit


def test_thinking_that_max_tokens_cuts_has_no_signature(http: httpx.Client) -> None:
    assert ask(http, "1 2 3", max_tokens=3)["content"] == [
        {"type": "thinking", "thinking": "Words in the"}
    ]


def test_an_answer_that_just_fits_is_whole(http: httpx.Client) -> None:
    answer = ask(http, "echo one two three", max_tokens=3, **OFF)
    assert (answer["stop_reason"], answer["content"][0]["text"]) == ("end_turn", "one two three")


@pytest.mark.parametrize(
    ("sequences", "limit", "expected"),
    [
        (["three"], 9, ("one two ", "stop_sequence", "three")),
        (["four", "two"], 9, ("one ", "stop_sequence", "two")),
        (["nine"], 9, ("one two three four", "end_turn", None)),
        (["four"], 3, ("one two three", "max_tokens", None)),
        (["one"], 9, ("", "stop_sequence", "one")),
    ],
)
def test_an_answer_stops_before_a_stop_sequence(
    http: httpx.Client, sequences: list[str], limit: int, expected: tuple[str, str, str | None]
) -> None:
    answer = ask(http, "echo one two three four", stop_sequences=sequences, max_tokens=limit, **OFF)
    text = "".join(block["text"] for block in answer["content"])
    assert (text, answer["stop_reason"], answer.get("stop_sequence")) == expected
    assert answer["usage"]["output_tokens"] == len(tokenise(text))


def test_a_prefix_seen_before_is_counted_as_cached_in_whole_blocks() -> None:
    with Simulator(keys=("sk-a", "sk-b")) as sim, client(sim) as http:
        question = "word " * 150  # with its role and the white space at the end 152 tokens

        def counts(question: str, key: str = "sk-a", **fields: object) -> tuple[int, int]:
            response = http.post(
                "/v1/messages", json=asking(question, **fields), headers={"api-key": key}
            )
            usage = response.json()["usage"]
            return usage["input_tokens"], usage["cache_read_input_tokens"]

        assert counts(question) == (152, 0)
        assert counts(question) == (24, 128)
        assert counts("other " + question) == (153, 0)
        assert counts(question + "more") == (24, 128)
        assert counts(question, key="sk-b") == (152, 0)
        assert counts(question, model="mimo-v2.6-flash") == (152, 0)
        assert counts(question, system="S") == (154, 0)


def test_a_request_that_a_fault_answered_leaves_nothing_in_the_cache() -> None:
    with Simulator(faults=[Fault.http(503)]) as sim, client(sim) as http:
        assert http.post("/v1/messages", json=asking(LONG)).status_code == 503
        assert ask(http, LONG)["usage"]["cache_read_input_tokens"] == 0


def test_everything_in_the_request_is_counted(http: httpx.Client) -> None:
    history = [
        {"role": "user", "content": "weather ?"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "a b", "signature": "elsewhere"},
                *({**CALL, "id": id_} for id_ in "cde"),
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "c", "content": "sunny day"},
                {"type": "tool_result", "tool_use_id": "d", "content": "no", "is_error": True},
                {
                    "type": "tool_result",
                    "tool_use_id": "e",
                    "content": [{"type": "text", "text": "cold"}, IMAGE],
                },
            ],
        },
    ]
    usage = ask(http, messages=history)["usage"]
    parts = ["weather ?", "a b", *["t{}"] * 3, "sunny day", "no", "cold"]
    expected = 3 + 8190 + sum(len(tokenise(part)) for part in parts)
    assert usage["input_tokens"] + usage["cache_read_input_tokens"] == expected
