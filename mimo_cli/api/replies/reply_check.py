"""Whether a reply is what it should be: by its stop reason, never by how the stream ended. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.content_blocks import broken_input
from mimo_cli.api.protocol.fields import NO_SENSE
from mimo_cli.api.protocol.json_reader import why_no_object
from mimo_cli.api.protocol.messages import FAILED_REASONS, OtherBlock
from mimo_cli.errors import (
    BlockedError,
    IncompleteError,
    Interrupted,
    MimoError,
    SchemaMismatchError,
    ServerError,
)
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase, listed, verbatim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mimo_cli.advice import Advice
    from mimo_cli.api.protocol.messages import Media, Reply, ToolUse

CallProblem = Literal["broken_input", "unknown_tool"]
"""Why a call cannot be run: its input is no JSON object, or no tool of that name was offered."""

_CUT = ("max_tokens", "model_context_window_exceeded", "pause_turn")
"""Stop reasons of an answer that is not all there is."""

_INCOMPLETE = Phrase("the answer is incomplete")
_EMPTY = Phrase("empty reply")
_ASK_AGAIN = Phrase("Ask again.")
_SEND_LESS = Phrase("Begin a new conversation, or send less.")
_TOOL = Phrase("the model asks for a tool to be run, which this program did not offer")


_CALL_IN_WORDS = r"<tool_call>|<function=[\w.-]"
"""A tool's call that a model writes as text, and that a server did not read as one."""


def is_cut(stop_reason: str | None) -> bool:
    """Return whether more of the answer would have come."""
    return stop_reason in _CUT


def came_whole(reply: Reply, error: BaseException | None, offered: Collection[str] = ()) -> bool:
    """Return whether nothing was missing when an answer ended, with an error or without.

    Somebody may have stopped the program while it waited for the end of the stream alone.
    `offered` are the names of the tools that the model could ask for.
    """
    is_stopped = isinstance(error, Interrupted) and reply.is_over
    is_all = error is None or isinstance(error, SchemaMismatchError)
    return is_all or (is_stopped and problem(reply, offered=offered) is None)


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


_WITHIN = (None, "max_tokens", "model_context_window_exceeded")
"""Stop reasons of an answer that may have been cut anywhere."""


def problem(
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
            return IncompleteError(_INCOMPLETE, why, _ASK_AGAIN)
        case "max_tokens" | "model_context_window_exceeded" as reason if calls and (
            offered or any(it.broken_input for it in calls)
        ):
            is_within = any(call_problem(it, reply, offered) == "broken_input" for it in calls)
            return _cut_call(reason, is_within=is_within, has_text=has_text)
        case str() as reason if reason in FAILED_REASONS:
            why = Phrase("the server ended it with the stop reason {reason}", reason=reason)
            kind = IncompleteError if has_text or (calls and offered) else ServerError
            return kind(_INCOMPLETE if kind is IncompleteError else _EMPTY, why, _ASK_AGAIN)
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
            return ServerError(NO_SENSE, _no_call(reply), _ASK_AGAIN)
        case _ if calls and offered:
            return None
        case reason if not has_text:
            return _after(reply, _without_text(reason))
        case _:
            return None


def _no_call(reply: Reply) -> Phrase:
    if re.search(_CALL_IN_WORDS, reply.text):
        return Phrase(
            "it ends with a tool's call (tool_use), which stands in the text alone (<tool_call>): "
            "it is not run"
        )
    if re.search(_CALL_IN_WORDS, reply.thinking):
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
        return kind(what, why, _SEND_LESS)
    from mimo_cli.advice import RaiseMaxTokens  # most answers come to their end

    used_up = Phrase("max_tokens was used up before its calls of tools were whole")
    why = used_up if is_within else Phrase("max_tokens was used up after a tool's call")
    return kind(what, why, RaiseMaxTokens(has_answer_begun=has_text))


def _broken_tool_use(calls: Iterable[ToolUse], *, has_text: bool) -> MimoError:
    broken = next(it.broken_input for it in calls if it.broken_input)
    problem = why_no_object(broken)
    why = Phrase("the model asked for a tool with an input that is not right: {why}", why=problem)
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


def _after(reply: Reply, error: ServerError) -> ServerError:
    """Return the error of an answer without a text, with what the server said in its place."""
    if reply.unread is not None:
        data = verbatim(reply.unread.text)
        error.why = Phrase("{why}, after the server sent: {data}", why=error.why, data=data)
        error.quotes_server = True
    return error


class Remark(NamedTuple):
    """A warning about a reply that is no error, and what to do, as a sentence of its own."""

    text: Phrase
    hint: Phrase | Advice = NOTHING


def remark(reply: Reply, offered: Collection[str] = ()) -> Remark | None:
    """Return what the user should know of a reply that is no error; None for a usual one.

    `offered` are the names of the tools that the model could ask for.
    """
    on_calls = _remark_on_calls(reply, offered) if offered else None
    return on_calls or _remark(reply, offered) or _remark_on_server(reply) or _on_unread(reply)


def _on_unread(reply: Reply) -> Remark | None:
    if reply.unread is None or not reply.unread.is_failure:
        return None
    text = Phrase("the server sent among the answer: {data}", data=verbatim(reply.unread.text))
    return Remark(text)


def _remark_on_server(reply: Reply) -> Remark | None:
    """Return what is wrong with the calls that the server ran, or not, by itself."""
    for block in reply.content:
        if isinstance(block, OtherBlock) and (broken := broken_input(block)):
            text = Phrase(
                "the server called its own tool {tool} with an input that is not right: {why}",
                tool=fields.word(block.raw.get("name"))
                or fields.word(block.raw.get("type"))
                or "?",
                why=why_no_object(broken),
            )
            return Remark(text)
    return None


def _remark_on_calls(reply: Reply, offered: Collection[str]) -> Remark | None:
    calls = reply.calls
    unknown = [it.name for it in calls if it.name not in offered]
    if unknown:
        names = listed(dict.fromkeys(json.dumps(it, ensure_ascii=False) for it in unknown))
        return Remark(Phrase("the model calls a tool that was not offered: {tools}", tools=names))
    if not calls and re.search(_CALL_IN_WORDS, reply.text):
        text = Phrase("a tool's call stands in the text (<tool_call>): it is not run")
        return Remark(text, _ASK_AGAIN)
    return None


def _remark(reply: Reply, offered: Collection[str]) -> Remark | None:
    if offered and reply.calls:
        return None  # whatever its reason: some gateways name that of an answer in words
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
