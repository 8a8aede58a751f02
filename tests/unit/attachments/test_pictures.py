"""Pictures that are sent as they are, and those that the extra `images` makes anew."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import sys
import warnings
import zlib
from typing import TYPE_CHECKING, Any

import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, ImageDraw, ImageOps, TiffImagePlugin
from support import media_files
from support.bulk import some

from mimo_cli.api.protocol.messages import FileSource, Media
from mimo_cli.attachments import pictures
from mimo_cli.attachments.images import memory, pixels, redrawing
from mimo_cli.attachments.pictures import Prepared, prepare
from mimo_cli.attachments.reading import Reader
from mimo_cli.common_phrases import file_size
from mimo_cli.errors import UsageError
from mimo_cli.media import formats, limits
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from mimo_cli.phrases import Phrase

pillow_heif.register_heif_opener()

RED, BLUE = (254, 0, 0), (0, 0, 254)


def file(picture: Image.Image, pillow_format: str, **options: Any) -> bytes:
    written = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture.save(written, pillow_format, **options)
    return written.getvalue()


def photo(width: int = 120, height: int = 80) -> Image.Image:
    """A picture of many colours, red at its left and blue below."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (across, Image.new("L", (width, height), 90), down))


def corners() -> Image.Image:
    """A picture of two colours, its upper left corner red, and wider than it is high."""
    made = Image.new("RGB", (48, 32), BLUE)
    made.paste(RED, (0, 0, 24, 16))
    return made


def told(*, orientation: int = 1, place: bool = False) -> Image.Exif:
    made = Image.Exif()
    made[ExifTags.Base.Orientation] = orientation
    made[ExifTags.Base.Model] = "Camera of Zoe"
    if place:
        made.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 12.0)
    return made


def prepared(data: bytes, name: str) -> Prepared:
    return prepare(data, name, formats.recognize(data[: formats.HEAD], name))


def opened(found: Prepared) -> Image.Image:
    """The picture as it is sent: in the format that it is sent as, and nothing beside it."""
    picture = Image.open(io.BytesIO(found.data))
    picture.load()
    assert formats.recognize(found.data[: formats.HEAD]) == found.format
    return picture


def is_like(picture: Image.Image, place: tuple[int, int], color: tuple[int, ...]) -> bool:
    pixel = picture.convert("RGB").getpixel(place)
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 24 for a, b in zip(pixel, color, strict=True))


# As they are


