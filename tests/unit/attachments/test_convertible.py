"""Which files are pictures that can be turned into ones that the service takes."""

from __future__ import annotations

import pytest

from mimo_cli.attachments import convertible
from mimo_cli.attachments.convertible import AVIF, HEIC, ICON, JPEG_2000, PNM, TIFF


def brands(*names: bytes) -> bytes:
    """The first box of an ISO base media file: its major brand, a version, all of its brands."""
    content = b"ftyp" + names[0] + b"\0\0\0\0" + b"".join(names)
    return (len(content) + 4).to_bytes(4, "big") + content + b"\0\0\0\x08meta"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"II*\0\x08\0\0\0", TIFF),
        (b"MM\0*\0\0\0\x08", TIFF),
        (b"MM\0+\0\x08\0\0", TIFF),
        (b"\0\0\0\x0cjP  \r\n\x87\n", JPEG_2000),
        (b"\xff\x4f\xff\x51\0\x29", JPEG_2000),
        (brands(b"heic", b"mif1"), HEIC),
        (brands(b"heix", b"mif1"), HEIC),
        (brands(b"mif1", b"heic"), HEIC),
        (brands(b"avif", b"mif1", b"miaf"), AVIF),
        (brands(b"mif1", b"avif"), AVIF),
        (brands(b"isom", b"avc1"), None),
        (brands(b"mp42", b"mif1"), None),
        (b"\0\0\1\0\2\0\x10\x10\0\0\1\0\x20\0", ICON),
        (b"\0\0\1\0\0\0", None),
        (b"\0\0\1\xba\x44\0\4\0\4\1\0\0\0\0", None),  # an MPEG film
        (b"P6\n640 480\n255\n\0\0", PNM),
        (b"P5 # by a scanner\n8 8\n65535\n", PNM),
        (b"P4\n8 8\n", PNM),
        (b"P6 is a format", None),
        (b"P3\n2 2\n255\n1 2 3", None),  # as text, which is sent as text
        (b"", None),
        (b"words", None),
        (b"\x89PNG\r\n\x1a\n", None),
    ],
)
def test_they_are_told_by_their_first_bytes(
    head: bytes, expected: convertible.Convertible | None
) -> None:
    assert convertible.recognize(head) == expected


@pytest.mark.parametrize(
    ("head", "length"),
    [
        (b"P4 9 2\n", 7 + 2 * 2),
        (b"P5 9 2 255\n", 11 + 9 * 2),
        (b"P5 9 2 256\n", 11 + 9 * 2 * 2),
        (b"P6 9 2 255\n", 11 + 9 * 2 * 3),
        (b"P6 9 2\n", None),
    ],
)
def test_the_end_of_a_portable_picture_is_known(head: bytes, length: int | None) -> None:
    assert convertible.picture_length(head) == length
