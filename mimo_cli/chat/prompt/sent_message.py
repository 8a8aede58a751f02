"""What stays on the screen of a message that was sent: of a long one its ends. Pure."""

from __future__ import annotations

from typing import NamedTuple

from mimo_cli.phrases import Phrase, counted

MOST = 12
"""Lines that a message may have to stay as it is."""
_FIRST, _LAST = 6, 3  # lines that stay of a longer one
_ROWS = 4  # of the screen, that one line may take


class Shown(NamedTuple):
    """The lines that stay; `left_out` is the number of the one that counts those that do not."""

    lines: tuple[str | Phrase, ...]
    left_out: int | None = None


def shorten(text: str, columns: int) -> Shown:
    """Return what stays of a message on a screen of so many columns."""
    lines = text.split("\n")
    if len(lines) > MOST:
        lines = text.rstrip().split("\n")
    if len(lines) <= MOST:
        return Shown(tuple(_clipped(line, columns) for line in lines))
    count = len(lines) - _FIRST - _LAST
    told = counted(count, "… 1 more line …", "… {count:,} more lines …")
    first = [_clipped(line, columns) for line in lines[:_FIRST]]
    last = [_clipped(line, columns) for line in lines[-_LAST:]]
    return Shown((*first, told, *last), len(first))


def _clipped(line: str, columns: int) -> str | Phrase:
    """Return a line, of a very long one its ends: some rows of the screen."""
    if len(line) <= _ROWS * columns:
        return line
    begin, end = line[: columns * 2], line[-columns:]
    count = len(line) - len(begin) - len(end)
    return Phrase("{begin} … {count:,} more characters … {end}", begin=begin, count=count, end=end)
