"""How large and how long: by the headers of whole files, and of files that are broken or lie."""

from __future__ import annotations

import hashlib
import struct
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support import media_files as files

from mimo_cli.api.protocol.messages import FileSource, Measures, Media
from mimo_cli.media import formats, measuring
from mimo_cli.media.formats import Format, recognize

EXIF = files.jpeg_segment(0xE1, b"Exif\0\0" + files.jpeg(160, 120))
PADDING = b"\xff\xff\xff"
ALONE = b"\xff\x01"


def format_of(data: bytes) -> Format:
    found = recognize(data, "a.mp3")
    assert found is not None
    return found


def measures(data: bytes) -> Measures:
    return measuring.measure(data, format_of(data))


def size(width: int, height: int) -> Measures:
    return Measures(width, height)


def core_bitmap(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHIIHHHH", 40, 0, 0, 26, 12, width, height, 1, 24) + bytes(12)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (files.png(1920, 1080), size(1920, 1080)),
        (files.jpeg(640, 481), size(640, 481)),
        (files.jpeg(640, 481, progressive=True), size(640, 481)),
        (files.jpeg(640, 481, before=EXIF), size(640, 481)),
        (files.jpeg(640, 481, before=PADDING), size(640, 481)),
        (files.jpeg(640, 481, before=ALONE + b"junk"), size(640, 481)),
        (files.jpeg(640, 481, before=files.jpeg_segment(0xC4, bytes(40))), size(640, 481)),
        (files.gif(300, 200), size(300, 200)),
        (files.webp(300, 200), size(300, 200)),
        (files.webp_extended(300, 200), size(300, 200)),
        (files.webp_lossy_header(300, 200), size(300, 200)),
        (files.bmp(300, 200), size(300, 200)),
        (files.bmp(300, -200), size(300, 200)),
        (core_bitmap(300, 200), size(300, 200)),
    ],
)
def test_a_picture_says_how_large_it_is(data: bytes, expected: Measures) -> None:
    assert measures(data) == expected


@pytest.mark.parametrize(
    "data",
    [
        files.png(0, 5)[:40],
        files.png(3, 2).replace(struct.pack(">II", 3, 2), struct.pack(">II", 1 << 31, 2)),
        files.png()[:12],
        files.jpeg(5, 1).replace(b"\0\1\0\5\1", b"\0\0\0\5\1"),
        b"\xff\xd8\xff\xda\0\x08\xff\xc0" + bytes(20),
        b"\xff\xd8\xff\xe0\0\0" + bytes(30),
        files.gif(0, 7),
        files.webp_lossy_header(0, 7),
        files.riff(b"WEBP", files.riff_chunk(b"VP8L", b"\x2e" + bytes(10))),
        files.riff(b"WEBP", files.riff_chunk(b"XXXX", bytes(10))),
        core_bitmap(0, 7),
        files.bmp(3, 2).replace(struct.pack("<ii", 3, 2), struct.pack("<ii", -3, 2)),
    ],
)
def test_a_size_that_cannot_be_is_not_known(data: bytes) -> None:
    assert measures(data) == Measures()


def test_a_bomb_is_believed_so_that_it_can_be_refused() -> None:
    bomb = files.png(3, 2).replace(struct.pack(">II", 3, 2), struct.pack(">II", 10**6, 10**6))
    assert measures(bomb) == size(10**6, 10**6)


def streamed(length: int, *, content: int = 16000) -> bytes:
    """A recording that a tool wrote into a pipe, and could not tell the length of."""
    return (
        b"RIFF\xff\xff\xff\xffWAVE"
        + files.wav_format()
        + struct.pack("<4sI", b"data", length)
        + bytes(content)
    )


def large(length: int) -> bytes:
    sizes = files.riff_chunk(b"ds64", struct.pack("<QQQI", 0, length, 0, 0))
    sound = files.wav_format() + struct.pack("<4sI", b"data", 0xFFFFFFFF) + bytes(length)
    return b"RF64\xff\xff\xff\xffWAVE" + sizes + sound + files.riff_chunk(b"LIST", bytes(9999))


