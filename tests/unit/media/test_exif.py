"""What files tell of themselves: which way up they are, and where they were taken."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image
from support import media_files as files

from mimo_cli.media import exif, formats, metadata
from mimo_cli.media.exif import Exif

if TYPE_CHECKING:
    from mimo_cli.media.formats import Format


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    heads = (struct.pack(">BBH", 0xFF, marker, len(it) + 2) + it for marker, it in segments)
    return b"\xff\xd8" + b"".join(heads) + b"\xff\xda\0\2\xff\xd9"


def told(orientation: int, place: list[int], order: str = "<") -> bytes:
    """EXIF data: a directory that names another, whose entries have the tags `place`."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    first = struct.pack(f"{order}HHHIHH", 2, 0x0112, 3, 1, orientation, 0)
    first += struct.pack(f"{order}HHIII", 0x8825, 4, 1, 38, 0)
    gps = struct.pack(f"{order}H", len(place))
    gps += b"".join(struct.pack(f"{order}HHII", tag, 5, 3, 0) for tag in place)
    return b"Exif\0\0" + mark + struct.pack(f"{order}I", 8) + first + gps


def read(data: bytes, format: Format = formats.JPEG) -> Exif:  # noqa: A002  # what it is
    return metadata.read(data, format)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("orientation", "place", "expected"),
    [
        (1, [], (1, False)),
        (6, [], (6, False)),
        (8, [1, 2, 3, 4], (8, True)),
        (1, [0], (1, False)),  # a version and no coordinates
        (0, [], (1, False)),
        (9, [], (1, False)),
    ],
)
def test_orientation_and_place_are_read(
    order: str, orientation: int, place: list[int], expected: tuple[int, bool]
) -> None:
    found = read(jpeg((0xE1, told(orientation, place, order))))
    assert (found.orientation, found.has_place) == expected


def test_what_a_library_writes_is_read() -> None:
    made = Image.Exif()
    made[ExifTags.Base.Orientation] = 5
    made.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 12.0)
    written = io.BytesIO()
    Image.new("RGB", (8, 8)).save(written, "JPEG", exif=made)
    assert read(written.getvalue()) == Exif(5, has_place=True)


def test_other_segments_stand_in_front_and_fillers_between() -> None:
    data = jpeg((0xE0, b"JFIF\0"), (0xE1, b"http://ns.adobe.com/xap/1.0/\0"), (0xE1, told(3, [])))
    assert read(data).orientation == 3
    assert read(data.replace(b"\xff\xe0", b"\xff\xff\xff\xe0")).orientation == 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe1\0\0Exif",
        jpeg(),
        jpeg((0xE1, b"Exif\0\0")),
        jpeg((0xE1, b"Exif\0\0XX")),
        jpeg() + jpeg((0xE1, told(6, []))),  # a picture behind the picture
    ],
)
def test_where_nothing_is_told_it_is_upright(data: bytes) -> None:
    assert read(data) == exif.NONE


XMP = b'<rdf:Description exif:GPSLatitude="52,30.5N"/>'


def png(*chunks: bytes, behind: bytes = b"") -> bytes:
    whole = files.png()
    return whole[:33] + b"".join(chunks) + whole[33:-12] + behind + whole[-12:]


def webp(*chunks: bytes) -> bytes:
    return files.riff(b"WEBP", files.webp_extended()[12:] + b"".join(chunks))


def raw(name: bytes, data: bytes, *, is_zipped: bool = True) -> bytes:
    digits = data.hex().encode()
    lines = [digits[at : at + 72] for at in range(0, len(digits), 72)]
    text = b"\n%s\n%8d\n%s\n" % (name, len(data), b"\n".join(lines))
    keyword = b"Raw profile type %s\0" % name
    if is_zipped:
        return files.png_chunk(b"zTXt", keyword + b"\0" + zlib.compress(text))
    return files.png_chunk(b"tEXt", keyword + text)


def longer(part: bytes, place: int) -> bytes:
    return (
        b"http://ns.adobe.com/xmp/extension/\0"
        + struct.pack(">32sII", b"A", len(XMP), place)
        + part
    )


