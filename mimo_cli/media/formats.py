"""What a file is, by its first bytes: a picture, a recording or a film, if it is one. Pure.

A text may begin as one of them does (`BM`, `GIF89a is a format`, `ID3`): so more of the structure
is looked at than the first letters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.media.containers import asf, iso_media, mpeg_audio, ogg, pictures, riff
from mimo_cli.media.containers.binary import has_controls
from mimo_cli.media.foreign import foreign
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import MediaKind

__all__ = ["HEAD", "Format", "foreign", "recognize"]

HEAD = 4096
"""Bytes that are enough to tell a picture, a recording or a film from anything else."""


class Format(NamedTuple):
    """A format: what the service calls it, and what people do."""

    kind: MediaKind
    media_type: str
    label: str


PNG = Format("image", "image/png", "PNG")
JPEG = Format("image", "image/jpeg", "JPEG")
GIF = Format("image", "image/gif", "GIF")
WEBP = Format("image", "image/webp", "WebP")
BMP = Format("image", "image/bmp", "BMP")
MP3 = Format("audio", "audio/mpeg", "MP3")
WAV = Format("audio", "audio/wav", "WAV")
FLAC = Format("audio", "audio/flac", "FLAC")
M4A = Format("audio", "audio/mp4", "M4A")
OGG = Format("audio", "audio/ogg", "Ogg")
MP4 = Format("video", "video/mp4", "MP4")
MOV = Format("video", "video/quicktime", "MOV")
AVI = Format("video", "video/x-msvideo", "AVI")
WMV = Format("video", "video/x-ms-wmv", "WMV")

_RIFF = {b"WAVE": WAV, b"WEBP": WEBP, b"AVI ": AVI}
_PADDING = b"\0"


def recognize(head: bytes, name: str = "") -> Format | None:
    """Return what a file is, or None if it is nothing that the service takes.

    `HEAD` bytes are enough to tell these from anything else. Some can be told apart from one
    another with all of them alone: a film from a recording in the same container. Until then the
    `name` decides.
    """
    suffix = name.lower().rpartition(".")[2]
    return _picture(head) or _riff(head) or _sound(head, suffix) or _film(head, suffix)


def has_another(data: bytes, first: Format) -> bool:
    """Return whether another picture begins where a PNG or a JPEG ends: two were put together."""
    end = {PNG: pictures.behind_png, JPEG: pictures.behind_jpeg}.get(first, lambda _: 0)(data)
    behind = recognize(data[end : end + HEAD]) if end else None
    return behind is not None and behind.kind == "image"


def _picture(head: bytes) -> Format | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if pictures.is_bmp(head):
        return BMP
    return GIF if pictures.is_gif(head) and has_controls(head[:HEAD]) else None


def _riff(head: bytes) -> Format | None:
    form = riff.form(head[:HEAD])
    return None if form is None else _RIFF.get(form)


def _sound(head: bytes, suffix: str) -> Format | None:
    streams = {it.kind for it in ogg.streams(head)}
    if "audio" in streams and "video" not in streams:
        return OGG
    start = mpeg_audio.behind_tags(head)
    if mpeg_audio.is_flac(head, start):
        return FLAC
    if _has_frames(head, start, suffix):
        return MP3
    is_open = start and len(head) < start + HEAD and not mpeg_audio.is_adts(head, start)
    # A tag with a picture in it is longer than what there is of the file.
    return {"flac": FLAC, "aac": None}.get(suffix, MP3) if is_open else None


def _has_frames(head: bytes, start: int, suffix: str) -> bool:
    """Return whether frames of MP3 follow: at once, behind zeros, or in `.mp3` behind anything."""
    searched = head[start : start + HEAD]
    begin = start + len(searched) - len(searched.lstrip(_PADDING))
    end = start + HEAD if start or suffix == "mp3" else begin + 1
    return mpeg_audio.first_frame(head, begin, end) is not None


def _film(head: bytes, suffix: str) -> Format | None:
    if head.startswith(asf.SIGNATURE):
        return _asf(head, suffix)
    brand = iso_media.brand(head)
    if brand is None or iso_media.is_picture(head):
        return None
    movie = iso_media.read(head)
    handlers = frozenset() if movie is None else movie.handlers
    has_sound_alone = movie is not None and not movie.is_cut and b"soun" in handlers
    if brand in iso_media.AUDIO_BRANDS:
        return M4A
    if b"vide" not in handlers and (has_sound_alone or suffix in ("m4a", "m4b")):
        return M4A
    return MOV if brand == b"qt  " else MP4


def _asf(head: bytes, suffix: str) -> Format | None:
    """Return whether it is a film; the same container without one is WMA, which is not taken."""
    streams = asf.read(head)
    is_film = streams.has_video or (not streams.is_whole and suffix != "wma")
    return WMV if is_film else None