ODD = files.riff_chunk(b"LIST", b"INFOodd")
EXTENSIBLE = files.wav_format(8000, 0xFFFE, 4, extra=bytes(24))
COMPRESSED = files.wav_format(8000, 2, 256) + files.riff_chunk(b"fact", struct.pack("<I", 12000))
NO_RATE = files.riff_chunk(b"fmt ", bytes(16))


def sound(*chunks: bytes, length: int = 16000) -> bytes:
    return files.riff(b"WAVE", b"".join(chunks) + files.riff_chunk(b"data", b"\x01" * length))


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (files.wav(1.5), 1.5),
        (files.wav(1.5, rate=44100), 1.5),
        (streamed(0), 2.0),
        (streamed(0xFFFFFFFF), 2.0),
        (streamed(0x7FFFFFFF), 2.0),
        (streamed(8000), 1.0),
        (large(24000), 3.0),
        (sound(ODD, files.wav_format(), ODD), 2.0),
        (sound(EXTENSIBLE), 0.5),
        (sound(COMPRESSED), 1.5),
        (sound(files.wav_format(8000, 7)), 2.0),
        (sound(NO_RATE), None),
        (sound(ODD), None),
        (files.riff(b"WAVE", files.wav_format()), None),
        (files.mp3(3.0), pytest.approx(3.0, abs=0.02)),
        (files.mp3(3.0, tag=files.id3(bytes(9000))), pytest.approx(3.0, abs=0.02)),
        (files.mp3(3.0, tag=bytes(400)), pytest.approx(3.0, abs=0.02)),
        (b"some junk" + files.mp3(3.0), pytest.approx(3.0, abs=0.02)),
        (files.mp3(3.0) + b"TAG".ljust(128, b" "), pytest.approx(3.0, abs=0.02)),
        (files.flac(3.3), 3.3),
        (files.id3() + files.flac(3.3), 3.3),
        (files.flac(0), None),
        (files.ogg(3.3), 3.3),
        (files.m4a(34), 34.0),
    ],
)
def test_a_recording_says_how_long_it_is(data: bytes, seconds: float | None) -> None:
    assert measures(data) == Measures(seconds=seconds)


VORBIS = b"\x01vorbis" + struct.pack("<IBIiiiBB", 0, 1, 44100, 0, 0, 0, 0xB8, 1)
FLAC_IN_OGG = b"\x7fFLAC\1\0\0\1" + files.flac(1.0, rate=8000)[:42]
SPEEX = b"Speex   ".ljust(36, b"\0") + struct.pack("<I", 16000) + bytes(40)
SKELETON = b"fishead\0" + bytes(56)


def pages(*packets: bytes, ends: list[tuple[int, int]]) -> bytes:
    """Streams side by side, and pages of them that end at some steps: stream, step."""
    first = [
        files.ogg_page(0, 0, [packet], first=True, serial=serial)
        for serial, packet in enumerate(packets)
    ]
    return b"".join(
        (*first, *(files.ogg_page(1, end, [b"x"], serial=serial) for serial, end in ends))
    )


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (pages(VORBIS, ends=[(0, 44100), (0, 66150)]), 1.5),
        (pages(FLAC_IN_OGG, ends=[(0, 12000)]), 1.5),
        (pages(SPEEX, ends=[(0, 24000)]), 1.5),
        # Another stream beside it, and a page on which no packet ends.
        (pages(SKELETON, VORBIS, ends=[(1, 66150), (0, 999), (1, -1)]), 1.5),
        (pages(VORBIS, ends=[]), None),
        (pages(VORBIS[:11] + bytes(20), ends=[(0, 66150)]), None),
    ],
)
def test_other_sound_in_ogg_is_measured(data: bytes, seconds: float | None) -> None:
    assert measures(data) == Measures(seconds=seconds)


def test_a_tag_may_have_a_footer() -> None:
    tag = bytearray(files.id3(bytes(500)) + b"3DI\4\0\x10" + bytes(4))
    tag[3:6] = b"\4\0\x10"
    assert measures(files.mp3(3.0, tag=bytes(tag))).seconds == pytest.approx(3.0, abs=0.02)


def with_frames(frames: int, name: bytes, at: int) -> bytes:
    """An MP3 whose first frame is no sound, but tells of all of them."""
    count = {b"VBRI": b"\0\1\0\0\0\0\0\0\0\0" + struct.pack(">I", frames)}
    told = name + count.get(name, struct.pack(">II", 1, frames))
    first = (b"\xff\xfb\x50\xc4".ljust(at, b"\0") + told).ljust(208, b"\0")
    return first + files.mp3(1.0)


