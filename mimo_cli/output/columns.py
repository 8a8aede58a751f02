"""Lists on a terminal: columns that line up and give way; times as ages, words that were found.

Pure. What is wider than the screen gives way in this order:

1. Columns that may be wrapped or cut get narrower, the widest first, down to the least of each;
   but not where that breaks a word, or the part of an address, that there is room for.
2. Columns that may leave the row do so, in the order in which they are marked: they go on rows of
   their own below it, or are left out, which is told.
3. Only the first column stays, and all others go below it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal, NamedTuple

from mimo_cli.common_phrases import listed
from mimo_cli.output import wrapping
from mimo_cli.output.sanitize import sanitize
from mimo_cli.phrases import ENGLISH, NOTHING, Phrase, rendered
from mimo_cli.text.widths import chop

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from mimo_cli.phrases import Translations
    from mimo_cli.text.widths import Screen

    _Words = Callable[[int], Sequence[int]]

Narrow = Literal["stay", "wrap", "words", "cut"]
"""What a cell does that is wider than its column.

It never is; it has more rows; the same, but in the last column what cannot be broken well stays
whole, so that it can be copied; it ends in "…".
"""

_GAP = "  "
_POINTS = ".,;:"
_ELLIPSIS = "…"
_INDENT = 4  # cells before what is below a row
_SPACE = re.compile(r"\s+")
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86_400, 31_536_000


class Column(NamedTuple):
    """A column, and how it gives way.

    `least` is how many cells it keeps beside others. `leaves` is when it leaves the row, 1 for the
    first to go, 0 for never as long as there are columns; `below` is whether it can then be read
    below the row. `is_right` is where its cells stand: numbers do.
    """

    head: Phrase = NOTHING
    narrow: Narrow = "stay"
    least: int = 10
    leaves: int = 0
    below: bool = True
    is_right: bool = False


NAME_AND_TEXT = (Column(), Column(narrow="words", least=24, leaves=1))
"""Columns of names, and of what is said of each."""


class ColumnWidths(NamedTuple):
    """Which columns are beside one another on a screen, by number, with their widths in cells."""

    columns: Sequence[Column]
    screen: Screen
    beside: dict[int, int]
    below: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()

    def row(
        self, cells: Sequence[str], labels: Sequence[str] = (), whole: Collection[str] = ()
    ) -> str:
        """Return one row of cells as lines; `labels` go before what is below it.

        Texts that are `whole` are words to "words".
        """
        parts = [self._lines(cells[at], at, width, whole) for at, width in self.beside.items()]
        height = max(map(len, parts)) if any(cells[at] for at in self.beside) else 0
        blank = [" " * width for width in self.beside.values()]
        lines = [
            _GAP.join(
                part[at] if at < len(part) else none
                for part, none in zip(parts, blank, strict=True)
            )
            for at in range(height)
        ]
        lines += [
            line
            for at in self.below
            if cells[at]
            for line in self._under(cells[at], at, labels, whole)
        ]
        return "".join(f"{line.rstrip(' ')}\n" for line in lines)

    def _lines(self, text: str, at: int, width: int, whole: Collection[str]) -> list[str]:
        column = self.columns[at]
        is_last = at == max(self.beside)
        narrow = "wrap" if column.narrow == "words" and not is_last else column.narrow
        space = self.screen.part(width)
        return [_pad(row, space, column) for row in _fitted(text, space, narrow, whole)]

    def widest_row(self, texts: Sequence[str], at: int) -> int:
        """Return how many cells texts take up in a column."""
        width = self.beside[at]
        space, narrow = self.screen.part(width), self.columns[at].narrow
        rows = (row for text in texts for row in _fitted(text, space, narrow, ()))
        return min(width, max(map(self.screen.width, rows), default=0))

    def _under(
        self, text: str, at: int, labels: Sequence[str], whole: Collection[str]
    ) -> Iterator[str]:
        """Yield the lines of a cell that has them to itself."""
        narrow = self.columns[at].narrow
        label = labels[at] if labels else ""
        screen = self.screen
        indent = min(_INDENT, max(0, screen.columns - wrapping.LEAST))
        if narrow == "stay":
            indent = max(0, min(indent, screen.columns - screen.width(text)))
        room = screen.part(max(1, screen.columns - indent))
        if label and narrow == "stay" and not room.fits(f"{label} {text}"):
            yield from (" " * indent + line for line in _fitted(label, room, "wrap", ()))
            label = ""
        words = f"{label} {text}" if label else text
        yield from (" " * indent + line for line in _fitted(words, room, narrow, whole))


class Table(NamedTuple):
    """A list as it is printed, and the heads of what a narrow screen has no room for."""

    text: str
    left_out: tuple[Phrase, ...] = ()

    def remark(self, hint: Phrase) -> Phrase:
        """Return what is said of the columns that are left out, with what to do about it."""
        template = "no room here for {columns}: {hint}"
        return Phrase(template, columns=listed(self.left_out), hint=hint)


def table(
    rows: Sequence[Sequence[str]],
    columns: Sequence[Column],
    screen: Screen,
    *,
    heads: bool = False,
    translations: Translations = ENGLISH,
) -> Table:
    """Return rows of inert texts, or phrases, as lines that fit on the screen if possible.

    With `heads` those of the columns are above them. A column in which there is nothing is none.
    """
    if not rows:
        return Table("")
    cells = [[rendered(text, translations) for text in row] for row in rows]
    names = [column.head.rendered(translations) if heads else "" for column in columns]
    natural = [max(map(screen.width, column)) for column in zip(*cells, strict=True)]
    widths = zip(natural, map(screen.width, names), strict=True)
    needed = [most and max(most, head) for most, head in widths]
    words = _words(cells, screen)
    layout = _tightened(lay_out(columns, needed, screen, words), cells, needed, words)
    labels = [it and Phrase("{name}:", name=it).rendered(translations) for it in names]
    above = layout._replace(below=()).row(names) if heads else ""
    text = above + "".join(layout.row(row, labels) for row in cells)
    return Table(text, tuple(columns[at].head for at in layout.left_out))


def lay_out(
    columns: Sequence[Column],
    natural: Sequence[int],
    screen: Screen,
    words: _Words = lambda _: (),
) -> ColumnWidths:
    """Return where columns go whose widest cells are so wide, 0 for a column that is empty.

    `words` returns what is not to be broken in a column, in steps: cells that it needs, and those
    for what is less important.
    """
    beside = [at for at, width in enumerate(natural) if width]
    leaving = sorted((at for at in beside if columns[at].leaves), key=lambda at: columns[at].leaves)
    gone: list[int] = []
    width = screen.columns
    while leaving and not _can_fit(columns, natural, beside, width):
        gone.append(leaving.pop(0))
        beside.remove(gone[-1])
    if not _can_fit(columns, natural, beside, width):
        gone += beside[1:]
        beside = beside[:1]
    below = tuple(at for at in sorted(gone) if columns[at].below or not columns[at].leaves)
    left_out = tuple(at for at in sorted(gone) if at not in below)
    shares = _shares(columns, natural, beside, width, words)
    return ColumnWidths(columns, screen, shares, below, left_out)


def _words(cells: Sequence[Sequence[str]], screen: Screen) -> _Words:
    """Return what measures the words in a column."""
    return lambda at: [
        max(them) for them in zip(*(wrapping.widest(row[at], screen) for row in cells), strict=True)
    ]


def _tightened(
    layout: ColumnWidths, cells: Sequence[Sequence[str]], natural: Sequence[int], words: _Words
) -> ColumnWidths:
    """Return a layout in which the cells that no row of a column fills are given to the others."""
    used = list(natural)
    for at, width in layout.beside.items():
        if width < natural[at] and layout.columns[at].narrow == "wrap":
            used[at] = layout.widest_row([row[at] for row in cells], at)
    shares = _shares(layout.columns, used, [*layout.beside], layout.screen.columns, words)
    return layout._replace(beside=shares)


def age(seconds: float) -> Phrase:
    """Return a length of time in its largest unit: `3 min`, `2 h`, `5 d`."""
    if seconds >= _YEAR:
        return Phrase("{count} y", count=int(seconds // _YEAR))
    if seconds >= _DAY:
        return Phrase("{count} d", count=int(seconds // _DAY))
    if seconds >= _HOUR:
        return Phrase("{count} h", count=int(seconds // _HOUR))
    if seconds >= _MINUTE:
        return Phrase("{count} min", count=int(seconds // _MINUTE))
    return Phrase("{count} s", count=max(0, int(seconds)))


def cut(text: str, screen: Screen) -> str:
    """Return as much of a text as a screen's row holds, with an ellipsis where it is cut."""
    if screen.fits(text):
        return text
    room = screen.columns - screen.width(_ELLIPSIS)
    kept = chop(text, room, wide=screen.wide)[0] if room > 0 else ""
    return f"{kept}{_ELLIPSIS}" if screen.width(kept) <= room else _ELLIPSIS


