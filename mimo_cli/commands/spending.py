"""`mimo history usage`: tokens and cost of what is kept, added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli import money
from mimo_cli.commands.history import age, opened
from mimo_cli.errors import UsageError
from mimo_cli.history import export as form
from mimo_cli.terminal import spending
from mimo_cli.terminal.console import Console

if TYPE_CHECKING:
    from mimo_cli.edges import Edges
    from mimo_cli.money import Grouping


def run(edges: Edges, by: str, *, since: str | None, json: bool, csv: bool) -> int:
    """Prints the sums, newest first: as a table on a terminal, else with tabs, as CSV or JSON.

    Raises:
        UsageError: there is no such grouping or age.
    """
    if json and csv:
        raise UsageError("--json and --csv cannot go together")
    grouping = _grouping(by)
    begin = 0.0 if since is None else edges.clock.now() - age("--since", since)
    with opened(edges) as history:
        sums = history.spent(grouping, begin)
    if json:
        content = {
            "schema": form.SCHEMA,
            "by": grouping,
            "since": None if since is None else form.iso(begin),
            "sums": [spending.as_json(row, grouping) for row in sums],
            "total": spending.as_json(money.total(sums)),
        }
        edges.stdout.write(form.line(content))
    elif csv:
        edges.stdout.write(spending.as_csv(sums, grouping))
    elif edges.stdout.is_terminal and sums:
        from mimo_cli.terminal import tty

        columns, _ = tty.size(edges.stdout.descriptor, edges.environ)
        edges.stdout.write(spending.table(sums, grouping, columns))
    else:
        edges.stdout.write(spending.lines(sums, grouping))
    if not sums:
        Console(edges.stderr).notice("nothing is kept" + (" of that time" if since else ""))
    return 0


def _grouping(by: str) -> Grouping:
    for grouping in money.GROUPINGS:
        if by == grouping:
            return grouping
    raise UsageError(f"--by cannot be {by!r}", f"it is one of {', '.join(money.GROUPINGS)}")
