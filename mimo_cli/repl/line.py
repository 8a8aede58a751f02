"""What a line typed into the chat is: a message, or a command with its argument. Pure."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_COMMAND = re.compile(r"/(?P<name>[a-z]+)(?:\s+(?P<argument>.*))?", re.DOTALL | re.IGNORECASE)


class Message(NamedTuple):
    """Words for the model."""

    text: str


class Call(NamedTuple):
    """A command, by its whole name, and what stands after it."""

    name: str
    argument: str


def read(line: str, names: Sequence[str], exists: Callable[[str], bool]) -> Message | Call:
    """What a line is. `exists` tells whether something has that path.

    `//` begins a message with a slash. A path is a message, and so is whatever begins with a slash
    but not with a word (`/* a comment */`). A unique start of a command is enough.

    Raises:
        UsageError: there is no such command; the message names the nearest.
    """
    stripped = line.strip()
    if stripped.startswith("//"):
        return Message(stripped[1:])
    if stripped in ("/", "/?"):
        return Call("help", "")
    match = _COMMAND.fullmatch(stripped)
    if match is None:
        return Message(stripped)
    name = match["name"].lower()
    if name not in names and exists(stripped.split(maxsplit=1)[0]):
        return Message(stripped)
    return Call(_whole_name(name, names), (match["argument"] or "").strip())


def typed(message: str) -> str:
    """How a message has to be typed: one with a slash at its beginning takes two."""
    return f"/{message}" if message.startswith("/") else message


def _whole_name(name: str, names: Sequence[str]) -> str:
    if name in names:
        return name
    fitting = [known for known in names if known.startswith(name)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        several = ", ".join(f"/{known}" for known in fitting)
        raise UsageError(f"/{name} may be {several}", hint="A few more letters will do.")
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    meant = f"Did you mean /{close[0]}? " if close else ""
    hint = f"{meant}/help lists all; // begins a message with a slash."
    raise UsageError(f"there is no command /{name}", hint=hint)
