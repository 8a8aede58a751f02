"""Tokens by the reference's formulas, whose own examples are here."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimo_cli.api.protocol.messages import FileSource, Measures, Media, MediaKind, UrlSource
from mimo_cli.media import tokens
from mimo_cli.media.tokens import TokenCount


@pytest.mark.parametrize(
    ("width", "height", "count"),
    [
        # The reference's examples.
        (512, 512, 256),
        (1920, 1080, 2040),
        (4000, 3000, 8112),
        # What is small is enlarged to eight squares at least.
        (1, 1, 9),
        (64, 64, 9),
        (32, 256, 8),
        # At the limit, and over it by a square.
        (4096, 2048, 8192),
        (4096, 2080, 8128),
        # Halves are rounded to even, as Python does it.
        (1000, 80, 62),
        # Far longer than wide.
        (100_000, 10, 3125),
        (1 << 31, 1, 8192),
    ],
)
def test_a_picture_has_as_many_tokens_as_the_reference_says(
    width: int, height: int, count: int
) -> None:
    assert tokens.image(width, height) == count


@settings(deadline=None)
@given(st.integers(1, 1 << 31), st.integers(1, 1 << 31))
def test_a_picture_has_from_8_to_8192_tokens(width: int, height: int) -> None:
    assert 8 <= tokens.image(width, height) <= 8192


@pytest.mark.parametrize(
    ("seconds", "count"), [(60, 378), (0.001, 3), (1, 9), (16, 103), (3600, 22_503)]
)
def test_a_recording_has_six_and_a_quarter_tokens_a_second(seconds: float, count: int) -> None:
    assert tokens.audio(seconds) == count


@pytest.mark.parametrize(
    ("seconds", "fps", "is_max", "count"),
    [
        # The reference's examples.
        (60, 2, False, 17_240),
        (60, 5, False, 42_830),
        (60, 2, True, 123_080),
        # Two frames at least, and an even number.
        (0.1, 0.1, False, 276 + 5 + 2 + 3),
        (3.5, 1, False, 2 * (276 + 5) + 2 + 24),
        # At most 2,048 frames, in 131,072 tokens at most: 128 for each grid, 15 by 8.
        (3600, 10, False, 1024 * (120 + 7) + 2 + 22_503),
        (3600, 10, True, 1024 * (120 + 7) + 2 + 22_503),
    ],
)
def test_a_film_has_as_many_tokens_as_the_reference_says(
    seconds: float, fps: float, is_max: bool, count: int
) -> None:
    assert tokens.video(1920, 1080, seconds, fps, is_max=is_max) == count


def test_a_narrow_film_is_made_wider() -> None:
    assert tokens.video(8, 16, 1, is_max=False) == 8 + 5 + 2 + 9
    assert tokens.video(16, 8, 1, is_max=False) == 8 + 5 + 2 + 9


def file(kind: MediaKind, media_type: str, measures: Measures, size: int = 1_000_000) -> Media:
    return Media(kind, FileSource(media_type, size, "0"), measures=measures)


SHOT = Measures(1920, 1080)
FILM = Measures(1920, 1080, 60.0, sound=True)


@pytest.mark.parametrize(
    ("media", "count", "is_estimate"),
    [
        (file("image", "image/png", SHOT), 2040, False),
        (file("image", "image/png", Measures()), 8190, True),
        (Media("image", UrlSource("https://a.b/c.png")), 8190, True),
        (file("audio", "audio/wav", Measures(seconds=60.0)), 378, False),
        (file("audio", "audio/mpeg", Measures(seconds=60.0)), 378, True),
        (file("audio", "audio/wav", Measures()), tokens.audio(62.5), True),
        (Media("audio", UrlSource("https://a.b/c.mp3")), tokens.audio(180), True),
        (file("video", "video/mp4", FILM), 17_240, False),
        (file("video", "video/mp4", FILM)._replace(fps=5.0), 42_830, False),
        (file("video", "video/mp4", FILM)._replace(media_resolution="max"), 123_080, False),
        (file("video", "video/mp4", FILM)._replace(media_resolution="default"), 17_240, False),
        (file("video", "video/mp4", FILM._replace(sound=False)), 17_240 - 378, False),
        (file("video", "video/mp4", FILM._replace(sound=None)), 17_240, True),
        (file("video", "video/x-ms-wmv", FILM._replace(sound=False)), 17_240 - 378, True),
        (file("video", "video/x-ms-wmv", FILM), 17_240, True),
        (file("video", "video/mp4", SHOT, 15_000_000), 17_240, True),
        (file("video", "video/mp4", Measures(seconds=60.0)), 17_240, True),
        (Media("video", UrlSource("https://a.b/c.mp4")), 180 * 281 + 2 + 1128, True),
    ],
)
def test_what_is_not_known_exactly_is_an_estimate(
    media: Media, count: int, is_estimate: bool
) -> None:
    assert tokens.count(media) == TokenCount(count, is_estimate)
