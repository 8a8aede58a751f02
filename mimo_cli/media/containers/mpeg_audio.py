"""MP3, with what stands before and in its frames: ID3 tags, and FLAC that has one too. Pure.

Source: ISO/IEC 11172-3 and 13818-3, id3.org, the headers of Xing and Fraunhofer (VBRI), RFC 9639.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.media.containers.binary import big, syncsafe
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_TAGS = 10
_HAS_FOOTER = 0x10
_SEARCHED = 64 * 1024
_TAG_AT_END = 128
_HEADER = 4

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Samples a second, by the bits for the version: MPEG 1, 2 and 2.5."""
_BITRATES = {
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 0): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Thousands of bits a second, by whether it is MPEG 1, and by the bits for the layer (III is 1)."""


class Frame(NamedTuple):
    """The header of one frame. `size` in bytes; `samples` for each channel."""

    kind: tuple[int, int, int]
    bitrate: int
    rate: int
    samples: int
    size: int
    side: int


def behind_tags(data: bytes) -> int:
    """Return where the ID3 tags at the beginning end, which may be behind the data; 0 without."""
    at = 0
    for _ in range(_MOST_TAGS):
        size = syncsafe(data, at + 6)
        if data[at : at + 3] != b"ID3" or data[at + 3 : at + 4] not in (b"\2", b"\3", b"\4"):
            break
        if size is None:
            break
        at += 10 + size + (10 if big(data, at + 5, 1) & _HAS_FOOTER else 0)
    return at


def frame(data: bytes, at: int) -> Frame | None:
    """Return the frame of layer II or III whose header is there, or None.

    A frame of layer I could be a text in UTF-16, whose mark looks like one; nobody has any.
    """
    header = big(data, at, 4)
    version, layer = header >> 19 & 3, header >> 17 & 3
    index, rate_index = header >> 12 & 15, header >> 10 & 3
    if header >> 21 != 0x7FF or version == 1 or layer not in (1, 2) or rate_index == 3:
        return None
    if index in (0, 15):
        return None
    is_first = version == 3  # MPEG 1
    bitrate = _BITRATES[is_first, layer if is_first else 0][index] * 1000
    rate = _RATES[version][rate_index]
    samples = 1152 if is_first or layer == 2 else 576  # layer II
    size = samples // 8 * bitrate // rate + (header >> 9 & 1)
    is_mono = header >> 6 & 3 == 3
    side = (17 if is_mono else 32) if is_first else (9 if is_mono else 17)
    return Frame((version, layer, rate_index), bitrate, rate, samples, size, side)


def first_frame(data: bytes, start: int, end: int) -> tuple[int, Frame] | None:
    """Return the first frame between two places that another one follows, and where it is."""
    for at in _syncs(data, start, end):
        found = frame(data, at)
        if found is not None:
            following = frame(data, at + found.size)
            if following is not None and following.kind == found.kind:
                return at, found
    return None


def _syncs(data: bytes, start: int, end: int) -> Iterator[int]:
    at = data.find(b"\xff", start, end)
    while at >= 0:
        yield at
        at = data.find(b"\xff", at + 1, end)


def seconds(data: bytes) -> float | None:
    """Return about how long an MP3 is: by the frames that it says it has, else by its bitrate."""
    start = behind_tags(data)
    found = first_frame(data, start, start + _SEARCHED)
    if found is None:
        return None
    at, first = found
    if frames := _frames(data, at, first):
        return frames * first.samples / first.rate
    end = len(data) - (_TAG_AT_END if data[-_TAG_AT_END:].startswith(b"TAG") else 0)
    return (end - at) * 8 / first.bitrate


def _frames(data: bytes, at: int, first: Frame) -> int:
    """Return how many frames there are, by a header in the first one; 0 if it does not say."""
    xing = at + _HEADER + first.side
    if data[xing : xing + 4] in (b"Xing", b"Info") and big(data, xing + 4, 4) & 1:
        return big(data, xing + 8, 4)
    vbri = at + _HEADER + 32
    return big(data, vbri + 14, 4) if data[vbri : vbri + 4] == b"VBRI" else 0


# FLAC


def is_flac(data: bytes, at: int) -> bool:
    """Return whether a FLAC stream begins there, with the block that has to be its first."""
    return data[at : at + 4] == b"fLaC" and big(data, at + 4, 4) & 0x7FFFFFFF == 34


def flac_seconds(data: bytes) -> float | None:
    """Return how long a FLAC file is, None if it does not say."""
    at = behind_tags(data)
    rate, samples = big(data, at + 18, 3) >> 4, big(data, at + 21, 5) & (1 << 36) - 1
    return samples / rate if is_flac(data, at) and rate and samples else None


# AAC


def is_adts(data: bytes, at: int) -> bool:
    """Return whether two frames of AAC follow one another there."""
    size = big(data, at + 3, 3) >> 5 & 0x1FFF
    return size > 7 and all(big(data, it, 2) & 0xFFF6 == 0xFFF0 for it in (at, at + size))