def cut_at_word(text: str, screen: Screen) -> str:
    """Return as many whole words of a text as a screen's row holds, as `cut` if it holds none."""
    shown = cut(text, screen)
    words = shown.rpartition(" ")[0]
    return f"{words.rstrip(_POINTS)}{_ELLIPSIS}" if shown != text and words else shown


def cut_middle(text: str, screen: Screen) -> str:
    """Return a name as a screen's row holds it: of a longer one the beginning and the end.

    The end of a file's name tells what it is.
    """
    if screen.fits(text):
        return text
    room = screen.columns - screen.width(_ELLIPSIS)
    half = room // 2
    if not half:
        return cut(text, screen)
    end = chop(text[::-1], half, wide=screen.wide)[0][::-1]
    while unicodedata.combining(end[:1]) or screen.width(end) > half:
        end = end[1:]
    return cut(text, screen.part(screen.columns - screen.width(end))) + end


def marked_rows(
    text: str, matches: Sequence[tuple[int, int]], style: Callable[[str], str], screen: Screen
) -> list[str]:
    """Return a text as inert rows, with what matched (beginning, end) in a style."""
    parts: list[tuple[str, bool]] = []
    position = 0
    for start, end in matches:
        parts += [(_inert(text[position:start]), False), (_inert(text[start:end]), True)]
        position = end
    parts.append((_inert(text[position:]), False))
    words = "".join(part for part, _ in parts)
    rows = wrapping.bounds(words.rstrip(" "), screen, cut=True)
    return ["".join(_styled_part(parts, bounds, style)).strip(" ") for bounds in rows]


