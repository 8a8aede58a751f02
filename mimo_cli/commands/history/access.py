"""What the commands under `mimo history` share: the open history, titles, ages, lines for pipes."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

from mimo_cli.config import paths
from mimo_cli.conversation.shown.export_formats import UNTITLED
from mimo_cli.errors import UsageError
from mimo_cli.history.store import History
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimo_cli.environment import Environment
    from mimo_cli.history.store import Entry, Match
    from mimo_cli.output.columns import Table

_LONGEST_TITLE = 200
_HOUR = 3600
_UNITS = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}
_AGE = re.compile(r"([1-9][0-9]{0,5})([hdwmy])")


def open_history(environment: Environment) -> closing[History]:
    """Return the user's history, for a `with` that closes it."""
    folder = paths.data(environment.environ)
    return closing(History(folder, now=environment.clock.now, notice=environment.console().warn))


def named_or_newest(history: History, reference: str | None) -> str:
    """Return the id of the conversation that is named, of the newest if none is.

    Raises:
        UsageError: there is no such one.
    """
    if reference is not None:
        return history.find(reference)
    if newest := history.newest():
        return newest
    raise UsageError(Phrase("the history is empty"))


def shown_title(entry: Entry | Match) -> str:
    """Return the title of a conversation, on one line and inert."""
    return one_line(entry.title, _LONGEST_TITLE) or UNTITLED


def tab_separated(rows: Iterable[Sequence[str]]) -> str:
    """Return rows for a pipe: a line each, with tabs between the cells, in English."""
    return "".join("\t".join(row) + "\n" for row in rows)


def tell_left_out(environment: Environment, shown: Table, hint: Phrase) -> None:
    """Say which columns a narrow screen has no room for, and what to do about it."""
    if shown.left_out and environment.stderr.is_terminal:
        environment.console().line(shown.remark(hint))


def parse_age(option: str, text: str) -> float:
    """Return a length of time as people write it (12h, 30d, 8w, 6m, 1y) in seconds.

    Raises:
        UsageError: it is none; the error names the option.
    """
    match = _AGE.fullmatch(text.strip().lower())
    if match is None:
        why = Phrase("it is a number and h, d, w, m (30 days) or y, such as 30d")
        raise UsageError(refused_value(option, text), why)
    return float(int(match[1]) * _UNITS[match[2]] * _HOUR)


def refused_value(option: str, value: str) -> Phrase:
    """Return what is wrong where an option has a value that it cannot have."""
    return Phrase("{option} cannot be {value!r}", option=option, value=value)
