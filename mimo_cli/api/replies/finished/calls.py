"""Whether a tool's call can be run. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection

    from mimo_cli.api.protocol.messages import Reply, ToolUse

CallProblem = Literal["broken_input", "unknown_tool"]
"""Why a call cannot be run: its input is no JSON object, or no tool of that name was offered."""

IN_WORDS = r"<tool_call>|<function=[\w.-]"
"""A tool's call that a model writes as text, and that a server did not read as one."""

_WITHIN = (None, "max_tokens", "model_context_window_exceeded")
"""Stop reasons of an answer that may have been cut anywhere."""


def call_problem(call: ToolUse, reply: Reply, offered: Collection[str]) -> CallProblem | None:
    """Return why a call of a reply cannot be run; None for one that can.

    One without any input that the answer ended in is not known to be whole.
    """
    is_last = bool(reply.content) and reply.content[-1] == call
    is_given = call.input or reply.is_call_whole
    is_begun = is_last and not is_given and reply.stop_reason in _WITHIN
    if call.broken_input or is_begun:
        return "broken_input"
    return None if call.name in offered else "unknown_tool"
