"""What `/help` says: the commands, and the keys. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS = (
    ("Enter", "sends"),
    ("Alt-Enter, Ctrl-J", "a new line"),
    ("Up, Down; Ctrl-R", "earlier messages; searches them"),
    ("Right; Alt-F", "takes the suggestion; a word of it"),
    ("Tab", "completes commands, models, conversations, file names"),
    ("Ctrl-X Ctrl-E", "opens your editor"),
    ("Ctrl-C", "stops the answer; at the prompt clears the line, twice leaves"),
    ("Ctrl-D", "leaves"),
)
_SLASHES = "A unique start is enough (/mo). // begins a message with a slash."
_LEAST = 24  # columns that an explanation needs beside what it explains
_INDENT = "    "


def text(commands: Sequence[tuple[str, str]], columns: int) -> str:
    """Return the commands and the keys with what they do, in rows of at most so many columns."""
    parts = (_table(commands, columns), _wrapped(_SLASHES, columns), _table(KEYS, columns))
    return "\n".join(parts)


def _table(rows: Sequence[tuple[str, str]], columns: int) -> str:
    width = max(len(left) for left, _ in rows) + 2
    if columns - width < _LEAST:
        return "".join(
            _wrapped(left, columns, _INDENT) + _wrapped(right, columns, _INDENT, _INDENT)
            for left, right in rows
        )
    return "".join(_wrapped(right, columns, " " * width, f"{left:{width}}") for left, right in rows)


def _wrapped(words: str, columns: int, indent: str = "", first: str = "") -> str:
    lines = textwrap.wrap(
        words,
        max(columns, len(indent) + 1),
        initial_indent=first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return "".join(f"{row}\n" for row in lines)
