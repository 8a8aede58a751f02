"""Shapes of content blocks: their fields, indexes and beginnings. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mimo_cli.simulator.dialects.shapes import (
    Event,
    Shape,
    block_delta,
    block_start,
    block_stop,
    chain,
    contents,
    each,
    kind,
    of_kind,
    set_index,
    shift_index,
    with_block_types,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.simulator.protocol.message_events import Json

SIGNATURE = "EpwBCkYIBxgCKkAx"
"""One that says nothing, of the form that Anthropic's have."""

_REDACTED = {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix"}

_NULL_FIELDS: dict[str, Json] = {
    "text": {"text": None},
    "thinking": {"thinking": None, "signature": None},
    "tool_use": {"input": None},
}
_NULL_DELTAS: dict[str, tuple[Json, ...]] = {
    "text": ({"type": "text_delta", "text": None},),
    "thinking": (
        {"type": "thinking_delta", "thinking": None},
        {"type": "signature_delta", "signature": None},
    ),
    "tool_use": ({"type": "input_json_delta", "partial_json": None},),
}


# ---- null, empty and missing


@each
def nulls(event: Json) -> Iterator[Event]:
    """Put null for what is empty, in the message, in a block's start and in a delta behind it."""
    match event["type"]:
        case "message_start":
            empty = {"content": None, "usage": None, "stop_sequence": None}
            yield within("message", lambda message: message | empty)(event)
        case "content_block_start":
            block = event["content_block"]
            empty = _NULL_FIELDS.get(block["type"], {})
            yield {**event, "index": None, "content_block": block | empty}
            for delta in _NULL_DELTAS.get(block["type"], ()):
                yield block_delta(None, delta)
        case "content_block_delta" | "content_block_stop":
            yield {**event, "index": None}
        case "message_delta":
            unknown = dict.fromkeys(("input_tokens", "cache_read_input_tokens", "server_tool_use"))
            yield within("usage", lambda usage: usage | unknown)(event)
        case _:
            yield event


def message_with_nulls(message: Json) -> Json:
    """Put null for what is empty in a message that is not streamed."""
    empty = [{"type": name, **_NULL_FIELDS[name]} for name in ("thinking", "text")]
    content = [*empty, *contents(message)]
    return {**message, "content": content, "usage": None, "stop_sequence": None}


def prune(value: Any) -> Any:
    """Leave out of JSON what Go's `omitempty` does: "", 0, false, null, and what holds nothing."""
    if isinstance(value, list):
        return [prune(one) for one in value]
    if not isinstance(value, dict):
        return value
    # A tool's input is raw JSON there: what is in it stays.
    return {name: one if name == "input" else prune(one) for name, one in value.items() if one}


omitempty = each(lambda event: (prune(event),))


bare_start = of_kind(
    "content_block_start",
    within("content_block", lambda block: {name: one for name, one in block.items() if one}),
)


# ---- indexes


@each
def no_index(event: Json) -> Iterator[Event]:
    """Leave out every index."""
    yield {name: value for name, value in event.items() if name != "index"}


@each
def index_gaps(event: Json) -> Iterator[Event]:
    """Double every index, and end the blocks between, which never began."""
    event = {**event, "index": 2 * event["index"]} if isinstance(event.get("index"), int) else event
    yield event
    if event["type"] == "content_block_stop":
        yield shift_index(event, 1)


def one_index(events: Iterable[Event]) -> Iterator[Event]:
    """Put all blocks at index 0, and end only the last one."""
    stop: Event | None = None
    for event in events:
        if stop is not None and kind(event) != "content_block_start":
            yield stop
        stop = None
        if kind(event) == "content_block_stop":
            stop = set_index(event, 0)
        else:
            yield set_index(event, 0)


# ---- beginnings and ends


def orphan_deltas(events: Iterable[Event]) -> Iterator[Event]:
    """Leave out the beginnings and ends of text and thinking; tools keep theirs."""
    for current, event in with_block_types(events):
        if current == "tool_use" or kind(event) not in (
            "content_block_start",
            "content_block_stop",
        ):
            yield event


index_minus_1 = chain(orphan_deltas, each(lambda event: (set_index(event, -1),)))


def restarts(events: Iterable[Event]) -> Iterator[Event]:
    """Begin the block again before each of its deltas."""
    start: Event = b""
    for event in events:
        if kind(event) == "content_block_start":
            start = event
        elif kind(event) == "content_block_delta" and start:
            yield start
        yield event


wrong_block = of_kind(
    "content_block_start",
    within(
        "content_block",
        lambda block: {"type": "text", "text": ""} if block["type"] == "thinking" else block,
    ),
)


def empty_block(events: Iterable[Event]) -> Iterator[Event]:
    """Put an empty text block before all others."""
    for event in events:
        yield shift_index(event, 1)
        if kind(event) == "message_start":
            yield block_start(0, {"type": "text", "text": ""})
            yield block_stop(0)


def whole_blocks(events: Iterable[Event]) -> Iterator[Event]:
    """Make blocks whole when they begin, without deltas."""
    start: Json = {}
    for event in events:
        match kind(event), event:
            case "content_block_start", dict() if not start:
                start = {**event, "content_block": {**event["content_block"]}}
            case "content_block_start", _ if start:
                pass  # the same again: another dialect's
            case "content_block_delta", dict() if start:
                _grow(start["content_block"], event["delta"])
            case "content_block_stop", _ if start:
                yield {**start, "content_block": _parse_input(start["content_block"])}
                yield event
                start = {}
            case _:
                yield event


def _grow(block: Json, delta: Json) -> None:
    for name, more in delta.items():
        if name != "type" and isinstance(more, str):
            block[name] = (block.get(name) or "") + more


def _parse_input(block: Json) -> Json:
    if "partial_json" not in block:
        return block
    tool_input = json.loads(block["partial_json"] or "{}")
    return {name: one for name, one in block.items() if name != "partial_json"} | {
        "input": tool_input
    }


# ---- thinking


def sign_with(signature: str) -> Shape:
    """Make a shape that ends each thinking block with this signature."""

    def shape(events: Iterable[Event]) -> Iterator[Event]:
        for current, event in with_block_types(events):
            if current == "thinking" and kind(event) == "content_block_stop":
                index = event.get("index") if isinstance(event, dict) else None
                yield block_delta(index, {"type": "signature_delta", "signature": signature})
            yield event

    return shape


omitted_thinking = chain(
    each(lambda event: () if event.get("delta", {}).get("type") == "thinking_delta" else (event,)),
    sign_with(SIGNATURE),
)


def redacted_thinking(events: Iterable[Event]) -> Iterator[Event]:
    """Make thinking a block that nobody can read, whole when it begins."""
    for current, event in with_block_types(events):
        if current != "thinking" or not isinstance(event, dict):
            yield event
        elif event["type"] == "content_block_start":
            yield {**event, "content_block": _REDACTED}
        elif event["type"] != "content_block_delta":
            yield event


def thinking_in(message: Json, change: Json, *, instead: bool = False) -> Json:
    """Change a message's thinking blocks: give them these fields too, or (`instead`) alone."""
    content = [
        ({} if instead else block) | change if block["type"] == "thinking" else block
        for block in contents(message)
    ]
    return {**message, "content": content}


def redact_message(message: Json) -> Json:
    """Make thinking unreadable in a message that is not streamed."""
    return thinking_in(message, _REDACTED, instead=True)
