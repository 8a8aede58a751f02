from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.harness import hint_of
from support.wire import sent_json

from mimo_cli.api.protocol.content_blocks import decode_block
from mimo_cli.api.protocol.decode import decode_message
from mimo_cli.api.protocol.encode import encode, encode_block
from mimo_cli.api.protocol.ending import BLOCK_EVENTS
from mimo_cli.api.protocol.json_text.reader import parse
from mimo_cli.api.protocol.messages import (
    Block,
    BlockStart,
    BlockStop,
    Event,
    FileSource,
    InputJsonDelta,
    Measures,
    Media,
    Message,
    MessageDelta,
    MessageStart,
    MessageStop,
    OtherBlock,
    OtherDelta,
    Ping,
    Request,
    SignatureDelta,
    StreamError,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    Tool,
    ToolResult,
    ToolUse,
    Unread,
    UrlSource,
    Usage,
)
from mimo_cli.api.protocol.stream import StreamDecoder
from mimo_cli.errors import ALWAYS, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
import itertools

PROPERTY = settings(deadline=None, derandomize=True, max_examples=60)
PARTY = "\N{PARTY POPPER}"
NOT_KNOWN = Usage()


def sent(*events: dict[str, Any]) -> bytes:
    """Events as a server sends them, each with its type as its name."""
    return b"".join(
        f"event: {event.get('type', '')}\ndata: {json.dumps(event)}\n\n".encode()
        for event in events
    )


def decoded(*chunks: bytes) -> list[Event]:
    decoder = StreamDecoder()
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    return events + decoder.close()


def typed(events: Iterable[Event]) -> list[tuple[str, Event]]:
    """Events with their kinds, for a tuple equals any other of the same values."""
    return [(type(event).__name__, event) for event in events]


def text_delta(text: str, index: int = 0) -> dict[str, Any]:
    return delta({"type": "text_delta", "text": text}, index)


def delta(content: object, index: object = 0) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": content}


def start(block: object, index: object = 0) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


# Requests


def test_a_request_with_every_field_is_encoded_whole() -> None:
    weather = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    request = Request(
        model="mimo-v2.6-pro",
        messages=(Message("user", "hi"), Message("assistant", (Text("yes"),))),
        system="Be brief.",
        max_tokens=1024,
        temperature=0.0,
        top_p=0.95,
        stop_sequences=("END", "STOP"),
        thinking=False,
        tools=(Tool("weather", weather, "The weather of a city"), Tool("bare", {"type": "object"})),
        disable_parallel_tool_use=True,
        stream=False,
    )
    assert sent_json(encode(request)) == {
        "model": "mimo-v2.6-pro",
        "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": [{"type": "text", "text": "yes"}]},
        ],
        "system": "Be brief.",
        "max_tokens": 1024,
        "temperature": 0.0,
        "top_p": 0.95,
        "stop_sequences": ["END", "STOP"],
        "thinking": {"type": "disabled"},
        "tools": [
            {"name": "weather", "description": "The weather of a city", "input_schema": weather},
            {"name": "bare", "input_schema": {"type": "object"}},
        ],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
        "stream": False,
    }


def test_what_is_kept_of_a_request_are_the_fields_of_its_bytes() -> None:
    encoded = encode(Request("m", (Message("user", "é"),), system="Be brief.", stream=False))
    assert "é".encode() in b"".join(encoded.pieces())
    assert encoded.parameters == {"model": "m", "system": "Be brief.", "stream": False}
    assert {**encoded.parameters, "messages": sent_json(encoded)["messages"]} == sent_json(encoded)
    assert (encoded.model, encoded.is_streamed) == ("m", False)


def test_what_is_not_set_is_not_sent() -> None:
    assert sent_json(encode(Request("m", (Message("user", "hi"),)))) == {
        "model": "m",
        "messages": [{"role": "user", "content": "hi"}],
        "stream": True,
    }


@pytest.mark.parametrize(
    ("field", "value", "sent_as"),
    [
        ("thinking", True, ("thinking", {"type": "enabled"})),
        ("thinking", False, ("thinking", {"type": "disabled"})),
        (
            "disable_parallel_tool_use",
            False,
            ("tool_choice", {"type": "auto", "disable_parallel_tool_use": False}),
        ),
        ("temperature", 0.0, ("temperature", 0.0)),
        ("system", "", ("system", "")),
    ],
)
def test_a_value_that_is_false_is_sent_all_the_same(
    field: str, value: Any, sent_as: tuple[str, object]
) -> None:
    fields: dict[str, Any] = {field: value}
    name, content = sent_as
    assert sent_json(encode(Request("m", (), **fields))) == {
        "model": "m",
        "messages": [],
        name: content,
        "stream": True,
    }


