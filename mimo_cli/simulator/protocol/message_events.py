"""What the simulator answers: a message of blocks, as plain JSON or as a stream of events. Pure."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from mimo_cli.simulator.protocol.tokens import tokenise
from mimo_cli.simulator.tool_calls import input_text, input_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = dict[str, Any]

SIGNATURE_PREFIX = "sim-"
PING = b'event: ping\ndata: {"type":"ping"}\n\n'
"""The event that keeps a quiet stream alive."""

_DELTA = b"event: content_block_delta\n"
_TOOL_PIECE = 12  # characters of a tool's input in one delta
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class ThinkingBlock:
    """A thinking block. One that `max_tokens` cut short has no signature."""

    thinking: str
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A text block."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolUseBlock:
    """A call of a tool. An input that is a text is sent as it stands, JSON or not."""

    id: str
    name: str
    input: Mapping[str, object] | str


ContentBlock = ThinkingBlock | TextBlock | ToolUseBlock


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """Token counts. `cached` is not part of `input`; None leaves the field out."""

    input: int
    output: int
    cached: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole assistant message."""

    id: str
    model: str
    blocks: tuple[ContentBlock, ...]
    stop_reason: str
    usage: TokenCounts
    stop_sequence: str | None = None


def sign(thinking: str) -> str:
    """Return the signature of a thinking text: the same text always has the same one."""
    digest = hashlib.sha256(thinking.encode("utf-8", "surrogatepass")).hexdigest()
    return SIGNATURE_PREFIX + digest[:32]


def encode_json(value: object) -> bytes:
    """Return a value as JSON in UTF-8, a lone surrogate, which UTF-8 lacks, as an escape."""
    return _encode(value).encode("utf-8", "backslashreplace")


def event(data: Mapping[str, object]) -> bytes:
    """Return one server-sent event, named by the data's `type`."""
    return b"event: %s\ndata: %s\n\n" % (str(data["type"]).encode(), encode_json(data))


def error_event(kind: str, message: str) -> bytes:
    """Return an `error` event, such as `overloaded_error` in the middle of a stream."""
    return event({"type": "error", "error": {"type": kind, "message": message}})


def message_body(answer: Answer) -> bytes:
    """Return the body of an answer that is not streamed."""
    usage: dict[str, object] = {
        "input_tokens": answer.usage.input,
        "output_tokens": answer.usage.output,
    }
    if answer.usage.cached is not None:
        usage["cache_read_input_tokens"] = answer.usage.cached
    content = [_block_json(block) for block in answer.blocks]
    return encode_json({**_opening(answer), "content": content, **_ending(answer), "usage": usage})


def stream_events(answer: Answer, delta_chars: int | None = None) -> tuple[bytes, ...]:
    """Return a streamed answer's events: a text delta a token, or every `delta_chars`."""
    usage = {
        "input_tokens": answer.usage.input,
        "output_tokens": 0,
        "cache_read_input_tokens": answer.usage.cached or 0,
    }
    message = {**_opening(answer), "content": [], "stop_reason": None, "usage": usage}
    events = [event({"type": "message_start", "message": message}), PING]
    for index, block in enumerate(answer.blocks):
        events += _block_events(index, block, delta_chars)
    ending = {"delta": _ending(answer), "usage": {"output_tokens": answer.usage.output}}
    events.append(event({"type": "message_delta", **ending}))
    events.append(event({"type": "message_stop"}))
    return tuple(events)


def is_delta(event: bytes) -> bool:
    """Return whether an event brings more of the answer: a slow server pauses before it."""
    return b'"content_block_delta"' in event or b'"chat.completion.chunk"' in event


def _opening(answer: Answer) -> dict[str, object]:
    return {"id": answer.id, "type": "message", "role": "assistant", "model": answer.model}


def _ending(answer: Answer) -> dict[str, object]:
    ending: dict[str, object] = {"stop_reason": answer.stop_reason}
    if answer.stop_sequence is not None:
        ending["stop_sequence"] = answer.stop_sequence
    return ending


def _block_json(block: ContentBlock) -> dict[str, object]:
    match block:
        case TextBlock(text):
            return {"type": "text", "text": text}
        case ThinkingBlock(thinking, None):
            return {"type": "thinking", "thinking": thinking}
        case ThinkingBlock(thinking, signature):
            return {"type": "thinking", "thinking": thinking, "signature": signature}
        case ToolUseBlock(id_, name, input_):
            return {"type": "tool_use", "id": id_, "name": name, "input": input_value(input_)}
        case _:
            assert_never(block)


def _block_events(index: int, block: ContentBlock, delta_chars: int | None) -> Iterator[bytes]:
    yield event({"type": "content_block_start", "index": index, "content_block": _empty(block)})
    match block:
        case TextBlock(text):
            yield from _deltas(index, "text", text, delta_chars)
        case ThinkingBlock(thinking, signature):
            yield from _deltas(index, "thinking", thinking, delta_chars)
            if signature is not None:
                delta = {"type": "signature_delta", "signature": signature}
                yield event({"type": "content_block_delta", "index": index, "delta": delta})
        case ToolUseBlock():
            for piece in _slice(input_text(block.input), _TOOL_PIECE):
                delta = {"type": "input_json_delta", "partial_json": piece}
                yield event({"type": "content_block_delta", "index": index, "delta": delta})
        case _:
            assert_never(block)
    yield event({"type": "content_block_stop", "index": index})


def _empty(block: ContentBlock) -> dict[str, object]:
    match block:
        case TextBlock():
            return {"type": "text", "text": ""}
        case ThinkingBlock():
            return {"type": "thinking", "thinking": ""}
        case ToolUseBlock(id_, name):
            return {"type": "tool_use", "id": id_, "name": name, "input": {}}
        case _:
            assert_never(block)


@functools.lru_cache(maxsize=8)  # a benchmark asks for the same 20,000 deltas over and over
def _deltas(index: int, kind: str, text: str, delta_chars: int | None) -> tuple[bytes, ...]:
    """Return the delta events of a text, by joining bytes: to encode each takes 4 times as long."""
    pieces = tokenise(text) if delta_chars is None else _slice(text, delta_chars)
    head = f'data: {{"type":"content_block_delta","index":{index},"delta":{{"type":"{kind}_delta",'
    start = _DELTA + f'{head}"{kind}":'.encode()
    return tuple(start + encode_json(piece) + b"}}\n\n" for piece in pieces)


def _slice(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]
