"""What is surely more than the service takes is refused before it is sent, in words."""

from __future__ import annotations

import pytest

from mimo_cli.api.protocol.encode import base64_length
from mimo_cli.api.protocol.messages import (
    NOT_MEASURED,
    FileSource,
    Measures,
    Media,
    MediaKind,
    UrlSource,
)
from mimo_cli.errors import UsageError
from mimo_cli.media import limits

LARGEST = 39_321_600
"""Bytes: their base64 has 50 MB."""


def file(size: int, kind: MediaKind = "image", measures: Measures = NOT_MEASURED) -> Media:
    return Media(kind, FileSource("image/png", size, "0"), name="a.png", measures=measures)


@pytest.mark.parametrize(
    "media",
    [
        file(LARGEST),
        file(LARGEST, "video"),
        file(9, measures=Measures(20_000, 10_000)),
        file(9, "video", Measures(30_000, 10_000, 1.0)),
        Media("image", UrlSource("https://a.b/c.png")),
    ],
)
def test_what_may_fit_is_left_to_the_service(media: Media) -> None:
    limits.check(media, has_extra=True)


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("image", "a part of it"),
        ("audio", "by ffmpeg -i a.png -b:a"),
        ("video", "by ffmpeg -i a.png -vf \"scale=-2:'min(720,trunc(ih/2)*2)'\" -crf 28 OUT.mp4,"),
    ],
)
def test_a_file_whose_base64_is_too_long_is_refused(kind: MediaKind, advice: str) -> None:
    with pytest.raises(UsageError) as caught:
        limits.check(file(LARGEST + 1, kind), has_extra=True)
    why = "just over 37.5 MB, and the service takes at most 37.5 MB of a file"
    assert caught.value.message == f"cannot send a.png: {why}"
    assert advice in str(caught.value.hint)


def test_of_what_is_still_being_read_no_size_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        limits.check(file(LARGEST + 99_999), has_extra=True, is_whole=False)
    why = "more than 37.5 MB, which is the most that the service takes of a file"
    assert caught.value.message == f"cannot send a.png: {why}"


@pytest.mark.parametrize(
    ("is_there", "size", "is_advised"),
    [(False, LARGEST + 1, True), (True, LARGEST + 1, False), (False, 600_000_001, False)],
)
def test_the_extra_is_advised_where_it_lacks_and_would_help(
    is_there: bool, size: int, is_advised: bool
) -> None:
    with pytest.raises(UsageError) as caught:
        limits.check(file(size), has_extra=is_there)
    assert ("`images`" in str(caught.value.hint)) is is_advised
    assert str(caught.value.hint).startswith("Make it smaller")


def test_a_picture_of_more_than_200_megapixels_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        limits.check(file(9, measures=Measures(20_001, 10_000)), has_extra=True)
    assert caught.value.message == "cannot send a.png: 20,001×10,000 is more than 200 megapixels"


def test_the_length_of_base64_is_counted_in_whole_groups() -> None:
    assert [base64_length(size) for size in (0, 1, 3, 4)] == [0, 4, 4, 8]
    assert base64_length(LARGEST) == limits.MOST_ENCODED
