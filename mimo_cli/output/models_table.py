"""Models as a table for people, lines for pipes, and JSON. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mimo_cli.catalogue import models
from mimo_cli.common_phrases import listed
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import ENGLISH, NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.catalogue.models import Model, Price
    from mimo_cli.output.columns import Table
    from mimo_cli.phrases import Translations
    from mimo_cli.text.widths import Screen


class ModelRow(NamedTuple):
    """A model of the list: what the catalogue knows of it, and what the server says.

    `listed` is whether the server has it, None if it was not asked; `name` is the server's.
    `aliases` are the short names for it.
    """

    id: str
    known: Model | None = None
    name: str = ""
    listed: bool | None = None
    aliases: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether it is served, for all that is known."""
        return self.known is not None and not self.known.retired and self.listed is not False

    @property
    def status(self) -> Phrase:
        """Whether it can be used, in words."""
        if self.known is None:
            return Phrase("not in the catalogue")
        if self.listed is False and not self.known.retired:
            return Phrase("not listed by the server")
        if self.listed and self.known.retired:
            return Phrase("listed; retired {date} by Xiaomi", date=self.known.retired)
        return self.known.status


class _Fact(NamedTuple):
    """A column of the list; a higher `rank` leaves a narrow screen later, 0 never does."""

    head: Phrase
    cell: Callable[[ModelRow], str]
    rank: int = 0


def table(
    entries: Sequence[ModelRow], screen: Screen, translations: Translations = ENGLISH
) -> Table:
    """Return the entries for a screen: as many columns as fit, the most important first."""
    from mimo_cli.output.columns import Column
    from mimo_cli.output.columns import table as in_columns  # not for pipes

    longest = max((screen.width(_id(entry)) for entry in entries), default=0)
    facts = [(_MODEL, Column(_MODEL.head, "words", least=longest))]
    if not all(entry.is_current for entry in entries):
        facts.append((_STATUS, Column(_STATUS.head, "wrap", least=17, leaves=_STATUS.rank)))
        facts.append((_INSTEAD, Column(_INSTEAD.head, leaves=_INSTEAD.rank)))
    facts += [(it, Column(it.head, leaves=it.rank, below=False)) for it in _FACTS]
    rows = [[fact.cell(entry) for fact, _ in facts] for entry in entries]
    columns = [column for _, column in facts]
    return in_columns(rows, columns, screen, heads=True, translations=translations)


def footers(shown: Table) -> list[Phrase]:
    """Return what is said below the table: of prices only where there are some."""
    more = Phrase("all of one: mimo models ID")
    if set(_PRICES) - set(shown.left_out):
        template = "prices per million tokens, as of {month}; {more}"
        more = Phrase(template, month=models.CHECKED, more=more)
    if not shown.left_out:
        return [more]
    return [more, Phrase("no room here for {columns}", columns=listed(shown.left_out))]


def lines(entries: Sequence[ModelRow]) -> str:
    """Return the entries for a pipe: a line each, its fields (see docs/models.md) between tabs."""
    return "".join("\t".join(_fields(entry)) + "\n" for entry in entries)


def details(entry: ModelRow) -> list[tuple[Phrase, str]]:
    """Return all there is to say of one model: names and values, which may be phrases."""
    known = entry.known or models.Model(entry.id)
    rows = [
        (Phrase("model"), _id(entry)),
        (Phrase("name"), one_line(entry.name)),
        (Phrase("short names"), _aliases(entry)),
        (Phrase("about"), known.note),
        (Phrase("status"), entry.status),
        (Phrase("use instead"), known.replacement or ""),
        (Phrase("server"), _of_server(listed=entry.listed)),
        (Phrase("context"), _tokens(known.context)),
        (Phrase("output"), _output(known)),
        (Phrase("input"), ", ".join(known.inputs)),
        (Phrase("thinking"), _yes(known.thinking)),
        (Phrase("in USD"), _prices("$", known.usd)),
        (Phrase("in CNY"), _prices("¥", known.cny)),
        (Phrase("checked"), models.CHECKED if entry.known else ""),
    ]
    return [(name, value) for name, value in rows if value]


def details_table(entry: ModelRow, screen: Screen, translations: Translations = ENGLISH) -> str:
    """Return the same for a screen: the values in a column."""
    from mimo_cli.output.columns import NAME_AND_TEXT
    from mimo_cli.output.columns import table as in_columns  # not for pipes

    return in_columns(details(entry), NAME_AND_TEXT, screen, translations=translations).text


