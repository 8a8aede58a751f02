"""Whether an MP4, MOV or 3GP tells where it was taken. Pure.

Sources: Apple's QuickTime File Format (user data, metadata), 3GPP TS 26.244 (`loci`), "XMP
Specification Part 3: Storage in Files".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.media import exif
from mimo_cli.media.containers.boxes import children, find, outer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.media.containers.boxes import Box

_LONGEST = 1 << 16  # bytes of names, or of an XMP packet, that are looked at
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_COORDINATES = b"\xa9xyz"
_KEY = b"com.apple.quicktime.location."


def has_place(data: bytes) -> bool:
    """Return whether there are coordinates, in any of the places where programs write them.

    Phones with Android write user data, iPhones metadata with named keys; the others are those of
    3GP, of iTunes and of XMP. The samples are not looked at, in which some cameras log a way.
    """
    return any(_has_place(data, box) for box in outer(data))


def _has_place(data: bytes, box: Box) -> bool:
    match box.kind:
        case b"moov":
            return any(_of_movie(data, box))
        case b"uuid":
            return data.startswith(_XMP, box.start) and _in_xmp(data, box)
        case _:
            return False


def _of_movie(data: bytes, moov: Box) -> Iterator[bool]:
    user_data = children(data, moov, b"udta")
    for told in user_data:
        yield any(children(data, told, kind) for kind in (_COORDINATES, b"loci"))
        yield any(_in_xmp(data, it) for it in children(data, told, b"XMP_"))
    for within in (moov, *user_data):
        for listed in _metadata(data, within):
            yield find(data, listed, b"ilst", _COORDINATES) is not None
            yield any(_KEY in data[it.start : _end(it)] for it in children(data, listed, b"keys"))


def _metadata(data: bytes, within: Box) -> Iterator[Box]:
    """Yield what holds boxes of metadata: in a MOV at once, in an MP4 behind a version."""
    for box in children(data, within, b"meta"):
        yield box
        yield box._replace(start=box.start + 4)


def _in_xmp(data: bytes, box: Box) -> bool:
    return exif.of_xmp(data[box.start : _end(box)]).has_place


def _end(box: Box) -> int:
    return min(box.end, box.start + _LONGEST)
