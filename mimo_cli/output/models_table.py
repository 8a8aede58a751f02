"""Models as a table for people, lines for pipes, and JSON. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mimo_cli.catalogue import models
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import ENGLISH, NOTHING, Phrase, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.catalogue.models import Model, Price
    from mimo_cli.phrases import Translations

_GAP = "  "


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


class _Column(NamedTuple):
    title: Phrase
    cell: Callable[[ModelRow], str]


def table(entries: Sequence[ModelRow], width: int, translations: Translations = ENGLISH) -> str:
    """Return the entries for a screen: as many columns as fit, the most important first."""
    columns = [_MODEL, *_FACTS]
    if not all(entry.is_current for entry in entries):
        columns = [_MODEL, *_STATUS, *_FACTS]
    shown: list[list[str]] = []
    used = -len(_GAP)
    for column in columns:
        texts = [rendered(column.cell(entry), translations) for entry in entries]
        if not any(texts):
            continue
        padded = _pad([column.title.rendered(translations), *texts])
        used += len(_GAP) + _width(padded[0])
        if shown and used > width:
            break
        shown.append(padded)
    return "".join(_GAP.join(row).rstrip() + "\n" for row in zip(*shown, strict=True))


def _pad(texts: Sequence[str]) -> list[str]:
    """Return texts with spaces behind them, so that all are of the same width."""
    widths = [_width(text) for text in texts]
    most = max(widths)
    return [text + " " * (most - width) for text, width in zip(texts, widths, strict=True)]


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from mimo_cli.text.widths import cell_width  # not for those who read English

    return cell_width(text)


def lines(entries: Sequence[ModelRow]) -> str:
    """Return the entries for a pipe: a line each, its fields (see the README) between tabs."""
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


def details_table(entry: ModelRow, translations: Translations = ENGLISH) -> str:
    """Return the same for a screen: a line each, the values in a column."""
    rows = details(entry)
    names = _pad([name.rendered(translations) for name, _ in rows])
    values = [rendered(value, translations) for _, value in rows]
    return "".join(f"{name}  {value}\n" for name, value in zip(names, values, strict=True))


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


_MODEL = _Column(Phrase("model"), _id_and_aliases)
_STATUS = [
    _Column(Phrase("status"), lambda entry: entry.status),
    _Column(Phrase("use instead"), _replacement),
]
_FACTS = [
    _Column(Phrase("context"), lambda entry: _short(entry.known and entry.known.context)),
    _Column(Phrase("output"), lambda entry: _short(entry.known and entry.known.max_output)),
    _Column(Phrase("input"), lambda entry: " ".join(entry.known.inputs if entry.known else ())),
    _Column(Phrase("$ in / out"), lambda entry: _in_out(entry.known and entry.known.usd)),
    _Column(Phrase("thinking"), lambda entry: _yes(entry.known and entry.known.thinking)),
    _Column(Phrase("¥ in / out"), lambda entry: _in_out(entry.known and entry.known.cny)),
]
