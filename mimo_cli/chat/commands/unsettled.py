"""What commands of a script that failed left unsettled, and what settles it. Pure.

Nobody sees such a failure before the next message, which would be asked with something else than
the script says.
"""

from __future__ import annotations

import re

from mimo_cli.chat import input_line

ONCE = frozenset({"/file", "/paste"})
"""What the next message alone is asked with."""
_CONVERSATION = frozenset({"/new", "/resume", "/prompt"})
"""What another conversation ends: what a kept prompt sets holds until then."""
_HOLDING = ("model", "prompt", "resume", "system", "thinking")
"""Commands that change with an argument what all later messages are asked with."""
_DROP = "drop"


def left_by(name: str, argument: str) -> str:
    """Return what a command leaves unsettled that failed; "" where it would have changed nothing.

    It is the command itself, for `/set` with the option.
    """
    match name:
        case "new" | "paste":
            return f"/{name}"
        case "file":
            return "" if input_line.keyword(argument).split()[:1] in ([], [_DROP]) else "/file"
        case "set" if argument:
            return f"/set {_option(argument)}"
        case _:
            return f"/{name}" if name in _HOLDING and argument else ""


def settled_by(name: str, argument: str) -> frozenset[str]:
    """Return what a command settles that did what it says: what it changed.

    One that only shows something settles nothing, and neither does another file in the place of
    one that failed.
    """
    match name:
        case "new":
            return _CONVERSATION
        case "resume" if argument:
            return _CONVERSATION
        case "file" if input_line.keyword(argument) == "none":
            return ONCE
        case "set" if len(argument.split()) > 1:
            return frozenset({f"/set {_option(argument)}"})
        case _:
            return frozenset({f"/{name}"} if name in _HOLDING and argument else ())


def _option(argument: str) -> str:
    """Return the option that is meant, also where its value is not set apart as it should be."""
    found = re.match(r"[\w-]+", input_line.keyword(argument))
    return found[0].replace("-", "_") if found else argument
