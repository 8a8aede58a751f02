"""How many tokens a picture, a recording or a film is, by the formulas of Xiaomi's reference. Pure.

A picture is resized so that each side is a multiple of 32 pixels, and a square of 32×32 is a token:
each side is rounded, at least to one square; if that is more than 8,388,608 pixels, both sides are
divided by the root of how many times the true size is too large, and rounded down; if it is fewer
than 8,192, they are multiplied likewise and rounded up. 4000×3000 is too large by 1.43: 104 squares
by 78.

A film is shown to the model `fps` times a second, in an even number of frames, two at least, 2,048
at most. Each pair is one grid, made 32 pixels wide and high at least, and resized by the same rule,
but so that all grids have at most 131,072 tokens, and without `max` each at most 300. 1080p becomes
23 by 12 squares, 276 tokens. Each grid has 2 tokens around it, and its time in 3 (5 if fps > 2); 2
are around the film. Then comes its sound.

Sound is measured 100 times a second, once more at its end; 16 of these are a token (6.25 a second),
rounded up, and 2 are around it: 60 s are 376 + 2.

So 60 s of 1080p are 60 · (276 + 5) + 2 + 378 = 17,240; with fps 5, 150 · (276 + 7) + 380 = 42,830;
with `max`, 60 · (2,040 + 5) + 380 = 123,080: the reference's own examples.

A film of which it is not known whether it has sound is taken to have. The reference calls its own
results an estimate: what counts is the usage that comes with the answer.
"""

from __future__ import annotations

from math import ceil, floor, sqrt
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import FileSource
from mimo_cli.media.measuring import EXACT_TYPES
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Media

_SIDE = 32
_SQUARE = _SIDE * _SIDE
_LEAST = 8 * _SQUARE
_MOST = 8192 * _SQUARE
_MOST_OF_GRID = 300 * _SQUARE
_MOST_OF_FILM = 131_072 * _SQUARE

_FPS = 2.0
_SLOW = 2.0
"""Frames a second up to which the time of a grid is written in fewer tokens."""
_MOST_FRAMES = 2048

LARGEST_IMAGE = 8190
"""Tokens of a picture whose size is not known: as many as one can be, nearly."""
_UNKNOWN_FILM = (1920, 1080)
_UNKNOWN_SECONDS = 180.0
"""What is at an address is taken to last three minutes."""
_BYTES_A_SECOND = {"audio": 16_000, "video": 250_000}
"""Of a file whose length is not known: 128 kbit/s of sound, 2 Mbit/s of a film."""


class TokenCount(NamedTuple):
    """So many tokens; an estimate where what the formula takes is not known exactly."""

    count: int  # type: ignore[assignment]  # hides a method of tuples
    is_estimate: bool


def count(media: Media) -> TokenCount:
    """Return how many tokens a picture, a recording or a film is."""
    width, height, seconds, sound = media.measures
    is_exact = isinstance(media.source, FileSource) and media.source.media_type in EXACT_TYPES
    match media.kind:
        case "image" if width and height:
            return TokenCount(image(width, height), not is_exact)
        case "image":
            return TokenCount(LARGEST_IMAGE, is_estimate=True)
        case "audio":
            return TokenCount(audio(_length(media)), not (is_exact and seconds))
        case "video":
            size = (width, height) if width and height else _UNKNOWN_FILM
            is_known = is_exact and width and height and seconds and sound is not None
            tokens = video(
                *size,
                _length(media),
                media.fps or _FPS,
                is_max=media.media_resolution == "max",
                has_sound=sound is not False,
            )
            return TokenCount(tokens, not is_known)


def _length(media: Media) -> float:
    """Return how many seconds it lasts, or a guess."""
    if media.measures.seconds is not None:
        return media.measures.seconds
    if isinstance(media.source, FileSource):
        return media.source.size / _BYTES_A_SECOND[media.kind]
    return _UNKNOWN_SECONDS


def image(width: int, height: int) -> int:
    """Return the tokens of a picture."""
    return _squares(width, height, _MOST)


def audio(seconds: float) -> int:
    """Return the tokens of a recording."""
    return ceil((floor(seconds * 100) + 1) / 16) + 2


def video(
    width: int,
    height: int,
    seconds: float,
    fps: float = _FPS,
    *,
    is_max: bool,
    has_sound: bool = True,
) -> int:
    """Return the tokens of a film with its sound."""
    grids = max(1, ceil(min(ceil(seconds * fps), _MOST_FRAMES) / 2))
    limit = min(_MOST, _MOST_OF_FILM // grids)
    if not is_max:
        limit = min(limit, _MOST_OF_GRID)
    shorter = min(width, height, _SIDE)
    frame = (width * _SIDE // shorter, height * _SIDE // shorter)
    around = 5 if fps <= _SLOW else 7
    sound = audio(seconds) if has_sound else 0
    return grids * (_squares(*frame, limit) + around) + 2 + sound


def _squares(width: int, height: int, most: int) -> int:
    """Return how many squares a picture has that is resized to at most so many pixels.

    One that is far longer than wide would still have more of them, and is refused.
    """
    pixels = width * height
    across, down = (max(1, round(side / _SIDE)) for side in (width, height))
    if across * down * _SQUARE > most:
        scale = sqrt(pixels / most) * _SIDE
        across, down = (max(1, floor(side / scale)) for side in (width, height))
    elif across * down * _SQUARE < _LEAST:
        scale = sqrt(_LEAST / pixels) / _SIDE
        across, down = (ceil(side * scale) for side in (width, height))
    return min(across * down, max(most, _LEAST) // _SQUARE)
