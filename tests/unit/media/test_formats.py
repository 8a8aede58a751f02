"""What a file is, by its bytes: of every format, and of what only looks like one."""

from __future__ import annotations

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import media_files as files

from mimo_cli.media import formats
from mimo_cli.media.formats import HEAD, foreign, recognize

ADTS = files.ADTS
LONG_TAG = files.id3(bytes(3 * HEAD))
JPEG_TAG = files.id3(bytes(100) + files.jpeg())

TAKEN = [
    ("PNG", files.png()),
    ("JPEG", files.jpeg()),
    ("JPEG", files.jpeg(progressive=True)),
    ("GIF", files.gif()),
    ("WebP", files.webp()),
    ("WebP", files.webp_lossy_header(9, 9)),
    ("WebP", files.webp_extended()),
    ("BMP", files.bmp()),
    ("MP3", files.mp3()),
    ("MP3", files.mp3(tag=files.id3())),
    ("MP3", files.mp3(tag=JPEG_TAG)),
    ("MP3", files.mp3(tag=LONG_TAG)),
    ("MP3", files.mp3(tag=bytes(500))),
    ("WAV", files.wav()),
    ("WAV", b"RF64" + files.wav()[4:]),
    ("FLAC", files.flac()),
    ("FLAC", files.id3() + files.flac()),
    ("M4A", files.m4a()),
    ("M4A", files.mp4(0, 0)),
    ("M4A", files.mp4(0, 0, moov_first=True)),
    ("Ogg", files.ogg()),
    ("MP4", files.mp4()),
    ("MP4", files.mp4(brand=b"3gp4")),
    ("MP4", files.mp4(brand=b"M4V ")),
    ("MP4", files.mp4(audio=False, moov_first=True)),
    ("MOV", files.mov()),
    ("MOV", files.mov()[24:]),
    ("MOV", files.box(b"wide") + files.mov()[24:]),
    ("AVI", files.avi()),
    ("WMV", files.wmv()),
]


@pytest.mark.parametrize(("label", "data"), TAKEN)
def test_every_format_is_told_by_its_bytes(label: str, data: bytes) -> None:
    for name in ("", "photo.txt", "x.png", "x.wma", "x.tga"):
        found = recognize(data, name)
        assert found is not None
        assert found.label == label


@pytest.mark.parametrize(("label", "data"), TAKEN)
def test_the_first_bytes_are_enough_to_tell_media_from_others(label: str, data: bytes) -> None:
    whole, found = recognize(data), recognize(data[:HEAD])
    assert whole is not None
    assert found is not None
    assert (found.label, found.kind) == (label, whole.kind)


@pytest.mark.parametrize(
    ("data", "name", "label"),
    [
        (files.id3(bytes(HEAD)), "a.flac", "FLAC"),
        (files.id3(bytes(HEAD)), "a.mp3", "MP3"),
        (files.id3(bytes(HEAD)), "", "MP3"),
        (files.id3(bytes(HEAD)), "a.aac", None),
        (files.id3() + ADTS, "a.mp3", None),
        (b"ID3\3\0\0\xff\xff\xff\xff" + bytes(HEAD), "a.mp3", None),
        (b"ID3\7\0\0" + bytes(HEAD), "a.mp3", None),
        (b"some junk" + files.mp3(), "a.mp3", "MP3"),
        (b"some junk" + files.mp3(), "a.txt", None),
        (files.box(b"ftyp", b"isom", bytes(4)) + files.box(b"mdat", bytes(HEAD)), "a.m4a", "M4A"),
        (files.box(b"ftyp", b"isom", bytes(4)) + files.box(b"mdat", bytes(HEAD)), "a.mp4", "MP4"),
        (files.wmv()[:100], "a.wmv", "WMV"),
        (files.wmv()[:100], "a.WMA", None),
    ],
)
def test_the_name_decides_what_the_first_bytes_leave_open(
    data: bytes, name: str, label: str | None
) -> None:
    found = recognize(data[:HEAD], name)
    assert (found and found.label) == label


