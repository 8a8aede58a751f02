"""Ogg: pages of streams side by side. Pure. Source: RFC 3533, RFC 7845 (Opus)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mimo_cli.media.containers.binary import big, little
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST_PAGE = 2
_MOST_STREAMS = 20
_NO_PACKET_ENDS = (1 << 64) - 1
_LAST_PAGES = 128 * 1024
"""Bytes at the end in which the last page of a stream is: one has 65,307 at most."""
_OPUS_RATE = 48_000
_VIDEO = (b"\x80theora", b"BBCD\0", b"\x01video")


class Stream(NamedTuple):
    """One stream of a file. `rate` is the steps in a second that its pages are counted in."""

    kind: Literal["audio", "video", "other"]
    serial: bytes
    rate: int = 0
    skipped: int = 0


def streams(head: bytes) -> list[Stream]:
    """Return the streams that an Ogg file begins with; none if it is no such file."""
    return [_stream(head[at + 14 : at + 18], packet) for at, packet in _first_pages(head)]


def _first_pages(head: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MOST_STREAMS):
        if head[at : at + 5] != b"OggS\0" or not big(head, at + 5, 1) & _FIRST_PAGE:
            return
        count = big(head, at + 26, 1)
        content = at + 27 + count
        size = sum(head[at + 27 : content])
        yield at, head[content : content + size]
        at = content + size


def _stream(serial: bytes, packet: bytes) -> Stream:
    if packet.startswith(_VIDEO):
        return Stream("video", serial)
    if packet.startswith(b"\x01vorbis"):
        return Stream("audio", serial, little(packet, 12, 4))
    if packet.startswith(b"OpusHead"):
        return Stream("audio", serial, _OPUS_RATE, little(packet, 10, 2))
    if packet.startswith(b"\x7fFLAC"):  # then a version, a count, "fLaC" and its first block
        return Stream("audio", serial, big(packet, 27, 3) >> 4)
    if packet.startswith(b"Speex   "):
        return Stream("audio", serial, little(packet, 36, 4))
    return Stream("other", serial)


def seconds(data: bytes) -> float | None:
    """Return where the last page of the first sound says that it ends; None if not known."""
    sound = next((it for it in streams(data) if it.kind == "audio" and it.rate), None)
    if sound is None:
        return None
    end = len(data)
    first = max(0, end - _LAST_PAGES)
    while (end := data.rfind(b"OggS", first, end)) >= 0:
        granule = little(data, end + 6, 8)
        if data[end + 14 : end + 18] == sound.serial and granule != _NO_PACKET_ENDS:
            return max(0, granule - sound.skipped) / sound.rate
    return None