@pytest.mark.parametrize(
    ("block", "raw"),
    [
        (Text("hi"), {"type": "text", "text": "hi"}),
        (Thinking("hm"), {"type": "thinking", "thinking": "hm"}),
        (Thinking("hm", "c2ln"), {"type": "thinking", "thinking": "hm", "signature": "c2ln"}),
        (Thinking("hm", ""), {"type": "thinking", "thinking": "hm", "signature": ""}),
        (
            ToolUse("t1", "weather", {"city": "Xi'an"}),
            {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Xi'an"}},
        ),
        (
            ToolResult("t1", "sunny"),
            {"type": "tool_result", "tool_use_id": "t1", "content": "sunny"},
        ),
        (
            ToolResult("t1", (Text("no"),), is_error=True),
            {
                "type": "tool_result",
                "tool_use_id": "t1",
                "content": [{"type": "text", "text": "no"}],
                "is_error": True,
            },
        ),
        (
            Media("audio", UrlSource("https://example.org/a.mp3")),
            {"type": "audio", "source": {"type": "url", "url": "https://example.org/a.mp3"}},
        ),
        (
            Media("video", UrlSource("https://example.org/v.mp4"), 0.5, "max"),
            {
                "type": "video",
                "source": {"type": "url", "url": "https://example.org/v.mp4"},
                "fps": 0.5,
                "media_resolution": "max",
            },
        ),
        (
            OtherBlock({"type": "redacted_thinking", "data": "xyz"}),
            {"type": "redacted_thinking", "data": "xyz"},
        ),
    ],
)
def test_every_block_is_encoded_whole(block: Block, raw: dict[str, Any]) -> None:
    assert encode_block(block) == raw


@pytest.mark.parametrize("size", [0, 1, 2, 3, 48 * 1024, 100_000])
def test_a_file_goes_out_in_pieces_as_base64(size: int) -> None:
    data = bytes(at % 251 for at in range(size))
    picture = Media("image", FileSource("image/png", size, "0" * 64, data), name="it.png")
    encoded = encode(Request("m", (Message("user", (picture, Text("What is it?"), picture)),)))
    assert encoded.length == len(b"".join(encoded.pieces())) == len(b"".join(encoded.pieces()))
    assert max(map(len, encoded.pieces())) <= 64 * 1024
    source = {
        "type": "base64",
        "media_type": "image/png",
        "data": base64.b64encode(data).decode(),
    }
    image = {"type": "image", "source": source}
    content = sent_json(encoded)["messages"][0]["content"]
    assert content == [image, {"type": "text", "text": "What is it?"}, image]


def test_a_file_that_was_not_loaded_is_not_sent_as_an_empty_one() -> None:
    picture = Media("image", FileSource("image/png", 3, "0" * 64))
    with pytest.raises(ValueError, match="0000"):
        encode(Request("m", (Message("user", (picture,)),)))


def test_what_is_kept_of_a_file_names_it_and_holds_no_data() -> None:
    picture = Media(
        "image",
        FileSource("image/png", 3, "ab", b"\x89PN"),
        name="it.png",
        measures=Measures(4, 5),
    )
    assert encode_block(picture) == {
        "type": "image",
        "source": {"type": "file", "media_type": "image/png", "size": 3, "sha256": "ab"},
        "name": "it.png",
        "width": 4,
        "height": 5,
    }


# Replies


@pytest.mark.parametrize(
    ("raw", "block"),
    [
        ({"type": "text", "text": "hi", "citations": []}, Text("hi")),
        ({"type": "thinking", "thinking": "hm"}, Thinking("hm")),
        ({"type": "thinking", "thinking": "hm", "signature": "s"}, Thinking("hm", "s")),
        ({"type": "thinking", "thinking": "hm", "signature": None}, Thinking("hm")),
        ({"type": "tool_use", "id": "a", "name": "b"}, ToolUse("a", "b", {})),
        (
            {"type": "tool_use", "id": "a", "name": "b", "input": {"c": [1, None]}},
            ToolUse("a", "b", {"c": [1, None]}),
        ),
        (
            {"type": "redacted_thinking", "data": "x"},
            OtherBlock({"type": "redacted_thinking", "data": "x"}),
        ),
        (
            {"type": "tool_use", "id": "\ud800", "name": "\ud83c\udf89", "input": {"\udc00": "a"}},
            ToolUse("\ufffd", PARTY, {"\ufffd": "a"}),
        ),
        ({"type": "new", "x": ["\ud83c\udf89"]}, OtherBlock({"type": "new", "x": [PARTY]})),
    ],
)
def test_every_block_of_a_reply_is_decoded(raw: dict[str, Any], block: Block) -> None:
    assert decode_block(raw) == block


EXAMPLE = "Hello! I'm MiMo, an AI assistant developed by Xiaomi."


def test_the_references_own_example_is_decoded() -> None:
    body = {
        "id": "b966dbcad38c48b59d16d8c1f313681b",
        "type": "message",
        "role": "assistant",
        "model": "mimo-v2.5-pro",
        "content": [{"type": "text", "text": EXAMPLE}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 57, "output_tokens": 54, "cache_read_input_tokens": None},
    }
    assert typed(decode_message(body)) == typed(
        [
            MessageStart("b966dbcad38c48b59d16d8c1f313681b", "mimo-v2.5-pro", Usage(57)),
            BlockStart(0, Text("")),
            TextDelta(0, EXAMPLE),
            BlockStop(0),
            MessageDelta("end_turn", None, Usage(57, 54)),
            MessageStop(),
        ]
    )


def test_a_reply_that_was_not_streamed_may_hold_blocks_of_every_kind() -> None:
    body = {
        "type": "message",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "s"},
            {"type": "thinking", "thinking": ""},
            {"type": "text", "text": ""},
            {"type": "text", "text": "\ud83c\udf89\ud83c"},
            {"type": "tool_use", "id": "a", "name": "b", "input": {"c": 1}},
            {"type": "tool_use", "id": "d", "name": "e", "input": {}},
            {"type": "new"},
        ],
        "stop_reason": "tool_use",
        "error": None,
    }
    assert typed(decode_message(body)) == typed(
        [
            MessageStart(None, None, NOT_KNOWN),
            BlockStart(0, Thinking("")),
            ThinkingDelta(0, "hm"),
            SignatureDelta(0, "s"),
            BlockStop(0),
            BlockStart(1, Thinking("")),
            BlockStop(1),
            BlockStart(2, Text("")),
            BlockStop(2),
            BlockStart(3, Text("")),
            TextDelta(3, PARTY),
            TextDelta(3, "\ufffd"),
            BlockStop(3),
            BlockStart(4, ToolUse("a", "b", {"c": 1})),
            InputJsonDelta(4, '{"c": 1}'),
            BlockStop(4),
            BlockStart(5, ToolUse("d", "e", {})),
            BlockStop(5),
            BlockStart(6, OtherBlock({"type": "new"})),
            BlockStop(6),
            MessageDelta("tool_use", None, NOT_KNOWN),
            MessageStop(),
        ]
    )


@pytest.mark.parametrize(
    "reason",
    [
        *("end_turn", "max_tokens", "tool_use", "content_filter", "repetition_truncation"),
        *("stop_sequence", "refusal", "pause_turn", "something_new", None),
    ],
)
def test_every_stop_reason_is_decoded(reason: str | None) -> None:
    body = {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": "END"},
        "usage": {"output_tokens": 5},
    }
    assert typed(decoded(sent(body))) == typed([MessageDelta(reason, "END", Usage(None, 5))])


STREAM = sent(
    {
        "type": "message_start",
        "message": {"id": "i", "model": "m", "content": [], "usage": {"input_tokens": 9}},
    },
    {"type": "ping"},
    start({"type": "thinking", "thinking": "", "signature": ""}),
    delta({"type": "thinking_delta", "thinking": "hm"}),
    delta({"type": "signature_delta", "signature": "c2ln"}),
    {"type": "content_block_stop", "index": 0},
    start({"type": "text", "text": "He"}, 1),
    text_delta("llo", 1),
    {"type": "content_block_stop", "index": 1},
    start({"type": "tool_use", "id": "t", "name": "n", "input": {}}, 2),
    delta({"type": "input_json_delta", "partial_json": '{"a":'}, 2),
    delta({"type": "input_json_delta", "partial_json": "1}"}, 2),
    {"type": "content_block_stop", "index": 2},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 5}},
    {"type": "message_stop"},
)
STREAM_EVENTS: list[Event] = [
    MessageStart("i", "m", Usage(9)),
    Ping(),
    BlockStart(0, Thinking("")),
    SignatureDelta(0, ""),
    ThinkingDelta(0, "hm"),
    SignatureDelta(0, "c2ln"),
    BlockStop(0),
    BlockStart(1, Text("")),
    TextDelta(1, "He"),
    TextDelta(1, "llo"),
    BlockStop(1),
    BlockStart(2, ToolUse("t", "n", {})),
    InputJsonDelta(2, '{"a":'),
    InputJsonDelta(2, "1}"),
    BlockStop(2),
    MessageDelta("tool_use", None, Usage(None, 5)),
    MessageStop(),
]


