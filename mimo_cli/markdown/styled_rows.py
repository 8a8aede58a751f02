"""Rows of styled text, which layout makes and the painter writes: `rich.text.Text`.

A row is one line: it holds no control characters, not even a newline. It is styled by spans alone,
each with the name of a role, in the order in which they begin, outer ones before inner ones; what
a role looks like is decided by the theme. The style that a `Text` has as a whole stays empty: `==`
ignores it, and a change of it would not be painted.

A `Text` can be changed in place. Nothing here changes one that it was given, and who keeps rows
for another time gives away copies.
"""

from __future__ import annotations

import re
from collections import deque
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from rich.text import Span, Text

from mimo_cli.text.widths import cell_width, chop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Row = Text

# Whatever the text's sanitiser let through or an entity (`&#x202e;`) spells afterwards: controls,
# surrogates, line separators, bidirectional overrides and isolates, tags. Newline and tab stay.
_ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)


def inert(text: str) -> str:
    """Replace every character that could steer a terminal by U+FFFD.

    It comes before any row is made of a text: `Text` drops some controls, and says nothing.
    """
    return _ACTIVE.sub("\ufffd", text)


def row_of(text: str, *roles: str) -> Row:
    """Return a row all of which has these roles, outermost first; the empty row for no text."""
    return Text(text, spans=[Span(0, len(text), role) for role in roles] if text else None)


def row_text(row: Row) -> str:
    """Return the row without its styles."""
    return row.plain


def row_width(row: Row, *, wide: bool = False) -> int:
    """Return the width of a row, in cells; `wide` is explained at `cell_width`."""
    return cell_width(row.plain, wide=wide)


def join_rows(parts: Iterable[Row | str]) -> Row:
    """Return rows one after another as one; a `str` has no role."""
    text = ""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        at = len(text)
        text += part.plain
        spans += [Span(start + at, end + at, role) for start, end, role in part.spans]
    return Text(text, spans=spans)


def row_part(row: Row, start: int, end: int | None = None) -> Row:
    """Return the characters `start` up to `end` of a row, or of a text of several lines."""
    text = row.plain[start:end]
    last = start + len(text)
    return Text(
        text,
        spans=[
            Span(max(0, begins - start), min(ends, last) - start, role)
            for begins, ends, role in row.spans
            if begins < last and ends > start and text
        ],
    )


def row_parts(row: Row, places: Iterable[tuple[int, int]]) -> Iterator[Row]:
    """Yield several parts of a row, or of a text of several lines, each span looked at once.

    Args:
        row: has its spans in the order in which they begin.
        places: where each part starts and ends, one behind another.
    """
    text = row.plain
    rest = deque(row.spans)
    open_spans: list[Span] = []
    for start, end in places:
        while rest and rest[0].start < end:
            open_spans.append(rest.popleft())
        open_spans = [span for span in open_spans if span.end > start]
        spans = [
            Span(max(0, begins - start), min(ends, end) - start, role)
            for begins, ends, role in open_spans
        ]
        yield Text(text[start:end], spans=spans if start < end else None)


def strip_end(row: Row) -> Row:
    """Return a row without the spaces at its end. An ideographic space stays: it can be seen."""
    text = row.plain
    return row_part(row, 0, len(text.rstrip(" "))) if text.endswith(" ") else row


def fold(row: Row, width: int, *, wide: bool = False) -> list[Row]:
    """Return the screen rows that a terminal of `width` columns makes of one row."""
    if row_width(row, wide=wide) <= width:
        return [row]
    ends = [*accumulate(map(len, chop(row.plain, width, wide=wide)))]
    return [*row_parts(row, pairwise([0, *ends]))]
