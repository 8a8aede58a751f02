"""The line that says what an answer took. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import pricing

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Usage
    from mimo_cli.conversation.turns import Turn


def usage_line(turn: Turn) -> str:
    """Return what a turn took: tokens in and out, seconds, tokens a second, money.

    Seconds are those to the first text, and in all.

    What the service did not say is left out; nothing is estimated.
    """
    tokens, seconds = turn.reply.usage, turn.seconds or 0.0
    parts = [_input(tokens)]
    # What broke off is at its start; and a server that does not count says 0 of an answer.
    written = tokens.output_tokens if turn.reply.stop_reason is not None else None
    if written:
        parts.append(f"{written:,} out")
    if turn.first_text is not None:
        parts.append(f"first text after {turn.first_text:.1f} s")
    parts.append(f"{seconds:.1f} s in all")
    if written and seconds > 0:
        parts.append(f"{written / seconds:.0f} tokens/s")
    if turn.cost is not None:
        parts.append(pricing.text(turn.cost))
    return " · ".join(part for part in parts if part)


def _input(tokens: Usage) -> str:
    cached = tokens.cache_read_input_tokens or 0
    total = (tokens.uncached_input_tokens or 0) + cached
    if tokens.input_tokens is None or not total:
        return ""
    share = f" ({100 * cached // total} % from cache)" if cached else ""
    return f"{total:,} tokens in{share}"
