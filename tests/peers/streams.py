"""Streams as servers of the protocol send them, in a table: name to the bytes of the body."""

from __future__ import annotations

import json
from typing import Any

Event = dict[str, Any]


def _sse(*events: Event | str) -> bytes:
    """The body; a string stands in it as it is."""
    return b"".join(
        event.encode()
        if isinstance(event, str)
        else f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
        for event in events
    )


def _start(**usage: object) -> Event:
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x"}
    ends: Event = {"content": [], "stop_reason": None, "stop_sequence": None}
    counted = {"input_tokens": 12, "output_tokens": 1, **usage}
    return {"type": "message_start", "message": {**message, **ends, "usage": counted}}


def _block(index: int, block: Event, *deltas: Event) -> list[Event]:
    return [
        {"type": "content_block_start", "index": index, "content_block": block},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def _text(index: int, *parts: str, start: str = "") -> list[Event]:
    deltas = ({"type": "text_delta", "text": part} for part in parts)
    return _block(index, {"type": "text", "text": start}, *deltas)


def _thinking(index: int, *parts: str, signature: str = "") -> list[Event]:
    deltas = [{"type": "thinking_delta", "thinking": part} for part in parts]
    deltas += [{"type": "signature_delta", "signature": signature}] if signature else []
    return _block(index, {"type": "thinking", "thinking": "", "signature": ""}, *deltas)


def _tool(index: int, name: str, *parts: str, kind: str = "tool_use") -> list[Event]:
    block = {"type": kind, "id": f"toolu_{index}", "name": name, "input": {}}
    deltas = ({"type": "input_json_delta", "partial_json": part} for part in parts)
    return _block(index, block, *deltas)


def _end(reason: str = "end_turn", sequence: str | None = None, **usage: object) -> list[Event]:
    delta = {"stop_reason": reason, "stop_sequence": sequence}
    return [
        {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 7, **usage}},
        {"type": "message_stop"},
    ]


def _cite(**citation: object) -> Event:
    return {"type": "citations_delta", "citation": citation}


PING: Event = {"type": "ping"}
HELLO = _text(0, "Hello", " there")
LOCATION = {
    "type": "char_location",
    "cited_text": "The sky is blue.",
    "document_index": 0,
    "document_title": "Sky",
    "start_char_index": 0,
    "end_char_index": 16,
}
CITED = [
    {"type": "text_delta", "text": "It is "},
    _cite(**LOCATION),
    {"type": "text_delta", "text": "blue."},
    _cite(**{**LOCATION, "start_char_index": 20, "end_char_index": 30}),
]
RESULT = {
    "type": "web_search_result",
    "title": "Rome",
    "url": "https://example.org/rome",
    "encrypted_content": "abc=",
    "page_age": "1 day",
}
FOUND = {"type": "web_search_tool_result", "tool_use_id": "toolu_0", "content": [RESULT]}
CREATED: Event = {"cache_creation_input_tokens": 30, "cache_read_input_tokens": 400}
LONG = "".join(f"word{number} " for number in range(2000))

