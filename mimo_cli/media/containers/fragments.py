"""How long an MP4 is that comes in pieces, and says so nowhere: where its last piece ends. Pure.

Cameras, browsers and screen recorders write such files. Source: ISO/IEC 14496-12, movie fragments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.media.containers.binary import big
from mimo_cli.media.containers.boxes import children, find, number_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.media.containers.boxes import Box

_MOST_SAMPLES = 100_000
_HAS_DURATION = 0x100


def end(data: bytes, piece: Box, scales: Mapping[int, int], defaults: Mapping[int, int]) -> float:
    """Return where a piece (`moof`) ends in seconds, 0 if it does not say.

    `scales` are the ticks of a second by the number of the track, `defaults` how many of them a
    sample lasts that says nothing else.
    """
    return max(
        (_end(data, it, scales, defaults) for it in children(data, piece, b"traf")), default=0
    )


def _end(data: bytes, part: Box, scales: Mapping[int, int], defaults: Mapping[int, int]) -> float:
    header = find(data, part, b"tfhd")
    begin = find(data, part, b"tfdt")
    if header is None or begin is None:
        return 0
    track = big(data, header.start + 4, 4)
    ticks = big(data, begin.start + 4, number_width(data, begin))
    each = _default(data, header) or defaults.get(track, 0)
    ticks += sum(_ticks(data, run, each) for run in children(data, part, b"trun"))
    return ticks / scales[track] if scales.get(track) else 0


def _default(data: bytes, header: Box) -> int:
    """Return how many ticks a sample of this piece lasts, 0 if its header does not say."""
    flags = big(data, header.start + 1, 3)
    at = header.start + 8 + (8 if flags & 1 else 0) + (4 if flags & 2 else 0)
    return big(data, at, 4) if flags & 8 else 0


def _ticks(data: bytes, run: Box, each: int) -> int:
    """Return how many ticks the samples of a run last."""
    flags, count = big(data, run.start + 1, 3), big(data, run.start + 4, 4)
    if not flags & _HAS_DURATION:
        return count * each
    at = run.start + 8 + (4 if flags & 1 else 0) + (4 if flags & 4 else 0)
    step = 4 * (flags >> 8 & 0xF).bit_count()
    count = min(count, (run.end - at) // step, _MOST_SAMPLES)
    return sum(big(data, at + step * it, 4) for it in range(count))