@pytest.mark.parametrize(("name", "at"), [(b"Xing", 4 + 17), (b"Info", 4 + 17), (b"VBRI", 4 + 32)])
def test_an_mp3_of_changing_bitrate_says_how_many_frames_it_has(name: bytes, at: int) -> None:
    expected = Measures(seconds=1000 * 1152 / 44100)
    assert measures(with_frames(1000, name, at)) == expected


def other_rates() -> list[tuple[bytes, float]]:
    """Headers of layer II and of MPEG 2 and 2.5, with the length of a frame."""
    return [
        (b"\xff\xfd\x80\x00", 1152 / 44100),
        (b"\xff\xf3\x80\xc4", 576 / 22050),
        (b"\xff\xf3\x80\x04", 576 / 22050),
        (b"\xff\xe3\x80\xc4", 576 / 11025),
        (b"\xff\xf5\x80\xc4", 1152 / 22050),
    ]


@pytest.mark.parametrize(("header", "seconds"), other_rates())
def test_other_kinds_of_mpeg_sound_are_measured(header: bytes, seconds: float) -> None:
    from mimo_cli.media.containers.mpeg_audio import frame

    first = frame(header, 0)
    assert first is not None
    data = header.ljust(first.size, b"\0") * 50
    assert measures(data).seconds == pytest.approx(50 * seconds, rel=0.01)


def in_pieces(*, runs_say: bool = False, header_says: bool = False, first: int = 2000) -> bytes:
    """A film whose header tells no length: four samples of half a second behind two seconds."""
    extends = files.box(b"mvex", files.full_box(b"trex", struct.pack(">IIIII", 1, 1, 500, 0, 0)))
    moov = files.box(b"moov", files.movie_header(0), files.video_track(64, 48, 0), extends)
    durations = b"".join(struct.pack(">II", 500, 9) for _ in range(4)) if runs_say else b""
    run = files.full_box(
        b"trun", struct.pack(">II", 4, 0) + durations, flags=0x301 if runs_say else 1
    )
    told = struct.pack(">II", 1, 500) if header_says else struct.pack(">I", 1)
    track = files.box(
        b"traf",
        files.full_box(b"tfhd", told, flags=8 if header_says else 0),
        files.full_box(b"tfdt", struct.pack(">Q", first), version=1),
        run,
    )
    pieces = files.box(b"moof", track) + files.box(b"mdat", bytes(64))
    return files.box(b"ftyp", b"iso5", bytes(4)) + moov + pieces


def without_length(*boxes: bytes) -> bytes:
    moov = files.box(b"moov", files.movie_header(0), files.video_track(64, 48, 0), *boxes)
    return files.box(b"ftyp", b"iso5", bytes(4)) + moov


INDEX = files.full_box(
    b"sidx",
    struct.pack(">IIIIHH", 1, 1000, 0, 0, 0, 3),
    *(struct.pack(">III", 100, 1500, 0) for _ in range(3)),
)
TOTAL = files.box(b"mvex", files.full_box(b"mehd", struct.pack(">I", 7000)))
TOTAL_WIDE = files.box(b"mvex", files.full_box(b"mehd", struct.pack(">Q", 7000), version=1))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (files.mp4(1920, 1080, 62), (1920, 1080, 62.0)),
        (files.mp4(1920, 1080, 62, moov_first=True), (1920, 1080, 62.0)),
        (files.mp4(1920, 1080, 62, turned=True), (1080, 1920, 62.0)),
        (files.mov(64, 48, 5), (64, 48, 5.0)),
        (files.avi(64, 48, 5), (64, 48, 5.0)),
        (files.wmv(64, 48, 5), (64, 48, 5.0)),
        (in_pieces(), (64, 48, 4.0)),
        (in_pieces(runs_say=True), (64, 48, 4.0)),
        (in_pieces(header_says=True), (64, 48, 4.0)),
        (without_length(TOTAL), (64, 48, 7.0)),
        (without_length(TOTAL_WIDE), (64, 48, 7.0)),
        (without_length() + INDEX, (64, 48, 4.5)),
        (without_length(), (64, 48, None)),
    ],
)
def test_a_film_says_how_large_and_how_long_it_is(
    data: bytes, expected: tuple[int, int, float | None]
) -> None:
    assert measures(data)[:3] == expected


