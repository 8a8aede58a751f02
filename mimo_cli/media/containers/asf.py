"""WMV and WMA: objects of an ASF file. Pure. Source: Microsoft's Advanced Systems Format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.media.containers.binary import little
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_STREAM = bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365")
_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_AUDIO = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")
_MOST_OBJECTS = 1000


class Streams(NamedTuple):
    """What the header tells; `is_whole` if all of it could be read."""

    has_video: bool = False
    has_audio: bool = False
    is_whole: bool = False
    width: int | None = None
    height: int | None = None
    seconds: float | None = None


def read(data: bytes) -> Streams:
    """Return what the header of an ASF file tells, as far as the data go."""
    streams = Streams(is_whole=30 <= little(data, 16, 8) <= len(data))  # its own head
    for start in _objects(data, min(little(data, 16, 8), len(data))):
        kind = data[start : start + 16]
        if kind == _FILE:
            streams = streams._replace(seconds=_seconds(data, start))
        elif kind == _STREAM and data[start + 24 : start + 40] == _VIDEO:
            width, height = (little(data, start + at, 4) or None for at in (78, 82))
            streams = streams._replace(has_video=True, width=width, height=height)
        elif kind == _STREAM and data[start + 24 : start + 40] == _AUDIO:
            streams = streams._replace(has_audio=True)
    return streams


def _objects(data: bytes, end: int) -> Iterator[int]:
    start = 30
    for _ in range(_MOST_OBJECTS):
        size = little(data, start + 16, 8)
        if start + 24 > end or size < 24:  # an identifier, a size
            return
        yield start
        start += size


def _seconds(data: bytes, start: int) -> float | None:
    """Return the length from steps of 100 ns, without the time that is read ahead in ms."""
    length = little(data, start + 64, 8) / 1e7 - little(data, start + 80, 8) / 1e3
    return length if length > 0 else None
