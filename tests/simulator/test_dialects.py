"""What the simulator sends in each dialect, byte for byte where that is what is different."""

from __future__ import annotations

import gzip
import json
import re
import ssl
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import Terminal, mimo

from mimo_cli.simulator import (
    DIALECTS,
    Answer,
    Fault,
    Framing,
    Simulator,
    TextBlock,
    TokenCounts,
    stream_events,
)
from mimo_cli.simulator.dialects import encodings
from mimo_cli.simulator.dialects.by_name import select_dialects
from mimo_cli.simulator.dialects.dialect import speak
from mimo_cli.simulator.faults import apply_fault
from mimo_cli.simulator.protocol.message_events import ThinkingBlock, ToolUseBlock, message_body
from mimo_cli.simulator.protocol.responses import CORRUPTED, BodyKind, HttpResponse, error_body
from mimo_cli.simulator.steps import Send, Wait, sending_steps

if TYPE_CHECKING:
    from collections.abc import Iterable

MODEL = "mimo-v2.6-pro"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # to load certificates takes 20 ms a client
TOOL = {"name": "get_time", "input_schema": {"type": "object"}}
ANSWER = Answer(
    "m",
    MODEL,
    (ThinkingBlock("Hm", "sig"), TextBlock("Hi"), ToolUseBlock("c", "t", {"n": 0})),
    "end_turn",
    TokenCounts(9, 4, 2),
)
ERRORS = [name for name, it in DIALECTS.items() if it.error or it.refusal]
ANSWERS = [name for name in DIALECTS if name not in ERRORS]


def events_in(*names: str, answer: Answer = ANSWER) -> HttpResponse:
    events = stream_events(answer)
    reply = HttpResponse(200, (), events, Framing.CHUNKED, events, BodyKind.EVENTS)
    return speak(reply, select_dialects(names))


def message_in(*names: str, answer: Answer = ANSWER) -> dict[str, Any]:
    reply = speak(
        HttpResponse(200, (), (message_body(answer),), kind=BodyKind.MESSAGE),
        select_dialects(names),
    )
    message: dict[str, Any] = json.loads(b"".join(reply.body))
    return message


def error_in(*names: str, status: int = 400) -> HttpResponse:
    reply = HttpResponse(status, (), (error_body(status, "What was wrong"),), kind=BodyKind.ERROR)
    return speak(reply, select_dialects(names))


def parsed(body: Iterable[bytes]) -> list[Any]:
    """The data of the events; what is no JSON as text."""
    found: list[Any] = []
    for event in b"".join(body).decode().replace("\r\n", "\n").split("\n\n")[:-1]:
        data = event.rpartition("data:")[2].removeprefix(" ")
        try:
            value = json.loads(data)
            found.append(json.loads(value) if isinstance(value, str) else value)
        except ValueError:
            found.append(event)
    return found


def short(event: Any) -> str:
    """An event in a few letters: `0[text` begins a block, `0text_delta=…` goes on, `0]` ends it."""
    if not isinstance(event, dict):
        return json.dumps(event)
    index = {None: "null"}.get(event.get("index", ""), str(event.get("index", "")))
    match event["type"]:
        case "content_block_start":
            block = event["content_block"]
            return f"{index}[" + ",".join([block["type"], *map(field, list(block.items())[1:])])
        case "content_block_delta":
            return index + "".join(map(field, list(event["delta"].items())[1:]))
        case "content_block_stop":
            return f"{index}]"
        case "message_delta":
            return f"delta {event['delta']['stop_reason']}"
        case kind:
            return str(kind).removeprefix("message_")


def field(item: tuple[str, Any]) -> str:
    return f"{item[0]}={json.dumps(item[1])}"


def shape(*names: str) -> list[str]:
    return [short(event) for event in parsed(events_in(*names).body)]


USUAL = [
    *("start", "ping"),
    *('0[thinking,thinking=""', '0thinking="Hm"', '0signature="sig"', "0]"),
    *('1[text,text=""', '1text="Hi"', "1]"),
    *('2[tool_use,id="c",name="t",input={}', r'2partial_json="{\"n\":0}"', "2]"),
    *("delta end_turn", "stop"),
]


