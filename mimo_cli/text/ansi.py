"""Escape sequences of terminals, within a text that was made for one. Pure."""

from __future__ import annotations

import re

_ANSI = (
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # control sequences: colours, cursor
    r"|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # strings: titles, links
    r"|[ -/]*[0-~])"  # the short ones
)


def strip_ansi(text: str) -> str:
    """Return a text without the escape sequences of coloured output (`git log --color`, say)."""
    return re.sub(_ANSI, "", text)
