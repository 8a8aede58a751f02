"""Sums of tokens and cost: a table for people, lines for pipes, CSV, and JSON. Pure."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from mimo_cli.catalogue import pricing
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import ENGLISH, Phrase, rendered, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimo_cli.catalogue.pricing import Grouping, Sum
    from mimo_cli.phrases import Translations

_NUMBERS = (Phrase("turns"), Phrase("input"), Phrase("from cache"), Phrase("output"))
_FIELDS = ("turns", "input_tokens", "cache_read_input_tokens", "output_tokens")
_COSTS = tuple(f"cost_{name.lower()}" for name in pricing.CURRENCIES)
_UNPRICED = "turns_without_price"
_DECIMALS = 9


def table(
    sums: Sequence[Sum], by: Grouping, width: int, translations: Translations = ENGLISH
) -> str:
    """Return the sums for a screen of so many columns, and below them the total."""
    from mimo_cli.output import columns
    from mimo_cli.text.widths import cell_width  # what scripts read lines up by itself

    all_of_them = pricing.total(sums)
    names = [_heads(by), *((_name(row), *_title(by, row)) for row in sums)]
    names.append((Phrase("total"), *_title(by, all_of_them)))
    rows = [*sums, all_of_them]
    heads = tuple(rendered(head, translations) for head in _NUMBERS)
    numbers = [heads, *map(_numbers, rows)]
    widths = [max(map(cell_width, column)) for column in zip(*numbers, strict=True)]
    costs = [Phrase("cost"), *map(_cost, rows)]
    texts = [
        (
            *name,
            *(" " * (most - cell_width(it)) + it for it, most in zip(row, widths, strict=True)),
            cost,
        )
        for name, row, cost in zip(names, numbers, costs, strict=True)
    ]
    flexible = len(names[0]) - 1
    return columns.table(texts, width, flexible=flexible, translations=translations)


def _heads(by: Grouping) -> tuple[str, ...]:
    """Return the heads of the columns with names."""
    match by:
        case "day":
            return (Phrase("day"),)
        case "model":
            return (Phrase("model"),)
        case "conversation":
            return (Phrase("conversation"), Phrase("title"))


def lines(sums: Iterable[Sum], by: Grouping) -> str:
    """Return the sums for a pipe: a line each, tabs between the fields of `as_csv`."""
    return "".join("\t".join(_fields(row, by)) + "\n" for row in sums)


def as_csv(sums: Iterable[Sum], by: Grouping) -> str:
    """Return the sums with a line of names above them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    titles = ["title"] if by == "conversation" else []
    writer.writerow([by, *titles, *_FIELDS, *_COSTS, _UNPRICED])
    writer.writerows(_fields(row, by) for row in sums)
    return text.getvalue()


def as_json(row: Sum, by: Grouping | None = None) -> dict[str, Any]:
    """Return one sum for scripts; that of everything if it is `by` nothing."""
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


def _cost(row: Sum) -> Phrase:
    known = pricing.texts(row.costs)
    if not row.unpriced:
        return verbatim(known)
    if not known:
        return Phrase("{count:,} without a price", count=row.unpriced)
    return Phrase("{costs}, {count:,} without a price", costs=known, count=row.unpriced)


def _fields(row: Sum, by: Grouping) -> list[str]:
    numbers = map(str, (row.turns, row.input, row.cached, row.output))
    costs = (_amount(row.costs.get(name)) for name in pricing.CURRENCIES)
    return [one_line(row.name, 200), *_title(by, row), *numbers, *costs, str(row.unpriced)]


def _amount(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.{_DECIMALS}f}".rstrip("0").rstrip(".")