def test_a_stream_with_every_event_is_decoded() -> None:
    assert typed(decoded(STREAM)) == typed(STREAM_EVENTS)


@PROPERTY
@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_every_chunking_gives_the_same_events(places: list[int]) -> None:
    bounds = [0, *sorted(places), len(STREAM)]
    chunks = [STREAM[a:b] for a, b in itertools.pairwise(bounds)]
    assert typed(decoded(*chunks)) == typed(STREAM_EVENTS)


def test_what_follows_message_stop_is_ignored() -> None:
    decoder = StreamDecoder()
    after = sent({"type": "message_stop"}, text_delta("late")) + b"data: {not JSON\n\n"
    events = [*decoder.feed(after), *decoder.feed(sent(text_delta("later")))]
    assert typed(events) == typed([MessageStop()])
    assert decoder.stopped


def test_it_is_known_whether_the_stream_was_cut_in_an_event() -> None:
    decoder = StreamDecoder()
    assert list(decoder.feed(b'event: message_stop\ndata: {"type":"message_stop"}\n')) == []
    assert (decoder.pending, decoder.stopped) == (True, False)


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b'data: {"type":"ping"}\n\n', [Ping()]),
        (b'event: ping\ndata: {"x":1}\n\n', [Ping()]),
        (b'event: message_stop\ndata: {"type":"ping"}\n\n', [Ping()]),
        (b'event: ping\ndata: {"type":"ping",\ndata: "more":[1,\ndata: 2]}\n\n', [Ping()]),
        (b"data: [DONE]\n\n", []),
        (b"data:  [DONE] \n\ndata\n\n", []),
        (sent({"type": "new_event", "x": 1}), []),
        (sent({"type": "new_event", "error": None}), []),
        (sent(start({"type": "new_block", "x": 1})), None),
        (
            sent(delta({"type": "new_delta", "x": 1})),
            [OtherDelta(0, {"type": "new_delta", "x": 1})],
        ),
        (sent({"type": "ping", "extra": {"a": [1]}}), [Ping()]),
    ],
)
def test_the_type_wins_over_the_name_and_the_unknown_is_tolerated(
    stream: bytes, events: list[Event] | None
) -> None:
    unknown: list[Event] = [BlockStart(0, OtherBlock({"type": "new_block", "x": 1}))]
    assert typed(decoded(stream)) == typed(unknown if events is None else events)


def test_line_ends_of_other_alphabets_are_part_of_the_text() -> None:
    raw = json.dumps(text_delta("a\u2028b\u2029c\x85d"), ensure_ascii=False)
    events = decoded(f"data: {raw}\n\n".encode())
    assert typed(events) == typed([TextDelta(0, "a\u2028b\u2029c\x85d")])


WRONG: list[object] = [
    {"text": "x"},
    {"status": "processing", "output": "x"},
    {"type": 5, "text": "x"},
    {"content": "OK"},
    {"content": 42},
    {"content": "working."},
    {"response": "Yes", "x": 5},
    [{"type": "ping"}, {"type": "ping"}],
]
LIFE: list[object] = [
    *(5, 1732645000, 1732645000.5, -0.5, [1], [[]], [1, [None]], ["ping"], "hb hb", "tick 7"),
    *("ping 1", "hb: 3", "[PING]", "[HEARTBEAT]", "<ping>", ".", "2026-11-26T10:00:00.5Z", "→"),
    *("ping - 2026-11-26", "still working", "heart beat 5"),
    *({"cost": 1}, {"cost": {"usd": 0.5}}, {"x_groq": {"id": "req_01"}}, {"a": [True]}),
    *({"note": "keep-alive"}, {"message": "still working"}, {"status": True, "cost": 1}),
]
"""What nobody could take for a part of the answer, or for an error."""
DOUBTFUL: list[object] = [
    *(["quota"], "Internal Server Error", "connected", "x" * 150, "错误", {"x": ["quota"]}),
    *({"status": "failed"}, {"status": 500}, {"status": "ok", "state": "failed: no GPU left"}),
    *({"code": 500}, {"code": 1302, "success": False}, {"success": False, "id": "a"}),
    *({"event": "error"}, {"is_error": True}, {"message": "upstream died"}, {"abort": 1}),
]
"""What may be an error's words, or no more than a sign of life: the stream's end tells."""


TEXT: list[Event] = [BlockStart(0, Text("")), TextDelta(0, "x"), BlockStop(0)]
NOT_STARTED = MessageStart(None, None, NOT_KNOWN)
NOT_ENDED = MessageDelta(None, None, NOT_KNOWN)

