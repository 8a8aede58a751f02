"""Earlier conversations, as they are offered: told apart by more than their titles. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.markdown.styled_rows import cell_width, chop
from mimo_cli.output import columns
from mimo_cli.output.sanitize import one_line

if TYPE_CHECKING:
    from mimo_cli.history.store import Entry

_WIDEST = 48  # cells of a title beside an id


def facts(entry: Entry, now: float) -> tuple[str, str, str]:
    """Return age, turns and title of a conversation; the title, which may be long, comes last."""
    turns = "1 turn" if entry.turns == 1 else f"{entry.turns:,} turns"
    return columns.age(now - entry.updated), turns, one_line(entry.title)


def told(entry: Entry, now: float) -> str:
    """Return the same in one short line."""
    age, turns, title = facts(entry, now)
    if cell_width(title) > _WIDEST:
        title = chop(title, _WIDEST - 1)[0] + "…"
    return f"{age} · {turns} · {title}"
