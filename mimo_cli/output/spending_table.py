"""Sums of tokens and cost: a table for people, lines for pipes, CSV, and JSON. Pure."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from mimo_cli.catalogue import pricing
from mimo_cli.output import columns as listing
from mimo_cli.output.sanitize import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimo_cli.catalogue.pricing import Grouping, Sum

_NUMBERS = ("turns", "input", "from cache", "output")
_FIELDS = ("turns", "input_tokens", "cache_read_input_tokens", "output_tokens")
_COSTS = tuple(f"cost_{name.lower()}" for name in pricing.CURRENCIES)
_UNPRICED = "turns_without_price"
_DECIMALS = 9


def table(sums: Sequence[Sum], by: Grouping, columns: int) -> str:
    """The sums for a screen of so many columns, and below them the total."""
    rows = [*sums, pricing.total(sums)]
    names = [(by, *("title" for _ in _title(by, rows[0])))]
    names += [(_name(row), *_title(by, row)) for row in rows]
    numbers = [_NUMBERS, *(_numbers(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*numbers, strict=True)]
    costs = ["cost", *map(_cost, rows)]
    texts = [
        (*name, *(f"{text:>{width}}" for text, width in zip(row, widths, strict=True)), cost)
        for name, row, cost in zip(names, numbers, costs, strict=True)
    ]
    return listing.table(texts, columns, flexible=len(names[0]) - 1)


def lines(sums: Iterable[Sum], by: Grouping) -> str:
    """The sums for a pipe: a line each, tabs between the fields of `as_csv`."""
    return "".join("\t".join(_fields(row, by)) + "\n" for row in sums)


def as_csv(sums: Iterable[Sum], by: Grouping) -> str:
    """The sums with a line of names above them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    titles = ["title"] if by == "conversation" else []
    writer.writerow([by, *titles, *_FIELDS, *_COSTS, _UNPRICED])
    writer.writerows(_fields(row, by) for row in sums)
    return text.getvalue()


def as_json(row: Sum, by: Grouping | None = None) -> dict[str, Any]:
    """One sum for scripts; that of everything if it is `by` nothing."""
    names: dict[str, str] = {} if by is None else {by: row.name}
    if by == "conversation":
        names["title"] = row.title
    numbers = (row.turns, row.input, row.cached, row.output)
    cost = {name: round(amount, _DECIMALS) for name, amount in row.costs.items()}
    fields = dict(zip(_FIELDS, numbers, strict=True))
    return {**names, **fields, "cost": cost, _UNPRICED: row.unpriced}


def _name(row: Sum) -> str:
    return one_line(row.name, 40)


def _title(by: Grouping, row: Sum) -> tuple[str, ...]:
    return (one_line(row.title, 200),) if by == "conversation" else ()


def _numbers(row: Sum) -> tuple[str, ...]:
    return tuple(f"{number:,}" for number in (row.turns, row.input, row.cached, row.output))


def _cost(row: Sum) -> str:
    known = pricing.texts(row.costs)
    if not row.unpriced:
        return known
    missing = f"{row.unpriced:,} without a price"
    return f"{known}, {missing}" if known else missing


def _fields(row: Sum, by: Grouping) -> list[str]:
    numbers = map(str, (row.turns, row.input, row.cached, row.output))
    costs = (_amount(row.costs.get(name)) for name in pricing.CURRENCIES)
    return [one_line(row.name, 200), *_title(by, row), *numbers, *costs, str(row.unpriced)]


def _amount(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.{_DECIMALS}f}".rstrip("0").rstrip(".")
