"""Warnings about finished replies that are no errors. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from mimo_cli.api.protocol import calls, fields
from mimo_cli.api.protocol.json_text.exact import why_no_object
from mimo_cli.api.protocol.messages import OtherBlock
from mimo_cli.api.replies.finished.calls import IN_WORDS
from mimo_cli.api.replies.finished.problems import ASK_AGAIN, SEND_LESS, TOOL
from mimo_cli.common_phrases import listed
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Collection

    from mimo_cli.advice import Advice
    from mimo_cli.api.protocol.messages import Reply


class Remark(NamedTuple):
    """A warning about a reply that is no error, and what to do, as a sentence of its own."""

    text: Phrase
    hint: Phrase | Advice = NOTHING


def find(reply: Reply, offered: Collection[str] = ()) -> Remark | None:
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
        if isinstance(block, OtherBlock) and (broken := calls.broken_input(block)):
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
    unknown = [it.name for it in reply.calls if it.name not in offered]
    if unknown:
        names = listed(dict.fromkeys(json.dumps(it, ensure_ascii=False) for it in unknown))
        return Remark(Phrase("the model calls a tool that was not offered: {tools}", tools=names))
    if not reply.calls and re.search(IN_WORDS, reply.text):
        text = Phrase("a tool's call stands in the text (<tool_call>): it is not run")
        return Remark(text, ASK_AGAIN)
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
            return Remark(text, SEND_LESS)
        case "pause_turn":
            text = Phrase("the answer is cut: the server paused a long turn (pause_turn)")
            return Remark(text, Phrase("Ask it to go on."))
        case "tool_use":
            text = Phrase("{what}: what it would answer after that is missing", what=TOOL)
            return Remark(text)
        case reason:
            text = Phrase(
                "the answer ended for a reason that is not known here: {reason}", reason=reason
            )
            return Remark(text)
