"""Pictures that the service does not take, and the extra `images` turns into ones it does. Pure.

Those that people have, whose first bytes tell them for certain, and which show one picture. Left
out: TGA has no first bytes of its own, what is in a PSD need not be what its layers show, PPM and
its like as text are texts, a camera's raw picture has yet to be developed.
"""

from __future__ import annotations

import re

from mimo_cli.named_tuple import NamedTuple


class Convertible(NamedTuple):
    """A format: `label` is its name, `reader` that of what reads it in pillow."""

    label: str
    reader: str


HEIC = Convertible("HEIC", "HEIF")
AVIF = Convertible("AVIF", "AVIF")
TIFF = Convertible("TIFF", "TIFF")
JPEG_2000 = Convertible("JPEG 2000", "JPEG2000")
ICON = Convertible("ICO", "ICO")
PNM = Convertible("PNM", "PPM")

HEAD = 4096
"""Bytes that are enough to tell."""

_SIGNATURES = {
    b"II*\0": TIFF,
    b"MM\0*": TIFF,
    b"II+\0": TIFF,  # of more than 4 GB, and also of less
    b"MM\0+": TIFF,
    b"\0\0\0\x0cjP  \r\n\x87\n": JPEG_2000,
    b"\xff\x4f\xff\x51": JPEG_2000,
}
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), AVIF),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), HEIC),
}
_ICON = re.compile(rb"\x00\x00\x01\x00[^\x00]\x00...\x00[\x00\x01]\x00[\x00-\x20]\x00", re.DOTALL)
_GAP = rb"(?:\s|#[^\n]*\n)+"
_BITS = re.compile(rb"P4%b(\d{1,9})%b(\d{1,9})\s" % (_GAP, _GAP))
_SAMPLES = re.compile(rb"P([56])%b(\d{1,9})%b(\d{1,9})%b(\d{1,5})\s" % (_GAP, _GAP, _GAP))


def recognize(head: bytes) -> Convertible | None:
    """Return what a file is by its first bytes, if it is one of these."""
    for signature, kind in _SIGNATURES.items():
        if head.startswith(signature):
            return kind
    if head[4:8] == b"ftyp":
        return _by_brands(head)
    if _ICON.match(head):
        return ICON
    return PNM if picture_length(head) else None


def _by_brands(head: bytes) -> Convertible | None:
    """Tell by the brands of an ISO base media file: the major one, its version, the others."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[it : it + 4] for it in range(16, end, 4))]
    found = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    if brands[0] not in _BRANDS:
        return None  # a film, say, that can also be shown as a picture
    return AVIF if AVIF in found else HEIC


def picture_length(head: bytes) -> int | None:
    """Return the bytes that the first picture of a PNM file takes; None if the file is none.

    Programs that print pages write such pictures one behind the other.
    """
    if found := _BITS.match(head):
        width, height = map(int, found.groups())
        return found.end() + (width + 7) // 8 * height
    if found := _SAMPLES.match(head):
        kind, width, height, largest = map(int, found.groups())
        each = (3 if kind == 6 else 1) * (2 if largest > 255 else 1)  # noqa: PLR2004
        return found.end() + width * height * each
    return None
