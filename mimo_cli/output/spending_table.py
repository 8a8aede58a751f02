"""Sums of tokens and cost: a table for people, lines for pipes, CSV, and JSON. Pure."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from mimo_cli.catalogue import amounts, pricing
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import ENGLISH, Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimo_cli.catalogue.pricing import Grouping, Sum
    from mimo_cli.output.columns import Column, Table
    from mimo_cli.phrases import Translations
    from mimo_cli.text.widths import Screen

_FIELDS = ("turns", "input_tokens", "cache_read_input_tokens", "output_tokens")
_COSTS = tuple(f"cost_{name.lower()}" for name in pricing.CURRENCIES)
_UNPRICED = "turns_without_price"
_DECIMALS = 9


def table(
    sums: Sequence[Sum], by: Grouping, screen: Screen, translations: Translations = ENGLISH
) -> Table:
    """Return the sums for a screen, and below them the total."""
    from mimo_cli.output.columns import table as in_columns  # not for pipes

    all_of_them = amounts.total(sums)
    names = [(_name(row), *_title(by, row)) for row in sums]
    names.append((Phrase("total"), *_title(by, all_of_them)))
    cells = [
        (*name, *_numbers(row), _cost(row))
        for name, row in zip(names, [*sums, all_of_them], strict=True)
    ]
    return in_columns(cells, _columns(by), screen, heads=True, translations=translations)


def _columns(by: Grouping) -> Sequence[Column]:
    from mimo_cli.output.columns import Column

    names: dict[Grouping, tuple[Column, ...]] = {
        "day": (Column(Phrase("day")),),
        "model": (Column(Phrase("model"), "cut", least=12),),
        "conversation": (
            Column(Phrase("conversation")),
            Column(Phrase("title"), "cut", least=16, leaves=3),
        ),
    }
    return (
        *names[by],
        Column(Phrase("turns"), is_right=True, leaves=2, below=False),
        Column(Phrase("input"), is_right=True, leaves=4, below=False),
        Column(Phrase("from cache"), is_right=True, leaves=1, below=False),
        Column(Phrase("output"), is_right=True, leaves=5),
        Column(Phrase("cost"), "wrap", least=12, leaves=6),
    )


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
    known = amounts.texts(row.costs)
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
