"""`mimo history` and `mimo history list`: the newest conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.commands.history.access import (
    open_history,
    shown_title,
    tab_separated,
    tell_left_out,
)
from mimo_cli.conversation.shown import export_formats
from mimo_cli.errors import UsageError
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.environment import Environment
    from mimo_cli.history.store import Entry
    from mimo_cli.text.widths import Screen

_SHOWN = 20
_LONGEST_MODEL = 40


def run(environment: Environment, *, limit: int | None, everything: bool, json: bool) -> int:
    """List conversations, newest first: as a table on a terminal, else with tabs, or as JSON.

    Raises:
        UsageError: `limit` and `everything` were both given.
        LocalIOError: the history cannot be read.
    """
    if everything and limit is not None:
        raise UsageError(Phrase("-n and --all cannot go together"))
    count = None if everything else limit or _SHOWN
    with open_history(environment) as history:
        entries = history.listing(None if count is None else count + 1)
    shown = entries[:count]
    if json:
        environment.stdout.write(export_formats.line([_as_json(entry) for entry in shown]))
    elif shown and (screen := environment.screen_of(environment.stdout)) is not None:
        _write_table(environment, shown, screen)
    else:
        rows = (_cells(entry, export_formats.iso(entry.updated)) for entry in shown)
        environment.stdout.write(tab_separated(rows))
    console = environment.console()
    if not shown:
        console.info(Phrase("the history is empty"))
    elif len(entries) > len(shown):
        template = "these are the newest {count}; all of them: mimo history --all"
        console.info(Phrase(template, count=len(shown)))
    return 0


def _write_table(environment: Environment, shown: Sequence[Entry], screen: Screen) -> None:
    from mimo_cli.output.columns import Column, age, table

    columns = (
        Column(),
        Column(Phrase("titles"), "cut", least=16, leaves=3),
        Column(Phrase("models"), "cut", least=13, leaves=1, below=False),
        Column(Phrase("numbers of turns"), is_right=True, leaves=2, below=False),
        Column(),
    )
    now = environment.clock.now()
    rows = [_cells(entry, age(now - entry.updated)) for entry in shown]
    listing = table(rows, columns, screen, translations=environment.translations)
    environment.stdout.write(listing.text)
    tell_left_out(environment, listing, Phrase("mimo history --json has all of it"))


def _cells(entry: Entry, when: str) -> tuple[str, ...]:
    model = one_line(entry.model, _LONGEST_MODEL)
    return (entry.id, _marked_title(entry), model, str(entry.turns), when)


def _marked_title(entry: Entry) -> str:
    """Return a title, behind a mark where there is no answer, or that is not known."""
    title = shown_title(entry)
    if entry.answered:
        return title
    if entry.answered is None:
        return Phrase("(damaged) {title}", title=title)
    return Phrase("(no answer) {title}", title=title)


def _as_json(entry: Entry) -> dict[str, object]:
    return {
        "schema": export_formats.SCHEMA,
        **entry._asdict(),
        "updated": export_formats.iso(entry.updated),
    }
