"""Shapes of a message's course: how it starts and stops, its usage, and what is between. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimo_cli.simulator.dialects.shapes import (
    Event,
    block_delta,
    each,
    interleave,
    of_kind,
    within,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.simulator.protocol.message_events import Json

_ODD_COUNTS: Json = {
    "input_tokens": -1,
    "output_tokens": 5.0,
    "cache_read_input_tokens": 10**30,
    "cache_creation_input_tokens": "12",
    "server_tool_use": "none",
}
_ODD_USAGES: tuple[Any, ...] = (
    *(None, "unknown", -1, 5.0, 10**30, [], True),
    {"input_tokens": {}, "output_tokens": None, "cache_read_input_tokens": True},
)
_FINISH_WORDS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tool_calls",
}
_SIGNS_OF_LIFE = (
    b": OPENROUTER PROCESSING\n\n",
    b"data: : keepalive\n\n",
    b"event: ping\ndata: \n\n",
    b'event: ping\ndata: ""\n\n',
    b"event: ping\ndata: null\n\n",
    b"event: ping\ndata: ping\n\n",
    b"event: ping\ndata: 2026-11-23 01:35:43.686476\n\n",
)


# ---- start and stop

null_start = of_kind("message_start", lambda event: {**event, "message": None})
no_start = without("message_start")
no_stop = without("message_stop")
no_end = without("message_delta", "message_stop")


@each
def twice(event: Json) -> Iterator[Event]:
    """Start twice, stop twice, and put a delta between the stops that belongs to nothing."""
    yield event
    if event["type"] == "message_stop":
        yield block_delta(0, {"type": "text_delta", "text": " (too late)"})
    if event["type"] in ("message_start", "message_stop"):
        yield event


def done_mark(events: Iterable[Event]) -> Iterator[Event]:
    """Put OpenAI's end mark behind the last event."""
    yield from events
    yield b"data: [DONE]\n\n"


def with_finish_words(owner: Json) -> Json:
    """Put OpenAI's word for the stop reason into an object that has one."""
    reason = owner["stop_reason"]
    return {**owner, "stop_reason": _FINISH_WORDS.get(reason, reason)}


finish_words = of_kind("message_delta", within("delta", with_finish_words))


@each
def placeholder_stop(event: Json) -> Iterator[Event]:
    """Put a stop reason that is none behind each delta."""
    yield event
    if event["type"] == "content_block_delta":
        yield {"type": "message_delta", "delta": {"stop_reason": "null"}, "usage": {}}


# ---- usage


@each
def odd_usage(event: Json) -> Iterator[Event]:
    """Put odd counts into the start, and a message_delta for each usage that is none."""
    match event["type"]:
        case "message_start":
            yield within("message", message_with_odd_usage)(event)
        case "message_delta":
            yield from ({**event, "usage": usage} for usage in _ODD_USAGES)
        case _:
            yield event


def message_with_odd_usage(message: Json) -> Json:
    """Put odd counts into a message: one that is not streamed, or a stream's start."""
    return {**message, "usage": _ODD_COUNTS}


def late_usage(events: Iterable[Event]) -> Iterator[Event]:
    """Put zeros into the start, and all of the counts at the end."""
    zeros = {"usage": {"input_tokens": 0, "output_tokens": 0}}
    counts: Json = {}
    for event in events:
        match event:
            case {"type": "message_start", "message": {"usage": dict(usage)} as message}:
                counts = usage
                yield {"type": "message_start", "message": message | zeros}
            case {"type": "message_delta", "delta": delta, "usage": dict(usage)}:
                yield {"type": "message_delta", "delta": delta, "usage": counts | usage}
            case _:
                yield event


# ---- between the events

wrapped_comments = interleave(_SIGNS_OF_LIFE)
