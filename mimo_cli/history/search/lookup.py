"""The conversation that a user means. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.advice import Action
from mimo_cli.common_phrases import listed
from mimo_cli.errors import UsageError
from mimo_cli.history.search.folding import fold
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

_CANDIDATES = 5
_COMPARED = 1000

Titled = tuple[str, str]
"""A conversation's id and title."""


class SeveralError(UsageError):
    """Several conversations are meant by the same words; `ids` are theirs, in their order."""

    def __init__(self, wanted: str, several: Sequence[Titled]) -> None:
        template = "{count} conversations match {reference!r}"
        what = Phrase(template, count=len(several), reference=wanted)
        super().__init__(what, hint=Phrase("One of: {names}", names=_name_some(several)))
        self.ids = [id_ for id_, _ in several]


def find(wanted: str, entries: Sequence[Titled], *, title_starts: bool = True) -> str:
    """Return the id meant by an id, a title, or what only one of them begins with.

    A whole id comes before a whole title, and that before a start; of several with the same whole
    title none is meant. Starts of ids and of titles count together; without `title_starts`, for
    what cannot be undone, those of ids alone do.

    Raises:
        SeveralError: several are meant; the message names them.
        UsageError: none is; the message names the nearest.
    """
    folded = fold_title(wanted)
    titles = {id_: fold_title(title) for id_, title in entries} if folded else {}
    if folded in titles:
        return folded
    whole = [entry for entry in entries if titles.get(entry[0]) == folded]
    begun = [
        entry
        for entry in entries
        if folded and (entry[0].startswith(folded) or titles[entry[0]].startswith(folded))
    ]
    meant = whole or [it for it in begun if title_starts or it[0].startswith(folded)]
    if len(meant) == 1:
        return meant[0][0]
    if meant:
        raise SeveralError(wanted, meant)
    nearest = begun or _nearest(folded, entries)
    what = Phrase("no conversation matches {reference!r}", reference=wanted)
    if nearest:
        raise UsageError(what, hint=Phrase("Did you mean {names}", names=_name_some(nearest)))
    raise UsageError(what, hint=Action.LIST_CONVERSATIONS)


def fold_title(text: str) -> str:
    """Return a title as it is compared: folded, and white space is one space."""
    return " ".join(fold(text).split())


def _name_some(entries: Sequence[Titled]) -> Phrase:
    shown = [f"{id_} ({title})" if title else id_ for id_, title in entries[:_CANDIDATES]]
    return listed([*shown, *(["…"] if len(entries) > _CANDIDATES else [])])


def _nearest(folded: str, entries: Sequence[Titled]) -> list[Titled]:
    """Return conversations whose title holds the words, or is written alike."""
    from difflib import get_close_matches

    inside = [entry for entry in entries if folded and folded in fold_title(entry[1])]
    titles = {fold_title(title): (id_, title) for id_, title in reversed(entries[:_COMPARED])}
    close = [titles[title] for title in get_close_matches(folded, titles, n=_CANDIDATES)]
    return inside or close