def usual(**changes: list[str]) -> list[str]:
    """The usual events with others in place of some, by their number (`_3`, or `_3_5` for both)."""
    found: list[list[str]] = [[event] for event in USUAL]
    for name, events in changes.items():
        first, *last = map(int, name[1:].split("_"))
        found[first] = events
        for at in range(first + 1, (last or [first])[0] + 1):
            found[at] = []
    return [event for events in found for event in events]


def renumbered(indexes: dict[int, str], events: Iterable[str] = USUAL) -> list[str]:
    return [re.sub(r"^\d", lambda found: indexes[int(found[0])], event) for event in events]


SHAPES = {
    "nulls": renumbered(
        dict.fromkeys(range(3), "null"),
        usual(
            _2=["0[thinking,thinking=null,signature=null", "0thinking=null", "0signature=null"],
            _6=["1[text,text=null", "1text=null"],
            _9=['2[tool_use,id="c",name="t",input=null', "2partial_json=null"],
        ),
    ),
    "omitempty": renumbered(
        {0: "", 1: "1", 2: "2"},
        usual(_2=["0[thinking"], _6=["1[text"], _9=['2[tool_use,id="c",name="t"']),
    ),
    "bare-start": usual(_2=["0[thinking"], _6=["1[text"], _9=['2[tool_use,id="c",name="t"']),
    "no-index": renumbered(dict.fromkeys(range(3), "")),
    "index-gaps": renumbered(
        {at: str(at) for at in range(6)} | {0: "0", 1: "2", 2: "4", 7: "1", 8: "3", 9: "5"},
        usual(_5=["0]", "7]"], _8=["1]", "8]"], _11=["2]", "9]"]),
    ),
    "one-index": renumbered(dict.fromkeys(range(3), "0"), usual(_5=[], _8=[])),
    "orphan-deltas": usual(_2=[], _5_6=[], _8=[]),
    "index-minus-1": renumbered(dict.fromkeys(range(3), "-1"), usual(_2=[], _5_6=[], _8=[])),
    "restarts": usual(
        _3=[USUAL[2], USUAL[3], USUAL[2], USUAL[4]],
        _4=[],
        _7=[USUAL[6], USUAL[7]],
        _10=[USUAL[9], USUAL[10]],
    ),
    "wrong-block": usual(_2=['0[text,text=""']),
    "empty-block": renumbered(
        {9: "0", 0: "1", 1: "2", 2: "3"}, usual(_0=["start", '9[text,text=""', "9]"])
    ),
    "whole-blocks": usual(
        _2_4=['0[thinking,thinking="Hm",signature="sig"'],
        _6_7=['1[text,text="Hi"'],
        _9_10=['2[tool_use,id="c",name="t",input={"n": 0}'],
    ),
    "empty-signature": usual(_5=['0signature=""', "0]"]),
    "omitted-thinking": usual(_3=[], _5=['0signature="EpwBCkYIBxgCKkAx"', "0]"]),
    "redacted-thinking": usual(_2_4=['0[redacted_thinking,data="EmwKAhgBEgy3va3pzix"']),
    "odd-usage": usual(_12=["delta end_turn"] * 8),
    "late-usage": USUAL,
    "finish-words": usual(_12=["delta stop"]),
    "placeholder-stop": [
        said for it in USUAL for said in ([it, "delta null"] if re.match(r"\d\w+=", it) else [it])
    ],
    "null-start": USUAL,
    "no-start": usual(_0=[]),
    "no-stop": usual(_13=[]),
    "no-end": usual(_12_13=[]),
    "twice": usual(_0=["start", "start"], _13=["stop", '0text=" (too late)"', "stop"]),
    "done": [*USUAL, '"data: [DONE]"'],
    "unnamed": USUAL,
    "padded": USUAL,
    "twice-encoded": USUAL,
    "bare-keepalives": USUAL,
    "crlf": USUAL,
    "one-event-many-chunks": USUAL,
    "buffered": USUAL,
    "stale-encoding": USUAL,
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_events_are_these(name: str) -> None:
    assert shape(name) == SHAPES[name]


def test_the_usual_events_are_those_of_the_service() -> None:
    assert shape() == USUAL


def test_a_web_search_of_the_server_has_its_call_its_result_and_citations() -> None:
    found = parsed(events_in("server-tools").body)
    at = {event["index"]: event["content_block"] for event in found if "content_block" in event}
    types = ["thinking", "server_tool_use", "web_search_tool_result", "text", "tool_use"]
    assert [at[index]["type"] for index in range(5)] == types
    assert (at[1]["input"], at[3]["citations"]) == ({}, [])
    assert at[2]["content"][0]["type"] == "web_search_result"
    assert at[2]["tool_use_id"] == at[1]["id"]
    deltas = [
        event["delta"] for event in found if event.get("index") in (1, 3) and "delta" in event
    ]
    searched = "".join(delta.get("partial_json", "") for delta in deltas)
    assert json.loads(searched) == {"query": "what a simulator is"}
    assert [delta["type"] for delta in deltas[-2:]] == ["text_delta", "citations_delta"]
    assert found[0]["message"]["usage"] == {
        "input_tokens": 5,
        "cache_creation_input_tokens": 4,
        "cache_read_input_tokens": 2,
        "output_tokens": 0,
    }
    assert found[-2]["usage"]["server_tool_use"] == {"web_search_requests": 1}


def test_signs_of_life_stand_behind_every_event() -> None:
    body = b"".join(events_in("wrapped-comments").body).decode()
    signs = re.findall(r"^(?::.*|data: (?!\{).*)$", body, re.MULTILINE)
    assert len(signs) == len(USUAL)
    assert set(signs) == {
        ": OPENROUTER PROCESSING",
        "data: : keepalive",
        "data: ",
        'data: ""',
        "data: null",
        "data: ping",
        "data: 2026-11-23 01:35:43.686476",
    }


def test_what_the_sdk_has_of_its_own_is_beside_the_events() -> None:
    found = parsed(events_in("sdk-events").body)
    plain = {it.decode().partition("data: ")[2].strip() for it in events_in().body}
    added = [it for it in found if json.dumps(it, separators=(",", ":")) not in plain]
    call = {"type": "tool_use", "id": "c", "name": "t", "input": {"n": 0}}
    thought = {"type": "thinking", "thinking": "Hm", "signature": "sig"}
    assert added[:-1] == [
        {"type": "thinking", "thinking": "Hm", "snapshot": "Hm"},
        {"type": "signature", "signature": "sig"},
        {"type": "content_block_stop", "index": 0, "content_block": thought},
        {"type": "text", "text": "Hi", "snapshot": "Hi"},
        {"type": "content_block_stop", "index": 1, "content_block": {"type": "text", "text": "Hi"}},
        {"type": "input_json", "partial_json": '{"n":0}', "snapshot": {"n": 0}},
        {"type": "content_block_stop", "index": 2, "content_block": call},
    ]
    whole = parsed(events_in("whole-message").body)[-2]
    assert added[-1] == {"type": "message_stop", "message": whole}
    assert (whole["stop_reason"], whole["usage"]["output_tokens"]) == ("end_turn", 4)
    assert whole["content"] == [thought, {"type": "text", "text": "Hi"}, call]


def test_usage_is_odd_or_late_or_null() -> None:
    starts, ends = {}, {}
    for name in ("nulls", "odd-usage", "late-usage"):
        first, *_, last, _ = parsed(events_in(name).body)
        starts[name], ends[name] = first["message"]["usage"], last["usage"]
    assert starts == {
        "nulls": None,
        "odd-usage": {
            "input_tokens": -1,
            "output_tokens": 5.0,
            "cache_read_input_tokens": 10**30,
            "cache_creation_input_tokens": "12",
            "server_tool_use": "none",
        },
        "late-usage": {"input_tokens": 0, "output_tokens": 0},
    }
    assert ends == {
        "nulls": {
            "output_tokens": 4,
            "input_tokens": None,
            "cache_read_input_tokens": None,
            "server_tool_use": None,
        },
        "odd-usage": {
            "input_tokens": {},
            "output_tokens": None,
            "cache_read_input_tokens": True,
        },
        "late-usage": {"input_tokens": 9, "output_tokens": 4, "cache_read_input_tokens": 2},
    }


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("null-start", {"type": "message_start", "message": None}),
        ("omitempty", {"id": "m", "type": "message", "role": "assistant", "model": MODEL}),
        ("nulls", {"content": None, "stop_sequence": None}),
    ],
)
def test_the_start_lacks_something(name: str, start: dict[str, Any]) -> None:
    found = parsed(events_in(name).body)[0]
    held = found if name == "null-start" else found["message"]
    assert {key: value for key, value in held.items() if key in start} == start
    assert name != "omitempty" or held.keys() - start.keys() == {"usage"}


