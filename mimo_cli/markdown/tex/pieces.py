"""Parts of a formula, put beside each other and below each other."""

from __future__ import annotations

import re
from collections import deque
from typing import NamedTuple

from mimo_cli.text.widths import cell_width

BRACKETS = {
    "pmatrix": ("⎛⎜⎝", "⎞⎟⎠", "()"),
    "bmatrix": ("⎡⎢⎣", "⎤⎥⎦", "[]"),
    "vmatrix": ("│││", "│││", "││"),
    "matrix": ("   ", "   ", "  "),
    "array": ("   ", "   ", "  "),
}
"""By the name of a matrix: brackets of its first, middle and last rows, or of its only one."""


class NotUnderstoodError(Exception):
    """The formula stays as it is."""


class Piece(NamedTuple):
    """A part of a formula: its rows, and what it is to its neighbours.

    kind: factor | fraction | root | function | binary | relation | open | close | mark | space
    """

    rows: tuple[str, ...]
    kind: str = "factor"

    @property
    def text(self) -> str:
        """The one row that it has.

        Raises:
            NotUnderstoodError: it has several.
        """
        if len(self.rows) != 1:
            raise NotUnderstoodError
        return self.rows[0]


_ATOM = re.compile(r"\d+(?:\.\d+)?|[^\W\d_][\u0300-\u036f\u20d7′²³¹⁰-₟ᵃ-ᵿᶜ-ᶿ]*")  # noqa: RUF001
_WORDS = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_RAISED = re.compile(r"[²³¹⁰-ⁿᵃ-ᵡᶜ-ᶿ]")
_RAISED_AFTER = re.compile(r"(?:^|[\s(\[{=+-])$")
_MIXED = re.compile(r"(?:^|[\s(\[{=<>+,-])\d+$")
_NUMBERS = re.compile(r"\d+/\d+")
_FACTORS = ("factor", "fraction", "root", "text", "open", "function")


def is_atom(text: str) -> bool:
    """Return whether a text needs no parentheses: a number, a letter, what is in them already."""
    return bool(_ATOM.fullmatch(text) or _WORDS.fullmatch(text)) or is_enclosed(text)


def is_enclosed(text: str) -> bool:
    """Return whether a text stands in parentheses that belong to each other."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if not depth:
            return at == len(text) - 1
    return False


def starts_raised(text: str) -> bool:
    """Return whether a text begins as an exponent does, as a root with a degree does too."""
    return bool(_RAISED.match(text))


def joined(pieces: list[Piece], *, wide: bool = False) -> tuple[str, ...]:
    """Put pieces beside each other, with the spaces and parentheses that their kinds want.

    `wide` is explained at `cell_width`, here and below.
    """
    kinds = deque([*(_kind(piece) for piece in pieces if piece.kind != "space"), "end"])
    rows: tuple[str, ...] = ("",)
    before = "start"
    for piece in pieces:
        if piece.kind == "space":
            is_needed = before not in ("start", "open") and kinds[0] not in (
                "close",
                "factorial",
                "tight",
            )
            drawn = piece.rows if is_needed else ("",)
        else:
            kinds.popleft()
            divided = rows[0].rstrip()[-1:] in ("/", "÷")
            drawn = _mixed(rows[0], piece, kinds[0]) or _drawn(
                piece, "function" if divided else before, kinds[0]
            )
            _check_raised(rows[0], drawn[0])
            before = piece.kind
        rows = _beside(rows, drawn, wide=wide) if rows != ("",) else _without_lead(drawn)
    return tuple(row.rstrip() for row in rows)


def _kind(piece: Piece) -> str:
    is_factorial = piece.kind == "close" and piece.rows[0].startswith("!")
    return "factorial" if is_factorial else piece.kind


def _mixed(left: str, piece: Piece, after: str) -> tuple[str, ...]:
    """Return the fraction of a mixed number, `2 1/2`; () if it is none.

    Raises:
        NotUnderstoodError: it may be a mixed number or not.
    """
    left = left.rstrip()
    if piece.kind != "fraction" or not left[-1:].isdecimal():
        return ()
    if not _NUMBERS.fullmatch(piece.text):
        return ()
    if not _MIXED.search(left) or after not in ("end", "close", "relation", "binary", "text"):
        raise NotUnderstoodError
    return (f" {piece.text}",)


def _check_raised(left: str, right: str) -> None:
    """Raise NotUnderstoodError where a root's degree, or a script, would be an exponent."""
    if not starts_raised(right) or _RAISED_AFTER.search(left):
        return
    if "√" in right or starts_raised(left[-1]) or not left[-1].isalnum():
        raise NotUnderstoodError


