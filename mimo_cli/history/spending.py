"""What requests took, added up, within a transaction of the caller's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue.pricing import CURRENCIES, Sum
from mimo_cli.history import cells
from mimo_cli.history.losses import UnreadableError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from typing import Any

    from mimo_cli.catalogue.pricing import Grouping
    from mimo_cli.history.losses import Losses

_COSTS = [name.lower() for name in CURRENCIES]
_COUNTS = ["input", "cached", "output"]
_NUMBERS = [*_COUNTS, *_COSTS]
# A text counts as nothing in a sum, and as the largest. One maximum of both would cost twice as
# much as two.
_LARGEST = [f"largest_{name}" for name in _COSTS]
_UNPRICED = " - ".join(["count(*)", *(f"count({name})" for name in _COSTS)])
_ADDED = f"""
    count(*) AS turns, {_UNPRICED} AS unpriced,
    {", ".join(f"sum({name}) AS {name}" for name in _NUMBERS)},
    {", ".join(f"max({name}) AS largest_{name}" for name in _COSTS)}
"""
_ALL = ", ".join(
    [
        *(f"sum({name})" for name in ("turns", "unpriced", *_NUMBERS)),
        *(f"max({name})" for name in _LARGEST),
    ]
)
_LATEST = "max(turn) AS latest"
_DAY = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
_SOUND = " AND ".join(
    [
        f"typeof(day) = 'text' AND day GLOB '{_DAY}'",
        "typeof(model) = 'text' AND typeof(conversation) = 'text'",
        "typeof(started) = 'real' AND started >= 0",
        *(
            f"({name} IS NULL OR typeof({name}) = '{kind}' AND {name} BETWEEN -1e12 AND 1e12)"
            for names, kind in ((_COUNTS, "integer"), (_COSTS, "real"))
            for name in names
        ),
    ]
)
"""Of a row: it holds what is written here, and nothing else."""


def sums(connection: sqlite3.Connection, by: Grouping, since: float, losses: Losses) -> list[Sum]:
    """Return what was spent on turns since a time (seconds since 1970), newest first."""
    from sqlite3 import OperationalError

    whole = f"WHERE started >= {since!r}" if since else ""
    try:
        return [_sum(row) for row in connection.execute(_query(by, whole)).fetchall()]
    except (OperationalError, UnreadableError):
        pass  # too large together, or no numbers: told of below
    sound = f"{whole} AND {_SOUND}" if since else f"WHERE {_SOUND}"
    found = connection.execute(_query(by, sound)).fetchall()
    losses.tell()
    return list(losses.readable(found, _sum))


def find_unsound(connection: sqlite3.Connection) -> list[object]:
    """Return the numbers of the turns of which what they took cannot be read."""
    found = connection.execute(f"SELECT turn FROM spent WHERE NOT ({_SOUND})")  # noqa: S608 - our own words
    return [number for (number,) in found]


def _sum(row: Sequence[Any]) -> Sum:
    """Return a row of sums.

    Raises:
        UnreadableError: something else than numbers was added up.
    """
    name, title, turns, unpriced, new, cached, output, *costs = row
    amounts = [cells.optional(cells.finite_number, cost) for cost in costs][: len(_COSTS)]
    pairs = zip(CURRENCIES, amounts, strict=True)
    known: dict[str, float] = {of: cost for of, cost in pairs if cost is not None}
    new, cached, output = (cells.optional(cells.count, it) or 0 for it in (new, cached, output))
    return Sum(cells.text(name), cells.text(title), turns, unpriced, new, cached, output, known)


def _query(by: Grouping, which: str) -> str:
    """Return the statement that adds up; `which` says of which turns.

    The rows are in this order in the file, so that the inner groups need no sorting: with 100,000
    turns that would take longer than all the rest.
    """
    match by:
        case "day":
            return f"SELECT day, '', {_ADDED} FROM spent {which} GROUP BY day ORDER BY day DESC"  # noqa: S608 - our own names
        case "model":
            groups = f"SELECT model, {_ADDED}, {_LATEST} FROM spent {which} GROUP BY day, model"  # noqa: S608 - our own names
            return f"""
                SELECT model, '', {_ALL} FROM ({groups})
                GROUP BY model ORDER BY max(latest) DESC, model
            """  # noqa: S608 - our own names
        case "conversation":
            groups = f"""
                SELECT conversation AS of, {_ADDED}, {_LATEST} FROM spent {which}
                GROUP BY day, model, conversation
            """  # noqa: S608 - our own names
            return f"""
                SELECT id, title, {_ALL} FROM ({groups}) JOIN conversation ON id = of
                GROUP BY of ORDER BY max(latest) DESC, id
            """  # noqa: S608 - our own names