STREAMS: dict[str, bytes] = {
    "text": _sse(_start(), *HELLO, *_end()),
    "one character a delta": _sse(_start(), *_text(0, *"Hello, you.\nTwo."), *_end()),
    "one large delta": _sse(_start(), *_text(0, LONG), *_end()),
    "many deltas": _sse(_start(), *_text(0, *LONG.split("0")), *_end()),
    "empty deltas": _sse(_start(), *_text(0, "", "a", "", "b", ""), *_end()),
    "text in the block's start": _sse(_start(), *_text(0, " there", start="Hello"), *_end()),
    "white space": _sse(_start(), *_text(0, "  a\n", "\n\tb  ", "\n"), *_end()),
    "pings": _sse(PING, _start(), PING, HELLO[0], PING, *HELLO[1:], PING, *_end()),
    "comments": _sse(": hi\n\n", _start(), ": keep-alive\n\n", *HELLO, ":\n", *_end()),
    "unicode": _sse(
        _start(), *_text(0, "日本", "語 ", "e\u0301", "👩‍👩‍👧", "\u2028\x85 x"), *_end()
    ),
    "escaped unicode": _sse(
        _start(),
        'event: content_block_start\ndata: {"type":"content_block_start","index":0,'
        '"content_block":{"type":"text","text":"\\u65e5\\ud83d\\ude00"}}\n\n',
        *HELLO[1:],
        *_end(),
    ),
    "carriage returns": _sse(_start(), *HELLO, *_end()).replace(b"\n", b"\r\n"),
    "data in several lines": _sse(
        _start(),
        *HELLO[:2],
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,\n'
        'data: "delta":{"type":"text_delta","text":"!"}}\n\n',
        *HELLO[2:],
        *_end(),
    ),
    "other fields": _sse("id: 1\nretry: 5\nnews: x\n\n", _start(), *HELLO, *_end()),
    "thinking": _sse(
        _start(), *_thinking(0, "Hm, ", "so.", signature="c2ln"), *_text(1, "Yes."), *_end()
    ),
    "thinking without a signature": _sse(
        _start(),
        *_block(
            0,
            {"type": "thinking", "thinking": "", "signature": ""},
            {"type": "thinking_delta", "thinking": "Hm."},
        ),
        *_text(1, "Yes."),
        *_end(),
    ),
    "two thoughts": _sse(
        _start(),
        *_thinking(0, "One", signature="b25l"),
        *_text(1, "First. "),
        *_thinking(2, "Two", signature="dHdv"),
        *_text(3, "Second."),
        *_end(),
    ),
    "hidden thinking": _sse(
        _start(),
        *_block(0, {"type": "redacted_thinking", "data": "ZGF0YQ=="}),
        *_text(1, "Yes."),
        *_end(),
    ),
    "several texts": _sse(
        _start(), *_text(0, "One. "), *_text(1, "Two. "), *_text(2, "3"), *_end()
    ),
    "an empty block": _sse(_start(), *_text(0), *_text(1, "Yes."), *_end()),
    "a tool": _sse(
        _start(),
        *_text(0, "Let me look."),
        *_tool(1, "weather", "", '{"city": "Ro', 'me", "days": [1, 2', '], "n": null}'),
        *_end("tool_use"),
    ),
    "two tools": _sse(
        _start(),
        *_text(0, "Both."),
        *_tool(1, "weather", '{"city":"東京"}'),
        *_tool(2, "clock", "{}"),
        *_end("tool_use"),
    ),
    "a tool without input": _sse(
        _start(), *_text(0, "Now."), *_tool(1, "clock"), *_end("tool_use")
    ),
    "blocks in between each other": _sse(
        _start(), HELLO[0], *_tool(1, "clock", "{}"), *HELLO[1:], *_end("tool_use")
    ),
    "max_tokens": _sse(_start(), *HELLO, *_end("max_tokens")),
    "stop_sequence": _sse(_start(), *HELLO, *_end("stop_sequence", "###")),
    "refusal": _sse(_start(), *HELLO, *_end("refusal")),
    "pause_turn": _sse(_start(), *HELLO, *_end("pause_turn")),
    "an unknown stop reason": _sse(_start(), *HELLO, *_end("tired")),
    "usage at the start alone": _sse(
        _start(output_tokens=9), *HELLO, *_end()[:1], *_end(output_tokens=9)[1:]
    ),
    "usage at the end alone": _sse(
        _start(input_tokens=0, output_tokens=0), *HELLO, *_end(input_tokens=55, output_tokens=66)
    ),
    "cached usage": _sse(_start(**CREATED), *HELLO, *_end()),
    "cached usage at the end": _sse(_start(), *HELLO, *_end(**CREATED)),
    "usage of null": _sse(
        _start(cache_read_input_tokens=None, cache_creation_input_tokens=None),
        *HELLO,
        *_end(cache_read_input_tokens=None),
    ),
    "usage with more in it": _sse(
        _start(service_tier="standard", inference_geo="x"),
        *HELLO,
        *_end(server_tool_use={"web_search_requests": 2}),
    ),
    "citations": _sse(_start(), *_block(0, {"type": "text", "text": ""}, *CITED), *_end()),
    "a search": _sse(
        _start(),
        *_tool(0, "web_search", '{"query": ', '"Rome"}', kind="server_tool_use"),
        *_block(1, FOUND),
        *_text(2, "Rome is old."),
        *_end(),
    ),
    "an unknown event and field": _sse(
        _start(), {"type": "weather_report", "sunny": True}, *HELLO, {**PING, "x": 1}, *_end()
    ),
    "a BOM in the text": _sse(_start(), *_text(0, "\ufeffHello", "\ufeff"), *_end()),
}
