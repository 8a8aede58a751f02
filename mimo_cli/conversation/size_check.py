"""Before much is sent: whether it fits the model, and whether it is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import pricing, token_estimate
from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mimo_cli.advice import Advice
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Block, Tool
    from mimo_cli.catalogue.pricing import Money
    from mimo_cli.catalogue.token_estimate import Context
    from mimo_cli.config import Settings
    from mimo_cli.conversation.turns import Turn


class SizeEstimate(NamedTuple):
    """About what a request takes: so much of the context, and if nothing is in the cache `cost`.

    `cost` is None where no price is known.
    """

    request: Context
    cost: Money | None


class SizeCheck(NamedTuple):
    """How much may be sent without asking.

    `above`: more tokens than that are asked about; 0 asks never. `ask` puts a question to the user,
    None where there is nobody. With `yes` everything is sent: an estimate can be wrong. `warn`
    tells something, and what to do about it.
    """

    above: int
    ask: Callable[[Phrase], bool] | None
    yes: bool
    warn: Callable[[Phrase, Advice], None]

    def allows(self, estimate: SizeEstimate, *, agreed: int = 0) -> bool:
        """Return whether a request may be sent; warn if it takes nearly all of the context.

        So many tokens as were `agreed` to before are not asked about again.

        Raises:
            UsageError: it does not fit the model's context, or there is nobody to ask.
        """
        request, cost = estimate
        if request.share > 1 and not self.yes:
            from mimo_cli.advice import Action  # most requests are small

            what = Phrase("this does not fit the model's context")
            raise UsageError(what, _share_text(request), Action.SEND_LESS_OR_INSIST)
        is_asked = 0 < self.above < request.used and request.used > agreed and not self.yes
        if not is_asked:
            if request.share >= token_estimate.NEARLY_FULL:
                from mimo_cli.advice import Action

                self.warn(_warning(request), Action.SEND_LESS)
            return True
        size = _size_text(request, cost)
        if self.ask is None:
            raise UsageError(
                Phrase("more than {limit:,} tokens", limit=self.above),
                Phrase("{size} would be sent, and there is nobody to ask", size=size),
                Phrase("Add --yes to send them, or raise confirm_above_tokens (0 never asks)."),
            )
        return self.ask(Phrase("{size} would be sent. Send them?", size=size))


def estimate_size(
    chosen: Settings,
    endpoint: Endpoint,
    before: Sequence[Turn],
    question: Iterable[Block],
    system: str | None,
    *,
    tools: Sequence[Tool] = (),
) -> SizeEstimate:
    """Return about what a question takes with all that is sent along.

    The `tools` that go on with a conversation are in what the service counted of it.
    """
    size = token_estimate.request(chosen.model, before, question, system)
    if tools and not any(turn.is_answered for turn in before):
        size = size._replace(used=size.used + sum(map(_tokens_of, tools)))
    paid_in = pricing.currency(endpoint, chosen.currency)
    return SizeEstimate(size, pricing.input_cost(size.used, chosen.model, paid_in))


def _tokens_of(tool: Tool) -> int:
    import json  # most offer none

    return token_estimate.tokens(json.dumps(tool, ensure_ascii=False))


def _share_text(request: Context) -> Phrase:
    """Say about how many tokens a request takes, of how many."""
    used = token_estimate.roughly(request.used)
    return Phrase("{used} of {limit:,} tokens", used=used, limit=request.limit or 0)


def _size_text(request: Context, cost: Money | None) -> Phrase:
    """Say about how many tokens a request takes; of how many if that is nearly all; its price."""
    if request.share >= token_estimate.NEARLY_FULL:
        size = _share_text(request)
    else:
        size = Phrase("{used} tokens", used=token_estimate.roughly(request.used))
    if cost is None:
        return size
    from mimo_cli.catalogue import amounts  # where it is to be told

    return Phrase("{size} (about {price})", size=size, price=amounts.about(cost))


def _warning(request: Context) -> Phrase:
    return Phrase(
        "{size}: this no longer fits into the model's context"
        if request.share > 1
        else "{size}: this nearly fills the model's context",
        size=_share_text(request),
    )
