"""`mimo history usage`: tokens and cost of what is kept, added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import pricing
from mimo_cli.commands.history.stored import age, opened
from mimo_cli.conversation import export as form
from mimo_cli.errors import UsageError
from mimo_cli.output import spending_table

if TYPE_CHECKING:
    from mimo_cli.catalogue.pricing import Grouping
    from mimo_cli.environment import Environment


def run(environment: Environment, by: str, *, since: str | None, json: bool, csv: bool) -> int:
    """Prints the sums, newest first: as a table on a terminal, else with tabs, as CSV or JSON.

    Raises:
        UsageError: there is no such grouping or age.
    """
    if json and csv:
        raise UsageError("--json and --csv cannot go together")
    grouping = _grouping(by)
    begin = 0.0 if since is None else environment.clock.now() - age("--since", since)
    with opened(environment) as history:
        sums = history.spent(grouping, begin)
    if json:
        content = {
            "schema": form.SCHEMA,
            "by": grouping,
            "since": None if since is None else form.iso(begin),
            "sums": [spending_table.as_json(row, grouping) for row in sums],
            "total": spending_table.as_json(pricing.total(sums)),
        }
        environment.stdout.write(form.line(content))
    elif csv:
        environment.stdout.write(spending_table.as_csv(sums, grouping))
    elif environment.stdout.is_terminal and sums:
        from mimo_cli.screen import tty

        columns, _ = tty.size(environment.stdout.descriptor, environment.environ)
        environment.stdout.write(spending_table.table(sums, grouping, columns))
    else:
        environment.stdout.write(spending_table.lines(sums, grouping))
    if not sums:
        environment.console().info("nothing is kept" + (" of that time" if since else ""))
    return 0


def _grouping(by: str) -> Grouping:
    for grouping in pricing.GROUPINGS:
        if by == grouping:
            return grouping
    raise UsageError(f"--by cannot be {by!r}", f"it is one of {', '.join(pricing.GROUPINGS)}")
