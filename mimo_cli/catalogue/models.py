"""The models the service is known to have: limits, abilities, prices, retirements. Data only.

Source: Xiaomi's published model and price pages, read on `CHECKED`.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKED = "2026-10"
"""The month the data below was last compared with Xiaomi's pages."""

DEFAULT_MODEL = "mimo-v2.6-pro"

ALIASES = {"pro": "mimo-v2.6-pro", "flash": "mimo-v2.6-flash"}
"""Short names for models, to which users add their own."""


class Price(NamedTuple):
    """Money per one million tokens, in one currency."""

    cache_hit: float
    input: float
    output: float


class Model(NamedTuple):
    """A model. Limits are in tokens; `retired` is a date, `replacement` a model id.

    None is: not known. `thinking` is whether the model can think before it answers.
    """

    id: str
    context: int | None = None
    max_output: int | None = None
    default_output: int | None = None
    inputs: tuple[str, ...] = ()
    thinking: bool | None = None
    usd: Price | None = None
    cny: Price | None = None
    retired: str | None = None
    replacement: str | None = None
    note: Phrase = NOTHING

    @property
    def status(self) -> Phrase:
        """Whether it is served, in words."""
        if self.retired:
            return Phrase("retired {date}", date=self.retired)
        return Phrase("current")


_LONGEST = 100
_MILLION = 1_000_000
_OUTPUT = 131_072
_ALL_INPUTS = ("text", "image", "audio", "video")
_PRO = (Price(0.0036, 0.435, 0.87), Price(0.025, 3.00, 6.00))
_FLASH = (Price(0.0028, 0.14, 0.28), Price(0.02, 1.00, 2.00))
_ULTRASPEED = (Price(0.036, 4.35, 8.70), Price(0.25, 30.00, 60.00))

MODELS: tuple[Model, ...] = (
    Model(
        "mimo-v2.6-pro",
        _MILLION,
        _OUTPUT,
        _OUTPUT,
        _ALL_INPUTS,
        True,
        *_PRO,
        note=Phrase("the flagship"),
    ),
    Model(
        "mimo-v2.6-flash",
        _MILLION,
        _OUTPUT,
        _OUTPUT,
        _ALL_INPUTS,
        True,
        *_FLASH,
        note=Phrase("cheap, for frequent use"),
    ),
    Model(
        "mimo-v2.6-pro-ultraspeed",
        _MILLION,
        _OUTPUT,
        _OUTPUT,
        _ALL_INPUTS,
        True,
        *_ULTRASPEED,
        note=Phrase("by arrangement with Xiaomi"),
    ),
    Model(
        "mimo-v2.5-pro",
        _MILLION,
        _OUTPUT,
        _OUTPUT,
        ("text",),
        True,
        *_PRO,
        retired="2026-10-21",
        replacement="mimo-v2.6-pro",
    ),
    Model(
        "mimo-v2.5",
        _MILLION,
        _OUTPUT,
        32_768,
        _ALL_INPUTS,
        True,
        *_FLASH,
        retired="2026-10-21",
        replacement="mimo-v2.6-flash",
    ),
    Model("mimo-v2-pro", retired="2026-06-30", replacement="mimo-v2.6-pro"),
    Model("mimo-v2-omni", retired="2026-06-30", replacement="mimo-v2.6-flash"),
    Model("mimo-v2-flash", retired="2026-06-30", replacement="mimo-v2.6-flash"),
)


def find(model_id: str) -> Model | None:
    """Return the catalogue's entry for an id, or None for a model it does not know."""
    return next((model for model in MODELS if model.id == model_id), None)


def current() -> tuple[Model, ...]:
    """Return the models that are served today, the default first."""
    return tuple(model for model in MODELS if model.retired is None)


def takes(model_id: str, kind: str) -> bool | None:
    """Return whether a model takes a kind of input (`image`, say), or None if that is not known."""
    known = find(model_id)
    return kind in known.inputs if known is not None and known.inputs else None


def who_takes(kind: str, instead_of: str = "") -> tuple[str, ...]:
    """Return the current models that take a kind of input, the best first.

    What replaces a model is best `instead_of` it, and then the default.
    """
    ids = [model.id for model in current() if kind in model.inputs]
    known = find(instead_of)
    replacement = known.replacement if known is not None else None
    return tuple(sorted(ids, key=lambda it: it != replacement))


def nearest(model_id: str, among: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return up to three ids that look like `model_id`, the likeliest first.

    They are of `among`, else of the current ones and their short names. One that is close enough
    for a slip of the finger, in the id or in its short name, comes alone.
    """
    ids = [model.id for model in current()] if among is None else among
    lower = {entry.lower(): entry for entry in ids}
    written = model_id[:_LONGEST].lower()
    if slip := get_close_matches(written, lower, n=1, cutoff=0.9):
        return (lower[slip[0]],)
    if among is None and (slip := get_close_matches(written, ALIASES, n=1, cutoff=0.75)):
        return (ALIASES[slip[0]],)
    parts = [entry for low, entry in lower.items() if len(written) > 1 and written in low]
    close = get_close_matches(written, lower, n=3, cutoff=0.5)
    return tuple(parts[:3] or (lower[found] for found in close))
