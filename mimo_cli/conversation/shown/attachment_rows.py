"""What goes along with a question, told in rows: its name, what it is, its tokens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Media
from mimo_cli.catalogue import amounts, pricing, token_estimate
from mimo_cli.input.file_names import file_name
from mimo_cli.media import naming, tokens
from mimo_cli.media.tokens import TokenCount
from mimo_cli.output.columns import Column, cut_middle, table
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import NOTHING, Phrase, counted, verbatim
from mimo_cli.text.widths import UNLIMITED, Screen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.catalogue.pricing import Currency
    from mimo_cli.environment import Environment
    from mimo_cli.output.console import Console

_MOST = 20
"""Rows of one list; of more attachments than that the rest is counted."""
_WIDEST_NAME = 48  # cells
_LONGEST = 4096  # characters of a name that are looked at

COLUMNS = (
    Column(narrow="cut", least=16),
    Column(narrow="wrap", least=12, leaves=1),
    Column(is_right=True),
)
"""Name, description, tokens."""


def tell(attached: Sequence[Attachment], console: Console, environment: Environment) -> None:
    """Write a dim row for each attachment, where a person reads and wants to.

    Texts of a folder were told when they were found, in counts.
    """
    attached = [it for it in attached if isinstance(it, Media) or not it.is_found]
    if not attached or console.quiet or not environment.stderr.is_terminal:
        return
    write(attached, console, environment)


def tell_dry(
    attached: Sequence[Attachment],
    model: str,
    paid_in: Currency | None,
    console: Console,
    environment: Environment,
) -> None:
    """Write the rows wherever they go, and what all of it costs; for a request that is not sent."""
    if not attached or console.quiet:
        return
    write(attached, console, environment)
    total = _sum(attached)
    text = counted(
        len(attached),
        "1 attachment: {size}",
        "{count:,} attachments: {size}",
        size=_text_of(total),
    )
    cost = pricing.input_cost(total.count, model, paid_in)
    if cost is not None:
        text = Phrase("{size} (about {price})", size=text, price=amounts.about(cost))
    console.info(text)


def write(attached: Sequence[Attachment], console: Console, environment: Environment) -> None:
    """Write a dim row for each attachment."""
    screen = Screen(environment.columns_of(console.output) or UNLIMITED, console.is_wide())
    rows = [
        [console.conceal(one_line(cell.rendered(console.translations))) for cell in row]
        for row in cells(attached, screen)
    ]
    dim = partial(console.styled, "dim")
    lines = table(rows, COLUMNS, screen).text.splitlines()
    console.write("".join(f"{row}\n" for row in map(dim, lines)))


def cells(
    attached: Sequence[Attachment], screen: Screen, limit: int = _MOST
) -> Iterator[tuple[Phrase, ...]]:
    """Yield name, description and tokens of each; over the limit one row for all that is left."""
    shown = attached if len(attached) <= limit else attached[: limit - 1]
    for it in shown:
        yield (verbatim(short_name(it, screen)), describe(it), _text_of(count(it)))
    if rest := attached[len(shown) :]:
        more = Phrase("and {count:,} more", count=len(rest))
        yield (more, NOTHING, tokens_text(rest))


def tokens_text(attached: Sequence[Attachment]) -> Phrase:
    """Return how many tokens all of them are, in words."""
    return _text_of(_sum(attached))


def short_name(it: Attachment, screen: Screen) -> str:
    """Return an attachment's name, inert, and of a long one its beginning and its end."""
    name = one_line(file_name(it.name), _LONGEST)
    return cut_middle(name, screen.part(min(_WIDEST_NAME, screen.columns)))


def describe(it: Attachment) -> Phrase:
    """Return what an attachment is."""
    if isinstance(it, Media):
        return naming.describe(it)
    return counted(len(it.text.splitlines()), "text, 1 line", "text, {count:,} lines")


def count(it: Attachment) -> TokenCount:
    """Return how many tokens an attachment is."""
    if isinstance(it, Media):
        return tokens.count(it)
    return TokenCount(token_estimate.tokens(it.text), is_estimate=True)


def _sum(attached: Sequence[Attachment]) -> TokenCount:
    counts = [count(it) for it in attached]
    return TokenCount(sum(it.count for it in counts), any(it.is_estimate for it in counts))


def _text_of(size: TokenCount) -> Phrase:
    if size.is_estimate:
        return token_estimate.in_words(size.count)
    return counted(size.count, "1 token", "{count:,} tokens")
