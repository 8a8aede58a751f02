"""The chat in one line: model, thinking, title, context, cost. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import pricing, token_estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.catalogue.token_estimate import Context
    from mimo_cli.config.schema import Settings
    from mimo_cli.conversation.turns import Conversation


def line(
    settings: Settings,
    conversation: Conversation | None = None,
    spent: Mapping[str, float] | None = None,
    files: int = 0,
) -> str:
    """The bottom line, what may be long at its end. `files` wait for the next message."""
    taken = token_estimate.context(settings.model, conversation.turns if conversation else ())
    parts = [
        settings.model,
        f"thinking {'off' if settings.thinking is False else 'on'}",
        context_text(taken) if taken.used else "",
        pricing.texts(spent or {}),
        f"{files} file{'s' * (files > 1)} waiting" if files else "",
        conversation.title if conversation else "",
    ]
    return " · ".join(part for part in parts if part)


def context_text(taken: Context) -> str:
    """Tokens used, of how many."""
    if taken.limit is None:
        return f"{taken.used:,} tokens"
    return f"{taken.used:,} of {taken.limit:,} tokens ({100 * taken.share:.0f} %)"
