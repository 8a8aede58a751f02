"""How much memory it takes to decode a picture, known before it is decoded. Needs pillow.

Figures are what was measured with pictures of 48 megapixels: pillow 13.0, pillow-heif 1.8.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import TiffImagePlugin

from mimo_cli.attachments import convertible

if TYPE_CHECKING:
    from PIL import Image

MOST = 1 << 30
"""Bytes: 199 megapixels of a PNG take three quarters of that, 67 of a WebP all of it.

What stands in the file is not among them. A picture that is made smaller takes some 50 MB more.
"""

_ROWS_OF_A_STRIP, _WIDTH_OF_A_TILE = 278, 322


def needed(opened: Image.Image, size: tuple[int, int]) -> int:
    """Return the bytes that it takes to decode what is `opened`, of that `size` in its file.

    It may have been told to come out smaller.
    """
    pixels = size[0] * size[1]
    decoded = opened.width * opened.height * _of_a_pixel(opened.mode)
    return decoded + round(pixels * _beside(opened))


def _of_a_pixel(mode: str) -> int:
    if mode in {"1", "L", "P"}:
        return 1
    return 2 if mode.startswith("I;16") else 4


def _beside(opened: Image.Image) -> float:
    """Return the bytes for each pixel of a file that a reader needs beside what comes out."""
    bands, is_transparent = len(opened.getbands()), opened.mode.endswith("A")
    match opened.format:
        case "JPEG":  # coefficients of all scans
            return 2 * bands if "progressive" in opened.info else 0
        case "WEBP":  # two frames and a copy
            return 12
        case convertible.JPEG_2000.reader:  # an integer for each channel
            return 5 * bands
        case convertible.HEIC.reader:
            return 4.5
        case convertible.AVIF.reader:
            return 8 if is_transparent else 5.5
        case _ if isinstance(opened, TiffImagePlugin.TiffImageFile):
            return _of_a_strip(opened)
        case _:
            return 0


def _of_a_strip(opened: TiffImagePlugin.TiffImageFile) -> float:
    """Return what a strip takes that is read at once, which may be all of the picture."""
    tags = opened.tag_v2
    if _WIDTH_OF_A_TILE in tags:
        return 0
    rows: int = min(tags.get(_ROWS_OF_A_STRIP, opened.height), opened.height)
    each = _of_a_pixel(opened.mode)
    return (8 if each == 4 else each) * rows / opened.height  # noqa: PLR2004  # four of 16 bits
