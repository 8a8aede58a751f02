"""The answers of the simulator, and what chooses them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.simulated import IMAGE, LONG, MODEL, OFF, ask, client

from mimo_cli.simulator import (
    INTRODUCED,
    Simulator,
    tokenise,
)

if TYPE_CHECKING:
    import httpx

EXAMPLE = {
    "model": MODEL,
    "max_tokens": 1024,
    "top_p": 0.95,
    "stream": False,
    "temperature": 1.0,
    "stop_sequences": None,
    "thinking": {"type": "disabled"},
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "please introduce yourself"}]}
    ],
}


def test_the_worked_example_of_the_reference_is_answered_as_there(http: httpx.Client) -> None:
    assert http.post("/anthropic/v1/messages", json=EXAMPLE).json() == {
        "id": "b966dbcad38c48b59d16d8c1f313681b",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": [{"type": "text", "text": INTRODUCED}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 57, "output_tokens": 54},
    }


def test_an_introduction_in_other_circumstances_has_counts_of_its_own() -> None:
    with Simulator() as sim, client(sim) as http:
        answer = ask(http, "Please introduce yourself.", **OFF)
        assert answer["content"] == [{"type": "text", "text": INTRODUCED}]
        assert answer["id"] != "b966dbcad38c48b59d16d8c1f313681b"
        assert answer["usage"] == {
            "input_tokens": 5,
            "output_tokens": len(tokenise(INTRODUCED)),
            "cache_read_input_tokens": 0,
        }


def test_the_usual_answer_is_markdown_that_says_there_is_no_model(http: httpx.Client) -> None:
    thought, page = ask(http, "What is `6 * 7`?\n" + LONG)["content"]
    assert thought["type"] == "thinking"
    assert "There is no model here" in thought["thinking"]
    assert thought["signature"].startswith("sim-")
    text = page["text"]
    assert 600 <= len(text) <= 1200
    for part in (
        "## ",
        "**No model is behind this text.**",
        "\n- ",
        "```python\n",
        "|---|",
        "你好",
    ):
        assert part in text
    assert "`What is '6 * 7'? one two three" in text
    assert "…`" in text


def test_the_same_question_gets_the_same_answer(http: httpx.Client) -> None:
    first, second = (ask(http, "Why is the sky blue?") for _ in range(2))
    assert first["content"] == second["content"]
    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("echo \x1b[2J \u202e[red]", "\x1b[2J \u202e[red]"),
        ("Echo:  two\nlines ", " two\nlines "),
        ("give me 3 words", "No model is"),
        ("0 words", "No"),
        ("stop reason refusal", "No model is behind this, it only stops."),
    ],
)
def test_some_questions_choose_the_answer(http: httpx.Client, question: str, text: str) -> None:
    assert ask(http, question, **OFF)["content"] == [{"type": "text", "text": text}]


def test_a_question_can_choose_the_stop_reason(http: httpx.Client) -> None:
    assert ask(http, "stop_reason: content_filter")["stop_reason"] == "content_filter"


def test_a_question_for_words_gets_as_many(http: httpx.Client) -> None:
    words = ask(http, "Write 300 words about it", **OFF)["content"][0]["text"].split()
    assert len(words) == 300
    assert len(set(words)) > 280


def test_a_question_for_json_gets_json_and_nothing_else(http: httpx.Client) -> None:
    question = 'the "date" as JSON, 请'
    text = ask(http, question, **OFF)["content"][0]["text"]
    assert json.loads(text) == {"simulated": True, "model": None, "question": question}


def test_a_conversation_without_text_is_answered_too(http: httpx.Client) -> None:
    text = ask(http, [IMAGE], **OFF)["content"][0]["text"]
    assert "You asked: `(no text)`" in text


def test_the_answer_and_the_thinking_can_be_given() -> None:
    with Simulator(answer="Yes.", thinking="Hm.") as sim, client(sim) as http:
        assert ask(http)["content"] == [
            {
                "type": "thinking",
                "thinking": "Hm.",
                "signature": ask(http)["content"][0]["signature"],
            },
            {"type": "text", "text": "Yes."},
        ]
        assert ask(http, **OFF)["content"] == [{"type": "text", "text": "Yes."}]


def test_the_answer_can_be_made_from_the_request() -> None:
    with Simulator(answer=lambda body: body["model"]) as sim, client(sim) as http:
        assert ask(http, **OFF)["content"] == [{"type": "text", "text": MODEL}]


def test_an_empty_answer_has_no_text_block() -> None:
    with Simulator(answer="") as sim, client(sim) as http:
        assert ask(http, **OFF)["content"] == []
