"""Keeps the end of the screen in step with the rows of an answer.

Autowrap is off but for final rows: a live row takes one row of the screen, even if the terminal
has just become narrower and nobody knows yet. Nothing is asked of the terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.markdown.styled_rows import fold
from mimo_cli.screen.frame import WRAP_OFF, WRAP_ON, Pen, erase_live, frame_update, leave_live

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.markdown.styled_rows import Row

    Write = Callable[[str], None]
    Size = Callable[[], tuple[int, int]]

_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"
_PLAIN = "\x1b[0m"


def most_live_rows(lines: int) -> int:
    """Return how many rows may be live on so many lines: none can scroll off unfinished.

    Two fifths: when a window is split in two, each row becomes two, and they still have room. A
    small screen shows six, which is what thinking takes.
    """
    return max(1, min(lines - 2, max(6, 2 * lines // 5)))


class Painter:
    """Keeps the end of the screen in step.

    Args:
        write: takes the text of a whole frame; it has to write all of it.
        size: columns and lines of the terminal.
        render: a row as text with SGR sequences.
        live: False if the cursor must not be moved: rows are printed when they are final.
        late: the terminal tells of a new size much later than it takes it. It may have become
            narrower, and rows may have become several: more of them are written twice.
        wide: is explained at `cell_width`.
    """

    def __init__(
        self,
        write: Write,
        size: Size,
        render: Callable[[Row], str],
        *,
        live: bool = True,
        late: bool = False,
        wide: bool = False,
    ) -> None:
        self._write = write
        self._size = size
        self._render = render
        self._moves = live
        self._late = late
        self._wide = wide
        self._entered = False
        self._old: list[Row] = []

    def paint(self, done: Sequence[Row], live: Sequence[Row] = ()) -> None:
        """Print the rows that are final, and show the live ones below them."""
        if not self._moves:
            if done:
                self._write("".join(f"{self._render(row)}\r\n" for row in done))
            return
        columns, lines = self._size()
        cap = most_live_rows(lines)
        shown = [piece for row in live[-cap:] for piece in fold(row, columns, wide=self._wide)][
            -cap:
        ]
        text = frame_update(self._old, done, shown, Pen(columns, self._render, self._late))
        self._old = shown
        if text:
            enter = "" if self._entered else _HIDE + WRAP_OFF
            self._entered = True
            self._write(enter + text)

    def clear(self) -> None:
        """Take the live rows off the screen and give the terminal back, for now."""
        if self._moves:
            text, self._old = erase_live(self._old), []
            self._leave(text)

    def forget(self) -> None:
        """Start anew below what is final, whatever became of the rest: the terminal was resized."""
        if self._moves and self._old:
            text, self._old = erase_live(self._old), []
            self._write(text)

    def close(self) -> None:
        """Leave the rows where they are and the terminal as it was, the cursor below them."""
        if self._moves:
            text, self._old = leave_live(self._old), []
            self._leave(text)

    def _leave(self, text: str) -> None:
        if self._entered:
            self._entered = False
            self._write(_PLAIN + WRAP_ON + text + _SHOW)
