"""What the OpenAI-shaped endpoint answers, which a wrong base URL leads to. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mimo_cli.simulator.dialects.lifecycle import with_finish_words
from mimo_cli.simulator.dialects.shapes import contents
from mimo_cli.simulator.protocol.message_events import encode_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.simulator.dialects.shapes import Event
    from mimo_cli.simulator.protocol.message_events import Json


def to_chunks(events: Iterable[Event]) -> Iterator[Event]:
    """Make a stream of `chat.completion.chunk` of the events, ended by `[DONE]`."""
    head: Json = {"object": "chat.completion.chunk", "created": 0}
    calls = -1
    for event in events:
        match event:
            case {"type": "message_start", "message": {"id": id_, "model": model}}:
                head |= {"id": f"chatcmpl-{id_}", "model": model}
                yield _chunk(head, {"role": "assistant", "content": ""})
            case {"type": "content_block_start", "content_block": {"type": "tool_use"} as block}:
                calls += 1
                yield _chunk(head, {"tool_calls": [_call(calls, block, "")]})
            case {"type": "content_block_delta", "delta": {"partial_json": more}}:
                arguments = {"index": calls, "function": {"arguments": more}}
                yield _chunk(head, {"tool_calls": [arguments]})
            case {"type": "content_block_delta", "delta": {"text": text}}:
                yield _chunk(head, {"content": text})
            case {"type": "content_block_delta", "delta": {"thinking": thinking}}:
                yield _chunk(head, {"reasoning_content": thinking})
            case {"type": "message_delta", "delta": delta}:
                yield _chunk(head, {}, with_finish_words(delta)["stop_reason"])
            case {"type": "message_stop"}:
                yield b"data: [DONE]\n\n"
            case _:
                pass  # nothing there corresponds to it


def to_completion(message: Json) -> Json:
    """Make a `chat.completion` of a message."""
    calls = [block for block in contents(message) if block["type"] == "tool_use"]
    answer = {
        "role": "assistant",
        "content": _join(message, "text"),
        "reasoning_content": _join(message, "thinking"),
        "tool_calls": [
            _call(index, block, json.dumps(block["input"])) for index, block in enumerate(calls)
        ],
    }
    reason = with_finish_words(message)["stop_reason"]
    return {
        "id": f"chatcmpl-{message['id']}",
        "object": "chat.completion",
        "created": 0,
        "model": message["model"],
        "choices": [{"index": 0, "message": answer, "finish_reason": reason}],
        "usage": _usage(message.get("usage")),
    }


def _chunk(head: Json, delta: Json, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return b"data: %s\n\n" % encode_json({**head, "choices": [choice]})


def _call(index: int, block: Json, arguments: str) -> dict[str, Any]:
    function = {"name": block["name"], "arguments": arguments}
    return {"index": index, "id": block["id"], "type": "function", "function": function}


def _join(message: Json, name: str) -> str:
    texts = (block.get(name) for block in contents(message) if block["type"] == name)
    return "".join(filter(None, texts))


def _usage(usage: object) -> Json:
    counts = usage if isinstance(usage, dict) else {}
    prompt = _count(counts, "input_tokens") + _count(counts, "cache_read_input_tokens")
    answer = _count(counts, "output_tokens")
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "total_tokens": prompt + answer,
    }


def _count(counts: Json, name: str) -> int:
    value = counts.get(name)
    return value if isinstance(value, int) else 0
