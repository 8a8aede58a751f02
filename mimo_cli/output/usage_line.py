"""The line that says what an answer took. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import amounts
from mimo_cli.common_phrases import dotted
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Usage
    from mimo_cli.conversation.turns import Turn


def usage_line(turn: Turn) -> Phrase:
    """Return what a turn took: tokens in and out, seconds, tokens a second, money.

    Seconds are those to the first text, and in all.

    What the service did not say is left out; nothing is estimated.
    """
    tokens, seconds = turn.reply.usage, turn.seconds or 0.0
    parts: list[str] = [_input(tokens)]
    # What broke off is at its start; and a server that does not count says 0 of an answer.
    written = tokens.output_tokens if turn.reply.stop_reason is not None else None
    if written:
        parts.append(Phrase("{count:,} out", count=written))
    if turn.first_text is not None:
        parts.append(Phrase("first text after {seconds:.1f} s", seconds=turn.first_text))
    parts.append(Phrase("{seconds:.1f} s in all", seconds=seconds))
    if written and seconds > 0:
        parts.append(Phrase("{speed:.0f} tokens/s", speed=written / seconds))
    if turn.cost is not None:
        parts.append(amounts.text(turn.cost))
    return dotted(part for part in parts if part)


def _input(tokens: Usage) -> Phrase:
    cached = tokens.cache_read_input_tokens or 0
    total = (tokens.uncached_input_tokens or 0) + cached
    if tokens.input_tokens is None or not total:
        return NOTHING
    if not cached:
        return Phrase("{count:,} tokens in", count=total)
    template = "{count:,} tokens in ({percent} % from cache)"
    return Phrase(template, count=total, percent=100 * cached // total)
