"""The line that says what an answer took. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli import money

if TYPE_CHECKING:
    from mimo_cli.api.messages import Usage
    from mimo_cli.money import Money
    from mimo_cli.terminal.show import Outcome


def usage_line(outcome: Outcome, cost: Money | None) -> str:
    """Tokens in and out, seconds to the first text and in all, tokens a second, money.

    What the service did not say is left out; nothing is estimated.
    """
    tokens = outcome.reply.usage
    parts = [_input(tokens)]
    is_counted = outcome.reply.stop_reason is not None  # else it is what it was at the start: 0
    if tokens.output_tokens is not None and is_counted:
        parts.append(f"{tokens.output_tokens:,} out")
    if outcome.first_text is not None:
        parts.append(f"first text after {outcome.first_text:.1f} s")
    parts.append(f"{outcome.seconds:.1f} s in all")
    if tokens.output_tokens and is_counted and outcome.seconds > 0:
        parts.append(f"{tokens.output_tokens / outcome.seconds:.0f} tokens/s")
    if cost is not None:
        parts.append(money.text(cost))
    return " · ".join(part for part in parts if part)


def _input(tokens: Usage) -> str:
    if tokens.input_tokens is None:
        return ""
    cached = tokens.cache_read_input_tokens or 0
    total = tokens.input_tokens + cached
    share = f" ({100 * cached // total} % from cache)" if cached else ""
    return f"{total:,} tokens in{share}"
