"""What came of tools' calls, and how many tokens they are."""

from __future__ import annotations

import pytest

from mimo_cli.api.protocol.messages import (
    Correction,
    Media,
    Reply,
    Text,
    ToolResult,
    ToolUse,
    UrlSource,
    Usage,
)
from mimo_cli.catalogue import token_estimate
from mimo_cli.conversation.rounds.outcomes import corrections, describe, rounds
from mimo_cli.conversation.shown.export_formats import markdown
from mimo_cli.conversation.turns import Conversation, Turn

A, B = ToolUse("a", "weather", {"city": "Rome"}), ToolUse("b", "clock", {})
BROKEN = ToolUse("a", "weather", {}, '{"ci')
SUN, NOON = ToolResult("a", "sun"), ToolResult("b", "noon")
ASKED = Text("Is it?")


def turn(*question: object, reply: tuple[ToolUse | Text, ...] = (), **request: object) -> Turn:
    status = "complete" if reply else "partial"
    return Turn(question, {"model": "m", **request}, 0.0, Reply(content=reply), status)  # type: ignore[arg-type]  # blocks


@pytest.mark.parametrize(
    ("turns", "given", "not_run"),
    [
        ([turn(ASKED, reply=(A, B))], [[]], [[A, B]]),
        ([turn(ASKED, reply=(A, B)), turn(NOON)], [[], [(B, NOON)]], [[A], []]),
        (
            [turn(ASKED, reply=(A,)), turn(SUN), turn(SUN, reply=(A,))],
            [[], [(A, SUN)], [(A, SUN)]],
            [[], [], [A]],
        ),
        (
            [turn(ASKED, reply=(A,)), turn(ASKED, reply=(ASKED,)), turn(SUN, reply=(ASKED,))],
            [[], [], [(None, SUN)]],
            [[A], [], []],
        ),
        (
            [turn(ASKED, reply=(A, A)), turn(SUN, SUN, SUN)],
            [[], [(A, SUN), (A, SUN), (None, SUN)]],
            [[], []],
        ),
        ([turn(ASKED, reply=(A, A)), turn(SUN)], [[], [(A, SUN)]], [[A], []]),
    ],
    ids=["none", "one of two", "again", "too late", "one id for two", "one id, one result"],
)
def test_what_came_of_calls(
    turns: list[Turn],
    given: list[list[tuple[ToolUse | None, ToolResult]]],
    not_run: list[list[ToolUse]],
) -> None:
    found = list(rounds(turns))
    assert [it.turn for it in found] == turns
    assert [[tuple(one) for one in it.given] for it in found] == given
    assert [list(it.not_run) for it in found] == not_run


def test_what_came_of_a_call_in_words() -> None:
    several = (Text("one"), Media("image", UrlSource("https://example.org/i")), Text("two"))
    assert [
        describe(it)
        for it in (
            None,
            ToolResult("a", "x"),
            ToolResult("a", "x" * 1234),
            ToolResult("a", "", is_error=True),
            ToolResult("a", several),
        )
    ] == ["not run", "1 character", "1,234 characters", "error, 0 characters", "8 characters"]


def test_what_this_program_said_in_words() -> None:
    said = corrections(turn(Correction("no", 1), Correction("no", 1200), Correction("no JSON")))
    assert list(said) == [
        "asked again: 1 thing did not fit",
        "asked again: 1,200 things did not fit",
        "asked again: the answer did not fit",
    ]


def test_a_part_of_a_call_and_what_is_not_text_in_an_export() -> None:
    shown = ToolResult("z", (Text("```\n"), Media("image", UrlSource("https://example.org/i"))))
    turns = (turn(ASKED, reply=(Text("```py\nx"), BROKEN)), turn(shown))
    first, second = markdown(Conversation("k", "t", turns=turns)).split("\n---\n")[1:]
    assert first == ('\n> Is it?\n\n```py\nx\n```\n\n▸ **weather**: not run\n\n```\n{"ci\n```\n')
    assert second == (
        "\n▸ **z**: 4 characters\n\n````\n```\n````\n\nimage (https://example.org/i)\n\n"
        "*(no answer)*\n"
    )


def test_calls_results_and_definitions_are_estimated() -> None:
    def used(*turns: Turn) -> int:
        return token_estimate.context("m", turns, "").used

    tools = [{"name": "weather", "description": "x" * 400, "input_schema": {}}]
    called = turn(ASKED, reply=(ToolUse("a", "weather", {"city": "x" * 400}),))
    plain, long = turn(ASKED, reply=(ASKED,)), "x" * 400
    assert used(called) - used(plain) > 100
    results = turn(ToolResult("a", long), ToolResult("a", (Text(long),)), reply=(ASKED,))
    assert used(plain, results) - used(plain) > 200
    corrected = turn(Correction(long), reply=(ASKED,))
    assert used(plain, corrected) - used(plain) > 100
    offering = turn(ASKED, reply=(ASKED,), tools=tools)
    assert used(offering) - used(plain) > 100
    counted = offering.reply._replace(usage=Usage(70, 7), stop_reason="end_turn")
    assert used(offering._replace(reply=counted)) == 77  # which the definitions are part of