def movie(*boxes: bytes) -> bytes:
    return files.box(b"ftyp", b"isom", bytes(4)) + files.box(b"moov", *boxes)


def plain_track(*boxes: bytes) -> bytes:
    handler = files.full_box(b"hdlr", bytes(4), b"vide", bytes(13))
    length = files.full_box(b"mdhd", struct.pack(">IIIIHH", 0, 0, 10, 55, 0, 0))
    return files.box(b"trak", *boxes, files.box(b"mdia", handler, length))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # Times of eight bytes.
        (
            movie(files.movie_header(9, version=1), files.video_track(64, 48, 9, version=1)),
            (64, 48, 9.0),
        ),
        # No description of samples: the size that is shown.
        (movie(files.movie_header(9), plain_track(files.track_header(1, 9, 64, 48))), (64, 48, 9)),
        (
            movie(
                files.movie_header(9, version=1),
                plain_track(files.track_header(1, 9, 64, 48, turned=True, version=1)),
            ),
            (48, 64, 9),
        ),
        # No length of the whole: that of the track. No header of the track: no size.
        (movie(plain_track()), (None, None, 5.5)),
        # All bits set is not known.
        (
            movie(files.full_box(b"mvhd", bytes(8), b"\0\0\0\1\xff\xff\xff\xff"), plain_track()),
            (None, None, 5.5),
        ),
        (movie(files.full_box(b"mvhd", bytes(8), b"\0\0\0\0\0\0\0\1")), (None, None, None)),
        # More than a week.
        (movie(files.full_box(b"mvhd", bytes(8), b"\0\0\0\1\x7f\0\0\0")), (None, None, None)),
        # A box of 64 bits, and one to the end.
        (
            files.box(b"ftyp", b"isom", bytes(4))
            + struct.pack(">I4sQ", 1, b"mdat", 24)
            + bytes(8)
            + b"\0\0\0\0"
            + files.box(b"moov", files.movie_header(3))[4:],
            (None, None, 3.0),
        ),
    ],
)
def test_odd_films_are_measured(
    data: bytes, expected: tuple[int | None, int | None, float | None]
) -> None:
    found = measuring.measure(data, formats.MP4)
    assert found[:3] == expected


def silent_avi(*, streams: int) -> bytes:
    """A film that says it has so many streams, and describes one, of pictures."""
    whole = files.avi()
    return whole[:56] + struct.pack("<I", streams) + whole[60:]


def cut_wmv(*, audio: bool) -> bytes:
    """A film whose header says that it is longer than the file."""
    whole = files.wmv(audio=audio)
    return whole[:16] + struct.pack("<Q", len(whole) + 100) + whole[24:]


@pytest.mark.parametrize(
    ("data", "sound"),
    [
        (files.mp4(), True),
        (files.mp4(audio=False), False),
        (files.mov(audio=False), False),
        (files.mp4(audio=False, moov_first=True)[:500], None),
        (movie(files.box(b"trak"), plain_track()), None),
        (files.m4a(), None),  # it is nothing else
        (files.avi(), False),
        (files.avi(audio=True), True),
        (silent_avi(streams=2), None),
        (files.wmv(), False),
        (files.wmv(audio=True), True),
        (cut_wmv(audio=False), None),
        (cut_wmv(audio=True), True),
        (files.png(), None),
    ],
)
def test_a_film_says_whether_it_has_sound(data: bytes, sound: bool | None) -> None:
    assert measures(data).sound is sound


# What is broken, or lies

WHOLE = [
    *(files.png(40, 30), files.jpeg(40, 30, before=EXIF), files.gif(40, 30), files.bmp(40, 30)),
    *(files.webp(40, 30), files.webp_extended(40, 30), files.webp_lossy_header(40, 30)),
    *(files.wav(0.1), large(800), sound(COMPRESSED, length=80), files.mp3(0.2, tag=files.id3())),
    *(with_frames(99, b"Xing", 21), files.flac(0.1), files.ogg(0.2), files.m4a()),
    *(files.mp4(), files.mov(), in_pieces(runs_say=True), without_length(TOTAL) + INDEX),
    *(files.avi(8, 4, 0.2), files.wmv(), files.wma()),
]
EVERY_FORMAT = [it for it in vars(formats).values() if isinstance(it, Format)]