@pytest.mark.parametrize(
    ("name", "first", "rest"),
    [
        ("unnamed", rb'data:\{"type":"message_start".*\}\n\n', rb"(data:\{.*\}\n\n)+"),
        ("padded", rb"event: message_start\ndata: .*\} {10}\}\n\n", rb"(event.*\ndata.* \}\n\n)+"),
        (
            "twice-encoded",
            rb'event: message_start\ndata: "\{\\"type\\":\\"message_start\\".*\}"\n\n',
            rb'(event.*\ndata: ".*"\n\n)+',
        ),
        (
            "bare-keepalives",
            rb"data: : keepalive\nevent: message_start\ndata: .*\}\n\n",
            rb"(data: : keepalive\nevent.*\ndata: .*\n\n)+",
        ),
        ("crlf", rb"event: message_start\r\ndata: .*\}\r\n\r\n", rb"(event.*\r\ndata.*\r\n\r\n)+"),
    ],
)
def test_events_are_written_in_another_way(name: str, first: bytes, rest: bytes) -> None:
    reply = events_in(name)
    assert re.fullmatch(first, reply.body[0])
    assert re.fullmatch(rest, b"".join(reply.body))


def test_an_event_comes_in_many_chunks_or_all_in_one() -> None:
    whole = b"".join(stream_events(ANSWER))
    for name, most, least in (("one-event-many-chunks", 7, 1), ("buffered", 10**6, len(whole))):
        sent = b"".join(
            it.data for it in sending_steps(events_in(name), Fault()) if isinstance(it, Send)
        )
        sizes = [int(size, 16) for size in re.findall(rb"(?:\A|\r\n)([0-9a-f]+)\r\n", sent)]
        assert (sum(sizes), sizes[-1]) == (len(whole), 0)
        assert max(sizes) <= most
        assert min(sizes[:-1]) >= least


