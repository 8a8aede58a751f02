"""The chat in one line: model, thinking, title, context, cost. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import amounts, token_estimate
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, counted, verbatim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.catalogue.token_estimate import Context
    from mimo_cli.config import Settings
    from mimo_cli.conversation.turns import Conversation


class StatusLine(NamedTuple):
    """The facts of the row below the prompt, what matters most first, and the chat's title."""

    facts: tuple[Phrase, ...]
    title: str = ""


def status_line(
    settings: Settings,
    conversation: Conversation | None = None,
    spent: Mapping[str, float] | None = None,
    files: int = 0,
) -> StatusLine:
    """Return what the row below the prompt says.

    `spent` is by currency; so many `files` wait for the next message.
    """
    taken = token_estimate.context(settings.model, conversation.turns if conversation else ())
    facts = [
        verbatim(settings.model),
        Phrase("thinking off" if settings.thinking is False else "thinking on"),
    ]
    if taken.used:
        facts.append(context_text(taken))
    if spent:
        facts.append(verbatim(amounts.texts(spent)))
    if files:
        facts.append(counted(files, "1 file waiting", "{count} files waiting"))
    return StatusLine(tuple(filter(None, facts)), conversation.title if conversation else "")


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
