"""Keys that were pressed before a prompt was there, and so not for the draft that it comes with.

A draft is a question that comes back because it failed, which nobody has seen yet. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from mimo_cli.repl import line

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENTERS = (Keys.ControlM, Keys.ControlJ)
_NEW_LINE = KeyPress(Keys.ControlJ, "")


def apart(pressed: Sequence[KeyPress]) -> list[KeyPress]:
    """Return keys as they have to be pressed behind a draft.

    Text begins on a new line, and Enter alone does not send the draft again.
    """
    first = next((i for i, it in enumerate(pressed) if it.key not in _ENTERS), len(pressed))
    begins = first < len(pressed) and _is_text(pressed[first])
    return [*[_NEW_LINE] * begins, *pressed[first:]]


def is_command(pressed: Sequence[KeyPress]) -> bool:
    """Return whether a whole line was typed that is a command: it takes the draft's place."""
    text = ""
    for press in pressed:
        if press.key == Keys.ControlM:
            return line.folded(text.lstrip()).startswith("/")
        if not _is_text(press):
            return False
        text += press.data
    return False


def _is_text(press: KeyPress) -> bool:
    return press.key == Keys.BracketedPaste or not isinstance(press.key, Keys)
