"""Models to name instead of one: what its id looks like, which of them take a picture. Pure."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from mimo_cli.catalogue.models import ALIASES, current, find

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST = 100


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
