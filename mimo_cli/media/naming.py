"""Pictures, recordings and films in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import UrlSource
from mimo_cli.media.measuring import EXACT_TYPES
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Media

_KINDS = {"image": Phrase("image"), "audio": Phrase("audio"), "video": Phrase("video")}


def describe(media: Media) -> Phrase:
    """Return what it is and how large: `image 1920×1080`, `video 1920×1080 1:02`, `audio 0:34`.

    Of one that the service fetches, its address.
    """
    width, height, seconds, _ = media.measures
    parts = [_KINDS[media.kind]]
    if width and height:
        parts.append(verbatim(f"{width}×{height}"))
    if seconds is not None:
        parts.append(_length(media, seconds))
    if isinstance(media.source, UrlSource):
        parts.append(Phrase("({address})", address=media.source.url))
    described = parts[0]
    for part in parts[1:]:
        described = Phrase("{what} {more}", what=described, more=part)
    return described


def _length(media: Media, seconds: float) -> Phrase:
    source = media.source
    if isinstance(source, UrlSource) or source.media_type in EXACT_TYPES:
        return verbatim(duration(seconds))
    return Phrase("about {duration}", duration=duration(seconds))


def duration(seconds: float) -> str:
    """Return a length as `m:ss`, or `h:mm:ss`; what is shorter than a second is one."""
    whole = max(1, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
