"""The chat in one line: model, thinking, title, context, cost. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mimo_cli import catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mimo_cli.conversation import Conversation, Turn
    from mimo_cli.settings import Settings

NEARLY_FULL = 0.9
"""The share of the model's context from which on a message is warned of."""

_ASCII_PER_TOKEN = 4.0
_OTHERS_PER_TOKEN = 1.5


class Context(NamedTuple):
    """Tokens of a conversation, and how many the model takes (None: not known)."""

    used: int
    limit: int | None

    @property
    def share(self) -> float:
        """How full the context is, 0 where the limit is not known."""
        return self.used / self.limit if self.limit else 0.0


def context(model: str, turns: Iterable[Turn]) -> Context:
    """How much of the context the next question finds taken.

    The service's own count of the last turn it counted; what came after is estimated.
    """
    known = catalog.find(model)
    used = 0
    for turn in turns:
        if turn.is_answered:
            used = _counted(turn) or used + tokens(turn.asked) + tokens(turn.reply.text)
    return Context(used, None if known is None else known.context)


def tokens(text: str) -> int:
    """About how many tokens a text is: a quarter of its ASCII letters, two thirds of others."""
    others = sum(1 for char in text if ord(char) > 127)  # noqa: PLR2004 - the end of ASCII
    return round((len(text) - others) / _ASCII_PER_TOKEN + others / _OTHERS_PER_TOKEN)


def costs(turns: Iterable[Turn]) -> dict[str, float]:
    """What the turns cost, by currency; those that nobody knows the price of are left out."""
    sums: dict[str, float] = {}
    for turn in turns:
        if turn.cost is not None:
            sums[turn.cost.currency] = sums.get(turn.cost.currency, 0.0) + turn.cost.amount
    return sums


def line(
    settings: Settings,
    conversation: Conversation | None = None,
    spent: Mapping[str, float] | None = None,
) -> str:
    """The bottom line."""
    taken = context(settings.model, conversation.turns if conversation else ())
    parts = [
        settings.model,
        f"thinking {'off' if settings.thinking is False else 'on'}",
        conversation.title if conversation else "",
        context_text(taken) if taken.used else "",
        *(money(amount, currency) for currency, amount in (spent or {}).items()),
    ]
    return " · ".join(part for part in parts if part)


def context_text(taken: Context) -> str:
    """Tokens used, of how many."""
    if taken.limit is None:
        return f"{taken.used:,} tokens"
    return f"{taken.used:,} of {taken.limit:,} tokens ({100 * taken.share:.0f} %)"


def money(amount: float, currency: str) -> str:
    """An amount with its sign."""
    sign = {"USD": "$", "CNY": "¥"}.get(currency, f"{currency} ")
    return f"{sign}{amount:.6f}".rstrip("0").rstrip(".")


def _counted(turn: Turn) -> int:
    """Tokens of everything up to the end of a turn, 0 if the service did not say."""
    usage = turn.reply.usage
    if usage.input_tokens is None or turn.reply.stop_reason is None:
        return 0
    cached = usage.cache_read_input_tokens or 0
    return usage.input_tokens + cached + (usage.output_tokens or 0)
