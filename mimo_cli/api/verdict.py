"""Whether a reply is what it should be: by its stop reason, never by how the stream ended. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.errors import BlockedError, IncompleteError, MimoError, ServerError

if TYPE_CHECKING:
    from mimo_cli.api.messages import Reply

_WHOLE = ("end_turn", "stop_sequence")


def problem(reply: Reply) -> MimoError | None:
    """The error that a finished reply amounts to, if it is one."""
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
        case "stop_sequence":
            return None  # the user's own text ended it, even at once
        case "max_tokens" if not has_text:
            why = "max_tokens was used up before the answer began"
            return ServerError("empty reply", why, "Raise --max-tokens, or use --no-thinking.")
        case "tool_use" if not has_text:
            return ServerError("empty reply", "the model asked for a tool instead of answering")
        case _ if not has_text:
            return ServerError("empty reply", "the answer has no text", "Ask again.")
        case _:
            return None


def remark(reply: Reply) -> str:
    """A warning about a reply that is no error; empty if there is nothing to say."""
    if reply.stop_reason == "max_tokens":
        return "the answer is cut: stopped at max_tokens. Raise --max-tokens for more."
    if reply.stop_reason in _WHOLE:
        return ""
    return f"the answer ended for an unusual reason: {reply.stop_reason}"
