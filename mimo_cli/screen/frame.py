"""Rows → the screen, by difference.

Between frames the cursor rests in the first column of the first live row that is not blank. A
frame goes to the first place that differs from what is on the screen, writes from there, and comes
back. So nothing is ever counted across rows that are final, whatever widths the terminal gives to
its glyphs.

A terminal tells of a new size late: tmux by up to 250 ms, a connection by the time it takes. One
that became lower has deleted rows below the cursor by then (tmux: screen_resize_y), and meanwhile
frames go on. So
- the way down is by line feeds: they make a missing row anew, and the way back ends where it began;
- of the rows that become final, only the cursor's own, which no terminal deletes, is mended by its
  difference. Those below it are written in full, whatever is there;
- if it became narrower, the cursor's own row may have become two, and is written in full as well.
  That costs a second writing of most rows, so it is done only where the time is long (`late`).
What is still live is painted anew as soon as the new size is known.

Sequences used (ECMA-48, and DEC private modes as every terminal since the VT220 has them): cursor
up and right; erase to the end of the line and of the screen; delete line; SGR; mode 7 (autowrap).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING

from mimo_cli.markdown.styled_rows import row_part, row_text
from mimo_cli.text.widths import cell_width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.markdown.styled_rows import Row

WRAP_OFF, WRAP_ON = "\x1b[?7l", "\x1b[?7h"
_ERASE_LINE = "\x1b[K"
_ERASE_BELOW = "\x1b[J"
# On a row that may be the first. Not at once: tmux copies the screen into its history if all of it
# is erased from the top left corner.
_ERASE_ALL = "\x1b[K\x1b[C\x1b[J\r"

TALL = 6
"""From so many live rows on, the cursor's own is not certain: their window may have gone on, or the
terminal may have become lower than they are, so that the way back was too short."""

# Printable ASCII, kana, Chinese characters and Hangul syllables, and their punctuation.
_CERTAIN = "[ -~\u3001-\u3011\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3\uff01-\uff5e]"
_ALL_CERTAIN = re.compile(f"{_CERTAIN}*")
_LONG_RUN = re.compile(f"{_CERTAIN}{{7,}}")  # to skip it is shorter than to write it


def frame_update(old: Sequence[Row], done: Sequence[Row], shown: Sequence[Row], pen: Pen) -> str:
    """Return what turns the `old` live rows on the screen into final rows and those `shown`."""
    new, rest, above = [*done, *shown], len(done) + _resting_row(shown), _resting_row(old)
    kept = min(above, _blank_count(new[:rest]))
    back, old, new, final, rest = (
        above - kept,
        old[kept:],
        new[kept:],
        len(done) - kept,
        rest - kept,
    )
    text = _commit(old, new, final, rest, pen) if final > 0 else _redraw(old, new, rest, pen)
    return _move(back, "A") + text


def erase_live(old: Sequence[Row]) -> str:
    """Return what takes the live rows off the screen."""
    return "\r" + _move(_resting_row(old), "A") + _ERASE_ALL


def leave_live(old: Sequence[Row]) -> str:
    """Return what leaves them there, with the cursor on the row below."""
    return "\r" + "\n" * (len(old) - _resting_row(old))


def _resting_row(live: Sequence[Row]) -> int:
    """Return the index of the live row on which the cursor rests: the first that is not blank.

    Blank rows are never wrong, nor do they become several.
    """
    return min(_blank_count(live), max(0, len(live) - 1))


def _blank_count(rows: Sequence[Row]) -> int:
    """Return how many rows are blank before the first that is not."""
    return sum(1 for _ in takewhile(lambda row: not row, rows))


def _redraw(old: Sequence[Row], new: Sequence[Row], rest: int, pen: Pen) -> str:
    """Write from the first of the live rows that differs; come back to the row to rest on."""
    if not new:
        return _ERASE_ALL if old else ""
    scrolled = _scrolled_by(old, new) if len(new) >= TALL else 0
    unsure = rest > 0 or len(new) < TALL <= len(old)
    old = old[scrolled:]
    first = _first_difference(old, new)
    if unsure:  # the row to rest on may have been deleted
        first = min(first, rest)
    elif first == len(new) == len(old):
        return ""
    parts = [_move(scrolled, "M"), "\n" * first]
    for index in range(first, len(new)):
        before = old[index] if index < len(old) else None
        if index == rest and unsure:
            parts.append(pen.rewrite(before, new[index]))
        else:
            parts.append(pen.update(before, new[index]))
        parts.append("\r\n")
    if len(old) > len(new):
        return "".join([*parts, _ERASE_BELOW, _move(len(new) - rest, "A")])
    return "".join([*parts[:-1], "\r", _move(len(new) - 1 - rest, "A")])


def _commit(old: Sequence[Row], new: Sequence[Row], final: int, rest: int, pen: Pen) -> str:
    """Return what draws rows of which the first are final: all in full but what is certain."""
    parts = []
    is_mended = 0 < len(old) < TALL and pen.is_certain(new[0])
    dirty = len(old) > is_mended
    wraps = any(pen.may_wrap(row) for row in new[is_mended:final])
    for index, row in enumerate(new):
        if index == is_mended and wraps:
            parts.append(WRAP_ON)
        if index == final and wraps:
            parts.append(WRAP_OFF)
        if index == 0 and is_mended:
            parts.append(pen.update(old[0], row))
        else:
            if dirty:
                parts.append(_ERASE_BELOW if index else _ERASE_ALL)
                dirty = False
            parts.append(pen.render(row))
        parts.append("\r\n")
    if final == len(new):
        return "".join([*parts, WRAP_OFF * wraps, _ERASE_BELOW * dirty])
    return "".join([*parts[:-1], "\r", _move(len(new) - 1 - rest, "A")])


def _scrolled_by(old: Sequence[Row], shown: Sequence[Row]) -> int:
    """Return by how many rows the window on a taller tail went on; its upper half tells."""
    half = len(old) // 2
    for count in range(1, len(old) - half):
        if old[count : count + half] == shown[:half]:
            return count if old[:half] != shown[:half] else 0
    return 0


def _first_difference(old: Sequence[Row], new: Sequence[Row]) -> int:
    """Return the index of the first row to write."""
    for index, (before, row) in enumerate(zip(old, new, strict=False)):
        if before != row:
            return index
    return min(len(old), len(new))


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes rows, `render`ed, on a screen of so many columns; `late` is explained at Painter."""

    columns: int
    render: Callable[[Row], str]
    late: bool = False

    def fits(self, row: Row) -> bool:
        """Return whether a row takes one row of the screen, whatever the terminal's widths."""
        return _most_cells(row) <= self.columns

    def is_certain(self, row: Row) -> bool:
        """Return whether it still takes one row after a change of size that was not told yet."""
        return not self.may_wrap(row) if self.late else self.fits(row)

    def may_wrap(self, row: Row) -> bool:
        """Return whether it would take more than one if the screen were split in two."""
        return 2 * _most_cells(row) > self.columns

    def rewrite(self, before: Row | None, row: Row) -> str:
        """Return what writes a row over another, or over a blank one; None if nothing is on it."""
        return _ERASE_LINE * (before not in (None, row)) + self.render(row)

    def update(self, before: Row | None, row: Row) -> str:
        """Return the difference between one row, which is on the screen, and another."""
        if row == before:
            return ""
        if before is None or not self.fits(row):
            return self.rewrite(before, row)
        text, count = row_text(row), _common_length(before, row)
        parts, at = [], 0
        for run in _LONG_RUN.finditer(text, 0, count):
            end = run.end() - (run.end() < count)  # what follows may combine with its last one
            if run.start() > at:
                parts.append(self.render(row_part(row, at, run.start())))
            parts.append(_move(cell_width(text[run.start() : end]), "C"))
            at = end
        rest = self.render(row_part(row, at))
        if count < len(row_text(before)):
            # On the last column, the cursor may afterwards be on the last glyph.
            rest = rest + _ERASE_LINE if _most_cells(row) < self.columns else _ERASE_LINE + rest
        return "".join([*parts, rest])


