"""A terminal emulator to look at: what a user's screen and scrollback hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyte
from pyte import modes
from pyte.screens import Char, StaticDefaultDict

from mimo_cli.screen.colors import Colors
from mimo_cli.screen.theme import Theme
from support.cells import row_texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.markdown.styled_rows import Row

    Line = StaticDefaultDict[int, Char]

GRAMMAR = re.compile(
    r"(?:[^\x00-\x1f\x7f-\x9f]|\r|\n|\x1b\[[0-9;]*m|\x1b\[[0-9]*[ACKJM]|\x1b\[\?(?:7|25)[hl])*"
)
"""Everything that the painter may ever write."""


THEME = Theme(Colors.ANSI256)


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_a_tenth(self) -> None:
        self.now += 0.1


class _Emulator(pyte.HistoryScreen):
    def draw(self, data: str) -> None:
        """Leave out joiners and variation selectors, at which the emulator drops what follows."""
        super().draw(re.sub("[\u200d\ufe0f]", "", data))

    def delete_lines(self, count: int | None = None) -> None:
        """Let rows that were never written move up like others; the emulator forgets them."""
        for y in range(self.lines):
            self.buffer[y]
        super().delete_lines(count)


def _split(screen: _Emulator, row: Line, columns: int) -> list[Line]:
    """A row as rows of at most so many columns."""
    used = max((x + 1 for x, char in row.items() if char.data != " "), default=0)
    parts, start = [], 0
    while used - start > columns:
        wide = row[start + columns].data == ""  # the second half of a glyph
        parts.append((start, start + columns - wide))
        start += columns - wide
    parts.append((start, used))
    return [_part(screen, row, *part) for part in parts]


def _part(screen: _Emulator, row: Line, start: int, end: int) -> Line:
    part = StaticDefaultDict[int, Char](screen.default_char)
    part.update((x - start, row[x]) for x in range(start, end))
    return part


class Screen:
    """A terminal. It refuses what the painter must not write."""

    def __init__(self, columns: int, lines: int) -> None:
        self.size = (columns, lines)
        self.written = 0
        self.on_write: Callable[[], None] = lambda: None
        self._screen = _Emulator(columns, lines, history=100_000)
        self._stream = pyte.Stream(self._screen)

    def write(self, text: str) -> None:
        assert GRAMMAR.fullmatch(text), repr(text)
        self.feed(text)
        self.on_write()

    def feed(self, text: str) -> None:
        self.written += len(text.encode())
        self._stream.feed(text)

    def rows(self) -> list[str]:
        """The scrollback and the screen, down to the cursor."""
        top = self._screen.history.top
        return row_texts(self._screen, top)[: len(top) + self._screen.cursor.y + 1]

    def resize(self, columns: int, lines: int) -> None:
        """Take another size as tmux does, which tells the program later: `size` stays the same.

        Lower: rows below the cursor go first. Narrower: a row becomes several.
        """
        screen, top = self._screen, self._screen.history.top
        rows, y = [screen.buffer[line] for line in range(screen.lines)], screen.cursor.y
        del rows[max(y + 1, lines) :]
        rows = [*top, *rows]
        y += len(top)
        if columns < screen.columns:
            before = [part for row in rows[:y] for part in _split(screen, row, columns)]
            rows = before + [part for row in rows[y:] for part in _split(screen, row, columns)]
            y = len(before)
            while len(rows) > max(y + 1, lines) and not any(
                c.data.strip() for c in rows[-1].values()
            ):
                del rows[-1]
        start = max(0, len(rows) - lines)
        top.clear()
        top.extend(rows[:start])
        screen.lines, screen.columns = lines, columns
        screen.buffer.clear()
        screen.buffer.update(enumerate(rows[start:]))
        screen.cursor.y = max(0, y - start)

    def below(self) -> list[str]:
        """What stands under the cursor's row: nothing, one hopes."""
        return [row for row in row_texts(self._screen)[self._screen.cursor.y + 1 :] if row]

    def is_sane(self) -> bool:
        """Whether the cursor is visible at the start of a row, wrapping is on and no colour is."""
        screen, cursor = self._screen, self._screen.cursor
        plain = cursor.attrs._replace(data=" ") == screen.default_char._replace(data=" ")
        return not cursor.hidden and cursor.x == 0 and modes.DECAWM in screen.mode and plain


def printed(rows: list[Row], columns: int, lines: int) -> list[str]:
    """What the screen holds after rows were simply printed."""
    screen = Screen(columns, lines)
    render = Theme(Colors.ANSI256).render
    screen.write("".join(f"{render(row)}\r\n" for row in rows))
    return screen.rows()