@pytest.mark.parametrize("names", [[], ["gzip"], ["unnamed"], ["br", "crlf"], ["openai"]])
def test_a_delay_paces_every_dialect(names: list[str]) -> None:
    waits = [it for it in sending_steps(events_in(*names), Fault(), 0.5) if isinstance(it, Wait)]
    assert len(waits) >= 3


# ---- Encodings


@pytest.mark.parametrize(
    ("encode", "first", "rest"),
    [  # what the reference decoders of both give back as "hi" and "!"
        (encodings.brotli, "0c 000008 68 000008 69", "000008 21 03"),
        (encodings.zstd, "28b52ffd 00 50 080000 68 080000 69", "080000 21 010000"),
    ],
)
def test_what_is_stored_is_what_the_format_says(encode: Any, first: str, rest: str) -> None:
    assert encode((b"hi", b"!")) == (bytes.fromhex(first), bytes.fromhex(rest))


@given(st.lists(st.binary(max_size=40), max_size=4).map(tuple))
def test_gzip_gives_back_what_went_in(pieces: tuple[bytes, ...]) -> None:
    made = encodings.gzip(pieces)
    assert gzip.decompress(b"".join(made)) == b"".join(pieces)
    assert len(made) == max(1, len(pieces))


@pytest.mark.parametrize("name", ["gzip", "br", "zstd"])
def test_nobody_reads_what_is_encoded(name: str) -> None:
    for reply in (
        events_in(name),
        speak(
            HttpResponse(200, (), (message_body(ANSWER),), kind=BodyKind.MESSAGE),
            select_dialects([name]),
        ),
        error_in(name),
    ):
        assert dict(reply.headers)["Content-Encoding"] == name
        body = b"".join(reply.body)
        assert not any(word in body for word in (b"event", b"data", b"type", b"error"))


