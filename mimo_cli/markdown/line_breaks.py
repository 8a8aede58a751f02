"""Where a row may break: between the units of a text. Pure.

After spaces, and beside any character of a script that is written without them (Hangul is written
with them). By GB/T 15834-2011 (5.1), JIS X 4051 and UAX #14 (classes CL, CP, EX, IN, NS, PO, QU,
OP, PR) a row does not begin with what closes (brackets, quotation marks, points), with a middle
dot, a wave dash, an ellipsis, a slash, a sign of repetition or length, a small kana or a unit's
sign, nor with a reference (`[1]`, `[^1]`), nor does it end with what opens or with a currency sign.
Beyond that:

- A straight quotation mark opens if an even number of them came before it on its line, else it
  closes.
- If a row has room (`glue`), these stay together: an ordinal prefix, its number and what is counted
  (`第十二章`); a number, its unit of measurement or counter, and the currency before it, spaces
  between them or not; a point with what is before it, though a space is between them; the two
  parts of a ruby text in HTML.
- A word that is wider than a row stays whole, so that an address can be copied. But it breaks
  between Hangul syllables, between emoji, and between syllables of scripts that have no spaces
  between words either (`_cluster`): Thai and Lao (no vowel that stands behind its consonant begins
  a row, none that stands before it ends one), Khmer and Burmese (nothing parts stacked consonants,
  or a consonant from the sign that silences it).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mimo_cli.text.widths import cell_width, chop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CJK = (
    "\uff66-\uff9f\u2e80-\u2fff\u3003-\u3007\u3012\u3013\u301c-\u303e\u3041-\u3098\u309b-\u30ff\u3100-\ua4cf"
    "\uf900-\ufaff\ufe30-\ufe4f\uff02-\uff07\uff0a\uff0b\uff0d\uff0f-\uff19\uff1c-\uff1e"
    "\uff20-\uff3a\uff3c\uff3e-\uff5a\uff5c\uff5e\uffe0-\uffe6\U00020000-\U0003fffd"
)
_WIDE_OPEN = (
    "\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u3018\u301a\u301d\uff08\uff3b\uff5b\uff5f"
    "\uff04\uffe1\uffe5\uffe6"
)
_NARROW_OPEN = "\u2018\u201c(\\[{$\u00a3\u00a5\u20a9\u20ac"
_WIDE_CLOSE = (
    "\u3000\u3001\u3002\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u3019\u301b\u301e\u301f\uff01\uff09"
    "\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d\uff60-\uff65"
    # points, dashes, slashes and signs that go on what stands before them
    "\u00b0\u00b7\u2027\u2030\u2032\u2033\u2103\u2109\u301c\u30a0\u30fb\uff05\uff0d\uff0f\uff5e"
    # repetition and length, small kana
    "\u3005\u303b\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e\u3095\u3096"
    "\u309b-\u309e\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30ee\u30f5\u30f6"
    "\u30fc-\u30fe\u31f0-\u31ff\uff67-\uff70\uff9e\uff9f"
    # exclamations that are one character, and small forms
    "\u203c\u2047-\u2049\ufe50-\ufe57\ufe5a\ufe5c\ufe5e\ufe6a"
)
_NARROW_CLOSE = "\u2019\u201d\u2025\u2026\u22ef\u00b2\u00b3\u00b9\u2070-\u209c,.;:?!)\\]}%/"
_POINTS = (
    "\u3001\u3002\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\u300b\u300d\u300f\u3011"
    "\u2103\u2030\uff05"
)
_MARKS = "\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\u200d\U000e0100-\U000e01ef"
_NUMERAL = "0-9\uff10-\uff19\u3007\u25cb零一二三四五六七八九十百千萬万廿卅几幾两兩"
_MEASURE = (
    r"(?:[kKMGTPmn\u00b5\u03bc]?(?:B|iB|b|bit|bps|Hz|Wh?|V|Ah?|m|g|s|L|l|Pa|J|N|mol)|[KMGT]iB"
    r"|cm|dB|min|h|px|pt|dpi|fps|rpm|\u00b0[CF]?|\u2103|\u2109|%|\u2030|\uff05|[\u00a3\u20ac])"
    r"(?:/(?:s|h|min|kg|m|L))?[\u00b2\u00b3]?(?![A-Za-z0-9])"
)
_COUNTER = (
    "[余多十百千万萬亿億]*"
    "(?:[公千厘毫平立微纳分][里米克升方钟分斤]米?|[小星个個][时時期月]|[美日欧港韩][元圆]|分鐘|時間"
    "|年[代级]|季度|世[纪紀]|阶段"
    "|[年月日号號时時点點分秒周天岁歲歳元円圆角块塊米克升吨度倍个個篇人名位次回遍种種条條件只台]"
    "|[章节節页頁行列步项項款卷级級层層楼本张枚匹つ]|(?<=[十百千万萬亿億]))"
)
_IDEOGRAPH = "[\u3400-\u4dbf\u4e00-\u9fff]"
_CLOSED = rf"(?:[{_MARKS}{_WIDE_CLOSE}{_NARROW_CLOSE}]|\[\^?\w[\w,\-]{{0,15}}\])*"
_WORD = (  # a run of what opens belongs to the word behind it, if that is one without spaces
    f"(?:[^ \n{_CJK}{_WIDE_OPEN}{_WIDE_CLOSE}{_NARROW_OPEN}]"
    f"|[{_NARROW_OPEN}]++(?![{_CJK}{_WIDE_OPEN}]))+"
)
_OPENED = f"[{_WIDE_OPEN}{_NARROW_OPEN}]*+"
_ONE = f"[{_CJK}{_WIDE_CLOSE}]"
_LEFT_OVER = f"[{_WIDE_OPEN}{_NARROW_OPEN}]+"
_ORDINAL = (
    f"第 ?(?:[{_NUMERAL}]+(?:[-.~\u2013\u3001\uff5e][{_NUMERAL}]+)*|[A-Za-z](?![A-Za-z]))"
    f"(?: ?(?:{_COUNTER}|{_IDEOGRAPH}))?"
)
_GLUED = re.compile(
    rf"{_OPENED}(?:{_ORDINAL}|<ruby>[^\n]{{1,80}}?</ruby>|{_ONE}"
    rf"|(?:(?<=[$\u00a3\u00a5\u20a9\u20ac\uffe5\uff04]) (?=[0-9]))?{_WORD}"
    rf"(?:(?<=[0-9]) {_MEASURE}(?:{_WORD})?|(?<=[0-9]) ?{_COUNTER})?"
    rf"){_CLOSED}(?: +(?:[{_POINTS}]{_CLOSED}|[!?;:](?= |$)))*|{_LEFT_OVER}"
)
"""A unit with what stays beside it, if a row has room."""

_THAI_TONE = "[\u0e48-\u0e4e\u0ec8-\u0ece]*"
_THAI_CONSONANT = "[\u0e01-\u0e2e\u0e81-\u0eae]"
_THAI = (
    # what never ends a syllable, up to the consonant that does; else up to the vowel's last sign
    f"(?:[\u0e40\u0ec0]{_THAI_CONSONANT}+[\u0e35\u0e37]{_THAI_TONE}[\u0e22\u0e2d]"
    f"|[\u0e40-\u0e44\u0ec0-\u0ec4]?{_THAI_CONSONANT}[\u0e31\u0e47\u0eb1\u0ebb]"
    f"{_THAI_TONE}{_THAI_CONSONANT}|[\u0e40-\u0e44\u0ec0-\u0ec4]?[\u0e00-\u0eff])"
    "[\u0e2f-\u0e3a\u0e45-\u0e4e\u0eb0-\u0ebd\u0ec6-\u0ece]*"
)
_STACKED = (
    "[\u1000-\u109f\u1780-\u17ff\uaa60-\uaa7f]"
    "(?:[\u102b-\u1038\u103a-\u103e\u104a\u104b\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074"
    "\u1082-\u108d\u108f\u109a-\u109d\u17b4-\u17d1\u17d3-\u17d5\u17d7\u17dd]"
    "|[\u1039\u17d2][\u1000-\u109f\u1780-\u17ff]|[\u1000-\u1021]\u103a)*"
)
_HANGUL = "(?:[\uac00-\ud7a3]|[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7fb]+)"
_PICTURE = (
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3"
    "|[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff](?:[\ufe0f\U0001f3fb-\U0001f3ff]"
    "|\u200d[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff])*)"
)


@cache
def _unit() -> re.Pattern[str]:
    """Return the pattern of a unit without what may stay beside it. Few texts need it."""
    return re.compile(f"{_OPENED}(?:{_ONE}|{_WORD}){_CLOSED}|{_LEFT_OVER}")


@cache
def _cluster() -> re.Pattern[str]:
    """Return the pattern of what a word consists of that has to break without a space in it."""
    one = f"{_OPENED}(?:{_THAI}|{_STACKED}|{_HANGUL}|{_PICTURE})"
    # What opens is passed as a whole: a run of it is not looked through from each of its marks.
    return re.compile(f"{one}{_CLOSED}|(?:(?!{one})(?:{_LEFT_OVER}+|.))+")


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
    for left, right in _glued(line, width, wide):
        yield start + left, start + right


def _glued(line: str, width: int, wide: bool) -> Iterator[tuple[int, int]]:
    """Yield the units of a line; of one that is too wide the smaller ones that it consists of."""
    for glued in _GLUED.finditer(line):
        if not _is_wider(glued, width, wide):
            yield glued.span()
            continue
        for unit in _unit().finditer(line, *glued.span()):
            if unit[0].isascii() or not _is_wider(unit, width, wide):
                yield unit.span()
            else:
                yield from (part.span() for part in _cluster().finditer(line, *unit.span()))


def _is_wider(found: re.Match[str], width: int, wide: bool) -> bool:
    """Return whether a unit is wider than a row; most are too short to be measured."""
    start, end = found.span()
    return (end - start) * 2 > width and cell_width(found[0], wide=wide) > width


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
