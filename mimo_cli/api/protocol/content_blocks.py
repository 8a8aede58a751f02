"""Content blocks of a reply: JSON to blocks, and to the events that bring them. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.json_reader import is_object, read_object, storable
from mimo_cli.api.protocol.messages import (
    Block,
    BlockStart,
    BlockStop,
    Event,
    InputJsonDelta,
    Json,
    OtherBlock,
    OtherDelta,
    SignatureDelta,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolUse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def decode_block(raw: Json) -> Block:
    """Return a content block of a reply, whole. An unknown type is kept as it is.

    Raises:
        ProtocolError: it is nested too deeply to be kept.
    """
    match _block_type(raw):
        case "text":
            citations = raw.get("citations")
            found = citations if isinstance(citations, list) else []
            kept = tuple(storable(one) for one in found if isinstance(one, dict))
            return Text(_initial_text(raw, "text"), kept)
        case "thinking":
            return Thinking(_initial_text(raw, "thinking"), fields.signature(raw.get("signature")))
        case "tool_use":
            return tool_use(raw, raw.get("input"))
        case _:
            other = storable(raw)
            is_call = str(other.get("type")).endswith("tool_use") and "input" in other
            return OtherBlock(other | read_input({}, other["input"]) if is_call else other)


def _initial_text(raw: Json, name: str) -> str:
    """Return a block's text. An empty one is its own: what else is there may come as deltas."""
    return fields.text_of(raw, name) if raw.get(name) is None else fields.text(raw[name])


def tool_use(raw: Json, tool_input: object) -> ToolUse:
    """Return the block of a tool's call; `tool_input` is an object or its JSON text."""
    names = (fields.word(raw.get("id")) or "", fields.word(raw.get("name")) or "")
    value, broken = read_object(tool_input)
    half = broken[: len(broken) // 2]
    if half and broken == 2 * half:  # whole in the block's start, and again in its deltas
        again, still_broken = read_object(half)
        value, broken = (value, broken) if still_broken else (again, "")
    return ToolUse(*names, value, broken or fields.word(raw.get("broken_input")) or "")


def called(start: ToolUse, text: str) -> ToolUse:
    """Return the block of a call that began so, and whose input's texts came to `text`.

    An input that the start had is the first of them. Deltas that are an object by themselves take
    its place: some servers give it in both. An empty one says nothing new.
    """
    begun = json.dumps(start.input) if start.input else start.broken_input
    more = _behind(begun, text) if begun else text
    is_whole = begun and (not more.strip() or is_object(more))
    own = (more if more.strip() else begun) if is_whole else text
    return tool_use({"id": start.id, "name": start.name}, own)


UNMERGED = "unmerged_deltas"
"""Where a block of an unknown type has its deltas, if they could not be joined without loss."""
_BROKEN = "broken_input"


def read_input(begun: object, text: object) -> Json:
    """Return the input of a call that a server runs by itself, as a member of its block.

    It began so, and its texts came to `text`. What is no object has a member of its own.
    """
    call = called(tool_use({}, begun), text) if isinstance(text, str) else tool_use({}, text)
    return {"input": call.input, **({_BROKEN: call.broken_input} if call.broken_input else {})}


def broken_input(block: OtherBlock) -> str:
    """Return what came as the input of a call that a server runs by itself, and is none."""
    return fields.text(block.raw.get(_BROKEN)) if block.raw.get("input") == {} else ""


def as_it_came(block: OtherBlock) -> OtherBlock:
    """Return a block without what was only kept beside it: a service takes its own blocks alone."""
    ours = (UNMERGED, _BROKEN) if broken_input(block) else (UNMERGED,)
    return OtherBlock({name: value for name, value in block.raw.items() if name not in ours})


_NOTHING_NEW = re.compile(r"\s*(?:\{\s*\}|null)")


def _behind(begun: str, text: str) -> str:
    """Return what of a text comes after an input that is there, and after any that say nothing."""
    while True:
        if text.startswith(begun):  # some begin a block again before each delta
            text = text[len(begun) :]
        elif found := _NOTHING_NEW.match(text):
            text = text[found.end() :]
        else:
            return text


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
    if _BROKEN in raw and _block_type(raw) == "tool_use":
        raw = {name: value for name, value in raw.items() if name != _BROKEN}  # it is ours alone
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
