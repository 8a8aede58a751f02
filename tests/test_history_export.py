"""Conversations as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mimo_cli.api.messages import Media, Reply, Text, Thinking, ToolResult
from mimo_cli.conversation import Conversation, Turn
from mimo_cli.history import export

if TYPE_CHECKING:
    from mimo_cli.api.messages import Json
    from mimo_cli.conversation import Status


def turn(
    answer: str, *, status: Status = "complete", error: Json | None = None, stop: str | None = None
) -> Turn:
    reply = Reply(content=(Text(answer),) if answer else (), stop_reason=stop)
    return Turn((Text("Why?"),), {"model": "m"}, 0.0, reply, status, error)


@pytest.mark.parametrize(
    ("shown", "remark"),
    [
        (turn("Because.", stop="end_turn"), ""),
        (
            turn("Because", stop="max_tokens"),
            "the answer is cut: stopped at max_tokens. Raise --max-tokens for more.",
        ),
        (turn("Bec", status="partial"), "cut off"),
        (turn("", status="partial"), "no answer"),
        (
            turn("Bec", status="partial", error={"code": "interrupted", "message": "by signal 2"}),
            "cut off: interrupted",
        ),
        (
            turn("", status="error", error={"code": "server", "message": "it broke"}),
            "no answer: it broke",
        ),
        (turn("", status="error", error={"code": "server", "message": None}), "no answer"),
    ],
)
def test_an_answer_that_is_not_whole_says_so(shown: Turn, remark: str) -> None:
    assert export.remark(shown) == remark


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ("```py\nx = 1", "x = 1\n```"),
        ("````md\n```\nx\n```", "```\n````"),
        ("~~~\n```\nx", "x\n~~~"),
        ("```py\nx\n```\ny", "```\ny"),
        ("```py\n```sh\nx", "x\n```"),
        ("``` a`b ```\nx", "``` a`b ```\nx"),
        ("    ```\nx", "    ```\nx"),
    ],
)
def test_code_that_broke_off_ends_before_the_next_question(answer: str, end: str) -> None:
    shown = Conversation("k3jmnpqr", "Why?", 0.0, 0.0, (turn(answer, status="partial"),))
    assert export.markdown(shown).endswith(f"{end}\n\n*(cut off)*\n")


def test_what_is_no_text_is_named_in_a_question() -> None:
    question = (
        Media("image", url="https://example.org/i"),
        Text("What is it?\r\n"),
        ToolResult("t", "x"),
    )
    asked = Turn(question, {}, 0.0, Reply(content=(Thinking("Hm."), Text("A cat."))), "complete")
    shown = Conversation("k3jmnpqr", "", 0.0, 0.0, (asked,))
    assert export.markdown(shown) == (
        "# (no title)\n\n1970-01-01 00:00 UTC\n\n---\n\n> [image]\n>\n> What is it?\n>\n\nA cat.\n"
    )