READINGS: list[tuple[object, list[Event]]] = [
    # Nothing is said
    (None, []),
    ("", []),
    ([], []),
    (True, []),
    (0, []),
    ({}, []),
    (False, []),
    ("ping", []),
    ({"index": 0}, []),
    ({"ping": 1}, []),
    ({"status": "processing"}, []),
    ({"status": "In_Progress", "message": "please wait", "position": 3, "eta": "12s"}, []),
    ({"state": "started", "status": None}, []),
    ({"status": 200, "event": "heartbeat", "error": None, "note": ""}, []),
    ({"id": "x", "model": "y", "created": 5}, []),
    ({"type": None, "usage": {"output_tokens": 1}}, []),
    # The type is missing
    ({"index": 1, "delta": {"text": "x"}}, [TextDelta(1, "x")]),
    ({"type": 5, "index": 1, "delta": {"thinking": "x"}}, [ThinkingDelta(1, "x")]),
    ({"index": 0, "content_block": {"text": ""}}, [BlockStart(0, Text(""))]),
    ({"message": {"model": "m"}}, [MessageStart(None, "m", NOT_KNOWN)]),
    ({"delta": {"stop_reason": "end_turn"}}, [MessageDelta("end_turn", None, NOT_KNOWN)]),
    # Deltas
    (delta(None), []),
    (delta([]), []),
    (delta({}), []),
    (delta({"type": 5}), []),
    (delta("x"), [TextDelta(0, "x")]),
    ({"type": "content_block_delta", "index": 2, "text": "x"}, [TextDelta(2, "x")]),
    (delta({"type": "text_delta"}), [TextDelta(0, "")]),
    (delta({"type": "text_delta", "text": None}), [TextDelta(0, "")]),
    (delta({"type": "text_delta", "text": False}), [TextDelta(0, "")]),
    (delta({"type": "text_delta", "text": 5}), [TextDelta(0, "5")]),
    (delta({"type": "text_delta", "text": 0.5}), [TextDelta(0, "0.5")]),
    (delta({"type": "text_delta", "text": []}), [TextDelta(0, "")]),
    (delta({"type": "text_delta", "text": ["a", {"text": "b"}, None]}), [TextDelta(0, "ab")]),
    (delta({"type": "text_delta", "text": {"value": "x"}}), [TextDelta(0, "x")]),
    (delta({"type": "text_delta", "text": {"a": 1}}), [TextDelta(0, '{"a": 1}')]),
    (delta({"type": "text", "text": "x"}), [TextDelta(0, "x")]),
    (delta({"text": "x"}), [TextDelta(0, "x")]),
    (delta({"content": "x"}), [TextDelta(0, "x")]),
    (delta([{"type": "text_delta", "text": "x"}]), [TextDelta(0, "x")]),
    (delta(["x", {"text": "y"}, None]), [TextDelta(0, "x"), TextDelta(0, "y")]),
    (delta(5), []),
    (delta({"content": 5}), []),
    (delta({"content": [{"type": "text", "text": "x"}, {"type": "image"}]}), [TextDelta(0, "x")]),
    (delta({"type": "output_text_delta", "text": "x"}), [TextDelta(0, "x")]),
    (delta({"type": "reasoning_content_delta", "content": "x"}), [ThinkingDelta(0, "x")]),
    (delta({"type": "text_delta", "message": "x"}), [TextDelta(0, "x")]),
    (delta({"type": "output_text", "output": "x"}), [TextDelta(0, "x")]),
    (delta({"type": "refusal_delta", "refusal": "x"}), [TextDelta(0, "x")]),
    (
        {"type": "content_block_delta", "delta": {"type": "text_delta"}, "text": "x"},
        [TextDelta(0, "x")],
    ),
    ({"delta": [], "text": "x"}, [TextDelta(0, "x")]),
    (delta({"type": "text_delta", "text": None, "content": "x"}), [TextDelta(0, "x")]),
    (delta({"type": "text_delta", "text": "", "content": "x"}), [TextDelta(0, "x")]),
    (delta({"type": "text_delta", "text": {"text": "", "value": "x"}}), [TextDelta(0, "x")]),
    (delta({"type": "text_delta", "thinking": "x"}), [ThinkingDelta(0, "x")]),
    (delta({"type": "thinking_delta", "thinking": None, "text": "x"}), [ThinkingDelta(0, "x")]),
    ({"type": "content_block_delta", "delta": {}, "text": "x"}, [TextDelta(0, "x")]),
    ({"type": "text_delta", "index": 2, "text": "x"}, [TextDelta(2, "x")]),
    ({"type": "new_event", "delta": {"text": "x"}}, [TextDelta(0, "x")]),
    ({"type": "new_event", "delta": {"type": "text_delta", "text": "x"}}, [TextDelta(0, "x")]),
    ({"type": "new_event", "delta": "x"}, []),
    (delta({"type": "new_delta", "text": "x"}), [TextDelta(0, "x")]),
    ({"type": "text_chunk", "delta": {"type": "tool_delta", "text": "x"}}, []),
    ({"type": "text_chunk", "delta": {"content": 17}}, []),
    ({"type": "reasoning_delta", "delta": "x"}, [ThinkingDelta(0, "x")]),
    ({"type": "reasoning_text", "delta": {"text": "x"}}, [ThinkingDelta(0, "x")]),
    ({"type": "reasoning_text", "delta": {"x": 1}}, []),
    ({"type": "new_event", "delta": {"x": 1}}, []),
    ({"type": "new_event", "content_block": {"text": "x"}}, TEXT[:2]),
    ({"type": "message_delta", "delta": {"text": "x"}}, [TextDelta(0, "x"), NOT_ENDED]),
    ({"type": "message_delta", "delta": "x"}, [TextDelta(0, "x"), NOT_ENDED]),
    (delta({"type": "thinking_delta", "thinking": None}), [ThinkingDelta(0, "")]),
    (delta({"type": "signature_delta", "signature": None}), []),
    (delta({"type": "signature_delta", "signature": []}), []),
    (delta({"type": "input_json_delta", "partial_json": None}), [InputJsonDelta(0, "")]),
    (
        delta({"type": "input_json_delta", "partial_json": {"a": 1}}),
        [InputJsonDelta(0, '{"a": 1}')],
    ),
    # An index
    (delta({"text": "x"}, None), [TextDelta(0, "x")]),
    (delta({"text": "x"}, -1), [TextDelta(0, "x")]),
    (delta({"text": "x"}, "a"), [TextDelta(0, "x")]),
    (delta({"text": "x"}, 0.5), [TextDelta(0, "x")]),
    (delta({"text": "x"}, 10**16), [TextDelta(0, "x")]),
    (delta({"text": "x"}, 3.0), [TextDelta(3, "x")]),
    (delta({"text": "x"}, "3"), [TextDelta(3, "x")]),
    (delta({"type": "text_delta", "text": "x"}, index=True), [TextDelta(0, "x")]),
    ({"type": "content_block_stop"}, [BlockStop(0)]),
    # Blocks
    (start(None), []),
    (start([]), []),
    (start({}), []),
    (start({"type": None}), []),
    (start({"type": "text"}), [BlockStart(0, Text(""))]),
    (start({"type": "text", "text": None}), [BlockStart(0, Text(""))]),
    (start("x"), TEXT[:2]),
    (start([{"type": "text", "text": "x"}]), TEXT[:2]),
    (start({"type": "text", "text": None, "content": "x"}), TEXT[:2]),
    (start({"type": "output_text", "content": "x"}), TEXT[:2]),
    (start({"type": "text", "text": "", "content": "x"}), TEXT[:1]),
    (start({"content": "x"}), TEXT[:2]),
    (start({"type": "thinking"}), [BlockStart(0, Thinking(""))]),
    (
        start({"type": "thinking", "thinking": None, "signature": 5}),
        [BlockStart(0, Thinking(""))],
    ),
    (start({"type": "tool_use", "id": 5, "name": None}), [BlockStart(0, ToolUse("", "", {}))]),
    (
        start({"type": "tool_use", "id": "i", "name": "n", "input": []}),
        [BlockStart(0, ToolUse("i", "n", {}, "[]")), InputJsonDelta(0, "[]")],
    ),
    (start({"data": "x"}), [BlockStart(0, OtherBlock({"data": "x"}))]),
    # A message
    ({"type": "message_start"}, [NOT_STARTED]),
    ({"type": "message_start", "message": []}, [NOT_STARTED]),
    ({"type": "message_start", "message": {"id": 5, "model": {}, "usage": [1]}}, [NOT_STARTED]),
    ({"type": "message_start", "message": {"content": "x"}}, [NOT_STARTED, *TEXT]),
    ({"type": "message_start", "message": {"content": 5}}, [NOT_STARTED]),
    ({"type": "message_start", "message": {"content": ["x"]}}, [NOT_STARTED, *TEXT]),
    ({"type": "message_start", "message": {"content": {"text": "x"}}}, [NOT_STARTED, *TEXT]),
    (
        {"type": "message_start", "message": {"content": [{"type": "text", "text": "x"}]}},
        [NOT_STARTED, *TEXT],
    ),
    (
        {"type": "message_start", "message": {"usage": {"input_tokens": 5.0}}},
        [MessageStart(None, None, Usage(5))],
    ),
    ({"type": "message_delta"}, [NOT_ENDED]),
    ({"type": "message_delta", "delta": None, "usage": "many"}, [NOT_ENDED]),
    ({"type": "message_delta", "delta": {"stop_reason": 5}}, [NOT_ENDED]),
    (
        {"type": "message_delta", "stop_reason": "end_turn"},
        [MessageDelta("end_turn", None, NOT_KNOWN)],
    ),
    (
        {"type": "message_delta", "delta": {}, "usage": {"output_tokens": []}},
        [NOT_ENDED],
    ),
    (
        {"type": "message_delta", "usage": {"cache_creation_input_tokens": 7}},
        [MessageDelta(None, None, Usage(None, None, None, 7))],
    ),
]


