"""Calls of tools that the simulator was told to make, as blocks or written out. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mimo_cli.simulator.protocol.tokens import compact_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CallForm = Literal["blocks", "text", "thinking"]
"""How calls are sent: as blocks, or written out in the text or the thinking.

The service has been seen to do the latter two, with a stop reason of `tool_use` and no block.
"""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool to be called, with its input: a text is sent as it stands, JSON or not."""

    name: str
    input: Mapping[str, object] | str


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """An answer before limits are put to it.

    Attributes:
        text: Its text.
        calls: The calls behind the text.
        stop_reason: What it ends for.
        afterthought: What is added to its thinking.
    """

    text: str
    calls: tuple[ToolCall, ...] = ()
    stop_reason: str = "end_turn"
    afterthought: str = ""


def calling(calls: tuple[ToolCall, ...], form: CallForm = "blocks") -> AnswerDraft:
    """Return an answer that makes these calls, in this form."""
    names = " and ".join(f"`{call.name}`" for call in calls)
    text = f"No model is behind this, but here is a call of {names}."
    if form == "blocks":
        return AnswerDraft(text, calls, "tool_use")
    written = "\n\n" + "\n".join(map(_written, calls))
    if form == "text":
        return AnswerDraft(text + written, stop_reason="tool_use")
    return AnswerDraft("", stop_reason="tool_use", afterthought=written)


def allowed(calls: Iterable[ToolCall], body: dict[str, Any]) -> tuple[ToolCall, ...]:
    """Return those of the calls that a request lets be made: all, or the first alone.

    A `tool_choice` of another type than `auto` is dropped, as the service does.
    """
    choice = body.get("tool_choice", {})
    is_alone = choice.get("type") == "auto" and choice.get("disable_parallel_tool_use")
    return tuple(calls)[:1] if is_alone else tuple(calls)


def input_text(value: Mapping[str, object] | str) -> str:
    """Return an input as a stream brings it."""
    return value if isinstance(value, str) else compact_json(value)


def input_value(value: Mapping[str, object] | str) -> object:
    """Return an input as it stands in an answer that is not streamed.

    Broken JSON is a string there, as a gateway leaves it that does not look into it (llama.cpp
    puts an empty object in its place, which would hide that it is broken).
    """
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value or "{}")
    except (ValueError, RecursionError):
        return value


def _written(call: ToolCall) -> str:
    """Return a call as the model's own template writes it; a broken input as it stands."""
    found = input_value(call.input)
    if isinstance(found, dict):
        inner = "\n".join(
            f"<parameter={name}>{it if isinstance(it, str) else compact_json(it)}</parameter>"
            for name, it in found.items()
        )
    else:
        inner = input_text(call.input)
    return f"<tool_call>\n<function={call.name}>\n{inner}\n</function>\n</tool_call>"
