"""Before much is sent: whether it fits the model, and whether it is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.catalogue import pricing, token_estimate
from mimo_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mimo_cli.api.protocol.messages import Block
    from mimo_cli.catalogue.pricing import Money
    from mimo_cli.catalogue.token_estimate import Context
    from mimo_cli.config.schema import Settings
    from mimo_cli.conversation.turns import Turn


class Weight(NamedTuple):
    """What a request would take: so much of the context, and if nothing is in the cache `cost`."""

    request: Context
    cost: Money | None


class SizeCheck(NamedTuple):
    """How much may be sent without asking.

    `above`: more tokens than that are asked about; 0 asks never. `ask` puts a question to the user,
    None where there is nobody. With `yes` everything is sent: an estimate can be wrong. `advice`
    says what to do where it does not fit.
    """

    above: int
    ask: Callable[[str], bool] | None
    yes: bool
    advice: str
    warn: Callable[[str], None]

    def allows(self, weight: Weight, *, agreed: int = 0) -> bool:
        """Whether a request may be sent; a warning if it takes nearly all of the context.

        So many tokens as were `agreed` to before are not asked about again.

        Raises:
            UsageError: it does not fit the model's context, or there is nobody to ask.
        """
        request, cost = weight
        if request.share > 1 and not self.yes:
            hint = f"{self.advice} If the estimate is wrong: --yes."
            raise UsageError("this does not fit the model's context", context_text(request), hint)
        is_asked = 0 < self.above < request.used and request.used > agreed and not self.yes
        if not is_asked:
            if request.share >= token_estimate.NEARLY_FULL:
                self.warn(f"{context_text(request)}: {_fills(request)}. {self.advice}")
            return True
        size = f"{token_estimate.rounded(request.used)} tokens"
        if request.share >= token_estimate.NEARLY_FULL:
            size = context_text(request)
        price = "" if cost is None else f" (about {pricing.about(cost)})"
        if self.ask is None:
            what = f"{size}{price} would be sent, and there is nobody to ask"
            hint = "Add --yes to send them, or raise confirm_above_tokens (0 never asks)."
            raise UsageError(f"more than {self.above:,} tokens", what, hint)
        return self.ask(f"{size}{price} would be sent. Send them?")


def weigh(
    chosen: Settings, before: Iterable[Turn], question: Iterable[Block], system: str | None
) -> Weight:
    """About what a question takes with all that is sent along.

    Raises:
        ConfigError: the base URL is not usable.
        AuthError: the key has characters that no key has.
    """
    size = token_estimate.request(chosen.model, before, question, system)
    paid_in = pricing.currency(chosen.endpoint(), chosen.currency)
    return Weight(size, pricing.input_cost(size.used, chosen.model, paid_in))


def context_text(request: Context) -> str:
    """About how many tokens, of how many."""
    return f"{token_estimate.rounded(request.used)} of {request.limit or 0:,} tokens"


def _fills(request: Context) -> str:
    what = "no longer fits into" if request.share > 1 else "nearly fills"
    return f"this {what} the model's context"