TURNED = told(6, [2])[6:]
PNG_XMP = files.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
ZIPPED_XMP = b"XML:com.adobe.xmp\0\1\0de\0XMP\0" + zlib.compress(XMP)
JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0" + XMP
EXIF_CHUNK, MOVES = files.png_chunk(b"eXIf", TURNED), files.png_chunk(b"acTL", bytes(8))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png(), exif.NONE),
        (png(EXIF_CHUNK), Exif(6, has_place=True)),
        (png(behind=EXIF_CHUNK), Exif(6, has_place=True)),
        (png(PNG_XMP), Exif(has_place=True)),
        (png(behind=PNG_XMP), Exif(has_place=True)),
        (png(EXIF_CHUNK, MOVES), Exif(6, has_place=True, does_move=True)),
        (png(MOVES, EXIF_CHUNK), Exif(6, has_place=True, does_move=True)),
        (png(files.png_chunk(b"iTXt", ZIPPED_XMP)), Exif(has_place=True)),
        (png(files.png_chunk(b"iTXt", ZIPPED_XMP[:-6])), Exif(has_place=True)),  # cut
        (png(files.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + XMP)), exif.NONE),
        (png(raw(b"exif", b"Exif\0\0" + TURNED)), Exif(has_place=True)),
        (png(raw(b"APP1", b"Exif\0\0" + TURNED, is_zipped=False)), Exif(has_place=True)),
        (png(behind=raw(b"APP1", JPEG_XMP)), Exif(has_place=True)),
        (png(raw(b"xmp", XMP)), Exif(has_place=True)),
        (png(raw(b"xmp", XMP + bytes(200_000))), Exif(has_place=True)),
        (png(raw(b"icc", XMP)), exif.NONE),
        (png(files.png_chunk(b"tEXt", b"Raw profile type xmp\0\nxmp\n1\nno digits")), exif.NONE),
        (png(files.png_chunk(b"iTXt", b"Comment\0\0\0\0\0" + XMP)), exif.NONE),
        (webp(), exif.NONE),
        (webp(files.riff_chunk(b"EXIF", TURNED)), Exif(6, has_place=True)),
        (webp(files.riff_chunk(b"EXIF", told(8, []))), Exif(8)),
        (webp(files.riff_chunk(b"XMP ", XMP)), Exif(has_place=True)),
        (
            webp(files.riff_chunk(b"ANIM", b""), files.riff_chunk(b"EXIF", TURNED)),
            Exif(6, True, True),
        ),
        (jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)), Exif(has_place=True)),
        (
            jpeg((0xE1, told(3, [])), (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)),
            Exif(3, has_place=True),
        ),
        (jpeg((0xE1, told(3, [])), (0xE1, told(6, [2]))), Exif(3, has_place=True)),
        (jpeg((0xE1, told(1, [])), (0xE1, told(6, []))), exif.NONE),  # the first one holds
        (jpeg((0xE1, told(3, [2])[:44]), (0xE1, b"Exif\0\0" + told(3, [2])[44:])), Exif(3, True)),
        (jpeg((0xE1, longer(XMP[:30], 0)), (0xE1, longer(XMP[30:], 30))), Exif(has_place=True)),
        (jpeg((0xE1, longer(XMP[30:], 30)), (0xE1, longer(XMP[:30], 0))), Exif(has_place=True)),
        (files.gif(), exif.NONE),
        (files.gif()[:-1] + b"!\xff\x0bXMP DataXMP" + XMP + b"\1\0\0;", Exif(has_place=True)),
        (files.gif()[:-1] + b"!\xfe" + bytes([len(XMP)]) + XMP + b"\0;", exif.NONE),  # a comment
        (files.wav(), exif.NONE),
    ],
)
def test_what_other_pictures_tell(data: bytes, expected: Exif) -> None:
    known = formats.recognize(data)
    assert known is not None
    assert read(data, known) == expected


def test_no_more_texts_are_unpacked_than_there_may_be() -> None:
    large = files.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(1 << 24)))
    assert read(png(*[large] * 19, PNG_XMP), formats.PNG).has_place
    assert not read(png(*[large] * 20, PNG_XMP), formats.PNG).has_place


def metadata_keys(*names: bytes) -> bytes:
    entries = b"".join(files.box(b"mdta", name) for name in names)
    return files.full_box(b"keys", struct.pack(">I", len(names)), entries)


PLACE = files.box(b"\xa9xyz", b"\0\x12\x15\xc7+52.5000+013.4000/")
KEYS = metadata_keys(b"com.apple.quicktime.make", b"com.apple.quicktime.location.ISO6709")
XMP_ID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        (b"", b"", False),
        (files.box(b"udta", files.box(b"\xa9too", b"x"), PLACE), b"", True),
        (files.box(b"udta", files.full_box(b"loci", bytes(20))), b"", True),
        (files.box(b"udta", files.box(b"XMP_", XMP)), b"", True),
        (files.box(b"udta", files.box(b"XMP_", b"<x/>")), b"", False),
        (files.box(b"udta", files.full_box(b"meta", files.box(b"ilst", PLACE))), b"", True),
        (files.box(b"meta", KEYS), b"", True),
        (files.box(b"udta", files.full_box(b"meta", KEYS)), b"", True),
        (files.full_box(b"meta", files.full_box(b"hdlr", bytes(20)), KEYS), b"", True),
        (files.box(b"meta", metadata_keys(b"com.apple.quicktime.make")), b"", False),
        (b"", files.box(b"uuid", XMP_ID, XMP), True),
        (b"", files.box(b"uuid", bytes(16), XMP), False),
        (b"", files.box(b"free", PLACE), False),
    ],
)
@pytest.mark.parametrize("format_", [formats.MP4, formats.MOV, formats.M4A])
def test_what_films_tell(format_: Format, inner: bytes, outer: bytes, *, expected: bool) -> None:
    film = files.box(b"ftyp", b"isom", bytes(4)) + files.box(
        b"moov", files.movie_header(2), files.video_track(64, 48, 2), inner
    )
    assert read(film + outer, format_) == Exif(has_place=expected)


DAMAGED = [
    (jpeg((0xE1, told(6, [2, 4]))), formats.JPEG),
    (png(EXIF_CHUNK, PNG_XMP), formats.PNG),
    (png(files.png_chunk(b"iTXt", ZIPPED_XMP), raw(b"xmp", XMP, is_zipped=False)), formats.PNG),
    (jpeg((0xE1, longer(XMP, 0)), (0xE1, told(6, [2]))), formats.JPEG),
    (files.gif()[:-1] + b"!\xff\x0bXMP DataXMP" + XMP, formats.GIF),
    (webp(files.riff_chunk(b"EXIF", TURNED)), formats.WEBP),
    (files.box(b"moov", files.box(b"udta", PLACE), files.box(b"meta", KEYS)), formats.MP4),
]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_no_damage_is_an_error(draws: st.DataObject) -> None:
    whole, known = draws.draw(st.sampled_from(DAMAGED))
    damaged = bytearray(whole)
    for _ in range(draws.draw(st.integers(1, 8))):
        damaged[draws.draw(st.integers(0, len(damaged) - 1))] = draws.draw(st.integers(0, 255))
    cut = draws.draw(st.integers(0, len(damaged)))
    assert 1 <= read(bytes(damaged[:cut]), known).orientation <= 8
