"""What EXIF data and XMP say: which way up a picture is, and whether where it was taken. Pure.

After "Exif Version 2.32", CIPA DC-008: a TIFF structure. Where it is in a file `metadata` knows.
"""

from __future__ import annotations

from typing import Literal

from mimo_cli.named_tuple import NamedTuple


class Exif(NamedTuple):
    """`orientation` is 1 (upright) to 8; `has_place` tells that there are GPS coordinates.

    `does_move` is what the file itself says: there are more frames than one.
    """

    orientation: int = 1
    has_place: bool = False
    does_move: bool = False

    @property
    def lies_on_its_side(self) -> bool:
        """Return whether width and height change places where it is upright."""
        return self.orientation > _UPSIDE_DOWN


NONE = Exif()
UPRIGHT = NONE.orientation
_UPSIDE_DOWN = 4  # the last one of those that are turned by half, or mirrored, or both

SIGNATURE = b"Exif\0\0"
"""What is in front of the structure in a JPEG; some programs write it elsewhere as well."""
_ORIENTATION, _GPS = 0x0112, 0x8825
_LATITUDE = 0x0002
_MOST_ENTRIES = 1000  # of a directory; cameras write some twenty
_XMP_LATITUDE = b"exif:GPSLatitude"


def read(data: bytes) -> Exif:
    """Return what EXIF data says; `NONE` where that is nothing, or nothing that holds."""
    tiff = data.removeprefix(SIGNATURE)
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
    return Exif(orientation if 1 <= orientation <= 8 else UPRIGHT, has_place)


def _directory(tiff: bytes, start: int, order: Literal["little", "big"]) -> dict[int, bytes]:
    """Return the entries of a TIFF directory by their tags: the four bytes of value or offset."""
    count = min(int.from_bytes(tiff[start : start + 2], order), _MOST_ENTRIES)
    rows = (tiff[start + 2 + 12 * it : start + 14 + 12 * it] for it in range(count))
    return {int.from_bytes(row[:2], order): row[8:] for row in rows if len(row) == 12}


def of_xmp(packet: bytes) -> Exif:
    """Return what an XMP packet says; its orientation nobody writes alone."""
    return Exif(has_place=_XMP_LATITUDE in packet)


def both(first: Exif, second: Exif) -> Exif:
    """Return what two say together: the first orientation that is told, and a place of either."""
    orientation = second.orientation if first.orientation == UPRIGHT else first.orientation
    has_place, does_move = first.has_place or second.has_place, first.does_move or second.does_move
    return Exif(orientation, has_place, does_move)