# ---- Messages that are not streamed

THOUGHT = {"type": "thinking", "thinking": "Hm", "signature": "sig"}
SAID = {"type": "text", "text": "Hi"}
CALL = {"type": "tool_use", "id": "c", "name": "t", "input": {"n": 0}}
NULLS = [
    {"type": "thinking", "thinking": None, "signature": None},
    {"type": "text", "text": None},
]
MESSAGES: dict[str, dict[str, Any]] = {
    "nulls": {"content": [*NULLS, THOUGHT, SAID, CALL], "usage": None, "stop_sequence": None},
    "omitempty": {"content": [THOUGHT, SAID, CALL]},
    "empty-signature": {"content": [{**THOUGHT, "signature": ""}, SAID, CALL]},
    "omitted-thinking": {
        "content": [{**THOUGHT, "thinking": "", "signature": "EpwBCkYIBxgCKkAx"}, SAID, CALL]
    },
    "redacted-thinking": {
        "content": [{"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix"}, SAID, CALL]
    },
    "finish-words": {"stop_reason": "stop"},
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_plain_message_is_in_the_dialect_too(name: str) -> None:
    assert message_in(name) == json.loads(message_body(ANSWER)) | MESSAGES[name]


def test_a_plain_message_has_odd_usage_or_a_search() -> None:
    assert message_in("odd-usage")["usage"]["output_tokens"] == 5.0
    searched = message_in("server-tools")
    types = ["thinking", "server_tool_use", "web_search_tool_result", "text", "tool_use"]
    assert [block["type"] for block in searched["content"]] == types
    assert searched["content"][3]["citations"][0]["type"] == "web_search_result_location"
    assert searched["usage"]["cache_creation_input_tokens"] == 4


# ---- Another protocol


def test_openai_answers_with_chat_completions() -> None:
    whole = message_in("openai")
    (choice,) = whole["choices"]
    assert (whole["object"], choice["finish_reason"]) == ("chat.completion", "stop")
    assert whole["usage"] == {"prompt_tokens": 11, "completion_tokens": 4, "total_tokens": 15}
    assert (choice["message"]["content"], choice["message"]["reasoning_content"]) == ("Hi", "Hm")
    assert choice["message"]["tool_calls"][0]["function"] == {"name": "t", "arguments": '{"n": 0}'}
    *chunks, last = parsed(events_in("openai").body)
    assert last == "data: [DONE]"
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert deltas == [
        {"role": "assistant", "content": ""},
        {"reasoning_content": "Hm"},
        {"content": "Hi"},
        {
            "tool_calls": [
                {
                    "index": 0,
                    "id": "c",
                    "type": "function",
                    "function": {"name": "t", "arguments": ""},
                }
            ]
        },
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"n":0}'}}]},
        {},
    ]
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


# ---- Errors

SERVICE = {
    "error": {"code": "400", "message": "Param Incorrect", "param": "What was wrong", "type": ""}
}


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        ("bare-errors", 400, {"type": "server_error", "message": "What was wrong"}),
        (
            "anthropic-errors",
            400,
            {
                "type": "error",
                "error": {"type": "invalid_request_error", "message": "What was wrong"},
            },
        ),
        (
            "litellm-errors",
            400,
            {
                "error": {
                    "message": "What was wrong",
                    "type": "None",
                    "param": "None",
                    "code": "400",
                }
            },
        ),
        (
            "fastapi-errors",
            400,
            {"detail": [{"type": "missing", "loc": ["body", "messages"], "msg": "What was wrong"}]},
        ),
        ("ok-errors", 200, SERVICE),
    ],
)
def test_an_error_has_another_shape(name: str, status: int, body: dict[str, Any]) -> None:
    reply = error_in(name)
    assert (reply.status, json.loads(b"".join(reply.body))) == (status, body)


