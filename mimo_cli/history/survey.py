"""Which rows of a file hold what no version of this program has written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.history import cells, damage, rows, schema, spent
from mimo_cli.history.cells import UnreadableError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from typing import Any

_NAMED = 5
_STRAY = """
    SELECT number FROM turn
    WHERE dropped NOT IN (0, 1) OR conversation NOT IN (SELECT id FROM conversation)
"""


def unreadable_in(path: Path) -> str:
    """The rows that are left out wherever they would be shown, in a few words; "" for none.

    Raises:
        sqlite3.Error: the machine, or another process, keeps the file from being read.
    """
    return damage.looked(path, _unreadable)


def _unreadable(connection: sqlite3.Connection) -> str:
    version = schema.version(connection)
    if not version:
        return ""
    kinds = {
        "turn": _failing(rows.turns(connection), lambda row: rows.turn(connection, row)),
        "conversation": _failing(rows.heads(connection), rows.head),
        "stray turn": [number for (number,) in connection.execute(_STRAY)],
    }
    if version > 1:
        kinds["sum"] = spent.unsound(connection)
    return "; ".join(_counted(name, found) for name, found in kinds.items() if found)


def _failing(
    found: Iterable[Sequence[Any]], read: Callable[[Sequence[Any]], object]
) -> list[object]:
    """The first cells of the rows that cannot be read."""
    failing = []
    for row in found:
        try:
            read(row)
        except UnreadableError:
            failing.append(row[0])
    return failing


def _counted(name: str, found: Sequence[object]) -> str:
    """How many there are, and which, as far as they have a number or an id that can be shown."""
    shown = [str(it) for it in found[:_NAMED] if isinstance(it, int) or _is_id(it)]
    more = ", …" if len(found) > len(shown) else ""
    which = f" ({', '.join(shown)}{more})" if shown else ""
    return f"{len(found):,} {name}{'' if len(found) == 1 else 's'}{which}"


def _is_id(value: object) -> bool:
    try:
        cells.identity(value)
    except UnreadableError:
        return False
    return True
