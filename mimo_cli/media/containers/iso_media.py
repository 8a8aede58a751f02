"""MP4, MOV and their kin: what they say they are, how large and how long. Pure.

Source: ISO/IEC 14496-12 and Apple's QuickTime File Format. Cuts by an edit list are not regarded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.media.containers import fragments
from mimo_cli.media.containers.binary import big
from mimo_cli.media.containers.boxes import children, find, number_width, outer
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from mimo_cli.media.containers.boxes import Box

_LONGEST_TYPE_BOX = 4096

_LEADERS = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid"})
"""What a QuickTime file begins with that is older than `ftyp`."""

AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "})
_PICTURE_BRANDS = frozenset(
    {
        *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2"),
        *(b"avif", b"avis", b"crx ", b"jp2 ", b"jpx ", b"jxl "),
    }
)


class Movie(NamedTuple):
    """What the header of a film says. `handlers` are the kinds of its tracks: `vide`, `soun`.

    Where it is cut there may be more.
    """

    width: int | None
    height: int | None
    seconds: float | None
    handlers: frozenset[bytes]
    is_cut: bool

    @property
    def has_sound(self) -> bool | None:
        """Whether one of the tracks is sound; None where one is not known."""
        if b"soun" in self.handlers:
            return True
        return None if self.is_cut or b"" in self.handlers else False


def brand(head: bytes) -> bytes | None:
    """Return what a file says it is: its major brand, `qt  ` for one that is older than brands.

    None if it is none of these files.
    """
    size = big(head, 0, 4)
    if head[4:8] == b"ftyp" and 16 <= size <= _LONGEST_TYPE_BOX:
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
    return size == 1 or len(following) < 4 or following.isalnum()


def read(data: bytes) -> Movie | None:
    """Return what the header says, wherever it is; None if there is none."""
    moov = index = piece = None
    for box in outer(data):
        match box.kind:
            case b"moov":
                moov = moov or box
            case b"sidx":
                index = index or box
            case b"moof":
                piece = box
    if moov is None:
        return None
    tracks = children(data, moov, b"trak")
    handlers = [_handler(data, track) for track in tracks]
    films = (it for it, kind in zip(tracks, handlers, strict=True) if kind == b"vide")
    width, height = max((_size(data, track) for track in films), default=(0, 0))
    seconds = (
        _seconds(data, moov, tracks)
        or (index and _indexed_seconds(data, index))
        or (piece and _seconds_of_pieces(data, moov, tracks, piece))
    )
    return Movie(width or None, height or None, seconds or None, frozenset(handlers), moov.is_cut)


def _handler(data: bytes, track: Box) -> bytes:
    box = find(data, track, b"mdia", b"hdlr")
    return b"" if box is None else data[box.start + 8 : box.start + 12]


# How long


def _seconds(data: bytes, moov: Box, tracks: list[Box]) -> float:
    """Return how long a film is by its own header, else by those of its tracks; 0 if not known."""
    scale, ticks = _duration(data, find(data, moov, b"mvhd"))
    if not ticks and (total := find(data, moov, b"mvex", b"mehd")):
        ticks = big(data, total.start + 4, number_width(data, total))
    if ticks and scale:
        return ticks / scale
    found = [_duration(data, find(data, it, b"mdia", b"mdhd")) for it in tracks]
    return max((ticks / scale for scale, ticks in found if scale), default=0)


def _duration(data: bytes, header: Box | None) -> tuple[int, int]:
    """Return the ticks of a second, and how many there are, of a `mvhd` or `mdhd`.

    Behind its version and flags are the times when it was made and changed. All bits set is:
    not known.
    """
    if header is None:
        return 0, 0
    width = number_width(data, header)
    at = header.start + 4 + 2 * width
    ticks = big(data, at + 4, width)
    return big(data, at, 4), 0 if ticks == (1 << 8 * width) - 1 else ticks


def _indexed_seconds(data: bytes, index: Box) -> float:
    """Return the sum of the first index of segments (`sidx`)."""
    scale = big(data, index.start + 8, 4)
    at = index.start + 12 + 2 * number_width(data, index)
    count = max(0, min(big(data, at + 2, 2), (index.end - at - 4) // 12))
    ticks = sum(big(data, at + 8 + 12 * it, 4) for it in range(count))
    return ticks / scale if scale else 0


def _seconds_of_pieces(data: bytes, moov: Box, tracks: list[Box], piece: Box) -> float:
    """Return where the last piece ends."""
    scales = {}
    for track in tracks:
        scale, _ = _duration(data, find(data, track, b"mdia", b"mdhd"))
        header = find(data, track, b"tkhd")
        if header is not None:
            scales[big(data, header.start + 4 + 2 * number_width(data, header), 4)] = scale
    extends = find(data, moov, b"mvex")
    each = () if extends is None else children(data, extends, b"trex")
    defaults = {big(data, it.start + 4, 4): big(data, it.start + 12, 4) for it in each}
    return fragments.end(data, piece, scales, defaults)


# How large


def _size(data: bytes, track: Box) -> tuple[int, int]:
    """Return width and height of a film's track, turned as it is to be shown."""
    width, height = _coded_size(data, track)
    header = find(data, track, b"tkhd")
    if header is None:
        return width, height
    matrix = header.start + (52 if number_width(data, header) > 4 else 40)
    if not (width and height):  # in 1/65536 of a pixel
        width, height = (big(data, matrix + at, 4) >> 16 for at in (36, 40))
    is_turned = not big(data, matrix, 4) and big(data, matrix + 4, 4) != 0
    return (height, width) if is_turned else (width, height)


def _coded_size(data: bytes, track: Box) -> tuple[int, int]:
    """Return the size that the first description of the samples gives."""
    described = find(data, track, b"mdia", b"minf", b"stbl", b"stsd")
    if described is None:
        return 0, 0
    return big(data, described.start + 40, 2), big(data, described.start + 42, 2)
