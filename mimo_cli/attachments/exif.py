"""What a JPEG file's EXIF data says: which way up it is, and whether where it was taken. Pure.

After "Exif Version 2.32", CIPA DC-008: a TIFF structure in the first APP1 segment. Other formats
can hold such data too, and hardly ever do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Exif(NamedTuple):
    """`orientation` is 1 (upright) to 8; `has_place` tells that there are GPS coordinates."""

    orientation: int = 1
    has_place: bool = False


NONE = Exif()
UPRIGHT = NONE.orientation

_START_OF_IMAGE = b"\xff\xd8"
_APP1, _START_OF_SCAN, _END_OF_IMAGE = 0xE1, 0xDA, 0xD9
_SIGNATURE = b"Exif\0\0"
_ORIENTATION, _GPS = 0x0112, 0x8825
_LATITUDE = 0x0002
_HEADERS = 1 << 20  # bytes in which it stands, if it does: segments have 64 kB at most
_MOST_ENTRIES = 1000  # of a directory; cameras write some twenty


def read(data: bytes) -> Exif:
    """Return what a JPEG file's EXIF data says; `NONE` where it has none, or nothing that holds."""
    for marker, start, end in _segments(data[:_HEADERS]):
        if marker == _APP1 and data[start : start + len(_SIGNATURE)] == _SIGNATURE:
            return _of_tiff(data[start + len(_SIGNATURE) : end])
    return NONE


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
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        if marker in (_START_OF_SCAN, _END_OF_IMAGE) or length < 2:
            return
        yield marker, place + 4, place + 2 + length
        place += 2 + length


def _of_tiff(tiff: bytes) -> Exif:
    orders: dict[bytes, Literal["little", "big"]] = {b"II": "little", b"MM": "big"}
    order = orders.get(tiff[:2])
    if order is None:
        return NONE
    entries = _directory(tiff, int.from_bytes(tiff[4:8], order), order)
    orientation = int.from_bytes(entries.get(_ORIENTATION, b"\0")[:2], order)
    place = entries.get(_GPS)
    has_place = place is not None and _LATITUDE in _directory(
        tiff, int.from_bytes(place, order), order
    )
    return Exif(orientation if 1 <= orientation <= 8 else 1, has_place)


def _directory(tiff: bytes, start: int, order: Literal["little", "big"]) -> dict[int, bytes]:
    """Return the entries of a TIFF directory by their tags: the four bytes of value or offset."""
    count = min(int.from_bytes(tiff[start : start + 2], order), _MOST_ENTRIES)
    rows = (tiff[start + 2 + 12 * it : start + 14 + 12 * it] for it in range(count))
    return {int.from_bytes(row[:2], order): row[8:] for row in rows if len(row) == 12}
