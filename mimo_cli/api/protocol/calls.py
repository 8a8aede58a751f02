"""Calls of tools: their input, which comes as texts of JSON, and may be none. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.json_text.exact import read_object
from mimo_cli.api.protocol.json_text.reader import is_object
from mimo_cli.api.protocol.messages import OtherBlock, ToolUse

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json


def tool_use(raw: Json, tool_input: object) -> ToolUse:
    """Return the block of a tool's call; `tool_input` is an object or its JSON text."""
    names = (fields.word(raw.get("id")) or "", fields.word(raw.get("name")) or "")
    value, broken = read_object(tool_input)
    half = broken[: len(broken) // 2]
    if half and broken == 2 * half:  # whole in the block's start, and again in its deltas
        again, still_broken = read_object(half)
        value, broken = (value, broken) if still_broken else (again, "")
    return ToolUse(*names, value, broken or fields.word(raw.get(fields.BROKEN_INPUT)) or "")


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


def read_input(begun: object, text: object) -> Json:
    """Return the input of a call that a server runs by itself, as a member of its block.

    It began so, and its texts came to `text`. What is no object has a member of its own.
    """
    call = called(tool_use({}, begun), text) if isinstance(text, str) else tool_use({}, text)
    return {
        "input": call.input,
        **({fields.BROKEN_INPUT: call.broken_input} if call.broken_input else {}),
    }


def broken_input(block: OtherBlock) -> str:
    """Return what came as the input of a call that a server runs by itself, and is none."""
    return fields.text(block.raw.get(fields.BROKEN_INPUT)) if block.raw.get("input") == {} else ""


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