UNKNOWN: list[dict[str, Any]] = [
    {"type": kind, "text": "x"} for kind in ("tool_text_delta", "logprobs_text", "progress_delta")
]
THOUGHTS = [{"type": kind, "text": "x"} for kind in ("reasoning_text_delta", "thought_delta")]
TEXTS: list[object] = ["x", {"text": "x"}, {"content": "x"}, ["x"], {"type": "text", "text": "x"}]
OF_TEXT = [
    {"type": kind, "index": 0, "delta": more}
    for kind in ("text_chunk", "output_text.delta")
    for more in TEXTS
]
OF_NO_TEXT = [
    {"type": kind, "delta": more}
    for kind in ("progress", "usage", "status", "tool_progress", "function_call_arguments")
    for more in [0.5, {"value": 12}, *TEXTS]
]
UNKNOWN_TYPES: list[tuple[object, Sequence[Event]]] = [
    *[(delta(raw), [OtherDelta(0, raw)]) for raw in UNKNOWN],
    *[(delta(raw), [ThinkingDelta(0, "x")]) for raw in THOUGHTS],
    *[(body, [TextDelta(0, "x")]) for body in OF_TEXT],
    *[(body, []) for body in OF_NO_TEXT],
]


@pytest.mark.parametrize(
    ("body", "events"), [*READINGS, *UNKNOWN_TYPES], ids=lambda value: json.dumps(value)[:60]
)
def test_what_is_missing_null_or_of_another_type_gets_the_nearest_reading(
    body: object, events: list[Event]
) -> None:
    assert typed(decoded(f"data: {json.dumps(body)}\n\n".encode())) == typed(events)


@pytest.mark.parametrize("count", [-1, 1.5, "1", True, None, 10**16, {}, [1]])
def test_a_count_that_is_none_is_not_known(count: object) -> None:
    message = {"usage": {"input_tokens": count, "cache_read_input_tokens": 3}}
    found = decoded(sent({"type": "message_start", "message": message}))
    assert typed(found) == typed([MessageStart(None, None, Usage(None, None, 3))])


def test_what_a_start_says_of_the_output_is_not_known_yet() -> None:
    message = {"usage": {"input_tokens": 9, "output_tokens": 1}}
    found = decoded(sent({"type": "message_start", "message": message}))
    assert typed(found) == typed([MessageStart(None, None, Usage(9))])


@pytest.mark.parametrize("named", ["stop_reason", "finish_reason"])
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("max_tokens", "max_tokens"),
        ("MAX_TOKENS", "max_tokens"),
        ("STOP", "end_turn"),
        ("function_call", "tool_use"),
        ("Content-Filter", "content_filter"),
        ("MALFORMED", "MALFORMED"),
    ],
)
def test_a_stop_reason_is_found_wherever_it_stands(named: str, said: str, reason: str) -> None:
    text: list[Event] = [TextDelta(0, "x")]
    end: list[Event] = [MessageDelta(reason, None, NOT_KNOWN)]
    given = {named: said}
    assert decoded(sent({"type": "message_delta", "delta": given})) == end
    assert decoded(sent({"type": "message_delta", **given})) == end
    assert decoded(sent({"delta": given})) == end
    stops = ({"type": "message_stop", **given}, {"type": "message_stop", "message": given})
    for stop in stops:
        assert decoded(sent(stop)) == [*end, MessageStop()]
    bodies = {"type": "message_start", "message": given}, delta({"text": "x"})
    assert typed(decoded(sent(*bodies))) == typed([NOT_STARTED, *end, *text])


def test_what_message_stop_says_of_the_usage_is_kept() -> None:
    found = decoded(sent({"type": "message_stop", "usage": {"output_tokens": 7}}))
    assert typed(found) == typed([MessageDelta(None, None, Usage(None, 7)), MessageStop()])


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: : keepalive\n\n", [Ping()]),
        (b"data::\n\n", [Ping()]),
        (b'event: content_block_delta\ndata: : {"x"\n\n', [Ping()]),
        *((b"event: ping\ndata: %s\n\n" % data, [Ping()]) for data in (b"", b" ", b"null")),
        *((b"event: ping\ndata: %s\n\n" % data, [Ping()]) for data in (b"word", b"{", b"[1]")),
        (b"event: heartbeat\ndata: beat\n\n", []),
        *((b"data: %s\n\n" % data, []) for data in (b"keepalive", b"ping", b'"ping"')),
        *(
            (b"data: %s\n\n" % data, [])
            for data in (b"Keep-Alive", b"keep alive.", b"none", b"OK", b'": ping."')
        ),
        (b"event: message\ndata: heartbeat\n\n", []),
        (b'data: data: {"index":1,"delta":{"text":"x"}}\n\n', None),
        (b'event: new\ndata: data:{"type":"text_delta","index":1,"text":"x"}\n\n', None),
        (b"data: event: content_block_delta\n\n", []),
        (
            b'data: event: text\r\ndata: data: {"index":1,"delta":{"text":"x"}}\r\ndata: \r\n\r\n',
            None,
        ),
        (b'event: content_block_delta\ndata: {"index":1,"delta":{"text":"x"}}\n\n', None),
        (b'event: text_delta\ndata: {"index":1,"text":"x"}\n\n', None),
        (b'event: text\ndata: {"index":1,"delta":"x"}\n\n', None),
        (b'event: thinking\ndata: {"index":1,"text":"x"}\n\n', [ThinkingDelta(1, "x")]),
        (b"data: event: error\ndata: data: quota\n\n", [StreamError("error", "quota")]),
        (
            b'data: event: error\n\ndata: data: {"message":"boom"}\n\n',
            [Unread("boom", may_be_error=True)],
        ),
        (b"event: error\ndata: it broke\n\n", [StreamError("error", "it broke")]),
    ],
)
def test_signs_of_life_and_names_are_understood_in_every_form(
    stream: bytes, events: list[Event] | None
) -> None:
    assert typed(decoded(stream)) == typed([TextDelta(1, "x")] if events is None else events)


