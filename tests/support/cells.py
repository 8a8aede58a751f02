"""The text that an emulated screen holds.

pyte's `display` looks up the width of every character, each time that a test looks for a text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyte
    from pyte.screens import Char


def row_text(cells: Mapping[int, Char], columns: int) -> str:
    """A row without the spaces at its end; the second cell of a wide character holds nothing."""
    end = min(max(cells, default=-1) + 1, columns)
    return "".join([cells[column].data for column in range(end)]).rstrip()


def row_texts(screen: pyte.Screen, above: Iterable[Mapping[int, Char]] = ()) -> list[str]:
    """The rows above the screen, if there are any, and those that it shows."""
    rows = [*above, *(screen.buffer[line] for line in range(screen.lines))]
    return [row_text(row, screen.columns) for row in rows]
