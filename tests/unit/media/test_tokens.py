from __future__ import annotations

import pytest

from mimo_cli.media import tokens


@pytest.mark.parametrize(
    ("width", "height", "count"),
    [(512, 512, 256), (1920, 1080, 2040), (4000, 3000, 8112)],
)
def test_a_picture_has_as_many_tokens_as_the_reference_says(
    width: int, height: int, count: int
) -> None:
    assert tokens.image(width, height) == count


@pytest.mark.parametrize(
    ("fps", "is_max", "count"), [(2, False, 17_240), (5, False, 42_830), (2, True, 123_080)]
)
def test_a_film_has_as_many_tokens_as_the_reference_says(
    fps: float, is_max: bool, count: int
) -> None:
    assert tokens.video(1920, 1080, 60, fps, is_max=is_max) == count
