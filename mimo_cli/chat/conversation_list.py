"""Earlier conversations, as they are offered: told apart by more than their titles. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.common_phrases import dotted
from mimo_cli.history.search.lookup import fold_title
from mimo_cli.output import columns
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import counted, verbatim
from mimo_cli.text.widths import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.history.store import Entry
    from mimo_cli.phrases import Phrase

COLUMNS = (
    columns.Column(),
    columns.Column(),
    columns.Column(leaves=1, below=False),
    columns.Column(narrow="cut", leaves=2),
)
"""Those of an id and the `facts`."""
CHOICE = (
    columns.Column(leaves=2, below=False),
    columns.Column(leaves=1, below=False),
    columns.Column(narrow="cut", least=16),
)
"""Those of the `facts` alone, each on one line."""
_TITLES = Screen(48)  # of a title beside an id


def facts(entry: Entry, now: float) -> tuple[Phrase, Phrase, Phrase]:
    """Return age, turns and title of a conversation; the title, which may be long, comes last."""
    turns = counted(entry.turns, "1 turn", "{count:,} turns")
    return columns.age(now - entry.updated), turns, verbatim(one_line(entry.title))


def holding(words: str, entries: Sequence[Entry]) -> list[Entry]:
    """Return the conversations whose titles hold some words, in order, as the list has them."""
    wanted = fold_title(words)
    return [it for it in entries if wanted and wanted in fold_title(it.title)]


def summarize(entry: Entry, now: float) -> Phrase:
    """Return age, turns and title in one short line."""
    age, turns, title = facts(entry, now)
    return dotted([age, turns, columns.cut(title, _TITLES)])
