"""A reply, and a tool's call, as the pieces that they would have come in. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Text, Thinking, ToolUse
from mimo_cli.conversation.turns import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.api.protocol.messages import Reply


def pieces(reply: Reply) -> tuple[Piece, ...]:
    """Return a reply as if it had come before another, whose blocks count from 0."""
    return tuple(_pieces(reply))


def _pieces(reply: Reply) -> Iterator[Piece]:
    for index, block in enumerate(reply.content, -len(reply.content)):
        match block:
            case Text(text):
                yield Piece(index, "text", text)
            case Thinking(thinking, signature):
                yield Piece(index, "thinking", thinking)
                if signature is not None:
                    yield Piece(index, "signature", signature)
            case ToolUse() as call:
                yield begun_call(index, call)
                if call.broken_input:
                    yield Piece(index, "input", call.broken_input)
            case _:
                pass  # what is not known here has no words


def begun_call(index: int, call: ToolUse) -> Piece:
    """Return the piece that begins a tool's call, with the input that came so far."""
    block = {"type": "tool_use", "id": call.id, "name": call.name, "input": call.input}
    if call.broken_input:
        block["broken_input"] = call.broken_input
    return Piece(index, "call", json.dumps(block))