@pytest.mark.parametrize(
    "data",
    [b"data: data: data: {}\n\n", b"data: " * 100_000 + b"\n\n", b'data: [{"type":\n\n'],
    ids=lambda data: data[:30].decode(),
)
def test_what_may_have_been_a_text_is_a_protocol_error(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        decoded(data)


@pytest.mark.parametrize(
    ("block", "event"),
    [
        (Text(""), TextDelta(0, "x")),
        (Thinking(""), ThinkingDelta(0, "x")),
        (OtherBlock({"type": "new"}), OtherDelta(0, {"type": "new_text", "text": "x"})),
    ],
)
def test_a_delta_of_no_known_type_is_more_of_its_block(block: Block, event: Event) -> None:
    kind = {Text: "text", Thinking: "thinking"}.get(type(block), "new")
    bodies = start({"type": kind}), delta({"type": "new_text", "text": "x"})
    assert typed(decoded(sent(*bodies))) == typed([BlockStart(0, block), event])


@pytest.mark.parametrize(
    ("block", "more", "event"),
    [
        ("text", {"type": "reasoning_delta", "text": "x"}, ThinkingDelta(0, "x")),
        ("text", {"type": "tool_text", "text": "x"}, None),
        ("text", {"type": "a_text", "text": 5}, None),
        ("thinking", {"type": "a_thought", "thought": "x"}, ThinkingDelta(0, "x")),
        ("thinking", {"type": "tool_progress", "text": "x"}, None),
        ("thinking", {"type": "new_delta", "text": 5}, None),
        ("tool_use", {"type": "reasoning_delta", "text": "x"}, ThinkingDelta(0, "x")),
        ("tool_use", {"type": "new_text", "text": "x"}, None),
        ("new", {"type": "reasoning_delta", "text": "x"}, None),
    ],
)
def test_what_is_no_text_of_its_block_is_kept_as_it_is(
    block: str, more: dict[str, Any], event: Event | None
) -> None:
    found = decoded(sent(start({"type": block}), delta(more)))[-1]
    assert typed([found]) == typed([event or OtherDelta(0, more)])


def test_a_text_that_a_block_begins_with_and_that_comes_again_is_shown_once() -> None:
    bodies = start({"type": "text", "text": "", "content": "A"}), text_delta("A")
    assert typed(decoded(sent(*bodies))) == typed([BlockStart(0, Text("")), TextDelta(0, "A")])


def test_a_block_without_an_index_is_the_one_that_is_open_or_a_new_one() -> None:
    bodies: list[dict[str, Any]] = [
        {"type": "content_block_start", "content_block": {"type": "thinking"}},
        {"type": "content_block_delta", "delta": {"thinking": "hm"}},
        {"type": "content_block_stop"},
        {"type": "content_block_start", "content_block": {"type": "text"}},
        {"type": "content_block_delta", "delta": {"text": "a"}},
        {"type": "content_block_start", "content_block": {"type": "text"}},
        {"type": "content_block_delta", "index": None, "delta": {"text": "b"}},
        {"type": "content_block_stop", "index": "none"},
        {"type": "content_block_delta", "delta": {"text": "c"}},
    ]
    found = [event for event in decoded(sent(*bodies)) if isinstance(event, BLOCK_EVENTS)]
    assert [(type(event).__name__, event.block_index) for event in found] == [
        ("BlockStart", 0),
        ("ThinkingDelta", 0),
        ("BlockStop", 0),
        ("BlockStart", 1),
        ("TextDelta", 1),
        ("BlockStart", 2),
        ("TextDelta", 2),
        ("BlockStop", 2),
        ("TextDelta", 3),
    ]


@pytest.mark.parametrize("body", [*LIFE, *DOUBTFUL], ids=lambda body: json.dumps(body)[:60])
def test_what_is_no_event_is_passed_over(body: object) -> None:
    written = {json.dumps(body)} | ({body} if isinstance(body, str) else set())
    for data in written:
        for name in ("", "event: message\n"):
            (found,) = decoded(f"{name}data: {data}\n\n".encode())
            assert isinstance(found, Unread)
            assert found.may_be_error is (body in DOUBTFUL)
            assert found.text in (data, "upstream died", "still working")


def test_what_is_no_event_and_too_deep_to_be_looked_at_is_passed_over() -> None:
    for data in ("[" * 100_000, "[" * 300 + "]" * 300, '{"x":' * 300 + "1" + "}" * 300):
        assert [type(it) for it in decoded(f"data: {data}\n\n".encode())] == [Unread]


def test_an_object_in_a_list_is_an_event() -> None:
    assert decoded(b'data: [{"index":0,"delta":{"text":"x"}}]\n\n') == [TextDelta(0, "x")]
    assert decoded(b'data: [{"error":{"message":"no"}}]\n\n') == [StreamError("error", "no")]


@pytest.mark.parametrize("body", WRONG, ids=json.dumps)
def test_json_of_the_wrong_shape_is_a_protocol_error(body: object) -> None:
    with pytest.raises(ProtocolError) as caught:
        decoded(f"data: {json.dumps(body)}\n\n".encode())
    said = json.dumps(body)
    assert caught.value.message == f"the server's reply makes no sense: it sent: {said}"
    assert caught.value.quotes_server
    assert caught.value.retry_limit == ALWAYS


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"{'type': 'ping'}",
        b'{"type":"ping"} x',
        b"hello",
        b"[" * 100_000,
        b'{"x":' * 100_000,
        b'\xef\xbb\xbf\xef\xbb\xbf{"type":"ping"}',
        b"",
    ],
    ids=lambda data: data[:30].decode("ascii", "replace"),
)
def test_what_is_not_json_is_a_protocol_error(data: bytes) -> None:
    for attempt in (data, data.decode()):
        with pytest.raises(ProtocolError) as caught:
            parse(attempt)
        assert caught.value.message == "the server's reply makes no sense: it is not valid JSON"
        assert caught.value.retry_limit == ALWAYS


