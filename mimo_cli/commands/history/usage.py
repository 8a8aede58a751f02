"""`mimo history usage`: tokens and cost of what is kept, added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import amounts, pricing
from mimo_cli.commands.history.access import (
    open_history,
    parse_age,
    refused_value,
    tell_left_out,
)
from mimo_cli.common_phrases import listed
from mimo_cli.conversation.shown import export_formats
from mimo_cli.errors import UsageError
from mimo_cli.output import spending_table
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.catalogue.pricing import Grouping
    from mimo_cli.environment import Environment


def run(environment: Environment, by: str, *, since: str | None, json: bool, csv: bool) -> int:
    """Print the sums, newest first: as a table on a terminal, else with tabs, as CSV or JSON.

    Raises:
        UsageError: there is no such grouping or age.
        LocalIOError: the history cannot be read.
    """
    if json and csv:
        raise UsageError(Phrase("--json and --csv cannot go together"))
    grouping = _grouping(by)
    begin = 0.0 if since is None else environment.clock.now() - parse_age("--since", since)
    with open_history(environment) as history:
        sums = history.spent(grouping, begin)
    if json:
        content = {
            "schema": export_formats.SCHEMA,
            "by": grouping,
            "since": None if since is None else export_formats.iso(begin),
            "sums": [spending_table.as_json(row, grouping) for row in sums],
            "total": spending_table.as_json(amounts.total(sums)),
        }
        environment.stdout.write(export_formats.line(content))
    elif csv:
        environment.stdout.write(spending_table.as_csv(sums, grouping))
    elif sums and (screen := environment.screen_of(environment.stdout)) is not None:
        shown = spending_table.table(sums, grouping, screen, environment.translations)
        environment.stdout.write(shown.text)
        tell_left_out(environment, shown, Phrase("mimo history usage --csv has all of it"))
    else:
        environment.stdout.write(spending_table.lines(sums, grouping))
    if not sums:
        nothing = Phrase("nothing is kept of that time") if since else Phrase("nothing is kept")
        environment.console().info(nothing)
    return 0


def _grouping(by: str) -> Grouping:
    for grouping in pricing.GROUPINGS:
        if by == grouping:
            return grouping
    why = Phrase("it is one of {names}", names=listed(pricing.GROUPINGS))
    raise UsageError(refused_value("--by", by), why)