@pytest.mark.parametrize("name", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_picture_that_is_fine_is_sent_byte_for_byte(name: str) -> None:
    data = file(photo(), name)
    found = prepared(data, f"p.{name.lower()}")
    assert found.data is data
    assert found.note == ""


def test_what_is_no_picture_is_left_alone() -> None:
    data = b"RIFF"
    assert prepare(data, "a.wav", formats.WAV) == (data, formats.WAV, "")


def test_pixels_that_the_service_looks_at_are_left_alone_and_more_are_not() -> None:
    just = file(Image.new("1", (4096, 2048)), "PNG")
    assert prepared(just, "a.png").data is just
    over = file(Image.new("1", (4096, 2049)), "PNG")
    found = prepared(over, "a.png")
    assert opened(found).size == (4095, 2048)
    assert found.note == "PNG 4096×2049 → PNG 4095×2048"


def test_a_photo_that_tells_where_it_was_taken_is_sent_with_a_word() -> None:
    data = file(photo(), "JPEG", exif=told(place=True))
    found = prepared(data, "p.jpg")
    assert found.data is data
    assert found.note == "it tells where it was taken"
    assert prepared(file(photo(), "JPEG", exif=told()), "p.jpg").note == ""


# Smaller


def test_a_large_photo_is_made_smaller_in_its_own_shape() -> None:
    found = prepared(file(photo(4032, 3024), "JPEG"), "a/IMG_1.JPEG")
    assert found.note == "JPEG 4032×3024 → JPEG 3344×2508"
    assert opened(found).size == (3344, 2508)


def test_more_bytes_than_are_taken_are_made_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST_FILE", 10_000)  # 38 MB would do too, and take long
    data = file(photo(), "BMP")
    found = prepared(data, "a.bmp")
    assert found.format == formats.JPEG
    assert len(found.data) < 10_000
    sizes = f"{file_size(len(data))} → {file_size(len(found.data))}"
    assert found.note == f"BMP 120×80 → JPEG 120×80, {sizes}"


def test_of_a_picture_that_moves_the_first_frame_is_taken_and_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames = [corners().rotate(angle) for angle in (0, 20, 40)]
    moving = file(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert prepared(moving, "a.gif").data is moving
    monkeypatch.setattr(limits, "LARGEST_FILE", 10)
    found = prepared(moving, "a.gif")
    assert found.note.startswith("GIF 48×32 → PNG 48×32, ")
    assert found.note.endswith(" bytes, the first of 3 frames")
    assert is_like(opened(found), (0, 0), RED)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=some(200))
@given(st.integers(1, 10**8), st.integers(1, 10**8), st.integers(1, 10**7))
def test_the_sides_of_a_smaller_picture_fit_and_keep_its_shape(
    width: int, height: int, pixels: int
) -> None:
    new_width, new_height = redrawing.within(width, height, pixels)
    assert 1 <= new_width <= width
    assert 1 <= new_height <= height
    assert new_width * new_height <= pixels
    if width * height <= pixels:
        assert (new_width, new_height) == (width, height)
    elif min(new_width, new_height) > 1:
        assert abs(new_width / new_height / (width / height) - 1) < 1 / min(new_width, new_height)


def test_a_picture_as_long_as_a_tape_becomes_a_png() -> None:
    found = prepared(file(Image.new("L", (1, 70_000), 100), "TIFF"), "a.tif")
    assert opened(found).size == (1, 70_000)
    assert found.format == formats.PNG


# Upright


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photo_on_its_side_is_turned_upright(orientation: int) -> None:
    data = file(corners(), "JPEG", quality=95, exif=told(orientation=orientation, place=True))
    found = prepared(data, "p.jpg")
    picture = opened(found)
    assert picture.size == ((48, 32) if orientation < 5 else (32, 48))
    assert "turned upright" in found.note
    where = {2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
    x, y = where[orientation]
    place = (3 + x * (picture.width - 7), 3 + y * (picture.height - 7))
    assert is_like(picture, place, RED)


@pytest.mark.parametrize("name", ["HEIF", "TIFF", "AVIF"])
def test_other_pictures_are_upright_too(name: str) -> None:
    options: dict[str, Any] = {} if name == "TIFF" else {"quality": 90}
    turned = told(orientation=6)
    data = file(corners(), name, exif=turned.tobytes() if name == "HEIF" else turned, **options)
    found = prepared(data, "p")
    picture = opened(found)
    assert picture.size == (32, 48)
    assert is_like(picture, (28, 3), RED)
    assert is_like(picture, (3, 3), BLUE)


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("name", ["PNG", "WEBP"])
def test_what_has_no_losses_is_turned_without_any(name: str, orientation: int) -> None:
    noise = Image.merge("RGB", [Image.effect_noise((48, 32), 90) for _ in range(3)])
    options: dict[str, Any] = {} if name == "PNG" else {"lossless": True}
    data = file(noise, name, exif=told(orientation=orientation, place=True), **options)
    found = prepared(data, "p")
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    width, height = upright.size
    assert opened(found).tobytes() == upright.tobytes()
    assert (found.format, opened(found).info) == (formats.PNG, {})
    label = "WebP" if name == "WEBP" else name
    assert found.note == f"{label} 48×32 → PNG {width}×{height}, turned upright"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA"])
def test_a_turned_picture_keeps_its_kind_and_what_its_colours_mean(mode: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = corners().convert("I").convert(mode) if mode == "I;16" else corners().convert(mode)
    options: dict[str, Any] = {"transparency": 0} if mode == "P" else {}
    data = file(picture, "PNG", exif=told(orientation=6), icc_profile=profile, **options)
    turned = opened(prepared(data, "p.png"))
    assert (turned.mode, turned.size) == (mode, (32, 48))
    assert turned.tobytes() == picture.transpose(Image.Transpose.ROTATE_270).tobytes()
    assert turned.info == {"icc_profile": profile, **options}


def test_a_webp_with_losses_is_turned_as_a_jpeg_is() -> None:
    found = prepared(file(photo(), "WEBP", exif=told(orientation=8)), "p.webp")
    assert found.format == formats.JPEG
    assert found.note == "WebP 120×80 → JPEG 80×120, turned upright"


@pytest.mark.parametrize("name", ["PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "note"),
    [
        (1, ""),
        (2, "it is upside down or mirrored, and moves: sent as it is"),
        (4, "it is upside down or mirrored, and moves: sent as it is"),
        (5, "it lies on its side, and moves: sent as it is"),
        (6, "it lies on its side, and moves: sent as it is"),
    ],
)
def test_a_picture_that_moves_is_not_turned_and_that_is_said(
    name: str, orientation: int, note: str
) -> None:
    frames = [corners().rotate(angle) for angle in (0, 20)]
    options = {"exif": told(orientation=orientation), "save_all": True, "append_images": frames[1:]}
    moving = file(frames[0], name, **options)
    assert prepared(moving, "a").data is moving
    assert prepared(moving, "a").note == note


def test_nothing_else_is_told_of_a_picture_that_is_made_anew() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif_data = told(orientation=3, place=True)
    data = file(photo(), "JPEG", exif=exif_data, comment=b"of Zoe", icc_profile=profile, xmp=b"Zoe")
    assert data.count(b"Zoe") == 3
    found = prepared(data, "p.jpg")
    assert b"Zoe" not in found.data
    assert opened(found).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    png = prepared(file(corners(), "TIFF", icc_profile=profile, description="Zoe"), "p.tif")
    assert (png.format, opened(png).info) == (formats.PNG, {})
    assert b"Zoe" not in png.data


# Formats that the service does not take


@pytest.mark.parametrize(
    ("name", "suffix", "label"),
    [
        ("HEIF", ".HEIC", "HEIC"),
        ("AVIF", ".avif", "AVIF"),
        ("TIFF", ".tiff", "TIFF"),
        ("JPEG2000", ".jp2", "JPEG 2000"),
        ("PPM", ".ppm", "PNM"),
    ],
)
def test_a_photo_becomes_a_jpeg(name: str, suffix: str, label: str) -> None:
    found = prepared(file(photo(), name), f"photo{suffix}")
    assert found.format == formats.JPEG
    assert found.note == f"{label} 120×80 → JPEG 120×80"
    assert is_like(opened(found), (60, 40), photo().getpixel((60, 40)))  # type: ignore[arg-type]  # of three channels


def test_a_picture_made_anew_keeps_the_name_that_people_know_it_by() -> None:
    said: list[Phrase] = []
    reader = Reader(TextFormat(), said.append, {})
    media = reader.attachment(HEIC, "photos/p.heic")
    assert isinstance(media, Media)
    assert isinstance(media.source, FileSource)
    assert (media.name, media.source.media_type) == ("photos/p.heic", "image/jpeg")
    assert said == ["photos/p.heic: HEIC 120×80 → JPEG 120×80"]


def test_an_icon_becomes_its_largest_picture() -> None:
    found = prepared(file(corners().resize((64, 64)), "ICO", sizes=[(16, 16), (64, 64)]), "a.ico")
    assert opened(found).size == (64, 64)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I", "I;16", "F", "CMYK", "YCbCr", "RGBA"])
def test_every_kind_of_pixel_keeps_its_brightness(mode: str) -> None:
    ramp = Image.linear_gradient("L")
    if mode == "I;16":
        ramp = ramp.convert("I").point(lambda it: it * 257 + 0)
    found = prepared(file(ramp.convert(mode), "TIFF"), "a.tif")
    gray = opened(found).convert("L").resize((1, 4), Image.Resampling.BOX).tobytes()
    assert [abs(a - b) < 14 for a, b in zip(gray, (32, 96, 159, 223), strict=True)] == [True] * 4
    assert ("stretched" in found.note) == (mode in {"I", "F"})


def test_what_measures_in_few_of_sixteen_bits_is_not_black() -> None:
    dark = Image.linear_gradient("L").convert("I").point(lambda it: it * 4 + 0).convert("I;16")
    found = prepared(file(dark, "TIFF"), "cells.tif")
    assert opened(found).getextrema() == (0, 255)
    assert found.note.endswith(", its brightness stretched to what can be seen")
    one = prepared(file(Image.new("I;16", (8, 8), 7), "TIFF"), "a.tif")
    assert opened(one).getextrema() == (0, 0)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "P"])
def test_what_can_be_seen_through_becomes_a_png(mode: str) -> None:
    picture = photo().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    options: dict[str, Any] = {}
    made = picture.convert(mode)
    name = "TIFF"
    if mode == "P":
        made, name = Image.new("P", (70, 60), 1), "ICO"
        options = {"sizes": [(48, 48)]}
        made.info["transparency"] = 1
        made = made.convert("RGBA")
    found = prepared(file(made, name, **options), "a")
    assert found.format == formats.PNG
    alpha = opened(found).getchannel("A").getextrema()
    assert alpha[0] < 9  # type: ignore[operator]  # of one channel


def test_an_alpha_channel_that_hides_nothing_is_dropped() -> None:
    found = prepared(file(photo().convert("RGBA"), "TIFF"), "a.tif")
    assert (found.format, opened(found).mode) == (formats.JPEG, "RGB")


def test_writing_stays_sharp() -> None:
    page = Image.new("RGB", (600, 400), "white")
    for y in range(0, 400, 20):
        ImageDraw.Draw(page).text((4, y), "what a long line of words this is " * 3, fill="navy")
    found = prepared(file(page, "TIFF"), "page.tif")
    assert found.format == formats.PNG
    assert opened(found).tobytes() == page.tobytes()


def test_a_wide_range_of_colors_is_brought_into_srgb() -> None:
    lab = Image.new("LAB", (16, 16), (128, 188, 168))
    red, green, blue = opened(prepared(file(lab, "TIFF"), "a.tif")).convert("RGB").getpixel((8, 8))  # type: ignore[misc]  # of three channels
    assert red > green + 50
    assert red > blue + 30
    broken = file(photo(), "TIFF", icc_profile=b"no profile" * 20)
    assert opened(prepared(broken, "a.tif")).size == (120, 80)


def test_other_pages_are_not_lost_without_a_word() -> None:
    pages = [corners().rotate(angle) for angle in range(3)]
    document = file(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert prepared(document, "scan.tif").note == "TIFF 48×32 → PNG 48×32, page 1 of 3"
    album = pillow_heif.from_pillow(pages[0])
    album.add_from_pillow(photo())
    written = io.BytesIO()
    album.save(written, primary_index=1)
    found = prepared(written.getvalue(), "a.heic")
    assert found.note == "HEIC 120×80 → JPEG 120×80, the main one of 2 pictures"
    printed = b"".join(file(page, "PPM") for page in pages)
    assert prepared(printed, "a").note.endswith(", the first picture in it")


def test_a_document_of_any_number_of_pages_takes_no_longer() -> None:
    pages = [Image.new("1", (8, 8)) for _ in range(1010)]
    document = file(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert prepared(document, "scan.tif").note.endswith(", page 1 of over 1,000")


def deep(label: str, pixels: bytes) -> bytes:
    """A picture with 16 bits a channel, which pillow does not write: one in each of six pixels."""
    if label == "PNG":
        header = struct.pack(">IIBBBBB", 4096, 2049, 16, 2, 0, 0, 0)
        rows = zlib.compress((b"\0" + pixels * 4096) * 2049, 1)
        chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(media_files.png_chunk(*it) for it in chunks)
    tags = [(256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 3, 122), (259, 3, 1, 1), (262, 3, 1, 2)]
    tags += [(273, 4, 1, 128), (277, 3, 1, 3), (278, 4, 1, 8), (279, 4, 1, 384)]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *it) for it in tags)
    bits = struct.pack("<HHH", 16, 16, 16)
    return b"II*\0\x08\0\0\0" + directory + bytes(4) + bits + pixels * 64


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (deep("PNG", b"\x40\0\x80\0\xc0\0"), "PNG 4096×2049 → PNG 4095×2048, 16-bit → 8-bit"),
        (deep("TIFF", b"\x40\0\x80\0\xc0\0"), "TIFF 8×8 → PNG 8×8, 16-bit → 8-bit"),
        (file(photo().convert("CMYK"), "TIFF"), "TIFF 120×80 → JPEG 120×80, CMYK → RGB"),
        (file(photo().convert("LAB"), "TIFF"), "TIFF 120×80 → JPEG 120×80, LAB → RGB"),
        (
            file(Image.new("F", (8, 8)), "TIFF"),
            "TIFF 8×8 → PNG 8×8, 32-bit → 8-bit, its brightness stretched to what can be seen",
        ),
    ],
)
def test_what_is_lost_of_the_colours_is_said(data: bytes, expected: str) -> None:
    assert prepared(data, "a").note == expected


