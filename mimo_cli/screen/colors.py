"""How many colours a terminal shows, and the names that a code theme may have.

Apart from the theme, so that what only asks, `config` and `doctor`, loads nothing that draws.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.errors import MimoError


class Colors(Enum):
    """How much a terminal can show."""

    PLAIN = "no SGR sequences at all"
    NONE = "attributes, no colours"
    ANSI16 = "16 colours"
    ANSI256 = "256 colours"
    TRUE = "24-bit colours"


def nearest_code_themes(name: str) -> list[str]:
    """Return the styles that were probably meant, or all; none if there is one of that name.

    Empty is the theme's own.
    """
    if not name:
        return []
    from difflib import get_close_matches

    from pygments.styles import get_all_styles

    known = sorted(get_all_styles())
    return [] if name in known else get_close_matches(name, known, n=3) or known


def check_code_theme(name: str, origin: str, error: type[MimoError] = UsageError) -> None:
    """Refuse the name of a style that there is not; `origin` says where it was given.

    Raises:
        MimoError: of the class `error`.
    """
    if names := nearest_code_themes(name):
        why = Phrase("it is one of {names} ({origin})", names=", ".join(names), origin=origin)
        raise error(Phrase("code_theme cannot be {value!r}", value=name), why)
