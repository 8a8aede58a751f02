"""About how many tokens a text or a conversation is, before the service counts it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Media, Text
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
    there is a count the system prompt too.
    """
    known = models.find(model)
    used = tokens(system)
    for turn in turns:
        if turn.is_answered:
            used = _count_known(turn) or used + _blocks(turn.question) + tokens(turn.reply.text)
    return Context(used, None if known is None else known.context)


def request(
    model: str, turns: Iterable[Turn], question: Iterable[Block], system: str | None
) -> Context:
    """Return how much of the context a whole request takes: what came before, and the question."""
    before = context(model, turns, system or "")
    return before._replace(used=before.used + _blocks(question))


def _blocks(question: Iterable[Block]) -> int:
    """Return about how many tokens a question is: its words, and what goes along with them."""
    used = 0
    for block in question:
        if isinstance(block, Text):
            used += tokens(block.text)
        elif isinstance(block, Media):
            from mimo_cli.media.tokens import count  # most questions are words alone

            used += count(block).count
    return used


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
