"""What requests took, one by one, within a transaction of the caller's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import NO_USAGE
from mimo_cli.errors import Interrupted
from mimo_cli.history import record

if TYPE_CHECKING:
    import sqlite3

    from mimo_cli.conversation.turns import Turn


def begin(connection: sqlite3.Connection, number: int) -> None:
    """Note that the question of a turn is going to be sent."""
    connection.execute(
        "INSERT INTO spent (turn, conversation, model, started, day)"
        " SELECT number, conversation, model, started, date(started, 'unixepoch', 'localtime')"
        " FROM turn WHERE number = ?",
        (number,),
    )


def finish(connection: sqlite3.Connection, turn: Turn) -> None:
    """Note what a turn took in the end: nothing, if it was refused or got no reply."""
    was_stopped = (turn.error or {}).get("code") == Interrupted.code  # while the server was at it
    if turn.status == "error" and turn.reply.usage == NO_USAGE and not was_stopped:
        connection.execute("DELETE FROM spent WHERE turn = ?", (turn.number,))
        return
    columns = record.spent_columns(turn)
    names = ", ".join(f"{name} = :{name}" for name in columns)
    update = f"UPDATE spent SET {names} WHERE turn = :number"  # noqa: S608 - our own names
    connection.execute(update, {**columns, "number": turn.number})
