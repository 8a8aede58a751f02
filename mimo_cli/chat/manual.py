"""What `/help` says: the commands, and the keys. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from mimo_cli.phrases import ENGLISH, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.phrases import Translations

KEYS = (
    (Phrase("Enter"), Phrase("sends")),
    (Phrase("Alt-Enter, Ctrl-J"), Phrase("a new line")),
    (Phrase("Up, Down; Ctrl-R"), Phrase("earlier messages; searches them")),
    (Phrase("Right; Alt-F"), Phrase("takes the suggestion; a word of it")),
    (Phrase("Tab"), Phrase("completes commands, models, conversations, file names")),
    (Phrase("Ctrl-X Ctrl-E"), Phrase("opens your editor")),
    (Phrase("Ctrl-C"), Phrase("stops the answer; at the prompt clears the line, twice leaves")),
    (Phrase("Ctrl-D"), Phrase("leaves")),
)
_SLASHES = Phrase("A unique start is enough (/mo). // begins a message with a slash.")
_LEAST = 24  # columns that an explanation needs beside what it explains
_INDENT = "    "


def text(
    commands: Sequence[tuple[str, Phrase]], columns: int, translations: Translations = ENGLISH
) -> str:
    """Return the commands and the keys with what they do, in rows of at most so many columns."""
    explained = [(syntax, help_.rendered(translations)) for syntax, help_ in commands]
    keys = [(key.rendered(translations), does.rendered(translations)) for key, does in KEYS]
    slashes = _wrapped(_SLASHES.rendered(translations), columns)
    return "\n".join((_table(explained, columns), slashes, _table(keys, columns)))


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