def _styled_part(
    parts: Sequence[tuple[str, bool]], bounds: tuple[int, int], style: Callable[[str], str]
) -> Iterator[str]:
    """Yield what lies within bounds of parts, those that matched in a style."""
    at = 0
    for part, has_matched in parts:
        text = part[max(0, bounds[0] - at) : max(0, bounds[1] - at)]
        yield style(text) if has_matched and text else text
        at += len(part)


def _can_fit(
    columns: Sequence[Column], natural: Sequence[int], beside: Sequence[int], screen: int
) -> bool:
    least = [_least(columns[at], natural[at]) for at in beside]
    return sum(least) + len(_GAP) * (len(least) - 1) <= screen


def _least(column: Column, natural: int) -> int:
    return natural if column.narrow == "stay" else min(natural, column.least)


def _shares(
    columns: Sequence[Column],
    natural: Sequence[int],
    beside: Sequence[int],
    screen: int,
    words: _Words,
) -> dict[int, int]:
    """Return the width of each column: the widest that can give way do, until all have room."""
    if len(beside) == 1 and columns[beside[0]].narrow != "stay":
        return {beside[0]: min(natural[beside[0]], max(1, screen))}
    widths = {
        at: natural[at] if columns[at].narrow == "stay" else min(natural[at], screen)
        for at in beside
    }
    excess = sum(widths.values()) + len(_GAP) * (len(widths) - 1) - screen
    if excess <= 0:
        return widths
    least = {at: _least(columns[at], natural[at]) for at in beside}
    room = sum(widths.values()) - excess - sum(least.values())
    least = _with_whole_words(least, widths, room, columns, words)
    giving = [at for at in beside if widths[at] > least[at]]
    while excess > 0 and giving:
        widest = max(giving, key=lambda at: (widths[at], at))
        widths[widest] -= 1
        excess -= 1
        if widths[widest] <= least[widest]:
            giving.remove(widest)
    return widths


def _with_whole_words(
    least: dict[int, int],
    natural: dict[int, int],
    room: int,
    columns: Sequence[Column],
    words: _Words,
) -> dict[int, int]:
    """Return least widths and as much of some more cells of room as keeps words whole.

    In each step all columns get what they need for it before the next one begins; the first ones,
    and of those that may leave the row the last to go, before others. A column in which a part has
    to be cut gets what is left.
    """
    wrapped = [at for at in least if columns[at].narrow == "wrap" and natural[at] > least[at]]
    wrapped.sort(key=lambda at: (columns[at].leaves > 0, -columns[at].leaves))
    widths = dict(least)
    cut: list[int] = []
    for number, step in enumerate(zip(*(words(at) for at in wrapped), strict=True)):
        for at, needed in zip(wrapped, step, strict=True):
            more = max(0, min(needed, natural[at]) - widths[at])
            if more <= room:
                widths[at] += more
                room -= more
            elif number == 0:
                cut.append(at)
        if cut:
            widths[cut[0]] += room
            break
    return widths


def _fitted(text: str, screen: Screen, narrow: Narrow, whole: Collection[str]) -> list[str]:
    match narrow:
        case "stay":
            return [text]
        case "cut":
            return [cut(text, screen)]
        case "wrap":
            return wrapping.rows(text, screen, cut=True)
        case "words":
            return wrapping.rows(text, screen, whole=whole)


def _pad(text: str, screen: Screen, column: Column) -> str:
    space = " " * (screen.columns - screen.width(text))
    return space + text if column.is_right else text + space


def _inert(text: str) -> str:
    return _SPACE.sub(" ", sanitize(text))
