"""What `/set` may change, and which of that a word is meant for. Pure."""

from __future__ import annotations

import re
from difflib import get_close_matches

from mimo_cli.text import punctuation

SCHEMA = "schema"
"""What `/set` may change besides: it is no setting, and holds for this chat alone."""
CHANGEABLE = (
    *("temperature", "top_p", "max_tokens", "stop", "usage", "show_thinking", "live"),
    *("theme", "code_theme", "math", "ambiguous", "color", "timeout", "retries"),
    *("confirm_above_tokens", "notify"),
)
"""Settings that `/set` may change; the rest is the connection's, or has a command of its own."""
NAMES = (*CHANGEABLE, SCHEMA)
OF_COMMANDS = ("model", "system", "thinking", "prompt", "resume", "file")
"""What a command of its own changes, and is tried with `/set`."""

_LONGEST = 40  # characters of what may be a slip
_LEAST_BEGUN = 3  # letters by which an option is told
_CLOSE = 0.77  # `auth`, which is a setting, is not `math`


def fold(word: str) -> str:
    """Return a word as options are called: people write `Top-P`. It is not to be shown so."""
    return punctuation.to_plain(word).lower().replace("-", "_")


def first_word(argument: str) -> str:
    """Return the word of an argument of `/set` that names an option, as it was typed."""
    return (argument.split(maxsplit=1) or [""])[0]


def named(argument: str) -> str:
    """Return the option, or the command, that an argument of `/set` begins with; "" for none.

    Its value may not be set apart as it should be: `temperature=0.5`.
    """
    word = fold(first_word(argument))
    found = re.match(r"\w+", word)
    return found[0] if found and found[0] in (*NAMES, *OF_COMMANDS) else ""


def meant(argument: str) -> str:
    """Return the option, or the command, that an argument of `/set` is meant for; "" for none."""
    return named(argument) or nearest(first_word(argument), OF_COMMANDS)


def nearest(word: str, others: tuple[str, ...] = ()) -> str:
    """Return the option, or which of `others`, that a word was probably to be; "" for none."""
    found = re.match(r"\w+", fold(word))
    if found is None or len(found[0]) > _LONGEST:
        return ""
    known = (*NAMES, *others)
    begun = [it for it in known if it.startswith(found[0]) and len(found[0]) >= _LEAST_BEGUN]
    close = begun if len(begun) == 1 else get_close_matches(found[0], known, n=1, cutoff=_CLOSE)
    return close[0] if close else ""


def changes(argument: str) -> bool:
    """Return whether an argument of `/set` has a value, and does not only ask for one."""
    return len(argument.split()) > 1 or re.fullmatch(r"[^\W\d]*", fold(argument)) is None