def _without_lead(rows: tuple[str, ...]) -> tuple[str, ...]:
    return (rows[0].lstrip(),) if len(rows) == 1 else rows


def _drawn(piece: Piece, before: str, after: str) -> tuple[str, ...]:
    if len(piece.rows) > 1:
        return piece.rows
    text = piece.text
    if piece.kind == "fraction" and (
        before in ("factor", "fraction", "root", "function", "close")
        or after in (*_FACTORS, "factorial")
    ):
        return (f"({text})",)
    if after == "factorial" and (
        piece.kind == "root" or (piece.kind == "factor" and not is_atom(text))
    ):
        return (f"({text})",)
    if piece.kind == "root" and after in ("factor", "fraction", "text") and text[-1] != ")":
        return (f"{text[0]}({text[1:]})" if text[0] in "√∛∜" else text,)
    if piece.kind == "binary" and before in (
        "start",
        "relation",
        "binary",
        "open",
        "mark",
        "tight",
    ):
        return (text.strip(),)
    if piece.kind == "function":
        lead = " " if before in ("factor", "fraction", "root", "function", "close") else ""
        return (
            lead
            + text
            + (" " if after not in ("open", "end", "close", "factorial", "mark") else ""),
        )
    return (text,)


def _beside(left: tuple[str, ...], right: tuple[str, ...], *, wide: bool) -> tuple[str, ...]:
    """Put rows beside rows, the middle ones on one level."""
    if len(left) == len(right) == 1:
        return (left[0] + right[0].lstrip(" " if left[0].endswith(" ") else ""),)
    width = max(cell_width(row, wide=wide) for row in left)
    above = max((len(left) - 1) // 2, (len(right) - 1) // 2)
    up, down = above - (len(left) - 1) // 2, above - (len(right) - 1) // 2
    height = max(up + len(left), down + len(right))
    lefts = [""] * up + list(left) + [""] * (height - up - len(left))
    rights = [""] * down + list(right) + [""] * (height - down - len(right))
    return tuple(
        one + " " * (width - cell_width(one, wide=wide)) + other
        for one, other in zip(lefts, rights, strict=True)
    )


def aligned(cells: list[str], widths: list[int], *, wide: bool = False) -> str:
    """Put the cells of a line in columns, right-aligned and left-aligned by turns."""
    parts = []
    for at, (cell, width) in enumerate(zip(cells, widths, strict=False)):
        text = cell.strip()
        space = " " * (width - cell_width(text, wide=wide))
        parts.append(space + text if at % 2 == 0 else text + space)
    return " ".join(parts)


def braced(rows: list[str]) -> list[str]:
    """Put a brace before rows."""
    middle = (len(rows) - 1) // 2
    braces = ["{"] if len(rows) == 1 else ["⎰", "⎱"]
    if len(rows) > len(braces):
        braces = ["⎨" if at == middle else "⎪" for at in range(len(rows))]
        braces[0], braces[-1] = "⎧", "⎩"
    return [f"{brace} {row}" for brace, row in zip(braces, rows, strict=True)]


def matrix(table: list[list[tuple[str, ...]]], name: str, *, wide: bool = False) -> list[str]:
    """Put cells in columns between brackets."""
    texts = [[Piece(cell).text.strip() for cell in cells] for cells in table]
    widths = [
        max(cell_width(cells[at], wide=wide) for cells in texts if at < len(cells))
        for at in range(max(map(len, texts)))
    ]
    left, right, single = BRACKETS[name]
    rows = []
    for index, cells in enumerate(texts):
        padded = [cells[at] if at < len(cells) else "" for at in range(len(widths))]
        line = "  ".join(
            cell + " " * (width - cell_width(cell, wide=wide))
            for cell, width in zip(padded, widths, strict=True)
        )
        at = 0 if index == 0 else 2 if index == len(texts) - 1 else 1
        opener, closer = (left[at], right[at]) if len(texts) > 1 else (single[0], single[1])
        rows.append(f"{opener} {line} {closer}")
    return rows