def test_numbers_that_are_none_in_json_are_not_known() -> None:
    data = '{"a":NaN,"b":-Infinity,"c":1e999,"d":%s,"e":[-1e999]}' % ("9" * 5000)
    assert parse(data) == {"a": None, "b": None, "c": None, "d": None, "e": [None]}


def test_json_in_bytes_may_begin_with_a_byte_order_mark() -> None:
    assert parse(b'\xef\xbb\xbf{"a": [1, 2.5, "\xc3\xa9", null, true]}') == {
        "a": [1, 2.5, "é", None, True]
    }


def test_a_bad_event_is_an_error_after_the_good_ones() -> None:
    decoder = StreamDecoder()
    events = decoder.feed(sent(text_delta("good")) + b"data: {bad\n\n" + sent(text_delta("lost")))
    assert typed([next(events)]) == typed([TextDelta(0, "good")])
    with pytest.raises(ProtocolError):
        next(events)


@pytest.mark.parametrize("depth", [101, 500])
def test_a_block_too_deep_to_be_written_again_is_a_protocol_error(depth: int) -> None:
    nested = json.loads("[" * depth + "]" * depth)
    with pytest.raises(ProtocolError, match="depth of content block"):
        decode_block({"type": "new", "x": nested})
    call = decode_block({"type": "tool_use", "id": "i", "name": "n", "input": {"x": nested}})
    assert call == ToolUse("i", "n", {}, json.dumps({"x": nested}))


def test_a_block_of_reasonable_depth_is_kept() -> None:
    raw = {"type": "new", "x": json.loads("[" * 90 + "]" * 90)}
    assert decode_block(raw) == OtherBlock(raw)


@pytest.mark.parametrize("body", [[], None, 5, {}, {"type": "other"}, {"x": []}], ids=json.dumps)
def test_what_is_no_message_is_a_protocol_error(body: object) -> None:
    with pytest.raises(ProtocolError, match="this is no answer of the Messages protocol: it is: "):
        decode_message(body)


@pytest.mark.parametrize(
    ("content", "events"),
    [
        (None, []),
        ([], []),
        ("x", TEXT),
        (["x"], TEXT),
        ([None, "x"], [BlockStart(1, Text("")), TextDelta(1, "x"), BlockStop(1)]),
        ({"type": "text", "text": "x"}, TEXT),
        ([{"text": "x"}], TEXT),
        ([{"type": None, "text": "x"}], TEXT),
        ([{"type": "text", "text": ["x"]}], TEXT),
        ([{"type": "text"}], [BlockStart(0, Text("")), BlockStop(0)]),
        ([{"type": "text", "text": None}], [BlockStart(0, Text("")), BlockStop(0)]),
        ([{"type": "thinking"}], [BlockStart(0, Thinking("")), BlockStop(0)]),
        (
            [{"type": "tool_use", "id": None, "name": 5, "input": None}],
            [BlockStart(0, ToolUse("", "", {})), BlockStop(0)],
        ),
        (
            [{"type": "tool_use", "id": "i", "name": "n", "input": '{"a": 1}'}],
            [
                BlockStart(0, ToolUse("i", "n", {"a": 1})),
                InputJsonDelta(0, '{"a": 1}'),
                BlockStop(0),
            ],
        ),
    ],
)
def test_the_content_of_a_message_gets_the_nearest_reading(
    content: object, events: list[Event]
) -> None:
    found = decode_message({"type": "message", "content": content})
    assert typed(found[1:-2]) == typed(events)
    assert typed(decode_message({"content": content})) == typed(found)
    if content is None:
        assert typed(decode_message({"type": "message"})) == typed(found)


OPENAI = {"object": "chat.completion.chunk", "choices": [{"delta": {"content": "hi"}}]}


@pytest.mark.parametrize("body", [OPENAI, {"choices": []}, {"object": "chat.completion"}])
def test_a_reply_of_openais_protocol_names_the_likely_mistake(body: dict[str, Any]) -> None:
    expected = (
        (
            "the server does not speak the Messages protocol: "
            "this is an OpenAI-style reply, not an Anthropic-style one"
        ),
        "Check base_url: another address of this server speaks the Messages protocol.",
        0,
    )
    with pytest.raises(ProtocolError) as whole:
        decode_message(body)
    with pytest.raises(ProtocolError) as streamed:
        decoded(sent(body))
    for error in (whole.value, streamed.value):
        assert (error.message, hint_of(error), error.retry_limit) == expected
    with pytest.raises(ProtocolError, match="OpenAI-style"):
        decoded(sent({"type": "chunk", **body}))


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
            StreamError("overloaded_error", "Overloaded"),
        ),
        (
            {
                "error": {
                    "code": "400",
                    "message": "Param Incorrect",
                    "param": "Not supported model gpt-5",
                    "type": "",
                }
            },
            StreamError("400", "Param Incorrect: Not supported model gpt-5"),
        ),
        (
            {"error": {"code": "401", "message": "Invalid API Key", "type": "invalid_key"}},
            StreamError("401", "Invalid API Key"),
        ),
        (
            {"error": {"code": 429, "message": "slow", "type": "x"}},
            StreamError("429", "slow"),
        ),
        (
            {"error": {"code": "E7", "message": 5, "param": None, "type": "api_error"}},
            StreamError("api_error", "api_error"),
        ),
        ({"error": {"code": "E7"}}, StreamError("E7", "E7")),
        ({"error": {}}, StreamError("error", "")),
        ({"error": "broken \ud800"}, StreamError("error", "broken \ufffd")),
        ({"type": "error", "message": "broken"}, StreamError("error", "broken")),
        ({"type": "error"}, StreamError("error", "")),
    ],
)
def test_every_shape_of_an_error_event_is_decoded(body: dict[str, Any], event: Event) -> None:
    data = f"data: {json.dumps(body)}\n\n".encode()
    assert typed(decoded(data)) == typed([event])
    assert typed(decoded(b"event: error\n" + data)) == typed([event])


# Surrogates


