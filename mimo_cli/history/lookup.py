"""The conversation that a user means. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.history.search.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CANDIDATES = 5
_COMPARED = 1000

Titled = tuple[str, str]
"""A conversation's id and title."""


def find(wanted: str, entries: Sequence[Titled]) -> str:
    """The id meant by an id, a unique start of one, a title, or a unique start of one.

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
        what = f"{len(several)} conversations match {wanted!r}"
        raise UsageError(what, hint=_named("One of:", several))
    what = f"no conversation matches {wanted!r}"
    raise UsageError(what, hint=_named("Did you mean", _nearest(folded, entries)))


def _named(introduction: str, entries: Sequence[Titled]) -> str:
    shown = ", ".join(f"{id_} ({title})" for id_, title in entries[:_CANDIDATES])
    more = ", …" if len(entries) > _CANDIDATES else ""
    return f"{introduction} {shown}{more}" if shown else "See: mimo history"


def _nearest(folded: str, entries: Sequence[Titled]) -> list[Titled]:
    """Conversations whose title holds the words, or is written alike."""
    from difflib import get_close_matches

    inside = [entry for entry in entries if folded and folded in fold(entry[1])]
    titles = {fold(title): (id_, title) for id_, title in reversed(entries[:_COMPARED])}
    close = [titles[title] for title in get_close_matches(folded, titles, n=_CANDIDATES)]
    return inside or close
