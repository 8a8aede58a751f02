"""What is said of values that their keys cannot have. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimo_cli.config.schema import NotAllowedError, read_value
from mimo_cli.config.slips import cut
from mimo_cli.errors import ConfigError
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from mimo_cli.config.schema import Key
    from mimo_cli.errors import MimoError

_LONGEST = 120


def check_value(
    key: Key, value: object, place: Phrase, error: type[MimoError] = ConfigError
) -> Any:
    """Return `value` as the key's type; text (from the environment, say) is read.

    `place` says in words where the value stands.

    Raises:
        MimoError: of the class `error`, if it is of another type or out of range.
    """
    try:
        return read_value(key, value)
    except NotAllowedError as wrong:
        raise not_allowed_error(key, value, place, error) from wrong


def not_allowed_error(
    key: Key,
    value: object,
    place: Phrase,
    error: type[MimoError] = ConfigError,
    wanted: Phrase = NOTHING,
) -> MimoError:
    """Return the error that a value which its key cannot have amounts to, of the class `error`.

    `wanted` is what it must be, where that is not what the key says.
    """
    if key.secret:
        what = Phrase("{name} cannot be that value", name=key.name)
    else:
        shown = cut(repr(value), _LONGEST)
        what = Phrase("{name} cannot be {value}", name=key.name, value=shown)
    return error(
        what, Phrase("it must be {wanted} ({place})", wanted=wanted or _wanted(key), place=place)
    )


def _wanted(key: Key) -> Phrase:
    """Return what a value of a key must be, to stand behind "it must be"."""
    low, high = f"{key.low:g}", f"{key.high:.10g}"
    match key.kind:
        case "text":
            return Phrase("text") if key.may_be_empty else Phrase("text that is not empty")
        case "choice":
            return Phrase("one of {names}", names=", ".join(key.choices))
        case "flag":
            return Phrase("true or false")
        case "list":
            if key.may_be_empty:
                return Phrase("a list of texts")
            return Phrase("a list of texts that is not empty")
        case "number":
            return Phrase("a number from {low} to {high}", low=low, high=high)
        case "integer":
            return Phrase("a whole number from {low} to {high}", low=low, high=high)
