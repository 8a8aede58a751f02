"""The errors that finished replies amount to, by their stop reasons. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.fields import NO_SENSE
from mimo_cli.api.protocol.json_text.exact import why_no_object
from mimo_cli.api.protocol.messages import FAILED_REASONS
from mimo_cli.api.replies.finished.calls import IN_WORDS, call_problem
from mimo_cli.errors import BlockedError, IncompleteError, MimoError, ServerError
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mimo_cli.api.protocol.messages import Media, Reply, ToolUse

_INCOMPLETE = Phrase("the answer is incomplete")
_EMPTY = Phrase("empty reply")
ASK_AGAIN = Phrase("Ask again.")
SEND_LESS = Phrase("Begin a new conversation, or send less.")
TOOL = Phrase("the model asks for a tool to be run, which this program did not offer")


def find(
    reply: Reply,
    media: Sequence[Media] = (),
    *,
    has_media: bool = False,
    offered: Collection[str] = (),
) -> MimoError | None:
    """Return the error that a finished reply amounts to, if it is one.

    `media` are those of the question; `has_media` tells whether any were sent, with earlier ones.
    `offered` are the names of the tools that the model could ask for: calls are an answer then.
    """
    has_text = bool(reply.text.strip())
    calls = reply.calls
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
            return IncompleteError(_INCOMPLETE, why, ASK_AGAIN)
        case "max_tokens" | "model_context_window_exceeded" as reason if calls and (
            offered or any(it.broken_input for it in calls)
        ):
            is_within = any(call_problem(it, reply, offered) == "broken_input" for it in calls)
            return _cut_call(reason, is_within=is_within, has_text=has_text)
        case str() as reason if reason in FAILED_REASONS:
            why = Phrase("the server ended it with the stop reason {reason}", reason=reason)
            kind = IncompleteError if has_text or (calls and offered) else ServerError
            what = _INCOMPLETE if kind is IncompleteError else _EMPTY
            return _after(reply, kind(what, why, ASK_AGAIN))
        case None if has_text or (calls and offered):
            what, why = (
                Phrase("the answer may be incomplete"),
                Phrase("the server gave no stop reason"),
            )
            return IncompleteError(what, why, Phrase("Ask again for the whole."))
        case _ if any(it.broken_input for it in calls):
            return _broken_tool_use(calls, has_text=has_text)
        case _ if reply.stop_sequence is not None:
            return None  # the user's own text ended it, even at once (llama.cpp: as `end_turn`)
        case "stop_sequence":
            return None
        case "tool_use" if not calls:
            return ServerError(NO_SENSE, _no_call(reply), ASK_AGAIN)
        case _ if calls and offered:
            return None
        case reason if not has_text:
            return _after(reply, _without_text(reason))
        case _:
            return None


def _no_call(reply: Reply) -> Phrase:
    if re.search(IN_WORDS, reply.text):
        return Phrase(
            "it ends with a tool's call (tool_use), which stands in the text alone (<tool_call>): "
            "it is not run"
        )
    if re.search(IN_WORDS, reply.thinking):
        return Phrase(
            "it ends with a tool's call (tool_use), which stands in the thinking alone "
            "(<tool_call>): it is not run"
        )
    return Phrase("it ends with a tool's call (tool_use), and there is none")


def _cut_call(stop_reason: str, *, is_within: bool, has_text: bool) -> MimoError:
    """Return the error for an answer with calls that was cut: within one, or behind the last."""
    what = _INCOMPLETE if has_text or not is_within else _EMPTY
    kind = IncompleteError if has_text else ServerError
    if stop_reason == "model_context_window_exceeded":
        full = Phrase("the model's context window was full before its calls of tools were whole")
        why = (
            full if is_within else Phrase("the model's context window was full after a tool's call")
        )
        return kind(what, why, SEND_LESS)
    from mimo_cli.advice import RaiseMaxTokens  # most answers come to their end

    used_up = Phrase("max_tokens was used up before its calls of tools were whole")
    why = used_up if is_within else Phrase("max_tokens was used up after a tool's call")
    return kind(what, why, RaiseMaxTokens(has_answer_begun=has_text))


def _broken_tool_use(calls: Iterable[ToolUse], *, has_text: bool) -> MimoError:
    broken = next(it.broken_input for it in calls if it.broken_input)
    problem = why_no_object(broken)
    why = Phrase("the model asked for a tool with an input that is not right: {why}", why=problem)
    if has_text:
        return IncompleteError(_INCOMPLETE, why, ASK_AGAIN)
    return ServerError(NO_SENSE, why, ASK_AGAIN)


def _without_text(stop_reason: str | None) -> ServerError:
    match stop_reason:
        case "max_tokens":
            why = Phrase("max_tokens was used up before the answer began")
            from mimo_cli.advice import RaiseMaxTokens  # most answers have a text

            return ServerError(_EMPTY, why, RaiseMaxTokens(has_answer_begun=False))
        case "model_context_window_exceeded":
            why = Phrase("the model's context window was full before the answer began")
            return ServerError(_EMPTY, why, SEND_LESS)
        case "tool_use":
            return ServerError(_EMPTY, TOOL, Phrase("Ask it to answer without tools."))
        case "pause_turn":
            why = Phrase("the server paused the turn before the answer began (pause_turn)")
            return ServerError(_EMPTY, why, ASK_AGAIN)
        case _:
            return ServerError(_EMPTY, Phrase("the answer has no text"), ASK_AGAIN)


def _after(reply: Reply, error: MimoError) -> MimoError:
    """Return the error of a reply with what the server said in the place of more of it."""
    if reply.unread is not None:
        data = verbatim(reply.unread.text)
        error.why = Phrase("{why}, after the server sent: {data}", why=error.why, data=data)
        error.quotes_server = True
    return error
