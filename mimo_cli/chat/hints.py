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
    ("--max-tokens", "/set max_tokens"),
    ("(-m ", "(/model "),
    ("Did you mean -m ", "Did you mean /model "),
    ("use -m ", "use /model "),
)
_MORE = "Raise --max-tokens for more."
_GOES_ON = "/continue asks for the rest, /retry for another answer."


def in_chat(text: str, *, goes_on: bool = True) -> str:
    """Return a text with the chat's terms for options.

    `goes_on`: the last answer is a part, for which `/continue` gets the rest.
    """
    by = "/continue goes on, /set" if goes_on else "/set"
    text = text.replace(_MORE, f"{by} max_tokens N raises it.")
    for option, command in _TERMS:
        text = text.replace(option, command)
    return text


def for_chat(error: MimoError, *, goes_on: bool = True) -> MimoError:
    """Return an error whose advice can be followed in a chat; `goes_on` as in `in_chat`."""
    told = copy.copy(error)
    if isinstance(error, IncompleteError):
        told.hint = _GOES_ON if goes_on else "/retry asks again."
    else:
        told.hint = in_chat(error.hint, goes_on=goes_on)
    return told
