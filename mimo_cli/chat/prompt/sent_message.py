"""What stays on the screen of a message that was sent: of a long one its ends. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prompt_toolkit.utils import get_cwidth

from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST = 12
"""Rows of the screen that a message may take to stay as it is."""
_FIRST, _LAST = 6, 3  # rows that stay of a longer one
_ROWS = 4  # that one line may take


class Shown(NamedTuple):
    """The lines that stay; `left_out` is the number of the one that counts those that do not."""

    lines: tuple[str | Phrase, ...]
    left_out: int | None = None


def shorten(text: str, columns: int) -> Shown:
    """Return what stays of a message on a screen of so many columns."""
    lines = text.split("\n")
    if not _fits(lines, columns):
        lines = text.rstrip().split("\n")
    if _fits(lines, columns):
        return Shown(tuple(_clipped(line, columns) for line in lines))
    first = [*_within(_FIRST, lines, columns)]
    last = [*_within(_LAST, reversed(lines), columns)]
    told = counted(
        len(lines) - len(first) - len(last), "… 1 more line …", "… {count:,} more lines …"
    )
    return Shown((*first, told, *reversed(last)), len(first))


def _fits(lines: Iterable[str], columns: int) -> bool:
    """Return whether lines, each clipped, take no more rows than may stay."""
    rows = 0
    for line in lines:
        rows += _rows(line, columns)
        if rows > MOST:
            return False
    return True


def _within(most: int, lines: Iterable[str], columns: int) -> Iterator[str | Phrase]:
    """Yield the first lines, clipped, that take so many rows at most; one at least."""
    rows = 0
    for line in lines:
        rows += _rows(line, columns)
        if rows > max(most, _rows(line, columns)):
            return
        yield _clipped(line, columns)


def _rows(line: str, columns: int) -> int:
    """Return how many rows a line takes, clipped."""
    if 2 * len(line) <= columns:  # no character is wider
        return 1
    if len(line) > _ROWS * columns:
        return _ROWS
    return min(_ROWS, max(1, -(-get_cwidth(line) // columns)))


def _clipped(line: str, columns: int) -> str | Phrase:
    """Return a line, of a very long one its ends: some rows of the screen."""
    if len(line) <= _ROWS * columns and get_cwidth(line) <= _ROWS * columns:
        return line
    begin, end = _start(line, 2 * columns), _start(line[::-1], columns)[::-1]
    count = len(line) - len(begin) - len(end)
    return Phrase("{begin} … {count:,} more characters … {end}", begin=begin, count=count, end=end)


def _start(line: str, columns: int) -> str:
    """Return the start of a line that takes so many columns at most, but for zero-width ends."""
    width = 0
    for at, char in enumerate(line[: columns + 1]):
        width += get_cwidth(char)
        if width > columns:
            return line[:at]
    return line[:columns]