def check(data: bytes) -> None:
    """Whatever the bytes are: nothing fails, and what is said of them can be."""
    found = recognize(data, "a.mp3")
    formats.foreign(data, "a.zip")
    for one in {found, *EVERY_FORMAT} - {None}:
        assert one is not None
        width, height, seconds, sound = measuring.measure(data, one)
        assert (width is None) == (height is None)
        assert width is None or (0 < width < 1 << 31 and 0 < (height or 0) < 1 << 31)
        assert seconds is None or 0 < seconds <= 7 * 24 * 3600
        assert sound in (True, False, None)


@pytest.mark.untraced
@pytest.mark.parametrize("whole", WHOLE)
def test_what_is_cut_is_measured_as_far_as_it_goes(whole: bytes) -> None:
    for end in {*range(min(400, len(whole))), *range(0, len(whole), 97)}:
        check(whole[:end])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.sampled_from(WHOLE), st.data())
def test_flipped_bits_and_sizes_that_lie_break_nothing(whole: bytes, data: st.DataObject) -> None:
    broken = bytearray(whole)
    places = st.integers(0, min(len(whole), 900) - 4)
    for place in data.draw(st.lists(places, max_size=6)):
        broken[place : place + 4] = data.draw(
            st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\x7f\xff\xff\xff"])
            | st.binary(min_size=4, max_size=4)
        )
    check(bytes(broken))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.sampled_from([it[:16] for it in WHOLE]), st.binary(max_size=400))
@example(b"", b"")
def test_random_bytes_break_nothing(beginning: bytes, rest: bytes) -> None:
    check(rest)
    check(beginning + rest)


MB = 1 << 20
TYPE = files.box(b"ftyp", b"isom", bytes(4))
PIECE = files.box(b"moof", files.box(b"traf"))
OBJECT = bytes(16) + b"\x18" + bytes(7)


@pytest.mark.untraced
@pytest.mark.parametrize(
    ("form", "beginning", "rest"),
    [
        (formats.JPEG, b"\xff\xd8", b"\xff"),
        (formats.JPEG, b"\xff\xd8", b"\xff\xe0\0\2"),
        (formats.MP4, TYPE, files.box(b"free")),
        (formats.MP4, TYPE + b"\0\x7f\0\0moov", files.box(b"trak", files.box(b"free") * 9999)),
        (formats.MP4, movie(files.movie_header(0)), PIECE),
        (formats.WAV, files.riff(b"WAVE", b""), files.riff_chunk(b"xxxx", b"")),
        (formats.OGG, files.ogg_page(0, 0, [b"OpusHead" + bytes(11)], first=True), b"OggS"),
        (formats.MP3, b"", b"\xff\xfb\x50"),
        (formats.MP3, b"", b"\xff\xfb\x50\xc4\xff\xe0"),
        (formats.MP3, b"", files.id3(b"")),
        (formats.WMV, files.wmv()[:16] + b"\xff" * 8 + bytes(6), OBJECT),
    ],
)
def test_no_file_takes_long(form: Format, beginning: bytes, rest: bytes) -> None:
    data = beginning + rest * (3 * MB // len(rest))
    begun = time.process_time()
    recognize(data, "a.mp3")
    measuring.measure(data, form)
    assert time.process_time() - begun < 2


# As a block


def test_a_file_becomes_media_with_its_digest_size_and_measures() -> None:
    data = files.png(1920, 1080)
    digest = hashlib.sha256(data).hexdigest()
    source = FileSource("image/png", len(data), digest, data)
    expected = Media("image", source, name="photo.png", measures=size(1920, 1080))
    made = measuring.make(data, formats.PNG, "photo.png")
    assert made == expected
    assert isinstance(made.source, FileSource)
    assert made.source.data is data


def test_all_of_the_bytes_tell_a_recording_from_a_film() -> None:
    data = files.mp4(0, 0, 3)
    made = measuring.make(data, formats.MP4, "a.mp4")
    assert (made.kind, made.measures) == ("audio", Measures(seconds=3.0))
