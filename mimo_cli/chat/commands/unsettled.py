"""What commands of a script that failed left unsettled, and what settles it. Pure.

Nobody sees such a failure before the next message, which would be asked with something else than
the script says.
"""

from __future__ import annotations

from mimo_cli.chat import input_line
from mimo_cli.chat.commands import options

ONCE = frozenset({"/file", "/paste"})
"""What the next message alone is asked with."""
_CONVERSATION = frozenset({"/new", "/resume", "/prompt", "/undo", "/fork"})
"""What another conversation ends: what a kept prompt sets holds until then."""
_HOLDING = ("model", "prompt", "resume", "system", "thinking")
"""Commands that change with an argument what all later messages are asked with."""
_SWITCHING = ("new", "paste", "thinking", "undo", "fork")
"""Commands that change it without one."""
_DROP, _DROPPED = "drop", "/file drop"


def left_by(name: str, argument: str) -> str:
    """Return what a command leaves unsettled that failed; "" where it would have changed nothing.

    It is the command that was meant, for `/set` with the option, or the command of that name.
    """
    match name:
        case "file":
            return _left_by_file(argument)
        case "set":
            return _left_by_set(argument) if options.changes(argument) else ""
        case _ if name in _SWITCHING or (name in _HOLDING and argument):
            return f"/{name}"
        case _:
            return ""


def _left_by_file(argument: str) -> str:
    words = input_line.keyword(argument).split()
    if words[:1] == [_DROP]:
        return _DROPPED
    return "/file" if words else ""


def _left_by_set(argument: str) -> str:
    """Return the option that was meant; a word that is like none as it was typed."""
    word, value = (*argument.split(maxsplit=1), "")[:2]
    meant = options.meant(argument)
    if meant in options.OF_COMMANDS:
        return left_by(meant, value or argument)
    return f"/set {meant or word}"


def settled_by(name: str, argument: str) -> frozenset[str]:
    """Return what a command settles that did what it says: what it changed.

    One that only shows something settles nothing, and neither does another file in the place of
    one that failed.
    """
    words = input_line.keyword(argument).split()
    match name:
        case "new":
            return _CONVERSATION
        case "resume" if words:
            return _CONVERSATION
        case "file" if words == ["none"]:
            return ONCE | {_DROPPED}
        case "file" if words[:1] == [_DROP]:
            return frozenset({_DROPPED})
        case "set" if len(words) > 1:
            return frozenset({f"/set {options.meant(argument)}"})
        case "undo" | "fork":
            return frozenset({f"/{name}"})
        case _:
            return frozenset({f"/{name}"} if name in _HOLDING and words else ())
