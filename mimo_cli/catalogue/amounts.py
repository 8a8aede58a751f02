"""Amounts of money as they are shown, and several of them together. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue.pricing import Money, Sum, add_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SIGNS = {"USD": "$", "CNY": "¥"}
_LEAST = 0.000_001


def text(money: Money) -> str:
    """Return an amount with its sign: from one on to the hundredth, below as exactly as is of use.

    The signs are the same in all languages.
    """
    sign = _SIGNS.get(money.currency, f"{money.currency} ")
    if 0 < money.amount < _LEAST:
        return f"<{sign}{_LEAST:.6f}"
    if money.amount >= 1:
        return f"{sign}{money.amount:,.2f}"
    whole, _, part = f"{money.amount:.6f}".partition(".")
    return f"{sign}{whole}.{part.rstrip('0').ljust(2, '0')}"


def about(money: Money) -> str:
    """Return an estimate with its sign: to the hundredth, if it is that much."""
    hundredth = 0.01
    is_more = money.amount >= hundredth
    return text(Money(round(money.amount, 2), money.currency) if is_more else money)


def texts(costs: Mapping[str, float]) -> str:
    """Return amounts of several currencies beside one another; "" for none."""
    return ", ".join(map(text, to_amounts(costs)))


def together(costs: Sequence[Money | None]) -> Money | None:
    """Return what several answers cost together; None where that is not known of one of them."""
    known = [it for it in costs if it is not None]
    if not known or len(known) < len(costs):
        return None
    return Money(sum(it.amount for it in known), known[0].currency)


def to_amounts(costs: Mapping[str, float]) -> list[Money]:
    """Return amounts by currency, one by one."""
    return [Money(amount, name) for name, amount in costs.items()]


def total(sums: Iterable[Sum]) -> Sum:
    """Return all of them together."""
    rows = list(sums)
    return Sum(
        "total",
        "",
        sum(row.turns for row in rows),
        sum(row.unpriced for row in rows),
        sum(row.input for row in rows),
        sum(row.cached for row in rows),
        sum(row.output for row in rows),
        add_up(money for row in rows for money in to_amounts(row.costs)),
    )
