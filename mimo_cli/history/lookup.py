"""The conversation that a user means. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.advice import Action
from mimo_cli.errors import UsageError
from mimo_cli.history.search.folding import fold
from mimo_cli.phrases import Phrase, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CANDIDATES = 5
_COMPARED = 1000

Titled = tuple[str, str]
"""A conversation's id and title."""


def find(wanted: str, entries: Sequence[Titled]) -> str:
    """Return the id meant by an id, a unique start of one, a title, or a unique start of one.

    Raises:
        UsageError: none, or several; the message names them or the nearest.
    """
    folded = fold(wanted)
    kinds: tuple[Callable[[Titled], bool], ...] = (
        lambda entry: entry[0] == folded,
        lambda entry: bool(folded) and entry[0].startswith(folded),
        lambda entry: fold(entry[1]) == folded,
        lambda entry: bool(folded) and fold(entry[1]).startswith(folded),
    )
    several: list[Titled] = []
    for is_meant in kinds:
        chosen = [entry for entry in entries if is_meant(entry)]
        if len(chosen) == 1:
            return chosen[0][0]
        several = several or chosen
    if several:
        template = "{count} conversations match {reference!r}"
        what = Phrase(template, count=len(several), reference=wanted)
        raise UsageError(what, hint=Phrase("One of: {names}", names=_name_some(several)))
    nearest = _nearest(folded, entries)
    what = Phrase("no conversation matches {reference!r}", reference=wanted)
    if nearest:
        raise UsageError(what, hint=Phrase("Did you mean {names}", names=_name_some(nearest)))
    raise UsageError(what, hint=Action.LIST_CONVERSATIONS)


def _name_some(entries: Sequence[Titled]) -> Phrase:
    shown = [f"{id_} ({title})" for id_, title in entries[:_CANDIDATES]]
    return listed([*shown, *(["…"] if len(entries) > _CANDIDATES else [])])


def _nearest(folded: str, entries: Sequence[Titled]) -> list[Titled]:
    """Return conversations whose title holds the words, or is written alike."""
    from difflib import get_close_matches

    inside = [entry for entry in entries if folded and folded in fold(entry[1])]
    titles = {fold(title): (id_, title) for id_, title in reversed(entries[:_COMPARED])}
    close = [titles[title] for title in get_close_matches(folded, titles, n=_CANDIDATES)]
    return inside or close