# Memory


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK", "LAB", "RGB", "RGBA"])
def test_bands_give_what_the_whole_would(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = photo(300, 211)
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    gray = picture.convert("L").convert("I").point(lambda it: it * 257 + 0)
    data = gray.convert(mode) if mode == "I;16" else picture.convert("RGB").convert(mode)
    if mode in {"LA", "RGBA"}:
        data = picture.convert(mode)
    low, high = 0.0, 65_535.0
    as_bytes = pixels.converter(data, low, high)
    whole = as_bytes(data).resize((101, 70), Image.Resampling.LANCZOS)
    monkeypatch.setattr(pixels, "_BAND", 2000)
    banded = pixels.scaled(data, (101, 70), as_bytes)
    assert (banded.mode, banded.size) == (whole.mode, whole.size)
    difference = zip(banded.tobytes(), whole.tobytes(), strict=True)
    assert max(abs(a - b) for a, b in difference) <= 1


def test_beside_a_decoded_picture_there_is_no_second_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "_BAND", 50_000)
    copied: list[int] = []

    def as_bytes(band: Image.Image) -> Image.Image:
        copied.append(band.width * band.height)
        return band

    pixels.scaled(Image.new("RGBA", (1000, 1000)), (200, 200), as_bytes)
    assert sum(copied) >= 1_000_000
    assert max(copied) <= 100_000


