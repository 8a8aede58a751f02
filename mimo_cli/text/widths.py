"""How many cells of a terminal a text takes, by rich's tables, and texts cut by them.

The tables are loaded for the first text that is not ASCII: lists of models or costs do without.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TAB_STOP = 4


def cell_width(text: str) -> int:
    """Return the width of a text on the screen, in cells."""
    return len(text) if text.isascii() else _cell_len()(text)


@cache
def _cell_len() -> Callable[[str], int]:
    from rich.cells import cell_len

    return cell_len


def chop(text: str, width: int) -> list[str]:
    """Cut a text into pieces of at most `width` cells; one wider glyph still makes a piece."""
    if text.isascii():
        return [text[at : at + width] for at in range(0, len(text), width)]
    from rich.cells import split_graphemes

    pieces: list[str] = []
    start = used = 0
    for begin, _, size in split_graphemes(text)[0]:
        if used + size > width and begin > start:
            pieces.append(text[start:begin])
            start, used = begin, 0
        used += size
    return [*pieces, text[start:]]


def expand_tabs(text: str) -> str:
    """Replace tabs by spaces up to the next multiple of TAB_STOP, counted in cells."""
    if "\t" not in text:
        return text
    head, *rest = text.split("\t")
    for part in rest:
        head += " " * (TAB_STOP - cell_width(head) % TAB_STOP) + part
    return head
