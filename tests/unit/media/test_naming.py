"""What is attached, in words."""

from __future__ import annotations

import pytest

from mimo_cli.api.protocol.messages import FileSource, Measures, Media, MediaKind, UrlSource
from mimo_cli.media import naming


def file(kind: MediaKind, media_type: str, *measures: float | None) -> Media:
    return Media(kind, FileSource(media_type, 9, "0"), measures=Measures(*measures))  # type: ignore[arg-type]  # whole numbers


@pytest.mark.parametrize(
    ("media", "words"),
    [
        (file("image", "image/png", 1920, 1080), "image 1920×1080"),
        (file("image", "image/png"), "image"),
        (file("video", "video/mp4", 1920, 1080, 62.0), "video 1920×1080 1:02"),
        (file("video", "video/x-msvideo", 1920, 1080, 62.0), "video 1920×1080 about 1:02"),
        (file("audio", "audio/wav", None, None, 34.2), "audio 0:34"),
        (file("audio", "audio/mpeg", None, None, 34.2), "audio about 0:34"),
        (Media("image", UrlSource("https://a.b/c.png")), "image (https://a.b/c.png)"),
    ],
)
def test_media_are_described_by_kind_and_measures(media: Media, words: str) -> None:
    assert naming.describe(media) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.01, "0:01"), (9.6, "0:10"), (59.7, "1:00"), (3599.4, "59:59"), (3661, "1:01:01")],
)
def test_a_length_is_minutes_and_seconds(seconds: float, words: str) -> None:
    assert naming.duration(seconds) == words
