"""Where a row may break: between the units of a text. Pure.

After spaces, and beside any character of a script that is written without them (Hangul is written
with them). By GB/T 15834-2011 (5.1), JIS X 4051 and UAX #14 (classes CL, CP, EX, NS, PO, QU, OP,
PR) a row does not begin with what closes (brackets, quotation marks, points), with a middle dot, a
wave dash, a slash, a sign of repetition or length, a small kana or a unit's sign, nor does it end
with what opens or with a currency sign. Beyond that:

- A straight quotation mark opens if an even number of them came before it on its line, else it
  closes.
- An ordinal prefix stays with its number.
- So does a number with its unit of measurement, though a space is between them, if a row has room.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.text.widths import cell_width, chop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CJK = (
    "\u2e80-\u2fff\u3003-\u3007\u3012\u3013\u301c-\u303e\u3041-\u3098\u309b-\u30ff\u3100-\ua4cf"
    "\uf900-\ufaff\ufe30-\ufe4f\uff02-\uff07\uff0a\uff0b\uff0d\uff0f-\uff19\uff1c-\uff1e"
    "\uff20-\uff3a\uff3c\uff3e-\uff5a\uff5c\uff5e\uffe0-\uffe6\U00020000-\U0003fffd"
)
_WIDE_OPEN = (
    "\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u3018\u301a\u301d\uff08\uff3b\uff5b\uff5f"
    "\uff04\uffe1\uffe5\uffe6"
)
_NARROW_OPEN = "\u2018\u201c(\\[{$\u00a3\u00a5\u20a9\u20ac"
_WIDE_CLOSE = (
    "\u3001\u3002\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u3019\u301b\u301e\u301f\uff01\uff09"
    "\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d\uff60-\uff65"
    # points, dashes, slashes and signs that go on what stands before them
    "\u00b0\u00b7\u2027\u2030\u2032\u2033\u2103\u2109\u301c\u30a0\u30fb\uff05\uff0d\uff0f\uff5e"
    # repetition and length, small kana
    "\u3005\u303b\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e\u3095\u3096"
    "\u309b-\u309e\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30ee\u30f5\u30f6"
    "\u30fc-\u30fe\u31f0-\u31ff"
)
_NARROW_CLOSE = "\u2019\u201d\u2026,.;:?!)\\]}%/"
_MARKS = "\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\u200d\U000e0100-\U000e01ef"
_NUMERAL = (
    "0-9\uff10-\uff19\u3007\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e\u5343"
)
_MEASURE = (
    r"(?:[kKMGTPmn\u00b5\u03bc]?(?:B|iB|b|bit|bps|Hz|Wh?|V|Ah?|m|g|s|L|l|Pa|J|N|mol)|[KMGT]iB"
    r"|cm|dB|min|h|px|pt|dpi|fps|rpm|\u00b0C|\u00b0F|\u2103|%)(?:/(?:s|h|min|kg|m|L))?[\u00b2\u00b3]?"
)
_CLOSED = f"[{_MARKS}{_WIDE_CLOSE}{_NARROW_CLOSE}]*"
_WORD = f"(?:(?![{_NARROW_OPEN}]+[{_CJK}{_WIDE_OPEN}])[^ \n{_CJK}{_WIDE_OPEN}{_WIDE_CLOSE}])+"
_UNIT = re.compile(
    f"[{_WIDE_OPEN}{_NARROW_OPEN}]*+"
    f"(?:(?:\u7b2c[{_NUMERAL}]+|[{_CJK}]){_CLOSED}"
    f"|{_WORD}(?:(?<=[0-9]) {_MEASURE}(?![A-Za-z0-9])(?:{_WORD})?)?(?:[{_WIDE_CLOSE}]{_CLOSED})?"
    f"|[{_WIDE_CLOSE}]{_CLOSED})"
    f"|[{_WIDE_OPEN}{_NARROW_OPEN}]+"
)


def units(
    text: str, start: int, end: int, width: int, *, wide: bool = False
) -> Iterator[tuple[int, int]]:
    """Yield where each unit of a line begins and ends: between two of them a row may break.

    Args:
        text: holds the line.
        start: where the line begins.
        end: where it ends.
        width: cells in a row.
        wide: is explained at `cell_width`.
    """
    line = _with_paired_quotes(text[start:end])
    for unit in _UNIT.finditer(line):
        left, right = start + unit.start(), start + unit.end()
        space = unit[0].find(" ")
        if space > 0 and cell_width(unit[0], wide=wide) > width:
            yield left, left + space
            left += space + 1
        yield left, right


def fill(
    text: str,
    pieces: Iterable[tuple[int, int]],
    width: int,
    *,
    cut: bool = False,
    start: int = 0,
    used: int = -1,
    wide: bool = False,
) -> Iterator[tuple[int, int]]:
    """Yield where each row of a line that begins at `start` begins and ends.

    Between two `pieces` a row may break. One that is wider than a row has a row of its own; with
    `cut`, it is cut. `used` are cells of the first row that are taken already; -1: it is empty.
    `wide` is explained at `cell_width`.
    """
    end = start
    for left, right in pieces:
        gap = left - end
        size = cell_width(text[left:right], wide=wide)
        if used > 0 and used + gap + size > width:
            yield start, end
            used = -1
        if used < 0:
            start, gap, used = left, 0, 0
        if cut and size > width:
            *full, last = chop(text[left:right], width, wide=wide)
            end = left
            for piece in full:
                end += len(piece)
                yield start, end
                start = end
            size = cell_width(last, wide=wide)
        end = right
        used += gap + size
    yield start, end


def _with_paired_quotes(line: str) -> str:
    """Return a line of the same length with quotation marks that open and close."""
    if '"' not in line:
        return line
    parts = line.split('"')
    marks = ("\u201c\u201d" * len(parts))[: len(parts) - 1]
    return "".join(part + mark for part, mark in zip(parts, [*marks, ""], strict=True))
