"""The models the service is known to have: limits, abilities, prices, retirements. Data only.

Source: Xiaomi's published model and price pages, read on `CHECKED`.
"""

from __future__ import annotations

from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase

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
