"""Small pictures, recordings and films, each a whole file that is what it says it is.

A picture can be drawn; the streams of a film or a recording hold nothing worth seeing or hearing,
but their headers are in order.
"""

from __future__ import annotations

import struct
import zlib
from math import ceil

# Pictures


def png(width: int = 3, height: int = 2) -> bytes:
    """A picture in grey, as small as it can be: a row of it is packed into bits."""
    rows = (b"\0" + bytes(-(-width // 8))) * height
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
            png_chunk(b"IDAT", zlib.compress(rows, 9)),
            png_chunk(b"IEND", b""),
        )
    )


def png_chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def jpeg(
    width: int = 3, height: int = 2, *, before: bytes = b"", progressive: bool = False
) -> bytes:
    """A grey picture: each block of 8 by 8 is one bit for its level and one for its end."""
    segments = (
        jpeg_segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        before,
        jpeg_segment(0xDB, b"\0" + b"\1" * 64),
        jpeg_segment(
            0xC2 if progressive else 0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
        ),
        jpeg_segment(0xC4, b"\x00" + b"\1" + bytes(15) + b"\0"),
        jpeg_segment(0xC4, b"\x10" + b"\1" + bytes(15) + b"\0"),
        jpeg_segment(0xDA, b"\1\1\0" + (b"\0\0\0" if progressive else b"\0\x3f\0")),
    )
    bits = ceil(width / 8) * ceil(height / 8) * (1 if progressive else 2)
    scan = bytes(bits // 8) + (bytes([0xFF >> bits % 8]) if bits % 8 else b"")
    return b"\xff\xd8" + b"".join(segments) + scan + b"\xff\xd9"


def jpeg_segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def gif(width: int = 3, height: int = 2) -> bytes:
    """A screen of that size, with one dot drawn on it."""
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    picture = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2\x44\1\0"
    return screen + picture + b";"


def bmp(width: int = 3, height: int = 2) -> bytes:
    """A picture in two colours; a height below zero begins at the top."""
    size = ceil(width / 32) * 4 * abs(height)
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 1, 0, size, 2835, 2835, 2, 0)
    return (
        b"BM" + struct.pack("<IHHI", 62 + size, 0, 0, 62) + header + bytes(3) + b"\0\xff\xff\xff\0"
    ) + bytes(size)


def webp(width: int = 3, height: int = 2) -> bytes:
    """A picture of one colour, without losses: each of its five codes has one symbol alone."""
    bits = _Bits()
    for value, count in ((0x2F, 8), (width - 1, 14), (height - 1, 14), (0, 1), (0, 3)):
        bits.add(value, count)
    bits.add(0, 3)  # no transforms, no cache of colours, no codes for parts
    for _ in range(5):
        bits.add(0b0001, 4)  # a simple code of one symbol in one bit: 0
    return riff(b"WEBP", riff_chunk(b"VP8L", bits.bytes()))


def webp_lossy_header(width: int, height: int) -> bytes:
    """The first bytes of a picture with losses: what tells its size."""
    frame = b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(20)
    return riff(b"WEBP", riff_chunk(b"VP8 ", frame))


def webp_extended(width: int = 3, height: int = 2) -> bytes:
    """One with the larger header, which animations and pictures with metadata have."""
    header = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff(b"WEBP", riff_chunk(b"VP8X", header) + webp(width, height)[12:])


class _Bits:
    """Bits, the lowest first."""

    def __init__(self) -> None:
        self.value = self.count = 0

    def add(self, value: int, count: int) -> None:
        self.value |= value << self.count
        self.count += count

    def bytes(self) -> bytes:
        return self.value.to_bytes(-(-self.count // 8), "little")


# RIFF


def riff(form: bytes, content: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(content) + 4) + form + content


def riff_chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def wav(seconds: float = 1.0, *, rate: int = 8000) -> bytes:
    """Silence, in one channel of 8 bits."""
    return riff(b"WAVE", wav_format(rate) + riff_chunk(b"data", b"\x80" * round(seconds * rate)))


def wav_format(rate: int = 8000, tag: int = 1, frame: int = 1, extra: bytes = b"") -> bytes:
    """The chunk that tells how sound is written: `frame` bytes for each sample of all channels."""
    content = struct.pack("<HHIIHH", tag, 1, rate, rate * frame, frame, 8 * frame)
    return riff_chunk(b"fmt ", content + extra)


def avi(
    width: int = 32,
    height: int = 16,
    seconds: float = 2.0,
    *,
    fps: int = 10,
    audio: bool = False,
) -> bytes:
    """A film of black pictures that are not compressed; its sound is described alone."""
    frames = round(seconds * fps)
    picture = bytes(ceil(width * 3 / 4) * 4 * height)
    main = struct.pack(
        "<14I", 1_000_000 // fps, 0, 0, 16, frames, 0, 1 + audio, 0, width, height, *(0,) * 4
    )
    stream = b"vidsDIB " + struct.pack(
        "<IHHIIIIIIIIhhhh", 0, 0, 0, 0, 1, fps, 0, frames, len(picture), 0, 0, 0, 0, width, height
    )
    form = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(picture), 0, 0, 0, 0)
    described = riff_chunk(b"strh", stream) + riff_chunk(b"strf", form)
    header = riff_chunk(b"avih", main) + riff_chunk(b"LIST", b"strl" + described)
    if audio:
        sound = riff_chunk(b"strh", b"auds".ljust(56, b"\0"))
        header += riff_chunk(b"LIST", b"strl" + sound)
    index = b"".join(
        struct.pack("<4sIII", b"00db", 0x10, 4 + it * (len(picture) + 8), len(picture))
        for it in range(frames)
    )
    return riff(
        b"AVI ",
        riff_chunk(b"LIST", b"hdrl" + header)
        + riff_chunk(b"LIST", b"movi" + riff_chunk(b"00db", picture) * frames)
        + riff_chunk(b"idx1", index),
    )


# Recordings


def mp3(seconds: float = 1.0, *, tag: bytes = b"") -> bytes:
    """Silence in mono, 64 kbit/s at 44,100 Hz: frames of 1,152 samples in which all is zero."""
    frames = max(2, round(seconds * 44100 / 1152))
    return tag + (b"\xff\xfb\x50\xc4" + bytes(204)) * frames


def id3(content: bytes = bytes(20)) -> bytes:
    """A tag, the size of which is written in bytes of seven bits."""
    size = len(content)
    return b"ID3\3\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + content


ADTS = b"\xff\xf1\x50\x80\x01\x1f\xfc\0" * 2
"""Two frames of AAC."""


def flac(seconds: float = 1.0, *, rate: int = 8000) -> bytes:
    """Silence: one frame of a constant for each 4,096 samples at most."""
    total = round(seconds * rate)
    block = min(4096, max(16, total))
    packed = rate << 44 | 0 << 41 | 15 << 36 | total
    header = struct.pack(">HH", block, block) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    frames = b"".join(
        _flac_frame(number, min(block, total - number * block))
        for number in range(ceil(total / block))
    )
    return b"fLaC\x80\0\0\x22" + header + frames


def _flac_frame(number: int, samples: int) -> bytes:
    """A frame of one channel of 16 bits, whose subframe is a constant of zero."""
    coded = chr(number).encode() if number < 0x80 else _flac_number(number)
    header = b"\xff\xf8\x70\x08" + coded + struct.pack(">H", samples - 1)
    frame = header + bytes([_crc(header, 0x07, 8)]) + b"\0\0\0"
    return frame + _crc(frame, 0x8005, 16).to_bytes(2, "big")


def _flac_number(number: int) -> bytes:
    return bytes([0xC0 | number >> 6, 0x80 | number & 0x3F])  # up to 2,047


def _crc(data: bytes | bytearray, polynomial: int, bits: int) -> int:
    crc, top = 0, 1 << bits - 1
    for byte in data:
        crc ^= byte << bits - 8
        for _ in range(8):
            crc = (crc << 1) ^ (polynomial if crc & top else 0)
            crc &= (1 << bits) - 1
    return crc


def ogg(seconds: float = 1.0) -> bytes:
    """Silence in Opus: packets of 20 ms that hold nothing."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0)
    pages = [ogg_page(0, 0, [head], first=True), ogg_page(1, 0, [tags])]
    packets = ceil((seconds * 48000 + 312) / 960)
    for start in range(0, packets, 50):
        some = min(50, packets - start)
        end = start + some
        is_last = end == packets
        granule = round(seconds * 48000) + 312 if is_last else end * 960
        pages.append(ogg_page(len(pages), granule, [b"\x08\xff\xfe"] * some, last=is_last))
    return b"".join(pages)


def ogg_page(
    number: int,
    granule: int,
    packets: list[bytes],
    *,
    first: bool = False,
    last: bool = False,
    serial: int = 7,
) -> bytes:
    """A page with packets of at most 254 bytes each."""
    kind = 2 * first | 4 * last
    sizes = bytes(map(len, packets))
    page = bytearray(
        struct.pack("<4sBBqIIIB", b"OggS", 0, kind, granule, serial, number, 0, len(packets))
    )
    page += sizes + b"".join(packets)
    page[22:26] = _crc(page, 0x04C11DB7, 32).to_bytes(4, "little")
    return bytes(page)


# Boxes


def box(kind: bytes, *content: bytes) -> bytes:
    inner = b"".join(content)
    return struct.pack(">I", len(inner) + 8) + kind + inner


def full_box(kind: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, bytes([version]) + flags.to_bytes(3, "big"), *content)


MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
TURNED = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)


def mp4(
    width: int = 32,
    height: int = 16,
    seconds: float = 2.0,
    *,
    audio: bool = True,
    brand: bytes = b"isom",
    moov_first: bool = False,
    turned: bool = False,
) -> bytes:
    """A film of one picture, or a recording if it has no width."""
    picture = jpeg(width, height) if width else b""
    kind = box(b"ftyp", brand, bytes(4), brand, b"isom")
    samples = box(b"mdat", picture, bytes(64))

    def moov(at: int) -> bytes:
        tracks = []
        if width:
            tracks.append(video_track(width, height, seconds, turned=turned, at=at))
        if audio:
            tracks.append(sound_track(seconds, at=at + len(picture)))
        return box(b"moov", movie_header(seconds), *tracks)

    if moov_first:
        return kind + moov(len(kind) + len(moov(0)) + 8) + samples
    return kind + samples + moov(len(kind) + 8)


def mov(width: int = 32, height: int = 16, seconds: float = 2.0, *, audio: bool = True) -> bytes:
    return mp4(width, height, seconds, audio=audio, brand=b"qt  ")


def m4a(seconds: float = 2.0) -> bytes:
    return mp4(0, 0, seconds, brand=b"M4A ")


def movie_header(seconds: float, *, version: int = 0) -> bytes:
    times = struct.pack(">QQIQ" if version else ">IIII", 0, 0, 1000, round(seconds * 1000))
    rest = struct.pack(">IHH8x", 0x10000, 0x100, 0) + MATRIX + bytes(24) + struct.pack(">I", 3)
    return full_box(b"mvhd", times, rest, version=version)


def video_track(
    width: int,
    height: int,
    seconds: float,
    *,
    turned: bool = False,
    version: int = 0,
    at: int = 0,
) -> bytes:
    """One picture, a JPEG, which lasts as long as the film does."""
    entry = box(
        b"jpeg",
        struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, 0x480000, 0x480000, 0, 1, 24, -1),
    )
    header = track_header(1, seconds, width, height, turned=turned, version=version)
    kind = full_box(b"vmhd", bytes(8), flags=1)
    size = len(jpeg(width, height))
    return box(b"trak", header, _media(b"vide", kind, entry, seconds, at=at, size=size))


def sound_track(seconds: float, *, at: int = 0) -> bytes:
    entry = box(b"twos", struct.pack(">6xHHHIHHHHI", 1, 0, 0, 0, 1, 16, 0, 0, 8000 << 16))
    header = track_header(2, seconds, 0, 0)
    kind = full_box(b"smhd", bytes(4))
    return box(b"trak", header, _media(b"soun", kind, entry, seconds, at=at, size=64))


def track_header(
    number: int,
    seconds: float,
    width: int,
    height: int,
    *,
    turned: bool = False,
    version: int = 0,
) -> bytes:
    form = ">QQI4xQ" if version else ">III4xI"
    times = struct.pack(form, 0, 0, number, round(seconds * 1000))
    rest = (
        bytes(16) + (TURNED if turned else MATRIX) + struct.pack(">II", width << 16, height << 16)
    )
    return full_box(b"tkhd", times, rest, version=version, flags=3)


def _media(
    handler: bytes, header: bytes, entry: bytes, seconds: float, *, at: int, size: int
) -> bytes:
    """What a track holds: one sample, which lasts as long as it does."""
    ticks = round(seconds * 1000)
    table = box(
        b"stbl",
        full_box(b"stsd", struct.pack(">I", 1), entry),
        full_box(b"stts", struct.pack(">III", 1, 1, ticks)),
        full_box(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        full_box(b"stsz", struct.pack(">III", 0, 1, size)),
        full_box(b"stco", struct.pack(">II", 1, at)),
    )
    source = box(b"dinf", full_box(b"dref", struct.pack(">I", 1), full_box(b"url ", flags=1)))
    return box(
        b"mdia",
        full_box(b"mdhd", struct.pack(">IIIIHH", 0, 0, 1000, ticks, 0x55C4, 0)),
        full_box(b"hdlr", bytes(4), handler, bytes(13)),
        box(b"minf", header, source, table),
    )


# ASF


def wmv(width: int = 32, height: int = 16, seconds: float = 2.0, *, audio: bool = False) -> bytes:
    """The header of a film, and an empty object of data."""
    described = struct.pack("<IIBH", width, height, 2, 40) + struct.pack(
        "<IiiHH4sIiiII", 40, width, height, 1, 24, b"WMV2", 0, 0, 0, 0, 0
    )
    sound = [_asf_sound()] if audio else []
    return _asf(seconds, asf_stream("c0ef19bc4d5bcf11a8fd00805f5c442b", described), *sound)


def wma(seconds: float = 2.0, *, described_late: bool = False) -> bytes:
    """The header of a recording, in the same container; its stream may be behind a long object."""
    before = [_asf_object("00" * 16, bytes(9000))] if described_late else []
    return _asf(seconds, *before, _asf_sound())


def _asf_sound() -> bytes:
    described = struct.pack("<HHIIHHH", 0x161, 1, 8000, 1000, 100, 16, 0)
    return asf_stream("409e69f84d5bcf11a8fd00805f5c442b", described)


def asf_stream(kind: str, described: bytes) -> bytes:
    no_correction = bytes.fromhex("0057fb20555bcf11a8fd00805f5c442b")
    content = (
        bytes.fromhex(kind) + no_correction + struct.pack("<QIIHI", 0, len(described), 0, 1, 0)
    )
    return _asf_object("9107dcb7b7a9cf118ee600c00c205365", content + described)


def _asf_object(kind: str, content: bytes) -> bytes:
    return bytes.fromhex(kind) + struct.pack("<Q", len(content) + 24) + content


def _asf(seconds: float, *streams: bytes) -> bytes:
    preroll = 3000
    length = round(seconds * 1e7) + preroll * 10_000
    times = struct.pack("<QQQQQQIIII", 0, 0, 0, length, length, preroll, 2, 100, 100, 1000)
    objects = [_asf_object("a1dcab8c47a9cf118ee400c00c205365", bytes(16) + times), *streams]
    inner = struct.pack("<IBB", len(objects), 1, 2) + b"".join(objects)
    header = _asf_object("3026b2758e66cf11a6d900aa0062ce6c", inner)
    data = _asf_object("3626b2758e66cf11a6d900aa0062ce6c", bytes(16) + struct.pack("<QH", 0, 0x101))
    return header + data
