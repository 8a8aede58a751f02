"""Boxes within boxes: what MP4, MOV and their kin are made of. Pure.

Source: ISO/IEC 14496-12. Nothing is believed that the bytes do not hold: a box ends with what it is
in, and only so many are looked at.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from mimo_cli.media.containers.binary import big
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_OUTER = 60_000
"""A film in pieces has two or three boxes for each."""
_MOST_INNER = 1000
_MOST_OF_A_KIND = 50
"""Tracks of a film, and of a piece."""


class Box(NamedTuple):
    """A box of that kind; its content is between two places of the data, which may cut it."""

    kind: bytes
    start: int
    end: int
    is_cut: bool = False


def outer(data: bytes) -> Iterator[Box]:
    """Yield the boxes of a file."""
    return islice(_boxes(data, 0, len(data)), _MOST_OUTER)


def children(data: bytes, within: Box, kind: bytes) -> list[Box]:
    """Return the boxes of a kind in another."""
    inner = islice(_boxes(data, within.start, within.end), _MOST_INNER)
    return [*islice((box for box in inner if box.kind == kind), _MOST_OF_A_KIND)]


def find(data: bytes, within: Box, *path: bytes) -> Box | None:
    """Return the first box at the end of a path of kinds, or None."""
    for kind in path:
        found = children(data, within, kind)
        if not found:
            return None
        within = found[0]
    return within


def number_width(data: bytes, box: Box) -> int:
    """Return how many bytes times and lengths have in a box, by its version."""
    return 8 if big(data, box.start, 1) == 1 else 4


def _boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    while True:
        size, header = big(data, start, 4), 8
        if size == 1:
            size, header = big(data, start + 8, 8), 16
        elif size == 0:  # to the end
            size = end - start
        if size < header or start + header > end:
            return
        kind = data[start + 4 : start + 8]
        yield Box(kind, start + header, min(start + size, end), start + size > end)
        start += size
