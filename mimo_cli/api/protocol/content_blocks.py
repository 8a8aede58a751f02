"""Content blocks of a reply: JSON to blocks, and to the events that bring them. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.messages import (
    Block,
    BlockStart,
    BlockStop,
    Event,
    InputJsonDelta,
    Json,
    OtherDelta,
    SignatureDelta,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolUse,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def decode_block(raw: Json) -> Block:
    """Return a content block of a reply, whole. An unknown type is kept as it is.

    Raises:
        ProtocolError: it is nested too deeply to be kept.
    """
    match _block_type(raw):
        case "text":
            citations = raw.get("citations")
            kept = _citations(citations) if isinstance(citations, list) else ()
            return Text(_initial_text(raw, "text"), kept)
        case "thinking":
            return Thinking(_initial_text(raw, "thinking"), fields.signature(raw.get("signature")))
        case "tool_use":
            from mimo_cli.api.protocol import calls  # most answers have none, nor the others

            return calls.tool_use(raw, raw.get("input"))
        case _:
            from mimo_cli.api.protocol import unknown_blocks

            return unknown_blocks.decode_unknown(raw)


def _citations(found: Iterable[object]) -> tuple[Json, ...]:
    from mimo_cli.api.protocol.json_text.exact import storable

    return tuple(storable(one) for one in found if isinstance(one, dict))


def _initial_text(raw: Json, name: str) -> str:
    """Return a block's text. An empty one is its own: what else is there may come as deltas."""
    return fields.text_of(raw, name) if raw.get(name) is None else fields.text(raw[name])


def _block_type(raw: Json) -> str:
    """Return a block's type; where it is missing, by what it has; "" if nothing tells."""
    kind = raw.get("type")
    if isinstance(kind, str) and kind:
        is_text = kind.endswith("_text") and fields.text_of(raw, "text")
        return "text" if is_text else kind  # `output_text` of another protocol
    if "input" in raw and "name" in raw:
        return "tool_use"
    found = next((name for name in ("text", "thinking") if name in raw), "")
    return found or ("text" if isinstance(raw.get("content"), str) else "")


def as_blocks(content: object) -> list[Json]:
    """Return the blocks that stand where an event may have some; a text may stand for one."""
    found = content if isinstance(content, list) else [content]
    return [
        it if isinstance(it, dict) else {"type": "text", "text": it}
        for it in found
        if it and isinstance(it, dict | str | list)
    ]


def content_events(value: object) -> Iterator[Event]:
    """Yield the blocks of a message that is there as a whole; a text may stand for some."""
    for index, raw in enumerate(value if isinstance(value, list) else [value]):
        if raw is not None:
            block = raw if isinstance(raw, dict) else {"type": "text", "text": raw}
            yield from block_events(index, block)
            yield BlockStop(index)


def block_events(index: int, raw: Json) -> Iterator[Event]:
    """Yield a block that begins, if there is one; what it holds already comes as deltas.

    So readers have one case.
    """
    if not _block_type(raw) and not any(value for name, value in raw.items() if name != "type"):
        return
    if fields.BROKEN_INPUT in raw and _block_type(raw) == "tool_use":
        raw = {name: value for name, value in raw.items() if name != fields.BROKEN_INPUT}
    match block := decode_block(raw):
        case Text(text, citations):
            yield BlockStart(index, Text(""))
            if text:
                yield TextDelta(index, text)
            for citation in citations:
                yield OtherDelta(index, {"type": "citations_delta", "citation": citation})
        case Thinking(thinking, signature):
            yield BlockStart(index, Thinking(""))
            if thinking:
                yield ThinkingDelta(index, thinking)
            if signature is not None:
                yield SignatureDelta(index, signature)
        case ToolUse(id_, name, tool_input, broken):
            yield BlockStart(index, ToolUse(id_, name, tool_input, broken))
            if tool_input or broken:
                yield InputJsonDelta(index, broken or json.dumps(tool_input))
        case _:
            yield BlockStart(index, block)
