"""A command or a list of names, taken apart as a shell does. Pure."""

from __future__ import annotations

import shlex

from mimo_cli.phrases import Phrase


def split(text: str) -> list[str]:
    """Return the words of a text.

    Raises:
        ValueError: it ends within one; its argument is a `Phrase`.
    """
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ValueError(_LONE_BACKSLASH if _is_split(f"{text}x") else _LONE_QUOTE) from error


_LONE_QUOTE = Phrase("a quotation mark lacks its other")
_LONE_BACKSLASH = Phrase("nothing stands behind its last backslash")


def _is_split(text: str) -> bool:
    try:
        shlex.split(text)
    except ValueError:
        return False
    return True
