"""Advice that names options of the command line, in the chat's own terms. Pure."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from mimo_cli.errors import IncompleteError

if TYPE_CHECKING:
    from mimo_cli.errors import MimoError

_TERMS = (
    ("add --no-thinking", "/thinking off changes that"),
    ("use --no-thinking", "use /thinking off"),
    ("Raise --max-tokens for more.", "/continue goes on, /set max_tokens N raises it."),
    ("--max-tokens", "/set max_tokens"),
    ("(-m ", "(/model "),
    ("Did you mean -m ", "Did you mean /model "),
    ("use -m ", "use /model "),
    ("Name its --encoding (latin-1, utf-16, …), or send it with --lossy.", "Save it as UTF-8."),
    (
        "If it is text, name its --encoding (utf-16, say); to send it all the same: --lossy",
        "Only text can be added.",
    ),
)
_GOES_ON = "/continue asks for the rest, /retry for another answer."


def in_chat(text: str) -> str:
    """A text with the chat's terms for options."""
    for option, command in _TERMS:
        text = text.replace(option, command)
    return text


def for_chat(error: MimoError) -> MimoError:
    """An error whose advice can be followed in a chat."""
    told = copy.copy(error)
    told.hint = _GOES_ON if isinstance(error, IncompleteError) else in_chat(error.hint)
    return told