HIGH, LOW = "\ud83c", "\udf89"


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        ([HIGH + LOW], PARTY),
        ([HIGH, LOW], PARTY),
        (["a" + HIGH, LOW + "b"], f"a{PARTY}b"),
        (["a" + HIGH, "", LOW], f"a{PARTY}"),
        ([HIGH], "\ufffd"),
        ([LOW], "\ufffd"),
        ([HIGH, "a"], "\ufffda"),
        ([HIGH, HIGH, LOW], f"\ufffd{PARTY}"),
        ([LOW, HIGH], "\ufffd\ufffd"),
    ],
)
@pytest.mark.parametrize("end", ["stop", "message_stop", "cut"])
@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("text_delta", "text"),
        ("thinking_delta", "thinking"),
        ("signature_delta", "signature"),
        ("input_json_delta", "partial_json"),
    ],
)
def test_halves_of_an_emoji_are_joined_over_deltas_and_lone_ones_replaced(
    texts: list[str], joined: str, end: str, kind: str, field: str
) -> None:
    deltas = [delta({"type": kind, field: text}, 3) for text in texts]
    ends: dict[str, list[dict[str, Any]]] = {
        "stop": [{"type": "content_block_stop", "index": 3}],
        "message_stop": [{"type": "message_stop"}],
        "cut": [],
    }
    events = decoded(sent(*deltas, *ends[end]))
    found = [
        getattr(event, field)
        for event in events
        if not isinstance(event, BlockStop | MessageStop)
        and getattr(event, "block_index", None) == 3
    ]
    assert "".join(found) == joined
    assert len({type(event) for event in events}) == 1 + len(ends[end])
    if end != "cut":
        assert isinstance(events[-1], BlockStop | MessageStop)


def test_halves_in_different_blocks_are_not_joined() -> None:
    events = decoded(
        sent(
            text_delta(HIGH, 0),
            text_delta(LOW, 1),
            delta({"type": "thinking_delta", "thinking": LOW}),
            text_delta(LOW, 0),
        )
    )
    assert typed(events) == typed(
        [
            TextDelta(0, ""),
            TextDelta(1, "\ufffd"),
            ThinkingDelta(0, "\ufffd"),
            TextDelta(0, PARTY),
        ]
    )


@PROPERTY
@given(st.text(max_size=30), st.lists(st.integers(0, 60), max_size=8))
def test_a_text_cut_between_any_two_utf16_units_arrives_whole(text: str, places: list[int]) -> None:
    units = text.encode("utf-16-le", "surrogatepass")
    bounds = [0, *sorted(2 * place for place in places), len(units)]
    parts = [units[a:b].decode("utf-16-le", "surrogatepass") for a, b in itertools.pairwise(bounds)]
    events = decoded(sent(*map(text_delta, parts), {"type": "content_block_stop", "index": 0}))
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == text


# Nothing else ever comes out


PIECES = st.sampled_from(
    [
        b"data: ",
        b"event: ",
        b"\n\n",
        b"\r\n",
        b"\r",
        b'{"type":"',
        b'"}',
        b"content_block_delta",
        b"message_start",
        b'"index":0',
        b'"delta":{',
        b"\\ud83c",
        b"\\udf89",
        b"null",
        b"NaN",
        b"1e400",
        b"[",
        b"]",
        b"}",
        b",",
        b"\xff",
        b"[DONE]",
        *(f"data: {json.dumps(body)}\n\n".encode() for body in (*WRONG, *LIFE, *DOUBTFUL)),
        STREAM,
    ]
)


@settings(PROPERTY, max_examples=some(150))
@given(st.lists(st.binary(max_size=20) | PIECES, max_size=20))
def test_any_bytes_end_in_events_or_in_a_protocol_error(chunks: list[bytes]) -> None:
    decoder = StreamDecoder()
    events: list[Event] = []
    try:
        for chunk in chunks:
            events += decoder.feed(chunk)
        events += decoder.close()
    except ProtocolError:
        pass  # the other end that is allowed
    assert all(isinstance(event, Event) for event in events)


ODD: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, 3, -1, 10**9, 0.5, "", "x", "\ud83c", "\udf89", [], [[]], {}]
)
FIELDS = st.sampled_from(
    [
        *("type", "index", "delta", "content_block", "message", "usage", "text", "thinking"),
        *("signature", "partial_json", "input", "id", "name", "stop_reason", "error", "content"),
    ]
)
TYPES = st.sampled_from(
    [
        *("message_start", "content_block_start", "content_block_delta", "content_block_stop"),
        *("message_delta", "message_stop", "ping", "error", "message", "text", "thinking"),
        *("tool_use", "text_delta", "thinking_delta", "signature_delta", "input_json_delta"),
    ]
)
ALMOST = st.recursive(
    ODD | TYPES,
    lambda inner: st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=6,
)


@PROPERTY
@given(
    ALMOST
    | st.builds(lambda kind, rest: {**rest, "type": kind}, TYPES, st.dictionaries(FIELDS, ALMOST))
)
def test_any_json_ends_in_events_or_in_a_protocol_error(body: object) -> None:
    stream = f"data: {json.dumps(body)}\n\n".encode()
    decoders: list[Callable[[], list[Event]]] = [
        lambda: decoded(stream),
        lambda: decode_message(body),
    ]
    for decode in decoders:
        try:
            events = decode()
        except ProtocolError:
            continue
        assert all(isinstance(event, Event) for event in events)


# Time


def seconds_for_deltas(count: int) -> float:
    stream = sent(text_delta("x")) * count
    started = time.process_time()
    decoder = StreamDecoder()
    texts = [
        event.text
        for place in range(0, len(stream), 4096)
        for event in decoder.feed(stream[place : place + 4096])
        if isinstance(event, TextDelta)
    ]
    assert "".join(texts) == "x" * count
    return time.process_time() - started


@pytest.mark.slow
@pytest.mark.untraced
def test_many_deltas_take_linear_time() -> None:
    small = max(seconds_for_deltas(4_000), 0.01)
    assert seconds_for_deltas(40_000) / small < 40  # 10 if linear, 100 if quadratic


@pytest.mark.untraced
def test_a_megabyte_in_one_event_takes_less_than_a_second() -> None:
    stream = sent(text_delta("é" * 500_000))
    started = time.process_time()
    assert typed(decoded(stream)) == typed([TextDelta(0, "é" * 500_000)])
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("earlier", "later", "merged"),
    [
        (Usage(1, 2, 3), Usage(), Usage(1, 2, 3)),
        (Usage(1, 2, 3), Usage(4, 5, 6), Usage(4, 5, 6)),
        (Usage(1, 2, 3), Usage(0, None, 0), Usage(1, 2, 3)),
        (Usage(), Usage(None, 7), Usage(None, 7)),
    ],
)
def test_the_later_usage_wins_field_by_field(earlier: Usage, later: Usage, merged: Usage) -> None:
    assert earlier.merged(later) == merged
