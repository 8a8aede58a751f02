"""Pieces of a formula beside each other, with the spaces and parentheses that they need."""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple

from mimo_cli.markdown.tex.pieces import (
    NotUnderstoodError,
    Piece,
    is_power,
    starts_raised,
)
from mimo_cli.markdown.tex.tables import beside

_RAISED_AFTER = re.compile(r"(?:^|[\s(\[{=+-])$")
_MIXED = re.compile(r"(?:^|[\s(\[{=<>+,-])\d+$")
_NUMBERS = re.compile(r"\d+/\d+")
_BARE_SCRIPT = re.compile(r".[_^][^\s()]$", re.DOTALL)
_BARE_POWER = re.compile(r".\^[^\W_]$", re.DOTALL)
_ROOT_SIGN = re.compile("[^√∛∜]*[√∛∜]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_LINES = "\u0305\u0332"
"""Combining marks that run together over, or under, neighbours."""

_FACTORS = ("factor", "text", "fraction", "root", "open", "function", "matrix", "rows", "prescript")
_BEFORE_SIGN = ("start", "relation", "binary", "open", "mark", "colon", "tight")
_BEFORE_ROW = ("start", "relation", "open", "mark", "colon")
"""Before the only row of an environment without brackets: what does not count for all of it."""
_TAIL = 40


class _Place(NamedTuple):
    """Where a piece comes: what is before it (the end of the row, a kind), and the kind after."""

    left: str
    before: str
    after: str
    is_in_bars: bool


def joined(pieces: list[Piece], *, wide: bool = False) -> tuple[str, ...]:
    """Put pieces beside each other.

    `wide` is explained at `cell_width`.

    Raises:
        NotUnderstoodError: it would be drawn as another formula.
    """
    blocks: list[tuple[str, ...]] = []
    line: list[str] = []
    left = previous = ""
    before, bars = "start", 0
    _check_points(pieces)
    pieces = _with_whole_spaces(pieces)
    for piece, after in zip(pieces, _kinds_after(pieces), strict=True):
        place = _Place(left, before, after, bars % 2 == 1)
        if before == "rows" and piece.kind != "space":
            if "".join(line).strip():
                _flush(blocks, line)  # they are but one row
            _end_rows(blocks, piece)
            continue
        if len(piece.rows) > 1:
            if piece.kind == "rows" and left.strip() and not left.endswith(" "):
                line.append(" ")
            _flush(blocks, line)
            blocks.append(piece.rows)
            left, before, previous = ")", piece.kind, ""
            continue
        text = _spaced(_text(piece, place), place, previous)
        line.append(text)
        left = (left + text)[-_TAIL:]
        if piece.kind != "space":
            before, previous = _kind(piece), text
            bars += piece.kind == "bar"
    _flush(blocks, line)
    return beside(blocks, wide=wide)


def compact(pieces: list[Piece], *, widest: int = 1) -> list[Piece]:
    """Return pieces without spaces, but for words and wide ones: `x → 0` as `x→0`.

    `widest` is the width of what is left out where a space is asked for.
    """
    return [
        piece._replace(rows=(piece.text.strip(),)) if _is_sign(piece) else piece
        for piece in pieces
        if piece.kind != "space" or len(piece.rows[0]) > widest
    ]


def _check_points(pieces: list[Piece]) -> None:
    r"""Raise NotUnderstoodError where a space would be lost before a decimal's point: `2\,.5`."""
    for space, point, digits in zip(pieces, pieces[1:], pieces[2:], strict=False):
        is_decimal = point.rows[0] == "." and digits.rows[0][:1].isdecimal()
        if is_decimal and space.kind == "space" and space.rows[0]:
            raise NotUnderstoodError


def _with_whole_spaces(pieces: list[Piece]) -> list[Piece]:
    """Return pieces with spaces beside each other as one, as wide as those that are asked for."""
    whole: list[Piece] = []
    for is_space, run in groupby(pieces, key=lambda piece: piece.kind == "space"):
        if not is_space:
            whole += run
            continue
        whole.append(Piece(("".join(piece.rows[0] for piece in run) or " ",), "space"))
    return whole


def _is_sign(piece: Piece) -> bool:
    return piece.kind in ("relation", "binary") and not piece.text.strip().isalpha()


def _flush(blocks: list[tuple[str, ...]], line: list[str]) -> None:
    if line:
        blocks.append(("".join(line),))
        line.clear()


def _end_rows(blocks: list[tuple[str, ...]], piece: Piece) -> None:
    """Put what may follow rows that no bracket ends, punctuation, behind the last of them.

    Raises:
        NotUnderstoodError: it would be read as a part of one row.
    """
    if piece.kind not in ("mark", "tag"):
        raise NotUnderstoodError
    *others, last = blocks.pop()
    blocks.append((*others, last + piece.text))


def _kinds_after(pieces: list[Piece]) -> list[str]:
    """Return for each piece the kind of the next one that is no space."""
    kinds, kind = [], "end"
    for piece in reversed(pieces):
        kinds.append(kind)
        if piece.kind != "space":
            kind = _kind(piece)
    return kinds[::-1]


def _kind(piece: Piece) -> str:
    if piece.kind == "close" and piece.rows[0].startswith("!"):
        return "factorial"
    is_apart = piece.kind == "text" and piece.rows[0][:1].isspace()
    return "mark" if is_apart else piece.kind


def _spaced(text: str, place: _Place, previous: str) -> str:
    """Return a text with a space before it where it would be read as one with what is before."""
    left = place.left
    sign = text.lstrip(" ")
    if not left:
        return sign or text
    if left.endswith(" "):
        missing = len(text) - len(sign) - (len(left) - len(left.rstrip(" ")))
        return " " * missing + sign
    if not text or text[0] == " ":
        return text
    is_line = text[1:2] != "" and text[1] in _LINES and left[-1] == text[1]
    is_script = _BARE_SCRIPT.search(previous) and text[0].isalnum() and not starts_raised(text)
    is_script = is_script or bool(text[0] == "(" and _BARE_POWER.search(previous))
    if left.endswith("!") and text[0] == "=":
        return f" {text}"  # not to be read as "is not equal to"
    is_word = place.before == "text" and _WORD.fullmatch(previous) and text[0].isalpha()
    return f" {text}" if is_line or is_script or (is_word and previous != text) else text


def _text(piece: Piece, place: _Place) -> str:
    """Return the text of a piece with the spaces and parentheses that its neighbours want."""
    if piece.kind == "space":
        if len(piece.text) > 1 and place.after not in ("close", "end"):
            return piece.text
        is_left = place.before in ("start", "open", "tight") or place.after in (
            "close",
            "factorial",
            "tight",
            "end",
        )
        return "" if is_left or place.after == "mark" else piece.text
    if mixed := _mixed(piece, place):
        return mixed
    text = _drawn(piece, place)
    if piece.kind == "prescript" and not _may_stand(place):
        raise NotUnderstoodError
    if piece.kind == "rows" and place.before not in _BEFORE_ROW:
        raise NotUnderstoodError
    _check_raised(place.left, text)
    return text


def _may_stand(place: _Place) -> bool:
    """Return whether a script before its letter cannot be read as one of what is before."""
    return place.before in _BEFORE_SIGN and place.after in ("factor", "text")


def _mixed(piece: Piece, place: _Place) -> str:
    """Return the fraction of a mixed number, `2 1/2`; "" if it is none.

    Raises:
        NotUnderstoodError: it may be a mixed number or not.
    """
    left = place.left.rstrip()
    if piece.kind != "fraction" or not left[-1:].isdecimal():
        return ""
    if not _NUMBERS.fullmatch(piece.text):
        return ""
    ends = ("end", "close", "relation", "binary", "text", "mark")
    if not _MIXED.search(left) or place.after not in ends:
        raise NotUnderstoodError
    return f" {piece.text}"


def _check_raised(left: str, right: str) -> None:
    """Raise NotUnderstoodError where a root's degree, or a script, would be an exponent."""
    if not starts_raised(right) or _RAISED_AFTER.search(left):
        return
    if "√" in right or starts_raised(left[-1]) or not left[-1].isalnum():
        raise NotUnderstoodError


def _drawn(piece: Piece, place: _Place) -> str:
    text, before, after = piece.text, place.before, place.after
    if piece.kind == "fraction":
        return f"({text})" if _is_fraction_apart(text, place) else text
    if after == "factorial" and _is_open(piece):
        return f"({text})"
    if piece.kind == "root":
        return _root(text, place)
    if piece.kind == "binary" and before in _BEFORE_SIGN:
        sign = text.strip()
        return f"{sign} " if sign.isalpha() else sign
    if piece.kind == "function":
        lead = " " if before in (*_FACTORS, "close", "factorial") and before != "open" else ""
        closers = ("open", "end", "close", "factorial", "mark", "bar")
        return lead + text + ("" if after in closers else " ")
    return text


def _is_open(piece: Piece) -> bool:
    """Return whether a `!` behind the piece would be taken for one behind its last letter."""
    text = piece.text
    is_whole = is_power(text) and not text.endswith("!")
    return piece.kind == "root" or (piece.kind == "factor" and not is_whole)


def _is_fraction_apart(text: str, place: _Place) -> bool:
    """Return whether a fraction needs parentheses between its neighbours."""
    before, after, left = place.before, place.after, place.left.rstrip()
    if before in (*_FACTORS, "close", "factorial") and before != "open":
        return True
    if after in (*_FACTORS, "factorial") or (after == "bar" and not place.is_in_bars):
        return True
    if text[0] == "-" and before in ("binary", "tight"):
        return True
    return left[-1:] in ("/", "÷") or place.left[-1:] == ":"


def _root(text: str, place: _Place) -> str:
    """Return a root whose end is plain: `√(2)x`."""
    sign = _ROOT_SIGN.match(text)
    under = text[sign.end() :] if sign else text
    is_followed = place.after in ("factor", "fraction", "text", "open", "matrix", "rows") or (
        place.after == "bar" and not place.is_in_bars
    )
    return text if under.endswith(")") or not is_followed else f"{text[: -len(under)]}({under})"