def test_an_error_can_be_data_or_a_page() -> None:
    as_data = b"data:" + error_body(400, "What was wrong") + b"\n\n"
    event = ("Content-Type", "text/event-stream")
    found = {
        name: (reply.status, reply.headers, b"".join(reply.body))
        for name in ("sse-errors", "event-errors", "html-errors")
        for reply in [error_in(name)]
    }
    assert found["sse-errors"] == (400, (event,), as_data)
    assert found["event-errors"] == (200, (event,), as_data)
    status, headers, page = found["html-errors"]
    assert (status, headers) == (400, (("Content-Type", "text/html"),))
    assert b"<title>400 Bad Request</title>" in page


def test_media_called_corrupted_are_so_in_a_dialects_own_shape() -> None:
    page, bare = (
        apply_fault(Fault.corrupted(), HttpResponse(200, (), (b"{}",)), select_dialects([name]))
        for name in ("html-errors", "bare-errors")
    )
    assert (page.status, page.headers) == (400, (("Content-Type", "text/html"),))
    assert b"<title>400 Bad Request</title>" in b"".join(page.body)
    assert json.loads(b"".join(bare.body))["message"] == CORRUPTED


def test_a_rate_limit_is_said_in_other_shapes() -> None:
    reply = HttpResponse(429, (), (error_body(429),), kind=BodyKind.ERROR)
    said = {
        name: json.loads(b"".join(speak(reply, select_dialects([name])).body))
        for name in ("anthropic-errors", "fastapi-errors")
    }
    assert said["anthropic-errors"]["error"] == {
        "type": "rate_limit_error",
        "message": "Too many requests",
    }
    assert said["fastapi-errors"] == {"detail": "Too many requests"}


# ---- Several, and all of them


def test_the_order_of_names_does_not_matter() -> None:
    assert select_dialects(["crlf", "nulls"]) == select_dialects(["nulls", "crlf"])
    assert b"\r\n" in events_in("crlf", "nulls").body[0]
    assert b"null" in events_in("crlf", "nulls").body[0]


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(DIALECTS)), max_size=6), st.booleans())
def test_any_dialects_go_together(names: set[str], empty: bool) -> None:
    answer = Answer("m", MODEL, (), "end_turn", TokenCounts(0, 0)) if empty else ANSWER
    is_nothing = empty and {"no-start", "no-end"} <= names  # in OpenAI's form that is all
    assert is_nothing or b"".join(events_in(*names, answer=answer).body)
    message = HttpResponse(200, (), (message_body(answer),), kind=BodyKind.MESSAGE)
    assert b"".join(speak(message, select_dialects(names)).body)
    assert b"".join(error_in(*names).body)


def test_each_is_said_in_a_line_that_fits_beside_its_name() -> None:
    widest = max(map(len, DIALECTS))
    for name, dialect in DIALECTS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", name)
        assert dialect.about
        assert widest + 2 + len(dialect.about) <= 80


def asked(simulator: Simulator, **fields: Any) -> httpx.Response:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "get_time"}], **fields}
    return httpx.post(
        simulator.base_url + "/v1/messages",
        headers={"api-key": simulator.key},
        json=body,
        trust_env=False,
        verify=NO_TLS,
    )


@pytest.mark.parametrize("name", [it for it in ANSWERS if it not in ("br", "zstd", "openai")])
def test_the_answer_is_there_in_every_dialect(name: str) -> None:
    with Simulator(dialect=name, answer="Hello *you*.", thinking="Hm.") as simulator:
        if name == "stale-encoding":
            with pytest.raises(httpx.DecodingError):
                asked(simulator)
            return
        streamed = asked(simulator, stream=True)
        whole = asked(simulator)
    assert (streamed.status_code, whole.status_code) == (200, 200)
    for reply in (streamed, whole):
        is_whole = reply.headers["content-type"] == "application/json"
        events = reply.json()["content"] if is_whole else parsed([reply.content])
        said = "".join(map(text_of, filter(is_first, events)))
        assert said == "Hello *you*." + " (too late)" * (name == "twice" and not is_whole)


def is_first(event: Any) -> bool:
    """Whether an event says what no other has said."""
    if not isinstance(event, dict):
        return True
    return "snapshot" not in event and event.get("type") != "content_block_stop"


