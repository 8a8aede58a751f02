"""The chat in one line: model, thinking, title, context, cost. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import pricing, token_estimate
from mimo_cli.phrases import NOTHING, Phrase, counted, dotted, verbatim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.catalogue.token_estimate import Context
    from mimo_cli.config import Settings
    from mimo_cli.conversation.turns import Conversation


def status_line(
    settings: Settings,
    conversation: Conversation | None = None,
    spent: Mapping[str, float] | None = None,
    files: int = 0,
) -> Phrase:
    """Return the row below the prompt, what may be long at its end.

    `spent` is by currency; so many `files` wait for the next message.
    """
    taken = token_estimate.context(settings.model, conversation.turns if conversation else ())
    parts = [
        verbatim(settings.model),
        Phrase("thinking off" if settings.thinking is False else "thinking on"),
        context_text(taken) if taken.used else NOTHING,
        verbatim(pricing.texts(spent or {})),
        counted(files, "1 file waiting", "{count} files waiting") if files else NOTHING,
        verbatim(conversation.title if conversation else ""),
    ]
    return dotted(filter(None, parts))


def context_text(taken: Context) -> Phrase:
    """Return how many tokens of the context are used, of how many."""
    if taken.limit is None:
        return Phrase("{used:,} tokens", used=taken.used)
    return Phrase(
        "{used:,} of {limit:,} tokens ({percent:.0f} %)",
        used=taken.used,
        limit=taken.limit,
        percent=100 * taken.share,
    )
