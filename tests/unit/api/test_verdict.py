from __future__ import annotations

import pytest

from mimo_cli.api.protocol.messages import Block, Reply, Text, Thinking, ToolUse
from mimo_cli.api.replies.finished.reply_check import problem, remark
from mimo_cli.errors import BlockedError, IncompleteError, MimoError, ServerError
from mimo_cli.output.command_terms import in_command_terms

WORDS = (Text("hi"),)
NONE: tuple[Block, ...] = (Thinking("hm"), Text(" \n"))


@pytest.mark.parametrize("reason", ["end_turn", "stop_sequence", "max_tokens", "new"])
def test_an_answer_with_a_reason_and_words_is_no_problem(reason: str) -> None:
    assert problem(Reply(content=WORDS, stop_reason=reason)) is None


def test_the_users_own_text_may_end_an_answer_before_it_begins() -> None:
    assert problem(Reply(stop_reason="stop_sequence")) is None
    assert problem(Reply(stop_reason="end_turn", stop_sequence="I")) is None  # llama.cpp's


@pytest.mark.parametrize(
    ("reason", "content", "kind", "message"),
    [
        *(
            (
                "content_filter",
                content,
                BlockedError,
                "the answer was withheld by the content filter",
            )
            for content in (WORDS, NONE)
        ),
        ("refusal", WORDS, BlockedError, "the model refused to answer"),
        (
            "repetition_truncation",
            WORDS,
            IncompleteError,
            (
                "the answer is incomplete: "
                "the model fell into a loop and was cut (repetition_truncation)"
            ),
        ),
        (
            None,
            WORDS,
            IncompleteError,
            "the answer may be incomplete: the server gave no stop reason",
        ),
        (
            "max_tokens",
            NONE,
            ServerError,
            "empty reply: max_tokens was used up before the answer began",
        ),
        (
            "tool_use",
            (ToolUse("t", "n", {}),),
            ServerError,
            "empty reply: the model asks for a tool to be run, which this program did not offer",
        ),
        *(
            (
                "tool_use",
                content,
                ServerError,
                (
                    "the server's reply makes no sense: "
                    "it ends with a tool's call (tool_use), and there is none"
                ),
            )
            for content in (WORDS, NONE)
        ),
        ("end_turn", NONE, ServerError, "empty reply: the answer has no text"),
        (
            "pause_turn",
            (),
            ServerError,
            "empty reply: the server paused the turn before the answer began (pause_turn)",
        ),
        (
            "model_context_window_exceeded",
            NONE,
            ServerError,
            "empty reply: the model's context window was full before the answer began",
        ),
        (
            "end_turn",
            (*WORDS, ToolUse("t", "n", {}, "{")),
            IncompleteError,
            (
                "the answer is incomplete: "
                "the model asked for a tool with an input that is not right: it is not valid JSON"
            ),
        ),
        (None, (), ServerError, "empty reply: the answer has no text"),
    ],
)
def test_a_reply_that_is_no_answer_is_a_problem(
    reason: str | None, content: tuple[Block, ...], kind: type[MimoError], message: str
) -> None:
    error = problem(Reply(content=content, stop_reason=reason))
    assert error is not None
    assert (type(error), error.message) == (kind, message)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("end_turn", ""),
        ("stop_sequence", ""),
        ("max_tokens", "the answer is cut: stopped at max_tokens. Raise --max-tokens for more."),
        (
            "model_context_window_exceeded",
            (
                "the answer is cut: the model's context window is full. "
                "Begin a new conversation, or send less."
            ),
        ),
        (
            "pause_turn",
            ("the answer is cut: the server paused a long turn (pause_turn). Ask it to go on."),
        ),
        (
            "tool_use",
            (
                "the model asks for a tool to be run, which this program did not offer: "
                "what it would answer after that is missing"
            ),
        ),
        ("new", "the answer ended for a reason that is not known here: new"),
    ],
)
def test_an_unusual_end_is_remarked_on(reason: str, words: str) -> None:
    said = remark(Reply(content=WORDS, stop_reason=reason))
    sentences = () if said is None else (said.text, in_command_terms(said.hint))
    assert ". ".join(filter(None, sentences)) == words
