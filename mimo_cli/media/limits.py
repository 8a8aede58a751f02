"""What the service takes of one picture, recording or film, before anything is sent. Pure.

Its reference gives 50 MB for each in base64, and does not say whether a MB is 1000² or 1024² bytes:
only what is over by both is refused here. How large a thing at an address is nobody knows before
the service fetches it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli import extras
from mimo_cli.api.protocol.encode import base64_length
from mimo_cli.api.protocol.messages import FileSource
from mimo_cli.api.replies import encoding_anew
from mimo_cli.common_phrases import file_size, file_size_over
from mimo_cli.errors import UsageError
from mimo_cli.phrases import CommandLine, Phrase

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Media

MOST_ENCODED = 50 * 1024 * 1024
"""Letters of base64."""
LARGEST_FILE = MOST_ENCODED // 4 * 3
"""Bytes of a file whose base64 is as long: 37.5 MB."""
MOST_PIXELS = 200_000_000
LARGEST_PICTURE = 3 * MOST_PIXELS
"""Bytes of a file that the extra `images` makes smaller: three for each pixel."""
_AT_MOST_720 = encoding_anew.AT_MOST % 720

_IN_PART = Phrase("Make it smaller, or send a part of it.")
_BY_COMMAND = "Make it smaller, say by {command}, or give an address that the service can read."


def check(media: Media, *, has_extra: bool, is_whole: bool = True) -> None:
    """Check a file's size, and of a picture how many pixels it has.

    `has_extra` is whether the extra `images` is there. Of a file that is not whole the size is that
    of what came so far.

    Raises:
        UsageError: it is over the limit.
    """
    if not isinstance(media.source, FileSource):
        return
    what = Phrase("cannot send {name}", name=media.name or media.source.media_type)
    if media.kind == "image" and media.measures.pixels > MOST_PIXELS:
        why = Phrase(
            "{width:,}×{height:,} is more than {limit} megapixels",
            width=media.measures.width,
            height=media.measures.height,
            limit=MOST_PIXELS // 1_000_000,
        )
        raise UsageError(what, why, _IN_PART)
    size = media.source.size
    if base64_length(size) > MOST_ENCODED:
        is_advised = not has_extra and size <= LARGEST_PICTURE
        why = _too_large(size) if is_whole else _more_than_most()
        raise UsageError(what, why, _smaller(media, is_advised=is_advised))


def _too_large(size: int) -> Phrase:
    return Phrase(
        "{size}, and the service takes at most {limit} of a file",
        size=file_size_over(size, LARGEST_FILE),
        limit=file_size(LARGEST_FILE),
    )


def _more_than_most() -> Phrase:
    return Phrase(
        "more than {limit}, which is the most that the service takes of a file",
        limit=file_size(LARGEST_FILE),
    )


def _smaller(media: Media, *, is_advised: bool) -> Phrase:
    """Return what to do; `is_advised` is whether the extra `images` is named."""
    file = encoding_anew.in_shell(media.name)
    match media.kind:
        case "image" if is_advised:
            return Phrase(
                "Make it smaller; with the extra `images` mimo does that itself: {command}",
                command=extras.installing(extras.IMAGES),
            )
        case "image":
            return _IN_PART
        case "audio":
            command = CommandLine(f"ffmpeg -i {file} -b:a 64k OUT.mp3")
            return Phrase(_BY_COMMAND, command=command)
        case "video":
            command = CommandLine(f"ffmpeg -i {file} {_AT_MOST_720} -crf 28 OUT.mp4")
            return Phrase(_BY_COMMAND, command=command)
