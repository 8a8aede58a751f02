from __future__ import annotations

import json
import math
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimo_cli.api.protocol.messages import (
    BlockStart,
    BlockStop,
    FileSource,
    Measures,
    Media,
    MessageDelta,
    MessageStart,
    MessageStop,
    OtherBlock,
    Ping,
    Reply,
    Retrying,
    Silence,
    StreamItem,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolUse,
    UrlSource,
    Usage,
)
from mimo_cli.errors import Interrupted, MimoError, RateLimitError, ServerError
from mimo_cli.media import tokens
from mimo_cli.output import json_output
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from pathlib import Path

NOTHING_USED = {
    "input_tokens": None,
    "output_tokens": None,
    "cache_read_input_tokens": None,
    "cache_creation_input_tokens": None,
}


def test_a_whole_answer_is_one_object() -> None:
    reply = Reply(
        model="m-1",
        id="i",
        content=(
            Thinking("hm", "s"),
            Text("Hel"),
            ToolUse("t", "n", {"a": [1]}),
            Text("lo"),
            OtherBlock({"type": "new", "x": 1}),
        ),
        stop_reason="stop_sequence",
        stop_sequence="END",
        usage=Usage(1, 2, 3),
    )
    assert json_output.result(reply, None, model="m", conversation="c", offered={"n"}) == {
        "schema": 1,
        "type": "result",
        "id": "i",
        "model": "m-1",
        "text": "Hello",
        "thinking": "hm",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "s"},
            {"type": "text", "text": "Hel"},
            {"type": "tool_use", "id": "t", "name": "n", "input": {"a": [1]}},
            {"type": "text", "text": "lo"},
            {"type": "new", "x": 1},
        ],
        "tool_calls": [{"id": "t", "name": "n", "input": {"a": [1]}, "problem": None}],
        "stop_reason": "stop_sequence",
        "stop_sequence": "END",
        "usage": {
            "input_tokens": 1,
            "output_tokens": 2,
            "cache_read_input_tokens": 3,
            "cache_creation_input_tokens": None,
        },
        "data": None,
        "repairs": 0,
        "attachments": [],
        "conversation": "c",
        "partial": False,
        "error": None,
    }


def test_what_went_along_with_a_question_is_told_without_its_data() -> None:
    picture = Media(
        "image",
        FileSource("image/png", 3, "ab", b"\x89PN"),
        name="it.png",
        measures=Measures(1920, 1080),
    )
    film = Media("video", UrlSource("https://x.test/a.mp4"), fps=1.0, name="a.mp4")
    question = (picture, film, Text("What is it?"))
    line = json_output.to_line(json_output.result(Reply(), None, model="m", question=question))
    first, second = json.loads(line)["attachments"]
    assert first == {
        "name": "it.png",
        "type": "image",
        "media_type": "image/png",
        "size": 3,
        "width": 1920,
        "height": 1080,
        "seconds": None,
        "sound": None,
        "tokens": 2040,
        "estimated": False,
        "url": None,
        "sha256": "ab",
    }
    assert second == {
        **dict.fromkeys(first),
        "name": "a.mp4",
        "type": "video",
        "url": "https://x.test/a.mp4",
        "tokens": tokens.count(film).count,
        "estimated": True,
    }


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (
            RateLimitError(
                Phrase("slow down"),
                Phrase("why"),
                Phrase("hint"),
                status=429,
                request_id="r",
                retry_after=3600.0,
            ),
            {
                "code": "rate_limit",
                "exit_code": 5,
                "status": 429,
                "message": "slow down: why",
                "request_id": "r",
                "retry_after": 3600.0,
            },
        ),
        (
            ServerError(Phrase("x"), retry_after=math.inf),
            {
                "code": "server",
                "exit_code": 8,
                "status": None,
                "message": "x",
                "request_id": None,
                "retry_after": None,
            },
        ),
        (
            Interrupted(signal.SIGINT),
            {
                "code": "interrupted",
                "exit_code": 130,
                "status": None,
                "message": "interrupted by signal 2",
                "request_id": None,
                "retry_after": None,
            },
        ),
    ],
)
def test_a_failure_is_the_same_object_with_an_error(
    error: MimoError | Interrupted, failure: dict[str, Any]
) -> None:
    empty = {
        "schema": 1,
        "type": "result",
        "id": None,
        "model": "m",
        "text": "",
        "thinking": None,
        "content": [],
        "tool_calls": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": NOTHING_USED,
        "data": None,
        "repairs": 0,
        "attachments": [],
        "conversation": None,
        "partial": False,
        "error": failure,
    }
    assert json_output.result(Reply(), error, model="m") == empty
    part = json_output.result(Reply(content=(Text("x"),)), error, model=None)
    assert part == {
        **empty,
        "model": None,
        "text": "x",
        "content": [{"type": "text", "text": "x"}],
        "partial": True,
    }
    assert json.loads(json_output.to_line(part)) == part


@settings(deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=[])))
def test_a_line_is_printable_ascii_and_says_the_same(text: str) -> None:
    line = json_output.to_line({"text": text})
    assert line.endswith("}\n")
    assert line[:-1].isascii()
    assert line[:-1].isprintable()
    assert json.loads(line) == json.loads(json.dumps({"text": text}))


def test_no_line_ever_holds_what_json_does_not_know() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_output.to_line({"x": math.nan})


def test_each_event_worth_telling_is_a_line(tmp_path: Path) -> None:
    events: list[list[StreamItem]] = [
        [MessageStart("i", "m", Usage(1)), Ping(), BlockStart(0, Thinking(""))],
        [ThinkingDelta(0, "hm"), ThinkingDelta(0, ""), TextDelta(1, "h\x7fé"), TextDelta(1, "")],
        [BlockStop(1), MessageDelta("end_turn", None, Usage()), MessageStop()],
        [Silence(45.0, 90.0)],
        [Retrying(Phrase("busy"), 0.5, 1)],
        [],
    ]
    file = tmp_path / "lines"
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        view = json_output.JsonLinesView(Output(descriptor, "output"))
        for group in events:
            view.show(group)
        view.close(None)
    finally:
        os.close(descriptor)
    assert file.read_text("ascii").splitlines() == [
        '{"schema": 1, "type": "start", "id": "i", "model": "m"}',
        '{"schema": 1, "type": "thinking", "text": "hm"}',
        '{"schema": 1, "type": "text", "text": "h\\u007f\\u00e9"}',
        '{"schema": 1, "type": "silence", "seconds": 45.0}',
        '{"schema": 1, "type": "retry", "message": "busy", "wait": 0.5}',
    ]
