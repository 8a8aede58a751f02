"""What requests took, one by one and added up, within a transaction of the caller's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.messages import NO_USAGE
from mimo_cli.errors import Interrupted
from mimo_cli.history import record
from mimo_cli.money import CURRENCIES, Sum

if TYPE_CHECKING:
    import sqlite3

    from mimo_cli.conversation import Turn
    from mimo_cli.money import Grouping

_COSTS = [name.lower() for name in CURRENCIES]
_NUMBERS = ["input", "cached", "output", *_COSTS]
_UNPRICED = " - ".join(["count(*)", *(f"count({name})" for name in _COSTS)])
_ADDED = f"""
    count(*) AS turns, {_UNPRICED} AS unpriced,
    {", ".join(f"sum({name}) AS {name}" for name in _NUMBERS)}
"""
_ALL = ", ".join(f"sum({name})" for name in ("turns", "unpriced", *_NUMBERS))
_LATEST = "max(started) AS latest"


def begin(connection: sqlite3.Connection, number: int) -> None:
    """Notes that the question of a turn is going to be sent."""
    connection.execute(
        "INSERT INTO spent (turn, conversation, model, started, day)"
        " SELECT number, conversation, model, started, date(started, 'unixepoch', 'localtime')"
        " FROM turn WHERE number = ?",
        (number,),
    )


def finish(connection: sqlite3.Connection, turn: Turn) -> None:
    """Notes what a turn took in the end: nothing, if it was refused or got no reply."""
    was_stopped = (turn.error or {}).get("code") == Interrupted.code  # while the server was at it
    if turn.status == "error" and turn.reply.usage == NO_USAGE and not was_stopped:
        connection.execute("DELETE FROM spent WHERE turn = ?", (turn.number,))
        return
    columns = record.spent_columns(turn)
    names = ", ".join(f"{name} = :{name}" for name in columns)
    update = f"UPDATE spent SET {names} WHERE turn = :number"  # noqa: S608 - our own names
    connection.execute(update, {**columns, "number": turn.number})


def sums(connection: sqlite3.Connection, by: Grouping, since: float) -> list[Sum]:
    """What was spent on turns since a time (seconds since 1970), newest first."""
    found = []
    values = (since,) if since else ()
    for name, title, turns, unpriced, new, cached, output, *costs in connection.execute(
        _query(by, "WHERE started >= ?" if since else ""), values
    ):
        pairs = zip(CURRENCIES, costs, strict=True)
        known: dict[str, float] = {of: cost for of, cost in pairs if cost is not None}
        found.append(Sum(name, title, turns, unpriced, new or 0, cached or 0, output or 0, known))
    return found


def _query(by: Grouping, which: str) -> str:
    """The statement that adds up; `which` says of which turns.

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