@pytest.mark.parametrize(
    ("name", "suffix", "most"),
    [
        *(("PNG", "", 4), ("BMP", "", 4), ("JPEG", "", 4), ("TIFF", "", 12), ("PPM", "", 4)),
        *(("WEBP", "", 16), ("JPEG2000", "", 19), ("HEIF", "", 8.5), ("AVIF", "", 9.5)),
        ("JPEG", "progressive", 10),
    ],
)
def test_memory_is_known_before_it_is_needed(name: str, suffix: str, most: float) -> None:
    options: dict[str, Any] = {"progressive": True} if suffix else {}
    with Image.open(io.BytesIO(file(photo(), name, **options))) as picture:
        assert memory.needed(picture, picture.size) == most * 120 * 80


def test_a_tiled_document_needs_no_memory_for_a_strip() -> None:
    page = Image.new("1", (64, 64))
    assert memory.needed(Image.open(io.BytesIO(file(page, "TIFF"))), page.size) == 2 * 64 * 64
    with Image.open(io.BytesIO(file(page, "TIFF"))) as tiled:
        assert isinstance(tiled, TiffImagePlugin.TiffImageFile)
        tiled.tag_v2[322] = 64  # the width of a tile
        assert memory.needed(tiled, page.size) == 64 * 64


def test_what_takes_too_much_memory_is_refused_unless_the_service_takes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "MOST", 10_000)
    said = refusal(HEIC, "a.heic")
    why = "to decode its 0 megapixels takes 0.0 GB of memory, over 0 GB"
    assert (said.why, said.hint) == (why, "Make it smaller, or save it as JPEG.")
    data = file(corners(), "WEBP", exif=told(orientation=6, place=True))
    found = prepared(data, "a.webp")
    assert found.data is data
    assert found.note == f"it tells where it was taken, sent as it is: {why}"
    monkeypatch.setattr(limits, "LARGEST_FILE", 10)
    assert refusal(data, "a.webp").why == why


