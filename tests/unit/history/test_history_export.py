"""Conversations as Markdown."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from mimo_cli.api.protocol.messages import Media, Reply, Text, Thinking, UrlSource
from mimo_cli.conversation.shown import export_formats
from mimo_cli.conversation.turns import Conversation, Turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.api.protocol.messages import Json
    from mimo_cli.conversation.turns import Status


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
            "the answer is cut: stopped at max_tokens",
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
    assert export_formats.remark(shown) == remark


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
    assert export_formats.markdown(shown).endswith(f"{end}\n\n*(cut off)*\n")


SUMMER, WINTER = 1_750_000_000.0, 1_765_000_000.0  # June and December 2025


@pytest.mark.parametrize(
    ("zone", "seconds", "shown"),
    [
        ("UTC0", SUMMER, "2025-06-15 15:06 +00:00"),
        ("CST-8", SUMMER, "2025-06-15 23:06 +08:00"),
        ("NPT-5:45", SUMMER, "2025-06-15 20:51 +05:45"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", SUMMER, "2025-06-15 17:06 +02:00"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", WINTER, "2025-12-06 06:46 +01:00"),
        ("EST5EDT,M3.2.0,M11.1.0", WINTER, "2025-12-06 00:46 -05:00"),
        ("No/Where", SUMMER, "2025-06-15 15:06 +00:00"),
        ("", SUMMER, "2025-06-15 15:06 +00:00"),
    ],
)
def test_people_are_shown_local_time_with_its_offset(
    live_in: Callable[[str | None], None], zone: str, seconds: float, shown: str
) -> None:
    live_in(zone)
    assert export_formats.day(seconds) == shown


@pytest.mark.parametrize("zone", ["CST-8", "EST5EDT,M3.2.0,M11.1.0", "", "No/Where", "Odd", None])
def test_the_day_is_the_one_that_sums_are_of(
    live_in: Callable[[str | None], None], zone: str | None
) -> None:
    live_in(zone)
    with closing(sqlite3.connect(":memory:")) as connection:
        for seconds in range(1_740_000_000, 1_770_000_000, 3_333_333):
            asked = "SELECT date(?, 'unixepoch', 'localtime')"
            (day,) = connection.execute(asked, (seconds,)).fetchone()
            assert export_formats.day(seconds).startswith(day)


def test_what_is_no_text_is_named_in_a_question(live_in: Callable[[str | None], None]) -> None:
    live_in("UTC0")
    question = (
        Media("image", UrlSource("https://example.org/i")),
        Text("What is it?\r\n"),
    )
    asked = Turn(question, {}, 0.0, Reply(content=(Thinking("Hm."), Text("A cat."))), "complete")
    shown = Conversation("k3jmnpqr", "", 0.0, 0.0, (asked,))
    assert export_formats.markdown(shown) == (
        "# (no title)\n\n1970-01-01 00:00 +00:00\n\n---\n\n"
        "> image (https://example.org/i)\n>\n> What is it?\n>\n\nA cat.\n"
    )
