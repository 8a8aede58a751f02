"""Making a picture anew with pillow: smaller, upright, in a format that the service takes.

Everything here needs the extra `images`: who imports this module does so when a picture is to be
made anew, and is ready for an `ImportError`.

A picture comes out as the service shows it to the model: in sRGB, eight bits a channel, upright in
itself (whether the service honours an orientation that stands beside the pixels is not known), and
without anything else that the file told of itself: place, camera, comments.
"""

from __future__ import annotations

import contextlib
import math
import os
import warnings
from heapq import nlargest
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ExifTags, Image, ImageCms, TiffImagePlugin, UnidentifiedImageError

from mimo_cli.attachments import convertible
from mimo_cli.media import limits
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

Image.MAX_IMAGE_PIXELS = limits.MOST_PIXELS  # some bytes of a file can stand for any number

_STDERR = 2
_QUALITY = 92  # with colours at full resolution: letters stay sharp
_COMPRESSION = 3  # a third of the time of zlib's own choice, and no larger
_LONGEST_JPEG = 65_500  # pixels a side, as libjpeg has it
_SAMPLE = (256, 256)
_COMMONEST = 16
_MOST_PAGES = 1000
_DARK = 65_536 / 8  # at most 13 of 16 bits
_THUMBNAIL = 1
_SUBFILE_TYPE, _DNG_VERSION = 0x00FE, 0xC612
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_COLORED = {"RGB", "RGBA", "CMYK", "LAB"}


class Redrawn(NamedTuple):
    """A picture made anew, as "JPEG" or "PNG"; `note` says from what to what, and what is lost."""

    data: bytes
    label: str
    note: Phrase


def redraw(data: bytes, label: str, reader: str, most_pixels: int) -> Redrawn:
    """Return a picture as one that the service takes, of at most `most_pixels`.

    `label` is its format for people, `reader` its format for pillow. The first frame is taken of an
    animation, the first page of a document.

    Raises:
        ImportError: HEIC needs pillow-heif, which is not there.
        ValueError: it is too large, a camera's raw picture, or no picture; with a phrase for why.
        Exception: anything else that pillow trips over in a broken file.
    """
    if reader == convertible.HEIC.reader:
        import pillow_heif

        pillow_heif.register_heif_opener()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata, and of what pillow will do otherwise
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with (
                _no_words_of_libtiff(reader),
                Image.open(BytesIO(data), formats=(reader,)) as opened,
            ):
                left_out = [*_left_out(opened), *_more_behind(data)]
                return _redrawn(opened, label, left_out, most_pixels)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            limit = limits.MOST_PIXELS // 1_000_000
            raise ValueError(Phrase("it has more than {limit} megapixels", limit=limit)) from error
        except UnidentifiedImageError as error:
            raise ValueError(Phrase("its {format} cannot be read", format=label)) from error


@contextlib.contextmanager
def _no_words_of_libtiff(reader: str) -> Iterator[None]:
    """Keep from stderr what libtiff itself writes there of a broken file; pillow raises too."""
    if reader != convertible.TIFF.reader:
        yield
        return
    try:
        kept = os.dup(_STDERR)
    except OSError:  # it is closed
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), _STDERR)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)


def _redrawn(opened: Image.Image, label: str, remarks: list[Phrase], most_pixels: int) -> Redrawn:
    before = opened.size
    is_photo = opened.format == "JPEG"
    size = within(*before, most_pixels)
    opened.draft(None, size)  # a JPEG is decoded at a half, a quarter, an eighth, where that does
    opened.load()
    turn = _TURNS.get(opened.getexif().get(ExifTags.Base.Orientation, 1))
    picture, is_stretched = _as_bytes(opened)
    is_drawing = not is_photo and _has_few_colors(picture)
    picture = _in_srgb(_smaller(picture, size), opened.info.get("icc_profile"))
    if turn is not None:
        picture = picture.transpose(turn)
        remarks = [*remarks, Phrase("turned upright")]
    if is_stretched:
        remarks = [*remarks, Phrase("its brightness stretched to what can be seen")]
    data, new_label = _encoded(picture, as_png=is_drawing)
    change = Phrase(
        "{format} {width}×{height} → {new_format} {new_width}×{new_height}",
        format=label,
        width=before[0],
        height=before[1],
        new_format=new_label,
        new_width=picture.width,
        new_height=picture.height,
    )
    return Redrawn(data, new_label, listed([change, *remarks]))