# What cannot be sent


def refusal(data: bytes, name: str) -> UsageError:
    with pytest.raises(UsageError) as raised:
        prepared(data, name)
    return raised.value


def test_a_picture_without_end_is_refused_before_it_is_decoded() -> None:
    bomb = file(Image.new("1", (20_000, 10_001)), "TIFF", compression="group4")
    said = refusal(bomb, "a.tif")
    assert said.message == "cannot send a.tif: it has more than 200 megapixels"
    png = file(Image.new("1", (20_000, 10_001)), "PNG")
    assert prepared(png, "a.png").data is png  # and the limits say what is wrong with it


@pytest.mark.parametrize("name", ["HEIF", "AVIF", "TIFF", "JPEG2000", "PPM", "ICO"])
def test_half_a_picture_is_said_to_be_broken(name: str) -> None:
    data = file(photo(), name)
    said = refusal(data[: len(data) // 2], "half")
    assert said.what == "cannot send half"
    assert said.why.startswith(("it cannot be read: ", "its "))
    assert "BytesIO" not in said.why


def test_nothing_else_is_written_of_a_broken_picture(capfd: pytest.CaptureFixture[str]) -> None:
    data = file(Image.effect_noise((64, 64), 60), "TIFF", compression="tiff_lzw")
    refusal(data[:400] + b"\xff" * 200 + data[600:], "a.tif")
    os.write(2, b"heard\n")
    assert capfd.readouterr() == ("", "heard\n")


def test_a_broken_page_does_not_cost_the_first() -> None:
    document = file(corners(), "TIFF", save_all=True, append_images=[photo()])
    second = document.rindex(b"\x00\x01\x04\x00\x01\x00\x00\x00\x78")  # its width
    broken = document[:second] + b"\0\0" + document[second + 2 :]
    assert prepared(broken, "a.tif").note == "TIFF 48×32 → PNG 48×32"


def test_half_a_large_photo_is_said_to_be_broken() -> None:
    data = file(photo(4000, 2200), "JPEG")
    said = refusal(data[: len(data) // 2], "half.jpg")
    assert said.message.startswith("cannot send half.jpg: it cannot be read: image file is trunc")


def test_what_only_begins_as_a_picture_is_said_to_be_none() -> None:
    assert refusal(b"II*\0" + b"\xff" * 99, "a.tif").why == "its TIFF cannot be read"
    with pytest.raises(UsageError, match="no picture that is known"):
        prepare(b"\0\1\2", "a.bin", None)


def test_a_cameras_raw_picture_is_not_sent_as_its_thumbnail() -> None:
    thumbnail = file(corners(), "TIFF", tiffinfo={254: 1})
    assert "has to be developed first" in refusal(thumbnail, "a.nef").why
    raw = file(corners(), "TIFF", tiffinfo={50706: b"\1\4\0\0"})
    assert "has to be developed first" in refusal(raw, "a.dng").why


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_is_more_than_an_error(draws: st.DataObject) -> None:
    name = draws.draw(st.sampled_from(sorted(SAMPLES)))
    damaged = bytearray(SAMPLES[name])
    for _ in range(draws.draw(st.integers(1, 6))):
        damaged[draws.draw(st.integers(0, len(damaged) - 1))] = draws.draw(st.integers(0, 255))
    with contextlib.suppress(UsageError):
        prepared(bytes(damaged), "a")


SAMPLES = {
    name: file(corners(), name) for name in ("HEIF", "AVIF", "TIFF", "JPEG2000", "PPM", "ICO")
} | {"lzw": file(corners(), "TIFF", compression="tiff_lzw")}


# Without the extra


@pytest.fixture
def _without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [it for it in sys.modules if it.partition(".")[0] == "PIL"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.delitem(sys.modules, redrawing.__name__)
    monkeypatch.delattr("mimo_cli.attachments.images.redrawing")
    monkeypatch.setitem(sys.modules, "PIL", None)


LARGE = file(Image.new("1", (4096, 2049)), "PNG")
TURNED = file(corners(), "JPEG", exif=told(orientation=6))
HEIC = file(photo(), "HEIF")


@pytest.mark.usefixtures("_without_the_extra")
def test_without_the_extra_what_the_service_takes_is_sent_as_it_is() -> None:
    for data, name in ((LARGE, "a.png"), (TURNED, "a.jpg")):
        assert prepared(data, name).data is data


@pytest.mark.usefixtures("_without_the_extra")
def test_without_the_extra_what_the_service_does_not_take_needs_it() -> None:
    said = refusal(HEIC, "a.heic")
    assert said.message == (
        "cannot send a.heic: it is a picture in HEIC, which the service does not take"
    )
    assert str(said.hint) == (
        "The extra `images` makes a JPEG or PNG of it: "
        f"{sys.executable} -m pip install pillow pillow-heif"
    )
    assert pictures.largest_file(HEIC, None) == limits.LARGEST_FILE


def test_pillow_alone_is_enough_for_all_but_heic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert prepared(file(photo(), "AVIF"), "a.avif").format == formats.JPEG
    assert "pillow-heif" in str(refusal(HEIC, "a.heic").hint)


def test_a_picture_that_can_be_made_smaller_may_be_a_larger_file() -> None:
    assert pictures.largest_file(LARGE, formats.PNG) > limits.LARGEST_FILE
    assert pictures.largest_file(HEIC, None) > limits.LARGEST_FILE
    assert pictures.largest_file(b"RIFF", formats.WAV) == limits.LARGEST_FILE
    assert pictures.largest_file(b"words", None) == limits.LARGEST_FILE
