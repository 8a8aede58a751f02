"""Models as a table for people, lines for pipes, and JSON. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mimo_cli.catalogue import models
from mimo_cli.output.sanitize import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.catalogue.models import Model, Price

_GAP = "  "


class Entry(NamedTuple):
    """A model: what the catalogue knows of it, and what the server says.

    `listed` is whether the server has it, None if it was not asked; `name` is the server's.
    `aliases` are the short names for it.
    """

    id: str
    known: Model | None = None
    name: str = ""
    listed: bool | None = None
    aliases: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """Whether it can be used, in words."""
        if self.known is None:
            return "not in the catalogue"
        if self.listed is False and not self.known.retired:
            return "not listed by the server"
        if self.listed and self.known.retired:
            return f"listed; {self.known.status} by Xiaomi"
        return self.known.status


class _Column(NamedTuple):
    title: str
    cell: Callable[[Entry], str]


def table(entries: Sequence[Entry], width: int) -> str:
    """The entries for a screen: as many columns as fit, the most important first."""
    columns = [_MODEL, *_FACTS]
    if any(entry.status != "current" for entry in entries):
        columns = [_MODEL, *_STATUS, *_FACTS]
    shown: list[list[str]] = []
    used = -len(_GAP)
    for column in columns:
        cells = [column.cell(entry) for entry in entries]
        size = max(map(len, [column.title, *cells]))
        if not any(cells):
            continue
        used += len(_GAP) + size
        if shown and used > width:
            break
        shown.append([text.ljust(size) for text in (column.title, *cells)])
    return "".join(_GAP.join(row).rstrip() + "\n" for row in zip(*shown, strict=True))


def lines(entries: Sequence[Entry]) -> str:
    """The entries for a pipe: a line each, its fields (see the README) between tabs."""
    return "".join("\t".join(_fields(entry)) + "\n" for entry in entries)


def details(entry: Entry) -> list[tuple[str, str]]:
    """All there is to say of one model: names and values, for people."""
    known = entry.known or models.Model(entry.id)
    of_server = {None: "", True: "lists it", False: "does not list it"}
    rows = [
        ("model", _id(entry)),
        ("name", one_line(entry.name)),
        ("short names", _aliases(entry)),
        ("about", known.note),
        ("status", entry.status),
        ("use instead", known.replacement or ""),
        ("server", of_server[entry.listed]),
        ("context", _tokens(known.context)),
        ("output", _output(known)),
        ("input", ", ".join(known.inputs)),
        ("thinking", _yes(known.thinking)),
        ("in USD", _prices("$", known.usd)),
        ("in CNY", _prices("¥", known.cny)),
        ("checked", models.CHECKED if entry.known else ""),
    ]
    return [(name, value) for name, value in rows if value]


def as_json(entry: Entry) -> dict[str, Any]:
    """One entry for scripts. Limits are in tokens, prices for a million of them."""
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


def _id(entry: Entry) -> str:
    return one_line(entry.id, 200)


def _aliases(entry: Entry) -> str:
    return ", ".join(one_line(alias, 200) for alias in entry.aliases)


def _named(entry: Entry) -> str:
    return f"{_id(entry)} ({_aliases(entry)})" if entry.aliases else _id(entry)


def _replacement(entry: Entry) -> str:
    return (entry.known and entry.known.replacement) or ""


def _fields(entry: Entry) -> list[str]:
    known = entry.known or models.Model(entry.id)
    limits = ["" if limit is None else str(limit) for limit in (known.context, known.max_output)]
    inputs = ",".join(known.inputs)
    prices = [text for price in (known.usd, known.cny) for text in _amounts(price)]
    about = [entry.status, *limits, inputs, _yes(known.thinking)]
    return [_id(entry), *about, *prices, _replacement(entry), _aliases(entry)]


def _short(tokens: int | None) -> str:
    """A limit in few characters: 1M, 131k."""
    if tokens is None:
        return ""
    million = 1_000_000
    return f"{tokens // million}M" if tokens >= million else f"{tokens // 1000}k"


def _tokens(count: int | None) -> str:
    return "" if count is None else f"{count:,} tokens"


def _output(model: Model) -> str:
    unless_told = _tokens(model.default_output)
    return _tokens(model.max_output) + (f" at most, {unless_told} unless told" * bool(unless_told))


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _money(amount: float) -> str:
    """An amount with at least two decimals, and as many as it needs."""
    whole, _, part = f"{amount:.4f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def _amounts(price: Price | None) -> list[str]:
    if price is None:
        return [""] * 3
    return [_money(amount) for amount in (price.input, price.output, price.cache_hit)]


def _in_out(price: Price | None) -> str:
    return "" if price is None else " / ".join(_amounts(price)[:2])


def _prices(sign: str, price: Price | None) -> str:
    if price is None:
        return ""
    amounts = [sign + amount for amount in _amounts(price)]
    return "{} in, {} out, {} in from the cache, per million tokens".format(*amounts)


_MODEL = _Column("model", _named)
_STATUS = [
    _Column("status", lambda entry: entry.status),
    _Column("use instead", _replacement),
]
_FACTS = [
    _Column("context", lambda entry: _short(entry.known and entry.known.context)),
    _Column("output", lambda entry: _short(entry.known and entry.known.max_output)),
    _Column("input", lambda entry: " ".join(entry.known.inputs if entry.known else ())),
    _Column("$ in / out", lambda entry: _in_out(entry.known and entry.known.usd)),
    _Column("thinking", lambda entry: _yes(entry.known and entry.known.thinking)),
    _Column("¥ in / out", lambda entry: _in_out(entry.known and entry.known.cny)),
]