def text_of(event: Any) -> str:
    """What an event, or a block of a whole message, has of the answer's text."""
    if not isinstance(event, dict):
        return ""
    return "".join(
        holder.get("text") or ""
        for holder in (event, event.get("delta"), event.get("content_block"))
        if isinstance(holder, dict)
    )


@pytest.mark.parametrize(
    ("name", "kind"), [("always-stream", "event-stream"), ("never-stream", "json")]
)
def test_whether_it_streams_is_not_asked(name: str, kind: str) -> None:
    with Simulator(dialect=name) as simulator:
        for wanted in (True, False):
            assert kind in asked(simulator, stream=wanted).headers["content-type"]


def test_a_fault_is_said_in_the_dialect_but_not_what_it_gives_word_for_word() -> None:
    faults = [
        Fault.http(503, headers=(("Retry-After", "3"),)),
        Fault.http(503, body=b"{}"),
        Fault(sse=b"data: {}\n\n"),
        Fault(pieces=5),
        Fault.cut(10, clean=True),
    ]
    with Simulator(dialect=["bare-errors", "crlf"], faults=faults) as simulator:
        replies = [asked(simulator, stream=True) for _ in faults]
        wrong = httpx.get(simulator.url + "/v1/models", trust_env=False, verify=NO_TLS)
    assert replies[0].json()["type"] == "server_error"
    assert replies[0].headers["retry-after"] == "3"
    assert [it.content for it in replies[1:3]] == [b"{}", b"data: {}\n\n"]
    assert replies[3].content.endswith(b'"message_stop"}\r\n\r\n')
    assert replies[4].content == b"event: mes"
    assert wrong.json() == {"type": "server_error", "message": "Please provide valid API Key"}


@pytest.mark.parametrize(
    "name", ["unsigned", "empty-signature", "omitted-thinking", "redacted-thinking", "server-tools"]
)
def test_what_a_dialect_sends_it_takes_back(name: str) -> None:
    with Simulator(dialect=name) as simulator:
        content = asked(simulator, tools=[TOOL]).json()["content"]
        call = content[-1]
        assert call["type"] == "tool_use"
        result = {"type": "tool_result", "tool_use_id": call["id"], "content": "noon"}
        messages = [
            {"role": "user", "content": "get_time"},
            {"role": "assistant", "content": content},
            {"role": "user", "content": [result]},
        ]
        assert asked(simulator, tools=[TOOL], messages=messages).status_code == 200
    if name in ("redacted-thinking", "server-tools"):
        with Simulator() as simulator:
            refused = asked(simulator, tools=[TOOL], messages=messages)
            assert ".type must be one of text" in refused.json()["error"]["param"]


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(ValueError, match="no such dialect: nul"):
        Simulator(dialect="nul")
    with pytest.raises(ValueError, match="no such dialect: nul"):
        Simulator(dialect=["nulls", "nul"])


# ---- The command


def test_simulate_lists_the_dialects() -> None:
    result = mimo("simulate", "--dialect", "list", environ={})
    lines = [f"{name}\t{dialect.about}" for name, dialect in DIALECTS.items()]
    assert (result.code, result.out.splitlines(), result.err) == (0, lines, "")


def test_on_a_terminal_the_list_has_columns_that_fit() -> None:
    with Terminal("simulate", "--dialect", "list", environ={}, lines=70) as terminal:
        assert terminal.wait() == 0
        assert len(terminal.text.splitlines()) == len(DIALECTS)
        assert "nulls                  null for texts" in terminal.text
        assert "…" not in terminal.text


def test_simulate_names_the_nearest_dialect() -> None:
    result = mimo("simulate", "--dialect", "crlf", "--dialect", "null", environ={})
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "mimo: unknown dialect: null\n"
        "  Did you mean nulls? mimo simulate --dialect list names them all.\n"
    )
    for name, meant in (("nope", "openai"), ("GZIP", "gzip"), ("err", "ok-errors")):
        assert f"mean {meant}?" in mimo("simulate", "--dialect", name, environ={}).err
