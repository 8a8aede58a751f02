"""What a file tells of itself beside what is seen and heard: its orientation, its place. Pure.

Sources: CIPA DC-008 (JPEG), the PNG specification 1.5.1 (eXIf), RFC 9649 (WebP), "XMP Specification
Part 3: Storage in Files". Neither GIF nor BMP holds EXIF data.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from mimo_cli.media import exif
from mimo_cli.media.containers import movie_places, riff
from mimo_cli.media.containers.binary import big
from mimo_cli.media.exif import Exif

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mimo_cli.media.formats import Format

_START_OF_IMAGE = b"\xff\xd8"
_APP1, _START_OF_SCAN, _END_OF_IMAGE = 0xE1, 0xDA, 0xD9
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_HEADERS = 1 << 20  # bytes in which it stands, if it does: segments have 64 kB at most

_PNG_SIGNATURE = 8
_PNG_XMP = b"XML:com.adobe.xmp\0"
_MOST_CHUNKS = 100_000  # of 8 kB each as a rule: more than a file can have that is read at all

_LONGEST = 1 << 16
"""Bytes that are looked at: EXIF data has no more in a JPEG, and nobody writes more elsewhere."""


def read(data: bytes, format: Format) -> Exif:  # noqa: A002  # what it is
    """Return what a picture, a recording or a film tells; `exif.NONE` where that is nothing.

    Of a picture that moves that is told as well: to turn it would be to take one frame of it.
    """
    reader = _READERS.get(format.media_type)
    return exif.NONE if reader is None else reader(data)


def _together(parts: Iterator[Exif]) -> Exif:
    return reduce(exif.both, parts, exif.NONE)


# JPEG


def _jpeg(data: bytes) -> Iterator[Exif]:
    is_told = False
    for marker, start, end in _segments(data[:_JPEG_HEADERS]):
        if marker != _APP1:
            continue
        if data.startswith(exif.SIGNATURE, start) and not is_told:  # the first one holds
            is_told = True
            yield exif.read(data[start:end])
        elif data.startswith(_JPEG_XMP, start):
            yield exif.of_xmp(data[start:end])


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of the segments in front of the picture itself."""
    if not data.startswith(_START_OF_IMAGE):
        return
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        length = big(data, place + 2, 2)
        if marker in (_START_OF_SCAN, _END_OF_IMAGE) or length < 2:
            return
        yield marker, place + 4, place + 2 + length
        place += 2 + length


# PNG


def _png(data: bytes) -> Exif:
    told, does_move = exif.NONE, False
    for kind, start, end in _png_chunks(data):
        content = data[start : min(end, start + _LONGEST)]
        match kind:
            case b"eXIf":
                told = exif.both(told, exif.read(content))
            case b"iTXt" if content.startswith(_PNG_XMP):
                told = exif.both(told, exif.of_xmp(content))
            case b"acTL":
                does_move = True
    return told._replace(does_move=does_move)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the chunks; metadata may stand behind the picture."""
    at = _PNG_SIGNATURE
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return
        size, kind = big(data, at, 4), data[at + 4 : at + 8]
        if kind != b"IDAT":
            yield kind, at + 8, at + 8 + size
        at += 12 + size


# WebP


def _webp(data: bytes) -> Exif:
    told, does_move = exif.NONE, False
    for name, start, size in riff.chunks(data):
        content = data[start : start + min(size, _LONGEST)]
        match name:
            case b"EXIF":
                told = exif.both(told, exif.read(content))
            case b"XMP ":
                told = exif.both(told, exif.of_xmp(content))
            case b"ANIM":
                does_move = True
    return told._replace(does_move=does_move)


# MP4, MOV and their kin


def _movie(data: bytes) -> Exif:
    return Exif(has_place=movie_places.has_place(data))


_READERS: dict[str, Callable[[bytes], Exif]] = {
    "image/jpeg": lambda data: _together(_jpeg(data)),
    "image/png": _png,
    "image/webp": _webp,
    "audio/mp4": _movie,
    "video/mp4": _movie,
    "video/quicktime": _movie,
}
