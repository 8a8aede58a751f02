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
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ExifTags, Image, TiffImagePlugin, UnidentifiedImageError

from mimo_cli.attachments import convertible
from mimo_cli.attachments.images import memory, pixels
from mimo_cli.attachments.images.redrawn import Redrawn, TooHeavy
from mimo_cli.common_phrases import file_size, listed
from mimo_cli.media import limits
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

Image.MAX_IMAGE_PIXELS = limits.MOST_PIXELS  # some bytes of a file can stand for any number

_STDERR = 2
_GIGABYTE = 1 << 30
_SENT_BITS = 8
_PNG_DEPTH = 24  # where it stands in the file
_NOT_SENT = {"CMYK", "LAB"}
_MEANING = {"icc_profile", "transparency"}
_UPRIGHT = Phrase("turned upright")
_MOST_PAGES = 1000
_THUMBNAIL = 1
_SUBFILE_TYPE, _BITS_PER_SAMPLE, _DNG_VERSION = 0x00FE, 0x0102, 0xC612
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def redraw(
    data: bytes, label: str, reader: str, most_pixels: int, *, is_turned_alone: bool = False
) -> Redrawn | TooHeavy:
    """Return a picture as one that the service takes, of at most `most_pixels`.

    `label` is its format for people, `reader` its format for pillow. The first frame is taken of an
    animation, the first page of a document. With `is_turned_alone` its pixels stay what they are,
    as a PNG. What takes more memory than `memory.MOST` is not decoded.

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
                lost = [*_fewer_bits(opened, data), *_left_out(opened), *_more_behind(data)]
                before = opened.size
                size = within(*before, most_pixels)
                opened.draft(None, size)  # a JPEG is decoded at a half, a quarter, where that does
                needed = memory.needed(opened, before)
                if needed > memory.MOST:
                    return TooHeavy(_too_heavy(before, needed))
                made = _turned(opened) if is_turned_alone else _made(opened, size)
                return _described(data, label, before, lost, made)
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


def _too_heavy(size: tuple[int, int], needed: int) -> Phrase:
    return Phrase(
        "to decode its {count:,.0f} megapixels takes {size:.1f} GB of memory, over {limit} GB",
        count=size[0] * size[1] / 1_000_000,
        size=needed / _GIGABYTE,
        limit=memory.MOST // _GIGABYTE,
    )


class _Made(NamedTuple):
    """A picture's new bytes, format and size, and what was done to it beside that."""

    data: bytes
    label: str
    size: tuple[int, int]
    remarks: list[Phrase]


def _made(opened: Image.Image, size: tuple[int, int]) -> _Made:
    """Return a picture of that size, as JPEG or PNG, in sRGB and upright."""
    is_photo = opened.format == "JPEG"
    opened.load()
    turn = _turn(opened)
    low, high, is_stretched = 0.0, 0.0, False
    if pixels.is_deep_gray(opened):
        low, high, is_stretched = pixels.brightness(opened)
    as_bytes = pixels.converter(opened, low, high)
    is_drawing = not is_photo and pixels.has_few_colors(opened, as_bytes)
    picture = pixels.scaled(opened, size, as_bytes)
    picture = pixels.in_srgb(picture, opened.info.get("icc_profile"))
    remarks = []
    if opened.mode in _NOT_SENT:
        remarks.append(Phrase("{colors} → RGB", colors=opened.mode))
    if turn is not None:
        picture = picture.transpose(turn)
        remarks.append(_UPRIGHT)
    if is_stretched:
        remarks.append(Phrase("its brightness stretched to what can be seen"))
    return _Made(*pixels.encoded(picture, as_png=is_drawing), picture.size, remarks)


def _turned(opened: Image.Image) -> _Made:
    """Return a picture upright, as a PNG with the same pixels and what they mean."""
    opened.load()
    turn = _turn(opened)
    picture = opened if turn is None else opened.transpose(turn)
    picture.info = {key: it for key, it in opened.info.items() if key in _MEANING}
    remarks = [] if turn is None else [_UPRIGHT]
    return _Made(pixels.as_png_file(picture), "PNG", picture.size, remarks)


def _turn(opened: Image.Image) -> Image.Transpose | None:
    return _TURNS.get(opened.getexif().get(ExifTags.Base.Orientation, 1))


def _described(
    data: bytes, label: str, before: tuple[int, int], lost: list[Phrase], made: _Made
) -> Redrawn:
    change = Phrase(
        "{format} {width}×{height} → {new_format} {new_width}×{new_height}",
        format=label,
        width=before[0],
        height=before[1],
        new_format=made.label,
        new_width=made.size[0],
        new_height=made.size[1],
    )
    fewer = []
    if len(data) > limits.LARGEST_FILE:
        was, now = file_size(len(data)), file_size(len(made.data))
        fewer.append(Phrase("{size} → {new_size}", size=was, new_size=now))
    return Redrawn(made.data, made.label, listed([change, *fewer, *lost, *made.remarks]))


def within(width: int, height: int, pixels: int) -> tuple[int, int]:
    """Return the sides of the largest picture of that shape which has at most so many pixels."""
    scale = min(1.0, math.sqrt(pixels / (width * height)))
    new_width, new_height = max(1, int(width * scale)), max(1, int(height * scale))
    if new_width > new_height:
        return min(new_width, pixels // new_height), new_height
    return new_width, min(new_height, pixels // new_width)


# What is lost


def _fewer_bits(opened: Image.Image, data: bytes) -> Iterator[Phrase]:
    """Yield how many bits a channel has, if that is more than it will have."""
    bits = _bits(opened, data)
    if bits > _SENT_BITS:
        yield Phrase("{bits}-bit → {new_bits}-bit", bits=bits, new_bits=_SENT_BITS)


def _bits(opened: Image.Image, data: bytes) -> int:
    if opened.mode in {"I", "F"}:
        return 32
    if opened.mode.startswith("I;16"):
        return 16
    match opened.format:
        case "PNG":
            return data[_PNG_DEPTH]
        case convertible.HEIC.reader:
            return int(opened.info.get("bit_depth", _SENT_BITS))
        case _ if isinstance(opened, TiffImagePlugin.TiffImageFile):
            return int(max(opened.tag_v2.get(_BITS_PER_SAMPLE, (_SENT_BITS,))))
        case _:
            return _SENT_BITS


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
