"""The pictures, recordings and films of a request: which are taken, and what they are. Pure.

What was seen of the service are its two refusals of what it cannot read; the wording of the others
is the simulator's own. Nothing is fetched: an address is taken as it is.
"""

from __future__ import annotations

import binascii
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol.messages import NOT_MEASURED, FileSource, Media, UrlSource
from mimo_cli.media import formats, limits, measuring, naming
from mimo_cli.simulator.protocol.responses import CORRUPTED
from mimo_cli.simulator.refusal import Refusal, require, require_number, require_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    GivenMedia = Mapping[int, Media]
    """The media of a request, each without its bytes, by the identity of its block."""

MEDIA_TYPES = {
    "image": ("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp"),
    "audio": ("audio/mpeg", "audio/wav", "audio/flac", "audio/mp4", "audio/ogg"),
    "video": ("video/mp4", "video/quicktime", "video/x-msvideo", "video/x-ms-wmv"),
}
_NO_IMAGE = "invalid image format, only bmp/gif/png/jpeg/webp are supported"


def check_shape(block: dict[str, Any], where: str) -> None:
    """Check the fields of a block, and nothing of what is in its data.

    Raises:
        Refusal: the service does not take it.
    """
    source = block.get("source")
    if not isinstance(source, dict):
        raise Refusal(f"{where}.source must be an object")
    match source.get("type"):
        case "url":
            url = require_text(source, "url", f"{where}.source.")
            is_address = url.lower().startswith(("http://", "https://"))
            require(is_address, f"{where}.source.url must be an http or https address")
        case "base64":
            accepted = MEDIA_TYPES[block["type"]]
            good = source.get("media_type") in accepted
            require(good, f"{where}.source.media_type must be one of {', '.join(accepted)}")
            data = require_text(source, "data", f"{where}.source.")
            good = len(data) <= limits.MOST_ENCODED
            require(good, f"{where}.source.data must be at most {limits.MOST_ENCODED} characters")
        case _:
            raise Refusal(f"{where}.source.type must be base64 or url")
    if block["type"] == "video":
        require_number(block, "fps", 0.1, 10, f"{where}.")
        good = block.get("media_resolution", "default") in ("default", "max")
        require(good, f"{where}.media_resolution must be default or max")


def read(block: dict[str, Any], where: str) -> Media:
    """Return what is in a block of the right shape, measured, and without its bytes.

    Raises:
        Refusal: its data is not what it says, or nothing that can be read.
    """
    source = block["source"]
    media = Media(block["type"], UrlSource(source.get("url", "")))
    if block["type"] == "video":
        media = media._replace(fps=block.get("fps"), media_resolution=block.get("media_resolution"))
    return media if source["type"] == "url" else _of_file(media, source, where)


def _of_file(media: Media, source: dict[str, Any], where: str) -> Media:
    try:
        data = binascii.a2b_base64(source["data"], strict_mode=True)
    except ValueError as error:
        raise Refusal(f"{where}.source.data must be base64") from error
    found = formats.recognize(data)
    if found is None and media.kind == "image":
        raise Refusal(_NO_IMAGE)
    if found is None or found.media_type != source["media_type"]:
        raise Refusal("", message=CORRUPTED)
    measures = measuring.measure(data, found)
    if measures._replace(sound=None) == NOT_MEASURED:
        raise Refusal("", message=CORRUPTED)
    digest = sha256(data).hexdigest()
    return media._replace(source=FileSource(found.media_type, len(data), digest), measures=measures)


def describe(media: Media) -> str:
    """Return what was given: `image/png 1920×1080, 12,345 bytes`, or the address of one."""
    source = media.source
    if isinstance(source, UrlSource):
        facts = [f"{media.kind} {source.url}"]
    else:
        facts = [" ".join([source.media_type, *_measured(media)]), f"{source.size:,} bytes"]
    if media.fps is not None:
        facts.append(f"fps {media.fps:g}")
    if media.media_resolution is not None:
        facts.append(f"media_resolution {media.media_resolution}")
    return ", ".join(facts)


def _measured(media: Media) -> list[str]:
    width, height, seconds, _ = media.measures
    size = [f"{width}×{height}"] if width and height else []
    return size if seconds is None else [*size, naming.duration(seconds)]
