"""The pixels of a picture: made fewer, put into sRGB, written. Needs pillow.

A picture that is made smaller is so in bands, each the same to the bit as that part of the whole:
beside what the reader decoded there is never a second copy of that size.
"""

from __future__ import annotations

import contextlib
import math
from functools import partial
from heapq import nlargest
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageCms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_QUALITY = 92  # with colours at full resolution: letters stay sharp
_COMPRESSION = 3  # a third of the time of zlib's own choice, and no larger
_LONGEST_JPEG = 65_500  # pixels a side, as libjpeg has it
_SAMPLE = (256, 256)
_COMMONEST = 16
_DARK = 65_536 / 8  # at most 13 of 16 bits
_COLORED = {"RGB", "RGBA", "CMYK", "LAB"}
_BAND = 4_000_000  # pixels of what is made smaller at a time
_REACH = 3  # pixels to each side that go into one, of what is made smaller


def is_deep_gray(picture: Image.Image) -> bool:
    """Return whether it has 16 or 32 bits of gray."""
    return picture.mode == "F" or picture.mode.startswith("I")


def brightness(picture: Image.Image) -> tuple[float, float, bool]:
    """Return what is to be black and white of 16 or 32 bits of gray, and whether that stretches it.

    Of 16 bits the range is known. Where a measuring instrument uses but a small part of it, and
    where there is no range (32 bits), what is there is stretched: else the picture would be black.
    """
    extrema = [_wide(picture.crop(it)).getextrema() for it in _bands(picture)]
    low = float(min(it for it, _ in extrema))  # type: ignore[arg-type]  # of one channel
    high = float(max(it for _, it in extrema))  # type: ignore[arg-type]  # as well
    if picture.mode.startswith("I;16") and high >= _DARK:
        return 0.0, 65_535.0, False
    return low, high, True


def _bands(picture: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    rows = max(1, _BAND // picture.width)
    for top in range(0, picture.height, rows):
        yield 0, top, picture.width, min(top + rows, picture.height)


def _wide(picture: Image.Image) -> Image.Image:
    return picture if picture.mode == "F" else picture.convert("I")


def _from_deep_gray(low: float, high: float, picture: Image.Image) -> Image.Image:
    scale = 255 / (high - low) if high > low else 0.0
    return _wide(picture).point(lambda value: value * scale - low * scale).convert("L")


def converter(
    picture: Image.Image, low: float, high: float
) -> Callable[[Image.Image], Image.Image]:
    """Return what makes a picture of its kind one with a byte for each channel of a pixel.

    Kinds that have colours of their own, and can be scaled, stay.
    """
    mode, is_transparent = picture.mode, picture.has_transparency_data
    if is_deep_gray(picture):
        return partial(_from_deep_gray, low, high)
    if mode in _COLORED and not (mode == "RGB" and is_transparent):
        return lambda it: it
    plain = "L" if mode in {"1", "L", "LA"} else "RGB"
    target = f"{plain}A" if is_transparent else plain
    return lambda it: it.convert(target)


def scaled(
    picture: Image.Image, size: tuple[int, int], as_bytes: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    """Return a picture of that size, which is its own or smaller, with a byte for each channel."""
    if picture.size == size:
        return as_bytes(picture)
    ratio = picture.height / size[1]
    rows = max(1, int(_BAND / picture.width / ratio))
    parts = (
        _part(picture, size[0], (top, min(top + rows, size[1])), ratio, as_bytes)
        for top in range(0, size[1], rows)
    )
    made = next(parts)
    whole = Image.new(made.mode, size)
    whole.paste(made)
    for number, part in enumerate(parts, 1):
        whole.paste(part, (0, number * rows))
    return whole


def _part(
    picture: Image.Image,
    width: int,
    rows: tuple[int, int],
    ratio: float,
    as_bytes: Callable[[Image.Image], Image.Image],
) -> Image.Image:
    """Return some rows of a smaller picture, out of as many of the large one as go into them."""
    top, bottom = rows[0] * ratio, min(rows[1] * ratio, picture.height)
    reach = math.ceil(_REACH * ratio) + 1
    first, last = max(0, int(top) - reach), min(picture.height, math.ceil(bottom) + reach)
    band = as_bytes(picture.crop((0, first, picture.width, last)))
    return band.resize(
        (width, rows[1] - rows[0]),
        Image.Resampling.LANCZOS,
        box=(0, top - first, picture.width, bottom - first),
    )


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture in the colours that are meant where a file names none, or in gray.

    A profile that cannot be read, or is one of other channels, is as good as none. Gray ones differ
    in brightness alone, and little.
    """
    if picture.mode not in _COLORED:
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    with contextlib.suppress(ImageCms.PyCMSError, ImportError, OSError, ValueError, TypeError):
        srgb = ImageCms.createProfile("sRGB")
        if picture.mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif profile:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
        else:
            return picture.convert(mode)
        found = ImageCms.profileToProfile(picture, source, srgb, outputMode=mode)
        return found or picture.convert(mode)
    return picture.convert(mode)


def has_few_colors(picture: Image.Image, as_bytes: Callable[[Image.Image], Image.Image]) -> bool:
    """Return whether a picture is drawn, written or a screen: of large parts in one colour.

    That is so where the commonest colours of some pixels, taken evenly, make up half of these. JPEG
    would blur its edges, and PNG is small.
    """
    sample = as_bytes(picture.resize(_SAMPLE, Image.Resampling.NEAREST))
    counts = sample.getcolors(_SAMPLE[0] * _SAMPLE[1])
    commonest = nlargest(_COMMONEST, (count for count, _ in counts or ()))
    return 2 * sum(commonest) >= _SAMPLE[0] * _SAMPLE[1]


def encoded(picture: Image.Image, *, as_png: bool) -> tuple[bytes, str]:
    """Return a picture's bytes and format: PNG also where it is transparent, or long as a tape.

    No more than 34 MB, as 8.4 megapixels of four bytes are; the limit is 37.5 MB.
    """
    if picture.mode in {"LA", "RGBA"} and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert(picture.mode.removesuffix("A"))
    is_transparent = picture.mode in {"LA", "RGBA"}
    picture.info = {}  # pillow would write comments and profiles from there
    if as_png or is_transparent or max(picture.size) > _LONGEST_JPEG:
        return as_png_file(picture), "PNG"
    written = BytesIO()
    picture.save(written, "JPEG", quality=_QUALITY, subsampling="4:4:4")
    return written.getvalue(), "JPEG"


def as_png_file(picture: Image.Image) -> bytes:
    """Return a picture as a PNG, with what its `info` says of its colours."""
    written = BytesIO()
    picture.save(written, "PNG", compress_level=_COMPRESSION)
    return written.getvalue()
