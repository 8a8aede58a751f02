"""What is said of names that are not known. Pure."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from mimo_cli.api.keys import mask_all
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_LONGEST = 60  # characters


def cut(name: str, most: int = _LONGEST) -> str:
    """Return a name, or the representation of a value, as it can stand in a message."""
    if len(name) <= most:
        return name
    shown = mask_all(name)  # before a key is cut in two
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def nearest(name: str, known: Iterable[str]) -> Phrase:
    """Return a hint at the name that was meant, or nothing."""
    if len(name) > _LONGEST:
        return NOTHING
    close = get_close_matches(name.replace("-", "_"), list(known), n=1)
    return Phrase("Did you mean {name}?", name=close[0]) if close else NOTHING


def unknown_setting(name: str, place: Phrase, known: Collection[str]) -> Phrase:
    """Return the remark on a key that is not known; `known` are those that would be there."""
    if hint := nearest(name, known):
        return Phrase(
            "unknown setting {name!r} in {place}. {hint}", name=cut(name), place=place, hint=hint
        )
    return Phrase("unknown setting {name!r} in {place}.", name=cut(name), place=place)
