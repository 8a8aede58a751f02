"""How large a picture or film is, and how long a recording or film, by the headers. Pure.

Nothing here fails on a file that is cut or lies: then it is not known.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import NOT_MEASURED, FileSource, Measures, Media
from mimo_cli.media.containers import asf, iso_media, mpeg_audio, ogg, pictures, riff
from mimo_cli.media.formats import recognize

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.media.formats import Format

_LARGEST_SIDE = (1 << 31) - 1
"""Pixels: no format has more."""
_LONGEST = 7 * 24 * 3600
"""Seconds: who says more than a week of what fits into a request is not believed."""

EXACT_TYPES = frozenset(
    {
        *("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"),
        *("audio/wav", "audio/flac", "audio/mp4", "video/mp4", "video/quicktime"),
    }
)
"""Those whose header is exact. What others tell, by a bitrate say, is an estimate."""


def make(data: bytes, format: Format, name: str) -> Media:  # noqa: A002  # what it is
    """Return a file as media, its bytes in it. All of them may tell more than its first ones."""
    from hashlib import sha256  # a question of words alone needs none

    known = recognize(data, name) or format
    source = FileSource(known.media_type, len(data), sha256(data).hexdigest(), data)
    return Media(known.kind, source, name=name, measures=measure(data, known))


def measure(data: bytes, format: Format) -> Measures:  # noqa: A002  # what it is
    """Return what the header says; None for what it does not, or what cannot be."""
    found = _MEASURES[format.media_type](data)
    width, height, seconds, sound = found
    if not (width and height and 0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
        width = height = None
    if seconds is not None and not (isfinite(seconds) and 0 < seconds <= _LONGEST):
        seconds = None
    return Measures(width, height, seconds, sound)


def _recording(data: bytes) -> Measures:
    return _film(data)._replace(sound=None)


def _film(data: bytes) -> Measures:
    movie = iso_media.read(data)
    if movie is None:
        return NOT_MEASURED
    return Measures(movie.width, movie.height, movie.seconds, movie.has_sound)


def _wmv(data: bytes) -> Measures:
    streams = asf.read(data)
    sound = streams.has_audio if streams.has_audio or streams.is_whole else None
    return Measures(streams.width, streams.height, streams.seconds, sound)


_MEASURES: dict[str, Callable[[bytes], Measures]] = {
    "image/png": pictures.measure_png,
    "image/jpeg": pictures.measure_jpeg,
    "image/gif": pictures.measure_gif,
    "image/bmp": pictures.measure_bmp,
    "image/webp": riff.measure_webp,
    "audio/wav": riff.measure_wav,
    "audio/mpeg": lambda data: Measures(seconds=mpeg_audio.seconds(data)),
    "audio/flac": lambda data: Measures(seconds=mpeg_audio.flac_seconds(data)),
    "audio/ogg": lambda data: Measures(seconds=ogg.seconds(data)),
    "audio/mp4": _recording,
    "video/mp4": _film,
    "video/quicktime": _film,
    "video/x-msvideo": riff.measure_avi,
    "video/x-ms-wmv": _wmv,
}
