"""Whether a reply is what it should be: by its stop reason, never by how the stream ended. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.fields import NO_SENSE
from mimo_cli.api.protocol.messages import ToolUse
from mimo_cli.errors import BlockedError, IncompleteError, Interrupted, MimoError, ServerError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.advice import Advice
    from mimo_cli.api.protocol.messages import Media, Reply

_CUT = ("max_tokens", "model_context_window_exceeded", "pause_turn")
"""Stop reasons of an answer that is not all there is."""

_INCOMPLETE = Phrase("the answer is incomplete")
_EMPTY = Phrase("empty reply")
_ASK_AGAIN = Phrase("Ask again.")
_SEND_LESS = Phrase("Begin a new conversation, or send less.")
_TOOL = Phrase("the model asks for a tool to be run, which this program did not offer")


def is_cut(stop_reason: str | None) -> bool:
    """Return whether more of the answer would have come."""
    return stop_reason in _CUT


def came_whole(reply: Reply, error: BaseException | None) -> bool:
    """Return whether nothing was missing when an answer ended, with an error or without.

    Somebody may have stopped the program while it waited for the end of the stream alone.
    """
    is_stopped = isinstance(error, Interrupted) and reply.is_over
    return error is None or (is_stopped and problem(reply) is None)


def problem(
    reply: Reply, media: Sequence[Media] = (), *, has_media: bool = False
) -> MimoError | None:
    """Return the error that a finished reply amounts to, if it is one.

    `media` are those of the question; `has_media` tells whether any were sent, with earlier ones.
    """
    has_text = bool(reply.text.strip())
    match reply.stop_reason:
        case "content_filter":
            what = Phrase("the answer was withheld by the content filter")
            from mimo_cli.api.replies import hints  # most answers come

            hint = hints.for_blocked([it.kind for it in media], has_media=has_media)
            return BlockedError(what, hint=hint)
        case "refusal":
            what = Phrase("the model refused to answer")
            return BlockedError(what, hint=Phrase("Put it in other words."))
        case "repetition_truncation":
            why = Phrase("the model fell into a loop and was cut (repetition_truncation)")
            return IncompleteError(_INCOMPLETE, why, _ASK_AGAIN)
        case None if has_text:
            what, why = (
                Phrase("the answer may be incomplete"),
                Phrase("the server gave no stop reason"),
            )
            return IncompleteError(what, why, Phrase("Ask again for the whole."))
        case _ if any(isinstance(it, ToolUse) and it.broken_input for it in reply.content):
            return _broken_tool_use(has_text=has_text)
        case _ if reply.stop_sequence is not None:
            return None  # the user's own text ended it, even at once (llama.cpp: as `end_turn`)
        case "stop_sequence":
            return None
        case "tool_use" if not any(isinstance(it, ToolUse) for it in reply.content):
            why = Phrase("it ends with a tool's call (tool_use), and there is none")
            return ServerError(NO_SENSE, why, _ASK_AGAIN)
        case reason if not has_text:
            return _without_text(reason)
        case _:
            return None


def _broken_tool_use(*, has_text: bool) -> MimoError:
    why = Phrase("the model asked for a tool with an input that is not valid JSON")
    if has_text:
        return IncompleteError(_INCOMPLETE, why, _ASK_AGAIN)
    return ServerError(NO_SENSE, why, _ASK_AGAIN)


def _without_text(stop_reason: str | None) -> ServerError:
    match stop_reason:
        case "max_tokens":
            why = Phrase("max_tokens was used up before the answer began")
            from mimo_cli.advice import RaiseMaxTokens  # most answers have a text

            return ServerError(_EMPTY, why, RaiseMaxTokens(has_answer_begun=False))
        case "model_context_window_exceeded":
            why = Phrase("the model's context window was full before the answer began")
            return ServerError(_EMPTY, why, _SEND_LESS)
        case "tool_use":
            return ServerError(_EMPTY, _TOOL, Phrase("Ask it to answer without tools."))
        case "pause_turn":
            why = Phrase("the server paused the turn before the answer began (pause_turn)")
            return ServerError(_EMPTY, why, _ASK_AGAIN)
        case _:
            return ServerError(_EMPTY, Phrase("the answer has no text"), _ASK_AGAIN)


class Remark(NamedTuple):
    """A warning about a reply that is no error, and what to do, as a sentence of its own."""

    text: Phrase
    hint: Phrase | Advice = NOTHING


def remark(reply: Reply) -> Remark | None:
    """Return what the user should know of a reply that is no error; None for a usual one."""
    match reply.stop_reason:
        case "end_turn" | "stop_sequence":
            return None
        case "max_tokens":
            from mimo_cli.advice import RaiseMaxTokens  # most answers come to their end

            text = Phrase("the answer is cut: stopped at max_tokens")
            return Remark(text, RaiseMaxTokens(has_answer_begun=True))
        case "model_context_window_exceeded":
            text = Phrase("the answer is cut: the model's context window is full")
            return Remark(text, _SEND_LESS)
        case "pause_turn":
            text = Phrase("the answer is cut: the server paused a long turn (pause_turn)")
            return Remark(text, Phrase("Ask it to go on."))
        case "tool_use":
            text = Phrase("{what}: what it would answer after that is missing", what=_TOOL)
            return Remark(text)
        case reason:
            text = Phrase(
                "the answer ended for a reason that is not known here: {reason}", reason=reason
            )
            return Remark(text)