FOREIGN = [
    (files.id3() + ADTS, "an AAC recording"),
    (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
    (b"\x00\x01 junk before %PDF-1.7\n", "a PDF document"),
    (files.box(b"ftyp", b"heic", bytes(4), b"mif1heic"), "a HEIC picture"),
    (files.box(b"ftyp", b"mif1", bytes(4), b"mif1avif"), "an AVIF picture"),
    (files.box(b"ftyp", b"avif", bytes(4), b"avif"), "an AVIF picture"),
    (files.box(b"ftyp", b"crx ", bytes(4), b"crx "), "a camera's raw picture"),
    (b"II*\0\x08\0\0\0", "a TIFF picture"),
    (b"\0\0\1\0\1\0\x10\x10", "an icon"),
    (files.wma(), "a WMA recording"),
    (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "a WebM film"),
    (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", "a Matroska film"),
    (files.ogg_page(0, 0, [b"\x80theora" + bytes(30)], first=True), "an Ogg film"),
    ((b"G" + bytes(187)) * 5, "an MPEG film"),
    (ADTS, "an AAC recording"),
    (b"FORM\0\0\0\x40AIFFCOMM", "an AIFF recording"),
    (files.riff(b"RMID", bytes(20)), "a MIDI file"),
    (b"TTA1\1\0", "a recording of another format"),
    (b"DDS \x7c\0\0\0", "a picture of another format"),
    (b"PK\3\4" + bytes(26) + b"[Content_Types].xml" + bytes(300) + b"word/", "a Word document"),
    (b"PK\3\4" + bytes(26) + b"[Content_Types].xml", "an archive"),
    (b"PK\3\4" + bytes(26) + b"mimetypeapplication/epub+zip", "an EPUB book"),
    (b"PK\3\4" + bytes(26) + b"mimetypeapplication/vnd.oasis.", "an OpenDocument file"),
    (b"PK\5\6" + bytes(18), "an archive"),
    (b"\x1f\x8b\x08\0\0\0", "an archive"),
    (b"a.txt".ljust(257, b"\0") + b"ustar\0", "an archive"),
    (b"SQLite format 3\0", "a database"),
    (b"\x7fELF\2\1\1\0", "a program"),
    (b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0", "a program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an older Office"),
]


@pytest.mark.parametrize(("data", "what"), FOREIGN)
def test_what_is_known_and_not_taken_is_named(data: bytes, what: str) -> None:
    found = foreign(data)
    assert recognize(data) is None
    assert found is not None
    assert found.what.startswith(what)
    assert found.advice


def test_the_name_of_a_zip_file_tells_what_it_is() -> None:
    found = foreign(b"PK\3\4" + bytes(300), "table.XLSX")
    assert found is not None
    assert found.what == "an Excel workbook"


BEGINNINGS = [
    *("BM", "GIF89a", "GIF89a is a !", "GIF87a,", "RIFF....WAVEfmt ", "RIFF    WEBPVP8 ", "ID3"),
    *("OggS", "fLaC", "    ftypisom", "    moov", "\ufeff", "FORM    AIFF", "PAR1", "BZh91AY"),
    *("the header %PDF-1.7", "PK", "MZ", "P5 ", "#!AMR", "wOFF", "G", ""),
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "latin-1", "gb18030", "big5", "shift_jis", "cp1251"]
WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t\r\x1b\f"), max_size=200
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(BEGINNINGS), WORDS, st.sampled_from(ENCODINGS))
def test_a_text_stays_one_however_it_begins(beginning: str, words: str, encoding: str) -> None:
    data = (beginning + words).encode(encoding, "replace")
    for name in ("", "a.mp3", "a.tga"):
        assert recognize(data, name) is None
    if not encoding.startswith("utf-16"):
        assert foreign(data, "a.tga") is None


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff", b"\xff\xd8", bytes(HEAD), b"\xff" * HEAD])
def test_a_few_bytes_are_nothing(data: bytes) -> None:
    assert recognize(data, "a.mp3") is None
    assert foreign(data, "a.zip") is None


@pytest.mark.parametrize("data", [files.riff(b"ACON", bytes(20)), b"\1\2\3\4" * 99])
def test_what_is_not_known_has_no_name(data: bytes) -> None:
    assert recognize(data) is None
    assert foreign(data) is None


def test_the_name_tells_a_picture_whose_bytes_tell_nothing() -> None:
    found = foreign(bytes(18), "a.TGA")
    assert found is not None
    assert found.what == "a picture of another format"
    assert found.advice == "Save it as PNG or JPEG."  # the extra `images` does not read it


def test_an_ogg_film_is_no_recording_though_it_has_sound() -> None:
    sound = files.ogg_page(0, 0, [b"OpusHead" + bytes(11)], first=True, serial=1)
    film = files.ogg_page(0, 0, [b"\x80theora" + bytes(30)], first=True, serial=2)
    assert recognize(sound + film) is None
    assert recognize(sound) == formats.OGG
    assert recognize(film) is None


_MULTI_PICTURE = files.jpeg(before=files.jpeg_segment(0xE2, b"MPF\0"))
_PREVIEW = files.jpeg(before=files.jpeg_segment(0xE1, b"Exif\0\0" + files.jpeg() + files.png()))


@pytest.mark.parametrize(
    ("data", "has_another"),
    [
        (files.png() + files.png(), True),
        (files.png() + files.webp(), True),
        (files.jpeg() + files.jpeg(), True),
        (files.jpeg(progressive=True) + files.gif(), True),
        (_PREVIEW + files.png(), True),
        (files.png(), False),
        (files.jpeg(), False),
        (files.png() + b"\n", False),
        (files.png() + b"words behind it", False),
        (files.jpeg() + files.mp4(), False),  # a photo that moves
        (files.png()[:-12] + files.jpeg(), False),
        (files.jpeg()[:-2] + b"\0", False),
        (_PREVIEW, False),
        (_MULTI_PICTURE + files.jpeg(), False),
        (files.gif() + files.gif(), False),  # not looked for
    ],
)
def test_another_picture_is_found_where_the_first_ends(data: bytes, *, has_another: bool) -> None:
    first = recognize(data)
    assert first is not None
    assert formats.has_another(data, first) is has_another


@given(st.binary(max_size=200), st.sampled_from([files.png(), files.jpeg()]), st.integers(0, 300))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_stands_behind_a_cut_picture_can_be_looked_at(
    data: bytes, picture: bytes, length: int
) -> None:
    whole = picture[: max(8, length)] + data
    if first := recognize(whole):
        formats.has_another(whole, first)  # raises nothing
