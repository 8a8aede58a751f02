"""About how many tokens a text or a conversation is, before the service counts it. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Correction, Media, Text, ToolResult, ToolUse
from mimo_cli.catalogue import models
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.api.protocol.messages import Block
    from mimo_cli.conversation.turns import Turn

NEARLY_FULL = 0.9
"""The share of the model's context from which on a message is warned of."""

_ASCII_PER_TOKEN = 4.0
_OTHERS_PER_TOKEN = 1.5
_DIGITS = 3


class Context(NamedTuple):
    """Tokens of a conversation, and how many the model takes (None: not known)."""

    used: int
    limit: int | None

    @property
    def share(self) -> float:
        """How full the context is, 0 where the limit is not known."""
        return self.used / self.limit if self.limit else 0.0


def tokens(text: str) -> int:
    """Return about how many tokens a text is: a quarter of its ASCII letters, 2/3 of others."""
    ascii_letters = len(text) if text.isascii() else len(text.encode("ascii", "ignore"))
    others = len(text) - ascii_letters
    return round(ascii_letters / _ASCII_PER_TOKEN + others / _OTHERS_PER_TOKEN)


def context(model: str, turns: Iterable[Turn], system: str = "") -> Context:
    """Return how much of the context the next question finds taken.

    The service's own count of the last turn it counted; what came after is estimated, and before
    there is a count the system prompt and the tools that are offered too.
    """
    known = models.find(model)
    said, count, tools = 0, 0, None
    for turn in turns:
        if turn.is_answered:
            tools = turn.request.get("tools")
            said += _blocks(turn.question) + _blocks(turn.reply.content)
            if found := _count_known(turn):
                said, count = 0, found
    used = (count or tokens(system) + _json(tools)) + said
    return Context(used, None if known is None else known.context)


def request(
    model: str, turns: Iterable[Turn], question: Iterable[Block], system: str | None
) -> Context:
    """Return how much of the context a whole request takes: what came before, and the question."""
    before = context(model, turns, system or "")
    return before._replace(used=before.used + _blocks(question))


def _blocks(blocks: Iterable[Block]) -> int:
    """Return about how many tokens blocks are: words, and what goes along with them.

    Not thinking, of which it is not known whether it counts again.
    """
    return sum(map(_block, blocks))


def _block(block: Block) -> int:
    match block:
        case Text(text) | Correction(text):
            return tokens(text)
        case Media():
            from mimo_cli.media.tokens import count  # most questions are words alone

            return count(block).count
        case ToolUse(_, name, tool_input):
            return tokens(name) + _json(tool_input)
        case ToolResult(_, content):
            return tokens(content) if isinstance(content, str) else _blocks(content)
        case _:
            return 0


def _json(value: object) -> int:
    return tokens(json.dumps(value, ensure_ascii=False)) if value else 0


def roughly(count: int) -> Phrase:
    """Return an estimate in words that promise no more than it can keep: its first three digits."""
    return Phrase("about {count:,}", count=round(count, min(0, _DIGITS - len(str(count)))))


def in_words(count: int) -> Phrase:
    """Return an estimate as `roughly` does, with what is counted."""
    return counted(count, "about 1 token", "{size} tokens", size=roughly(count))


def _count_known(turn: Turn) -> int:
    """Return the tokens of everything up to the end of a turn, 0 if the service did not say."""
    usage = turn.reply.usage
    new = usage.uncached_input_tokens
    if new is None or turn.reply.stop_reason is None:
        return 0
    return new + (usage.cache_read_input_tokens or 0) + (usage.output_tokens or 0)
