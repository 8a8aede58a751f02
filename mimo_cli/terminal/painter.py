"""Rows → the screen, by difference.

Between frames the cursor, hidden, rests in the first column of the first live row. A frame goes
to the first place that differs from what is on the screen, writes from there, and comes back. So
nothing is ever counted across rows that are final, whatever widths the terminal gives to its
glyphs. Autowrap is on for final rows only: a live row takes one row of the screen, even if the
terminal has just become narrower and nobody knows yet.

Sequences used (ECMA-48, and DEC private modes as every terminal since the VT220 has them): cursor
up, down and right; erase to the end of the line and of the screen; delete line; SGR; modes 7
(autowrap) and 25 (cursor). Nothing is asked of the terminal.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from mimo_cli.terminal.rows import Segment, cells, fold, row_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.terminal.rows import Row

    Write = Callable[[str], None]
    Size = Callable[[], tuple[int, int]]

FALLBACK = (80, 24)

# Printable ASCII, kana, Chinese characters and Hangul syllables, and their punctuation.
_CERTAIN = re.compile(
    "[ -~\u3001-\u3011\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3\uff01-\uff5e]*"
)

_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"
_WRAP_OFF, _WRAP_ON = "\x1b[?7l", "\x1b[?7h"
_PLAIN = "\x1b[0m"
_ERASE_LINE = "\x1b[K"
# From the first column down. Not at once: tmux copies the screen into its history if all of it is
# erased from the top left corner.
_ERASE_BELOW = "\x1b[K\x1b[C\x1b[J\r"


def usable(size: tuple[int, int]) -> tuple[int, int]:
    """Columns and lines; some pseudo-terminals say (0, 0), for which 80 by 24 is assumed."""
    columns, lines = size
    return (columns or FALLBACK[0], lines or FALLBACK[1])


def live_rows(lines: int) -> int:
    """How many rows may be live on a screen of so many lines: none can scroll off unfinished.

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
    """

    def __init__(
        self, write: Write, size: Size, render: Callable[[Row], str], *, live: bool = True
    ) -> None:
        self._write = write
        self._size = size
        self._render = render
        self._moves = live
        self._entered = False
        self._old: list[Row] = []

    def paint(self, done: Sequence[Row], live: Sequence[Row] = ()) -> None:
        """Print the rows that are final, and show the live ones below them."""
        if not self._moves:
            if done:
                self._write("".join(f"{self._render(row)}\r\n" for row in done))
            return
        columns, lines = usable(self._size())
        cap = live_rows(lines)
        shown = [piece for row in live[-cap:] for piece in fold(row, columns)][-cap:]
        text = frame(self._old, done, shown, columns, self._render)
        self._old = shown
        if text:
            enter = "" if self._entered else _HIDE + _WRAP_OFF
            self._entered = True
            self._write(enter + text)

    def clear(self) -> None:
        """Take the live rows off the screen and give the terminal back, for now."""
        if self._moves:
            self._old = []
            self._leave("\r" + _ERASE_BELOW)

    def forget(self) -> None:
        """The terminal was resized: start anew below what is final, whatever became of the rest."""
        if self._moves and self._old:
            self._old = []
            self._write("\r" + _ERASE_BELOW)

    def close(self) -> None:
        """Leave the rows where they are and the terminal as it was, the cursor below them."""
        if self._moves:
            below, self._old = _to_row(len(self._old), len(self._old)), []
            self._leave(below)

    def _leave(self, text: str) -> None:
        if self._entered:
            self._entered = False
            self._write(_PLAIN + _WRAP_ON + text + _SHOW)


def frame(
    old: Sequence[Row],
    done: Sequence[Row],
    shown: Sequence[Row],
    columns: int,
    render: Callable[[Row], str],
) -> str:
    """What turns the `old` live rows on the screen into final rows and the live rows `shown`."""
    new = [*done, *shown]
    scrolled = 0 if done else _scrolled(old, shown)
    old = old[scrolled:]
    first = _first_difference(old, new, len(done), columns)
    if first == len(new) == len(old) and shown:
        return _move(scrolled, "M") + _move(len(done), "B")
    clean = len(new) < len(old)  # nothing is on the screen from here down
    parts = [_move(scrolled, "M"), _to_row(first, len(old)), _ERASE_BELOW * clean]
    if first == len(new):
        return "".join([*parts, _move(first - len(done), "A")])
    prints = first < len(done)
    parts.append(_WRAP_ON * prints)
    for index in range(first, len(new)):
        if index > first:
            parts.append("\r\n")
        if index == len(done) and prints:
            parts.append(_WRAP_OFF)
        if index < len(done) and _most(new[index]) > columns and not clean:
            parts.append(_ERASE_BELOW)  # it may take several rows of the screen
            clean = True
        before = old[index] if index < len(old) and not clean else None
        parts.append(_over(before, new[index], columns, render))
    parts.append("\r" if shown else "\r\n" + _WRAP_OFF)
    parts.append(_move(len(shown) - 1, "A"))
    return "".join(parts)


def _scrolled(old: Sequence[Row], shown: Sequence[Row]) -> int:
    """By how many rows the window on a tail taller than it went on; its upper half tells."""
    half = len(old) // 2
    for count in range(1, len(old) - half):
        if old[count : count + half] == shown[:half]:
            return count if old[:half] != shown[:half] else 0
    return 0


def _over(before: Row | None, row: Row, columns: int, render: Callable[[Row], str]) -> str:
    """What turns one row on the screen into another; None if nothing is on it."""
    if before is None:
        return render(row)
    if row == before:
        return ""
    skipped, rest, extends = _after_shared(before, row, columns)
    move, text = _move(skipped, "C"), render(rest)
    if extends:
        return move + text
    if _most(row) < columns:
        return move + text + _ERASE_LINE
    return move + _ERASE_LINE + text  # afterwards, the cursor may be on the last glyph


def _first_difference(old: Sequence[Row], new: Sequence[Row], final: int, columns: int) -> int:
    """The first row to write.

    A final row that a terminal with other widths may have clipped while it was live counts too.
    """
    for index in range(min(len(old), len(new))):
        if new[index] != old[index] or (index < final and _most(new[index]) > columns):
            return index
    return min(len(old), len(new))


def _after_shared(old: Row, new: Row, columns: int) -> tuple[int, Row, bool]:
    """How many columns of a row may stay, what comes after them, and if that only extends it.

    Only characters stay on whose widths all terminals agree, and to which nothing combines.
    """
    if _most(new) > columns:
        return 0, new, False
    text, shown = row_text(new), row_text(old)
    count = min(_common(text, shown), _styled_alike(new, old))
    if not _CERTAIN.fullmatch(text[count : count + 1] + shown[count : count + 1]):
        count = max(0, count - 1)
    return cells(text[:count]), _from(new, count), count == len(shown)


def _common(one: str, other: str) -> int:
    """How many certain characters two texts begin with alike."""
    least = min(len(one), len(other))
    if one[:least] != other[:least]:
        pairs = zip(one, other, strict=False)
        least = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    certain = _CERTAIN.match(one, 0, least)
    return certain.end() if certain else 0


def _styled_alike(one: Row, other: Row) -> int:
    """Up to which character the styles of two rows are the same."""
    at = 0
    for (text, style), (shown, shown_style) in zip(one, other, strict=False):
        if style != shown_style:
            return at
        at += min(len(text), len(shown))
        if len(text) != len(shown):
            return at
    return at


def _from(row: Row, at: int) -> Row:
    """The row without its first characters."""
    for index, (text, style) in enumerate(row):
        if at < len(text):
            return (Segment(text[at:], style), *row[index + 1 :])
        at -= len(text)
    return ()


def _most(row: Row) -> int:
    """The most cells that any terminal may give to a row."""
    return sum(len(text) if text.isascii() else 2 * len(text) for text, _ in row)


def _to_row(index: int, count: int) -> str:
    """From the first of `count` live rows to another, or to the fresh row below them."""
    if index < count or not count:
        return _move(index, "B")
    return _move(count - 1, "B") + "\r\n"


def _move(count: int, direction: str) -> str:
    """The cursor moved up (A), down (B) or right (C), or lines deleted (M)."""
    if count < 1:
        return ""
    return f"\x1b[{count if count > 1 else ''}{direction}"
