"""What answers cost: from the catalogue's prices, and never a guess. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mimo_cli.catalogue import models
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Reply
    from mimo_cli.catalogue.models import Price

Currency = Literal["USD", "CNY"]
CurrencyChoice = Literal["auto", "USD", "CNY"]

Grouping = Literal["day", "model", "conversation"]

GROUPINGS: tuple[Grouping, ...] = ("day", "model", "conversation")
CURRENCIES: tuple[Currency, ...] = ("USD", "CNY")
_MILLION = 1_000_000


class Money(NamedTuple):
    """An amount, by the prices of its day."""

    amount: float
    currency: str = "USD"


class Sum(NamedTuple):
    """What several turns took together: those of a day, a model or a conversation.

    `input` are the tokens that did not come from the cache, `cached` those that did. `costs` are
    by currency, which are never added together; `unpriced` of the turns have no price.
    """

    name: str
    title: str
    turns: int
    unpriced: int
    input: int
    cached: int
    output: int
    costs: Mapping[str, float]


def currency(endpoint: Endpoint, chosen: CurrencyChoice) -> Currency | None:
    """Return what an endpoint's answers are paid in; None where tokens are not what is paid for.

    MiMo's pay-as-you-go host alone has the catalogue's prices: Token Plan is a subscription, and
    what other servers cost is not known here. That host serves accounts in either currency and
    its reference does not say how to tell them apart. That `auto` is US dollars is an assumption.
    """
    if not endpoint.bills_per_token:
        return None
    return "USD" if chosen == "auto" else chosen


def cost(reply: Reply, model: str, paid_in: Currency | None) -> Money | None:
    """Return what an answer cost, or None if the prices or the counts are not known.

    An answer that broke off was never counted to its end.
    """
    usage = reply.usage
    price = _price(model, paid_in)
    if price is None or paid_in is None or reply.stop_reason is None:
        return None
    new = usage.uncached_input_tokens
    if new is None or usage.output_tokens is None or not any(usage):
        return None  # an answer of no tokens at all was not counted
    total = (
        new * price.input
        + (usage.cache_read_input_tokens or 0) * price.cache_hit
        + usage.output_tokens * price.output
    )
    return Money(total / _MILLION, paid_in)


def input_cost(tokens: int, model: str, paid_in: Currency | None) -> Money | None:
    """Return what so many tokens of input cost, none in the cache; None if that is not known."""
    price = _price(model, paid_in)
    if price is None or paid_in is None:
        return None
    return Money(tokens * price.input / _MILLION, paid_in)


def add_up(amounts: Iterable[Money | None]) -> dict[str, float]:
    """Return the sums by currency; what has no price is left out."""
    sums: dict[str, float] = {}
    for money in amounts:
        if money is not None:
            sums[money.currency] = sums.get(money.currency, 0.0) + money.amount
    return sums


def _price(model: str, paid_in: Currency | None) -> Price | None:
    known = models.find(model)
    if known is None or paid_in is None:
        return None
    match paid_in:
        case "USD":
            return known.usd
        case "CNY":
            return known.cny
