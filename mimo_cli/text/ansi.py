"""Escape sequences of terminals, within a text that was made for one. Pure."""

from __future__ import annotations

import re

_ANSI = (
    r"\x1b\[[0-?]*[ -/]*(?:[@-~]|\Z)"  # control sequences: colours, cursor
    r"|\x1b[\]PX^_](?:[^\x07\x1b\x9c\n]*(?:\x07|\x9c)|[^\x1b\x9c]*(?:\x1b\\|\x9c)"  # titles, links
    r"|[^\x1b\n]*)"  # without their end they are one line
    r"|\x9b[0-?]*[ -/]*[@-~]|[\x90\x98\x9d-\x9f][^\x07\x1b\x80-\x9f\n]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"  # the short ones
)
"""ECMA-48, 5.4 and 5.6. The introducers that are one character count with their whole sequence
alone: old encodings have letters there."""


def strip_ansi(text: str) -> str:
    """Return a text without the escape sequences of coloured output (`git log --color`, say)."""
    return re.sub(_ANSI, "", text)