def within(width: int, height: int, pixels: int) -> tuple[int, int]:
    """Return the sides of the largest picture of that shape which has at most so many pixels."""
    scale = min(1.0, math.sqrt(pixels / (width * height)))
    new_width, new_height = max(1, int(width * scale)), max(1, int(height * scale))
    if new_width > new_height:
        return min(new_width, pixels // new_height), new_height
    return new_width, min(new_height, pixels // new_width)


# What else is in the file


def _left_out(opened: Image.Image) -> Iterator[Phrase]:
    """Yield what there is to say of what a file holds besides the picture that is taken.

    Of a JPEG that is nothing: what phones put behind it (a map of depths, of brightness) belongs to
    it. Nor is it of an icon, whose largest size is taken.

    Raises:
        ValueError: it is a camera's raw picture.
    """
    if isinstance(opened, TiffImagePlugin.TiffImageFile):
        _refuse_undeveloped(opened)
        pages = _pages(opened)
        if pages > _MOST_PAGES:
            yield Phrase("page 1 of over {count:,}", count=_MOST_PAGES)
        elif pages > 1:
            yield Phrase("page 1 of {count:,}", count=pages)
        return
    frames = getattr(opened, "n_frames", 1)
    if frames > 1 and opened.format == convertible.HEIC.reader:
        yield Phrase("the main one of {count:,} pictures", count=frames)
    elif frames > 1:
        yield Phrase("the first of {count:,} frames", count=frames)


def _refuse_undeveloped(opened: TiffImagePlugin.TiffImageFile) -> None:
    """Refuse DNG, NEF and their like, which are TIFFs that begin with a thumbnail."""
    tags = opened.tag_v2
    if _DNG_VERSION in tags or tags.get(_SUBFILE_TYPE) == _THUMBNAIL:
        raise ValueError(Phrase("it is a camera's raw picture, which has to be developed first"))


def _pages(opened: TiffImagePlugin.TiffImageFile) -> int:
    """Count pages up to one more than a bound: the time for each grows with their number.

    Where one is broken, what stands behind it is not found. The first may be whole.
    """
    found = 1
    with contextlib.suppress(Exception):
        while found <= _MOST_PAGES:
            opened.seek(found)
            found += 1
    opened.seek(0)
    return found


def _more_behind(data: bytes) -> Iterator[Phrase]:
    length = convertible.picture_length(data[: convertible.HEAD])
    if length and length < len(data):
        yield Phrase("the first picture in it")


# Pixels


def _as_bytes(picture: Image.Image) -> tuple[Image.Image, bool]:
    """Return a picture with a byte for each channel of a pixel, and whether it was stretched.

    Kinds that have colours of their own, and can be scaled, stay.
    """
    mode = picture.mode
    if mode == "F" or mode.startswith("I"):
        return _from_deep_gray(picture)
    is_transparent = picture.has_transparency_data
    if mode in _COLORED and not (mode == "RGB" and is_transparent):
        return picture, False
    if mode in {"1", "L", "LA"}:
        return picture.convert("LA" if is_transparent else "L"), False
    return picture.convert("RGBA" if is_transparent else "RGB"), False


def _from_deep_gray(picture: Image.Image) -> tuple[Image.Image, bool]:
    """Return 16 or 32 bits of gray as eight.

    Of 16 bits the range is known. Where a measuring instrument uses but a small part of it, and
    where there is no range (32 bits), what is there is stretched: else the picture would be black.
    """
    wide = picture if picture.mode == "F" else picture.convert("I")
    low, high = (float(it) for it in wide.getextrema())  # type: ignore[arg-type]  # of one channel
    is_stretched = not picture.mode.startswith("I;16") or high < _DARK
    if not is_stretched:
        low, high = 0.0, 65_535.0
    scale = 255 / (high - low) if high > low else 0.0
    return wide.point(lambda value: value * scale - low * scale).convert("L"), is_stretched


def _smaller(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
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


def _has_few_colors(picture: Image.Image) -> bool:
    """Return whether a picture is drawn, written or a screen: of large parts in one colour.

    That is so where the commonest colours of some pixels, taken evenly, make up half of these. JPEG
    would blur its edges, and PNG is small.
    """
    counts = picture.resize(_SAMPLE, Image.Resampling.NEAREST).getcolors(_SAMPLE[0] * _SAMPLE[1])
    commonest = nlargest(_COMMONEST, (count for count, _ in counts or ()))
    return 2 * sum(commonest) >= _SAMPLE[0] * _SAMPLE[1]


def _encoded(picture: Image.Image, *, as_png: bool) -> tuple[bytes, str]:
    """Return a picture's bytes and format: PNG also where it is transparent, or long as a tape.

    No more than 34 MB, as 8.4 megapixels of four bytes are; the limit is 37.5 MB.
    """
    if picture.mode in {"LA", "RGBA"} and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert(picture.mode.removesuffix("A"))
    is_transparent = picture.mode in {"LA", "RGBA"}
    picture.info = {}  # pillow would write comments and profiles from there
    written = BytesIO()
    if as_png or is_transparent or max(picture.size) > _LONGEST_JPEG:
        picture.save(written, "PNG", compress_level=_COMPRESSION)
        return written.getvalue(), "PNG"
    picture.save(written, "JPEG", quality=_QUALITY, subsampling="4:4:4")
    return written.getvalue(), "JPEG"
