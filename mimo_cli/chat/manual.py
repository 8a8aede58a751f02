"""What `/help` says: the commands, and the keys. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.output.columns import Column, table
from mimo_cli.output.wrapping import paragraph
from mimo_cli.phrases import ENGLISH, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.phrases import Translations
    from mimo_cli.text.widths import Screen

KEYS = (
    (Phrase("Enter"), Phrase("sends")),
    (Phrase("Enter alone"), Phrase("sends pictures, recordings, films that wait")),
    (Phrase("Alt-Enter, Ctrl-J"), Phrase("a new line")),
    (Phrase("Up, Down; Ctrl-R"), Phrase("earlier messages; searches them")),
    (Phrase("Right; Alt-F"), Phrase("takes the suggestion; a word of it")),
    (Phrase("Tab"), Phrase("completes commands, models, prompts, conversations, file names")),
    (Phrase("Ctrl-X Ctrl-E"), Phrase("opens your editor")),
    (Phrase("Ctrl-L"), Phrase("clears the screen")),
    (Phrase("Ctrl-C"), Phrase("stops the answer; at the prompt clears the line, twice leaves")),
    (Phrase("Ctrl-D"), Phrase("leaves")),
)
_SLASHES = Phrase("A unique start is enough (/mo). // begins a message with a slash.")
_COLUMNS = (Column(narrow="words", least=40), Column(narrow="words", least=24, leaves=1))


def text(
    commands: Sequence[tuple[str, Phrase]], screen: Screen, translations: Translations = ENGLISH
) -> str:
    """Return the commands and the keys with what they do, in rows for a screen."""
    parts = (table(rows, _COLUMNS, screen, translations=translations) for rows in (commands, KEYS))
    slashes = paragraph(_SLASHES.rendered(translations), screen)
    return f"\n{slashes}\n\n".join(part.text for part in parts)
