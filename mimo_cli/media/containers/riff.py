"""WAV, AVI and WebP: chunks in a RIFF file. Pure.

Source: Microsoft's Multimedia Programming Interface, EBU Tech 3306 (RF64), RFC 9649 (WebP).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import NOT_MEASURED, Measures
from mimo_cli.media.containers.binary import has_controls, little
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_CHUNKS = 10_000
_FILE_IDS = (b"RIFF", b"RF64", b"BW64")
_ENDLESS = 0xFFFFFFFF
_UNCOMPRESSED = frozenset({1, 3, 0xFFFE})
"""Format tags: PCM, floating point, and the extensible form, which is one of these as a rule."""
_FOURTEEN_BITS = 0x3FFF


class Chunk(NamedTuple):
    """A chunk of that name; `size` is what it says, though the data may end earlier."""

    name: bytes
    start: int
    size: int


def form(head: bytes) -> bytes | None:
    """Return what kind of RIFF file it is (`WAVE`, `AVI `, `WEBP`…), or None if it is none."""
    if head[:4] in _FILE_IDS and len(head) >= 12 and has_controls(head):  # its header
        return head[8:12]
    return None


def chunks(data: bytes, start: int = 12) -> Iterator[Chunk]:
    """Yield the chunks from a place on; each begins at an even one."""
    for _ in range(_MOST_CHUNKS):
        if start + 8 > len(data):
            return
        size = little(data, start + 4, 4)
        yield Chunk(data[start : start + 4], start + 8, size)
        start += 8 + size + size % 2


def measure_wav(data: bytes) -> Measures:
    """Return how long a recording is."""
    large = fact = 0
    described: Chunk | None = None
    for chunk in chunks(data):
        match chunk.name:
            case b"ds64":  # sizes of eight bytes: the file's, the sound's
                large = little(data, chunk.start + 8, 8)
            case b"fmt ":
                described = chunk
            case b"fact":
                fact = little(data, chunk.start, 4)
            case b"data" if described is not None:
                left = len(data) - chunk.start
                size = large if chunk.size == _ENDLESS and large else chunk.size
                return _sound(data, described, min(size or left, left), fact)
    return NOT_MEASURED


def _sound(data: bytes, described: Chunk, size: int, frames: int) -> Measures:
    """Return how long so many bytes are; compressed ones say how many samples they hold."""
    tag = little(data, described.start, 2)
    rate = little(data, described.start + 4, 4)
    bytes_a_second = little(data, described.start + 8, 4)
    if tag in _UNCOMPRESSED:
        bytes_a_second = rate * little(data, described.start + 12, 2) or bytes_a_second
    elif frames and rate:
        return Measures(seconds=frames / rate)
    return Measures(seconds=size / bytes_a_second) if bytes_a_second else NOT_MEASURED


def measure_webp(data: bytes) -> Measures:
    """Return how large a picture is."""
    name, at = data[12:16], 20
    match name:
        case b"VP8X":
            return Measures(little(data, at + 4, 3) + 1, little(data, at + 7, 3) + 1)
        case b"VP8L" if data[at : at + 1] == b"\x2f":
            bits = little(data, at + 1, 4)
            return Measures((bits & _FOURTEEN_BITS) + 1, (bits >> 14 & _FOURTEEN_BITS) + 1)
        case b"VP8 " if data[at + 3 : at + 6] == b"\x9d\x01\x2a":
            width, height = (little(data, at + it, 2) & _FOURTEEN_BITS for it in (6, 8))
            return Measures(width, height)
        case _:
            return NOT_MEASURED


def is_lossless_webp(data: bytes) -> bool:
    """Return whether a picture has the pixels that it was made of."""
    return any(it.name == b"VP8L" for it in chunks(data))


def measure_avi(data: bytes) -> Measures:
    """Return what the main header says, the first thing in the first list."""
    if data[20:28] != b"hdrlavih":
        return NOT_MEASURED
    microseconds, frames = little(data, 32, 4), little(data, 48, 4)
    width, height = little(data, 64, 4), little(data, 68, 4)
    return Measures(width, height, microseconds * frames / 1e6, _has_sound(data))


def _has_sound(data: bytes) -> bool | None:
    """Return whether one of an AVI's streams is sound; None where not all of them are there.

    Each has a list of its own behind the main header, which begins with its description.
    """
    end, streams = 20 + little(data, 16, 4), little(data, 56, 4)
    lists = [it.start for it in chunks(data[:end], 24) if it.name == b"LIST"]
    kinds = [data[at + 12 : at + 16] for at in lists if data[at : at + 8] == b"strlstrh"]
    if b"auds" in kinds:
        return True
    return False if kinds and len(kinds) >= streams else None
