"""MP4, MOV and their kin: boxes within boxes, the ISO base media file format. Pure.

Source: ISO/IEC 14496-12 and Apple's QuickTime File Format. Nothing is believed that the bytes do
not hold: a box ends with what it is in, and only so many are looked at.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from mimo_cli.media.binary import big
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_BOXES = 20_000
"""Of one level: a film in pieces has two or three boxes for each."""
_MOST_TRACKS = 100
_LONGEST_TYPE_BOX = 4096
_WIDTHS = {0: 4, 1: 8}
"""Bytes of a duration by the version of its box."""

_LEADERS = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid"})
"""What a QuickTime file begins with that is older than `ftyp`."""

AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "})
_PICTURE_BRANDS = frozenset(
    {
        *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2"),
        *(b"avif", b"avis", b"crx ", b"jp2 ", b"jpx ", b"jxl "),
    }
)


class Box(NamedTuple):
    """A box of that kind; its content is between two places of the data, which may cut it."""

    kind: bytes
    start: int
    end: int
    is_cut: bool = False


class Movie(NamedTuple):
    """What the header of a film says. `handlers` are the kinds of its tracks: `vide`, `soun`.

    Where it is cut there may be more.
    """

    width: int | None
    height: int | None
    seconds: float | None
    handlers: frozenset[bytes]
    is_cut: bool


def brand(head: bytes) -> bytes | None:
    """Return what a file says it is: its major brand, `qt  ` for one that is older than brands.

    None if it is none of these files.
    """
    size = big(head, 0, 4)
    if head[4:8] == b"ftyp" and 16 <= size <= _LONGEST_TYPE_BOX:  # a brand, a version
        return head[8:12]
    if head[:1] == b"\0" and head[4:8] in _LEADERS and (size == 1 or size >= 8):
        return b"qt  " if _is_followed(head, size) else None
    return None


def brands(head: bytes) -> frozenset[bytes]:
    """Return the major brand and those that a file is compatible with."""
    end = min(big(head, 0, 4), len(head))
    compatible = {head[at : at + 4] for at in range(16, end - 3, 4)}
    return frozenset({head[8:12], *compatible})


def is_picture(head: bytes) -> bool:
    """Return whether such a file is a picture by its brand: HEIC, AVIF and their kin."""
    return head[8:12] in _PICTURE_BRANDS and head[4:8] == b"ftyp"


def _is_followed(head: bytes, size: int) -> bool:
    """Return whether a first box of that size is followed by another, as far as can be seen."""
    following = head[size + 4 : size + 8]
    return size == 1 or len(following) < 4 or following.isalnum()  # a kind


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two places."""
    for _ in range(_MOST_BOXES):
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


def _find(data: bytes, within: Box, *path: bytes) -> Box | None:
    found: Box | None = within
    for kind in path:
        if found is None:
            return None
        inner = boxes(data, found.start, found.end)
        found = next((box for box in inner if box.kind == kind), None)
    return found


def read(data: bytes) -> Movie | None:
    """Return what the header says, wherever it is; None if there is none."""
    whole = Box(b"", 0, len(data))
    moov = _find(data, whole, b"moov")
    if moov is None:
        return None
    inner = boxes(data, moov.start, moov.end)
    tracks = [*islice((box for box in inner if box.kind == b"trak"), _MOST_TRACKS)]
    handlers = {box: _handler(data, box) for box in tracks}
    sizes = [_size(data, box) for box in tracks if handlers[box] == b"vide"]
    width, height = max(sizes, default=(0, 0))
    return Movie(
        width or None,
        height or None,
        _seconds(data, whole, moov, tracks) or None,
        frozenset(handlers.values()),
        moov.is_cut,
    )


def _handler(data: bytes, track: Box) -> bytes:
    box = _find(data, track, b"mdia", b"hdlr")
    return b"" if box is None else data[box.start + 8 : box.start + 12]


# How long


def _seconds(data: bytes, whole: Box, moov: Box, tracks: list[Box]) -> float:
    """Return the length of a film, 0 if not known. Cuts by an edit list are not regarded."""
    scale, ticks = _duration(data, _find(data, moov, b"mvhd"))
    if not ticks and (total := _find(data, moov, b"mvex", b"mehd")):
        ticks = big(data, total.start + 4, _width(data, total))
    if ticks and scale:
        return ticks / scale
    found = [_duration(data, _find(data, it, b"mdia", b"mdhd")) for it in tracks]
    longest = max((ticks / scale for scale, ticks in found if scale), default=0)
    return longest or _indexed_seconds(data, whole)


def _width(data: bytes, box: Box) -> int:
    return _WIDTHS.get(big(data, box.start, 1), 4)


def _duration(data: bytes, header: Box | None) -> tuple[int, int]:
    """Return the ticks of a second, and how many there are, of a `mvhd` or `mdhd`.

    Behind its version and flags are the times when it was made and changed. All bits set is:
    not known.
    """
    if header is None:
        return 0, 0
    width = _width(data, header)
    at = header.start + 4 + 2 * width
    ticks = big(data, at + 4, width)
    return big(data, at, 4), 0 if ticks == (1 << 8 * width) - 1 else ticks


def _indexed_seconds(data: bytes, whole: Box) -> float:
    """Return the sum of the first index of segments (`sidx`) of a film that comes in pieces."""
    index = _find(data, whole, b"sidx")
    if index is None:
        return 0
    scale = big(data, index.start + 8, 4)
    at = index.start + 12 + 2 * _width(data, index)
    count = min(big(data, at + 2, 2), (index.end - at - 4) // 12)
    ticks = sum(big(data, at + 4 + 12 * it + 4, 4) for it in range(count))
    return ticks / scale if scale else 0


# How large


def _size(data: bytes, track: Box) -> tuple[int, int]:
    """Return width and height of a film's track, turned as it is to be shown."""
    header = _find(data, track, b"tkhd")
    if header is None:
        return _coded_size(data, track)
    matrix = header.start + (52 if _width(data, header) > 4 else 40)
    width, height = _coded_size(data, track)
    if not (width and height):  # in 1/65536 of a pixel
        width, height = (big(data, matrix + at, 4) >> 16 for at in (36, 40))
    is_turned = not big(data, matrix, 4) and big(data, matrix + 4, 4) != 0
    return (height, width) if is_turned else (width, height)


def _coded_size(data: bytes, track: Box) -> tuple[int, int]:
    """Return the size that the first description of the samples gives."""
    described = _find(data, track, b"mdia", b"minf", b"stbl", b"stsd")
    if described is None:
        return 0, 0
    return big(data, described.start + 40, 2), big(data, described.start + 42, 2)
