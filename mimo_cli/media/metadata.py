"""What a file tells of itself beside what is seen and heard: its orientation, its place. Pure.

Sources: CIPA DC-008 (JPEG), the PNG specification 1.5.1 (eXIf), RFC 9649 (WebP), "XMP Specification
Part 3: Storage in Files". Neither GIF nor BMP holds EXIF data; a GIF may hold XMP.
"""

from __future__ import annotations

import zlib
from functools import reduce
from typing import TYPE_CHECKING

from mimo_cli.media import exif
from mimo_cli.media.containers import movie_places, pictures, riff
from mimo_cli.media.containers.binary import big
from mimo_cli.media.exif import Exif

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mimo_cli.media.formats import Format

_START_OF_IMAGE = b"\xff\xd8"
_APP1, _START_OF_SCAN, _END_OF_IMAGE = 0xE1, 0xDA, 0xD9
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_LONGER_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_LONGER_XMP_STARTS = len(_JPEG_LONGER_XMP) + 40  # behind a digest, the whole length, the place
_JPEG_HEADERS = 1 << 20  # bytes in which it stands, if it does: segments have 64 kB at most

_PNG_XMP = b"XML:com.adobe.xmp"
_PNG_RAW = frozenset(b"Raw profile type " + it for it in (b"exif", b"APP1", b"app1", b"xmp"))
"""Keywords of ImageMagick and its kin: a name, a length, and the data in hexadecimal."""
_LONGEST_KEYWORD = 80  # with what ends it
_MOST_TEXTS = 20  # of those that are read: little may become much that is compressed

_LONGEST = 1 << 16
"""Bytes that are looked at: EXIF data has no more in a JPEG, and nobody writes more elsewhere."""
_LONGEST_TEXT = 4 * _LONGEST
"""Characters of a text, decompressed: the same in hexadecimal has more than twice as many."""

_GIF_XMP = b"!\xff\x0bXMP DataXMP"


def read(data: bytes, format: Format) -> Exif:  # noqa: A002  # what it is
    """Return what a picture, a recording or a film tells; `exif.NONE` where that is nothing.

    Of a picture that moves that is told as well: to turn it would be to take one frame of it.
    """
    reader = _READERS.get(format.media_type)
    return exif.NONE if reader is None else reader(data)


# JPEG


def _jpeg(data: bytes) -> Exif:
    contents = [
        data[start:end] for marker, start, end in _segments(data[:_JPEG_HEADERS]) if marker == _APP1
    ]
    told = _in_parts([it for it in contents if it.startswith(exif.SIGNATURE)])
    packets = [it for it in contents if it.startswith(_JPEG_XMP)]
    longer = sorted(it for it in contents if it.startswith(_JPEG_LONGER_XMP))  # by place
    packets.append(b"".join(it[_LONGER_XMP_STARTS:] for it in longer))
    return reduce(exif.both, map(exif.of_xmp, packets), told)


def _in_parts(parts: list[bytes]) -> Exif:
    """Return what EXIF data says that is cut into segments, or there more than once.

    The orientation is that of the first: so readers of pictures do.
    """
    whole = b"".join([*parts[:1], *(it.removeprefix(exif.SIGNATURE) for it in parts[1:])])
    told = exif.read(whole)
    return told._replace(has_place=told.has_place or any(exif.read(it).has_place for it in parts))


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
    told, texts = exif.NONE, 0
    for kind, start, end in pictures.png_chunks(data):  # some stand behind the picture
        if kind == b"IDAT":
            continue
        content = data[start : min(end, start + _LONGEST_TEXT)]
        match kind:
            case b"eXIf":
                told = exif.both(told, exif.read(content[:_LONGEST]))
            case b"tEXt" | b"zTXt" | b"iTXt" if texts < _MOST_TEXTS and _is_told_in(content):
                texts += 1
                told = exif.both(told, Exif(has_place=_has_place(kind, content)))
            case b"acTL":
                told = told._replace(does_move=True)
    return told


def _is_told_in(content: bytes) -> bool:
    keyword = content[:_LONGEST_KEYWORD].partition(b"\0")[0]
    return keyword == _PNG_XMP or keyword in _PNG_RAW


def _has_place(kind: bytes, content: bytes) -> bool:
    """Return whether a text in a PNG is, or holds, XMP or EXIF data with coordinates."""
    keyword, text = _png_text(kind, content)
    if keyword in _PNG_RAW:
        text = _unhexed(text)
    return exif.of_xmp(text).has_place or exif.read(text).has_place


def _png_text(kind: bytes, content: bytes) -> tuple[bytes, bytes]:
    """Return keyword and text, both of them cut where they are too long."""
    keyword, _, rest = content.partition(b"\0")
    match kind:
        case b"tEXt":
            return keyword, rest
        case b"zTXt":
            return keyword, _decompressed(rest[1:])
        case _:
            text = rest[2:].split(b"\0", 2)[-1]  # behind a language, and the keyword in that
            return keyword, _decompressed(text) if rest[:1] == b"\1" else text


def _decompressed(data: bytes) -> bytes:
    """Return what was compressed, as far as it is read; nothing, where it is damaged."""
    try:
        return zlib.decompressobj().decompress(data, _LONGEST_TEXT)
    except zlib.error:
        return b""


def _unhexed(profile: bytes) -> bytes:
    """Return the data of a raw profile, which may be cut; nothing, where it is damaged."""
    digits = b"".join(profile.split(b"\n", 3)[-1].split())
    try:
        return bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
    except ValueError:
        return b""


# WebP


def _webp(data: bytes) -> Exif:
    told = exif.NONE
    for name, start, size in riff.chunks(data):
        content = data[start : start + min(size, _LONGEST)]
        match name:
            case b"EXIF":
                told = exif.both(told, exif.read(content))
            case b"XMP ":
                told = exif.both(told, exif.of_xmp(content))
            case b"ANIM":
                told = told._replace(does_move=True)
    return told


# GIF


def _gif(data: bytes) -> Exif:
    """Return what an application's block says: XMP as it is, and not in pieces as all else."""
    start = data.find(_GIF_XMP)
    return exif.NONE if start < 0 else exif.of_xmp(data[start : start + _LONGEST])


# MP4, MOV and their kin


def _movie(data: bytes) -> Exif:
    return Exif(has_place=movie_places.has_place(data))


_READERS: dict[str, Callable[[bytes], Exif]] = {
    "image/gif": _gif,
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "audio/mp4": _movie,
    "video/mp4": _movie,
    "video/quicktime": _movie,
}