def _of_server(*, listed: bool | None) -> Phrase:
    if listed is None:
        return NOTHING
    return Phrase("lists it") if listed else Phrase("does not list it")


def as_json(entry: ModelRow) -> dict[str, Any]:
    """Return one entry for scripts. Limits are in tokens, prices for a million of them."""
    known = entry.known or models.Model(entry.id)
    status = "retired" if known.retired else "current"
    return {
        "id": entry.id,
        "name": entry.name or None,
        "status": status if entry.known else "unknown",
        "aliases": list(entry.aliases),
        "listed": entry.listed,
        "context": known.context,
        "max_output": known.max_output,
        "default_output": known.default_output,
        "inputs": list(known.inputs),
        "thinking": known.thinking,
        "price": {
            "usd": known.usd and known.usd._asdict(),
            "cny": known.cny and known.cny._asdict(),
        },
        "retired": known.retired,
        "replacement": known.replacement,
        "note": known.note or None,
    }


def _id(entry: ModelRow) -> str:
    return one_line(entry.id, 200)


def _aliases(entry: ModelRow) -> str:
    return ", ".join(one_line(alias, 200) for alias in entry.aliases)


def _id_and_aliases(entry: ModelRow) -> str:
    return f"{_id(entry)} ({_aliases(entry)})" if entry.aliases else _id(entry)


def _replacement(entry: ModelRow) -> str:
    return (entry.known and entry.known.replacement) or ""


def _fields(entry: ModelRow) -> list[str]:
    known = entry.known or models.Model(entry.id)
    limits = ["" if limit is None else str(limit) for limit in (known.context, known.max_output)]
    inputs = ",".join(known.inputs)
    prices = [text for price in (known.usd, known.cny) for text in _amounts(price)]
    about = [entry.status, *limits, inputs, _yes(known.thinking)]
    return [_id(entry), *about, *prices, _replacement(entry), _aliases(entry)]


def _short(tokens: int | None) -> str:
    """Return a limit in few characters: 1M, 131k."""
    if tokens is None:
        return ""
    million = 1_000_000
    return f"{tokens // million}M" if tokens >= million else f"{tokens // 1000}k"


def _tokens(count: int | None) -> Phrase:
    return NOTHING if count is None else Phrase("{count:,} tokens", count=count)


def _output(model: Model) -> Phrase:
    most, unless_told = _tokens(model.max_output), _tokens(model.default_output)
    if not unless_told:
        return most
    return Phrase("{limit} at most, {default} unless told", limit=most, default=unless_told)


def _yes(value: bool | None) -> Phrase:
    if value is None:
        return NOTHING
    return Phrase("yes") if value else Phrase("no")


def _money(amount: float) -> str:
    """Return an amount with at least two decimals, and as many as it needs."""
    whole, _, part = f"{amount:.4f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def _amounts(price: Price | None) -> list[str]:
    if price is None:
        return [""] * 3
    return [_money(amount) for amount in (price.input, price.output, price.cache_hit)]


def _in_out(price: Price | None) -> str:
    return "" if price is None else " / ".join(_amounts(price)[:2])


def _prices(sign: str, price: Price | None) -> Phrase:
    if price is None:
        return NOTHING
    new, written, cached = (sign + amount for amount in _amounts(price))
    template = "{input} in, {output} out, {cached} in from the cache, per million tokens"
    return Phrase(template, input=new, output=written, cached=cached)


_MODEL = _Fact(Phrase("model"), _id_and_aliases)
_STATUS = _Fact(Phrase("status"), lambda entry: entry.status, 8)
_INSTEAD = _Fact(Phrase("use instead"), _replacement, 7)
_PRICES = (Phrase("$ in / out"), Phrase("¥ in / out"))
_FACTS = [
    _Fact(Phrase("context"), lambda entry: _short(entry.known and entry.known.context), 5),
    _Fact(Phrase("output"), lambda entry: _short(entry.known and entry.known.max_output), 4),
    _Fact(Phrase("input"), lambda entry: " ".join(entry.known.inputs if entry.known else ()), 3),
    _Fact(_PRICES[0], lambda entry: _in_out(entry.known and entry.known.usd), 6),
    _Fact(Phrase("thinking"), lambda entry: _yes(entry.known and entry.known.thinking), 2),
    _Fact(_PRICES[1], lambda entry: _in_out(entry.known and entry.known.cny), 1),
]
