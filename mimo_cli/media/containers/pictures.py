"""How large a PNG, JPEG, GIF or BMP is, by its header. Pure.

Sources: the PNG specification, ITU-T T.81 (JPEG), GIF89a, Microsoft's bitmap headers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import NOT_MEASURED, Measures
from mimo_cli.media.containers.binary import big, little

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKER = re.compile(rb"\xff([^\x00\xff])")
"""There may be more of the first byte before one."""
_MOST_SEGMENTS = 10_000
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a segment behind them."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start of frame, of every coding; the three are tables and what is reserved."""
_SCAN = 0xDA
_END = b"\xff\xd9"
_PNG = b"\x89PNG\r\n\x1a\n"
_CHECKSUM = 4
_MOST_CHUNKS = 100_000  # of 8 kB each as a rule: more than a file can have that is read at all
_SMALL_HEADER = 12
_BITMAP_HEADERS = frozenset({_SMALL_HEADER, 16, 40, 52, 56, 64, 108, 124})
_DEPTHS = frozenset({0, 1, 2, 4, 8, 16, 24, 32, 64})


def measure_png(data: bytes) -> Measures:
    """Return the size of a PNG."""
    if data[12:16] != b"IHDR":
        return NOT_MEASURED
    return Measures(big(data, 16, 4), big(data, 20, 4))


def measure_jpeg(data: bytes) -> Measures:
    """Return the size of a JPEG: of its first frame; a preview is inside of a segment before."""
    for marker, at in _segments(data):
        if marker in _FRAMES:
            return Measures(big(data, at + 5, 2), big(data, at + 3, 2))
        if marker == _SCAN:
            break
    return NOT_MEASURED


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the markers of a JPEG, and where their segments begin, up to the first scan."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(data, at)
        if found is None:
            return
        marker, at = found[1][0], found.end()
        yield marker, at
        if marker == _SCAN:
            return
        if marker not in _ALONE:
            at += max(2, big(data, at, 2))


def behind_png(data: bytes) -> int:
    """Return where a PNG ends, by its chunks; 0 where that is not known."""
    ends = (end for kind, _, end in png_chunks(data) if kind == b"IEND")
    return next((end + _CHECKSUM for end in ends), 0)


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the chunks of a PNG; the end may be behind the data."""
    at = len(_PNG)
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return
        size, kind = big(data, at, 4), data[at + 4 : at + 8]
        yield kind, at + 8, at + 8 + size
        at += 8 + size + _CHECKSUM


def behind_jpeg(data: bytes) -> int:
    """Return where a JPEG ends; 0 where that is not known, and where more belongs to it.

    A scan has no marker of its end in it. Cameras put further pictures behind the first (CIPA
    DC-007, multi-picture format).
    """
    scan = next((at for marker, at in _segments(data) if marker == _SCAN), 0)
    if not scan or b"MPF\0" in data[:scan]:
        return 0
    end = data.find(_END, scan)
    return 0 if end < 0 else end + len(_END)


def measure_gif(data: bytes) -> Measures:
    """Return the size of the screen that a GIF is drawn on."""
    return Measures(little(data, 6, 2), little(data, 8, 2))


def is_gif(head: bytes) -> bool:
    """Return whether it is a GIF: behind its colours a block begins."""
    if head[:6] not in (b"GIF87a", b"GIF89a"):
        return False
    flags = big(head, 10, 1)
    colours = 3 << (flags & 7) + 1 if flags & 0x80 else 0
    return head[13 + colours : 14 + colours] in (b"", b"!", b",", b";")


def is_bmp(head: bytes) -> bool:
    """Return whether it is a bitmap: its two letters may begin a text."""
    size = little(head, 14, 4)
    planes, depth = (little(head, (22 if size == _SMALL_HEADER else 26) + at, 2) for at in (0, 2))
    return head[:2] == b"BM" and size in _BITMAP_HEADERS and planes == 1 and depth in _DEPTHS


def measure_bmp(data: bytes) -> Measures:
    """Return the size of a bitmap; a height below zero counts from the top."""
    if little(data, 14, 4) == _SMALL_HEADER:
        return Measures(little(data, 18, 2), little(data, 20, 2))
    width, height = (int.from_bytes(data[at : at + 4], "little", signed=True) for at in (18, 22))
    return Measures(width, abs(height))
