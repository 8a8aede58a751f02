"""Whether a reply is what it should be: by its stop reason, never by how the stream ended. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import ToolUse
from mimo_cli.errors import BlockedError, IncompleteError, Interrupted, MimoError, ServerError

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Reply

_WHOLE = ("end_turn", "stop_sequence")

_CUT = {
    "max_tokens": "stopped at max_tokens. Raise --max-tokens for more.",
    "model_context_window_exceeded": (
        "the model's context window is full. Begin a new conversation, or send less."
    ),
    "pause_turn": "the server paused a long turn (pause_turn). Ask it to go on.",
}
"""Stop reasons of an answer that is not all there is, and what to do."""

_TOOL = "the model asks for a tool to be run, which this program did not offer"


def is_cut(stop_reason: str | None) -> bool:
    """Whether more of the answer would have come."""
    return stop_reason in _CUT


def came_whole(reply: Reply, error: BaseException | None) -> bool:
    """Whether nothing was missing when an answer ended, with an error or without.

    Somebody may have stopped the program while it waited for the end of the stream alone.
    """
    is_stopped = isinstance(error, Interrupted) and reply.is_over
    return error is None or (is_stopped and problem(reply) is None)


def problem(reply: Reply) -> MimoError | None:
    """Return the error that a finished reply amounts to, if it is one."""
    has_text = bool(reply.text.strip())
    match reply.stop_reason:
        case "content_filter":
            hint = "Put the question in other words."
            return BlockedError("the answer was withheld by the content filter", "", hint)
        case "refusal":
            return BlockedError("the model refused to answer", "", "Put it in other words.")
        case "repetition_truncation":
            why = "the model fell into a loop and was cut (repetition_truncation)"
            return IncompleteError("the answer is incomplete", why, "Ask again.")
        case None if has_text:
            why = "the server gave no stop reason"
            return IncompleteError("the answer may be incomplete", why, "Ask again for the whole.")
        case _ if any(isinstance(it, ToolUse) and it.broken_input for it in reply.content):
            return _broken_tool_use(has_text=has_text)
        case _ if reply.stop_sequence is not None:
            return None  # the user's own text ended it, even at once (llama.cpp: as `end_turn`)
        case "stop_sequence":
            return None
        case "tool_use" if not any(isinstance(it, ToolUse) for it in reply.content):
            why = "it ends with a tool's call (tool_use), and there is none"
            return ServerError("the server's reply makes no sense", why, "Ask again.")
        case reason if not has_text:
            return _without_text(reason)
        case _:
            return None


def _broken_tool_use(*, has_text: bool) -> MimoError:
    why = "the model asked for a tool with an input that is not valid JSON"
    if has_text:
        return IncompleteError("the answer is incomplete", why, "Ask again.")
    return ServerError("the server's reply makes no sense", why, "Ask again.")


def _without_text(stop_reason: str | None) -> ServerError:
    match stop_reason:
        case "max_tokens":
            why = "max_tokens was used up before the answer began"
            return ServerError("empty reply", why, "Raise --max-tokens, or use --no-thinking.")
        case "model_context_window_exceeded":
            why = "the model's context window was full before the answer began"
            return ServerError("empty reply", why, "Begin a new conversation, or send less.")
        case "tool_use":
            return ServerError("empty reply", _TOOL, "Ask it to answer without tools.")
        case "pause_turn":
            why = "the server paused the turn before the answer began (pause_turn)"
            return ServerError("empty reply", why, "Ask again.")
        case _:
            return ServerError("empty reply", "the answer has no text", "Ask again.")


def remark(reply: Reply) -> str:
    """Return a warning about a reply that is no error; empty if there is nothing to say."""
    reason = reply.stop_reason
    if reason in _WHOLE:
        return ""
    if reason in _CUT:
        return f"the answer is cut: {_CUT[reason]}"
    if reason == "tool_use":
        return f"{_TOOL}: what it would answer after that is missing"
    return f"the answer ended for a reason that is not known here: {reason}"