def _common_length(old: Row, new: Row) -> int:
    """Return how many characters two rows begin with alike."""
    text, shown = row_text(new), row_text(old)
    count = least = min(len(text), len(shown))
    if text[:least] != shown[:least]:
        pairs = zip(text, shown, strict=False)
        count = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    count = min(count, _common_style_length(new, old))
    if not _ALL_CERTAIN.fullmatch(text[count : count + 1] + shown[count : count + 1]):
        return max(0, count - 1)  # it may combine with the one before
    return count


def _common_style_length(one: Row, other: Row) -> int:
    """Return up to which character the styles of two rows are the same."""
    least = max(len(one), len(other))
    for span, shown in zip_longest(one.spans, other.spans):
        if span == shown:
            continue
        if None in (span, shown) or (span.start, span.style) != (shown.start, shown.style):
            starts = [it.start for it in (span, shown) if it is not None]
            return min(least, *starts)  # the spans after these start no earlier
        least = min(least, span.end, shown.end)
    return least


def _most_cells(row: Row) -> int:
    """Return the most cells that any terminal may give to a row: two to what is not ASCII."""
    text = row.plain
    return len(text) if text.isascii() else 2 * len(text) - len(text.encode("ascii", "ignore"))


def _move(count: int, direction: str) -> str:
    """Return what moves the cursor up (A) or right (C), or deletes lines (M)."""
    if count < 1:
        return ""
    return f"\x1b[{count if count > 1 else ''}{direction}"
