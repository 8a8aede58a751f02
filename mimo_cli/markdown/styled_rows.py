"""Rows of styled text: the value that layout makes and that the painter writes.

A style is a tuple of role names, outermost first (`("heading2", "code")`); what a role looks
like is decided by the theme alone. Rows hold no control characters, so one row is one line.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.cells import cell_len, split_graphemes

Style = tuple[str, ...]


class Segment(NamedTuple):
    """Text in one style. A plain tuple, because rows are compared and hashed all the time."""

    text: str
    style: Style = ()


Row = tuple[Segment, ...]

EMPTY: Row = ()
TAB_STOP = 4

# Whatever the text's sanitiser let through or an entity (`&#x202e;`) spells afterwards: controls,
# surrogates, line separators, bidirectional overrides and isolates, tags. Newline and tab stay.
_ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)


def inert(text: str) -> str:
    """Replace every character that could steer a terminal by U+FFFD."""
    return _ACTIVE.sub("\ufffd", text)


def cell_width(text: str) -> int:
    """Return the width of a text on the screen, in cells."""
    return len(text) if text.isascii() else cell_len(text)


def row_width(row: Row) -> int:
    """Return the width of a row, in cells."""
    return sum(cell_width(text) for text, _ in row)


def row_text(row: Row) -> str:
    """Return the row without its styles."""
    return "".join(text for text, _ in row)


def row_of(text: str, *style: str) -> Row:
    """Return a row of one segment; the empty row for no text."""
    return (Segment(text, style),) if text else EMPTY


def expand_tabs(text: str) -> str:
    """Replace tabs by spaces up to the next multiple of TAB_STOP, counted in cells."""
    if "\t" not in text:
        return text
    head, *rest = text.split("\t")
    for part in rest:
        head += " " * (TAB_STOP - cell_width(head) % TAB_STOP) + part
    return head


def join_segments(segments: list[Segment]) -> Row:
    """Make a row of segments: join equal neighbours, drop empty ones and spaces at the end."""
    row: list[Segment] = []
    for text, style in segments:
        if row and row[-1].style == style:
            row[-1] = Segment(row[-1].text + text, style)
        elif text:
            row.append(Segment(text, style))
    while row:
        text, style = row.pop()
        if text := text.rstrip(" "):
            row.append(Segment(text, style))
            break
    return tuple(row)


def chop(text: str, width: int) -> list[str]:
    """Cut a text into pieces of at most `width` cells; one wider glyph still makes a piece."""
    if text.isascii():
        return [text[at : at + width] for at in range(0, len(text), width)]
    pieces: list[str] = []
    start = used = 0
    for begin, _, size in split_graphemes(text)[0]:
        if used + size > width and begin > start:
            pieces.append(text[start:begin])
            start, used = begin, 0
        used += size
    return [*pieces, text[start:]]


def fold(row: Row, width: int) -> list[Row]:
    """Return the screen rows that a terminal of `width` columns makes of one row."""
    if row_width(row) <= width:
        return [row]
    folded: list[Row] = []
    line: list[Segment] = []
    used = 0
    for text, style in row:
        rest = text
        while rest:
            if used and used + cell_width(chop(rest, 1)[0]) > width:
                folded.append(tuple(line))
                line, used = [], 0
            piece = chop(rest, width - used)[0]
            line.append(Segment(piece, style))
            used += cell_width(piece)
            rest = rest[len(piece) :]
    return [*folded, tuple(line)]
