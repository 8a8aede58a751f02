"""The line that says what an answer took. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli import catalog

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.messages import Usage
    from mimo_cli.terminal.show import Outcome

_MILLION = 1_000_000


def usage_line(outcome: Outcome, model: str, endpoint: Endpoint) -> str:
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
    money = cost(tokens, model) if endpoint.bills_per_token else None
    if money is not None:
        parts.append(f"${money:.6f}".rstrip("0").rstrip("."))
    return " · ".join(part for part in parts if part)


def cost(tokens: Usage, model: str) -> float | None:
    """US dollars for an answer, or None if the prices or the counts are not known."""
    known = catalog.find(model)
    if known is None or known.usd is None:
        return None
    if tokens.input_tokens is None or tokens.output_tokens is None:
        return None
    price = known.usd
    total = (
        tokens.input_tokens * price.input
        + (tokens.cache_read_input_tokens or 0) * price.cache_hit
        + tokens.output_tokens * price.output
    )
    return total / _MILLION


def _input(tokens: Usage) -> str:
    if tokens.input_tokens is None:
        return ""
    cached = tokens.cache_read_input_tokens or 0
    total = tokens.input_tokens + cached
    share = f" ({100 * cached // total} % from cache)" if cached else ""
    return f"{total:,} tokens in{share}"
