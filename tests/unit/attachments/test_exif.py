"""What a JPEG file's EXIF data says of it, and what no file can make of that."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from mimo_cli.attachments import exif


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
    found = exif.read(jpeg((0xE1, told(orientation, place, order))))
    assert (found.orientation, found.has_place) == expected


def test_what_a_library_writes_is_read() -> None:
    made = Image.Exif()
    made[ExifTags.Base.Orientation] = 5
    made.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 12.0)
    written = io.BytesIO()
    Image.new("RGB", (8, 8)).save(written, "JPEG", exif=made)
    assert exif.read(written.getvalue()) == exif.Exif(5, has_place=True)


def test_other_segments_stand_in_front_and_fillers_between() -> None:
    data = jpeg((0xE0, b"JFIF\0"), (0xE1, b"http://ns.adobe.com/xap/1.0/\0"), (0xE1, told(3, [])))
    assert exif.read(data).orientation == 3
    assert exif.read(data.replace(b"\xff\xe0", b"\xff\xff\xff\xe0")).orientation == 3


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
    assert exif.read(data) == exif.NONE


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_no_damage_is_an_error(draws: st.DataObject) -> None:
    damaged = bytearray(jpeg((0xE1, told(6, [2, 4]))))
    for _ in range(draws.draw(st.integers(1, 8))):
        damaged[draws.draw(st.integers(0, len(damaged) - 1))] = draws.draw(st.integers(0, 255))
    cut = draws.draw(st.integers(0, len(damaged)))
    assert 1 <= exif.read(bytes(damaged[:cut])).orientation <= 8
