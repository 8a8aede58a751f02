"""The arguments of a command line: options with their values, and words. Pure.

The rules:

1. What stands behind `--` is words; a lone `-` is one (it stands for stdin).
2. What begins with a dash is an option where it has an option's form: `--name`, `--name=value`, or
   `-` and letters of which the first is an option's. What holds white space has it only as
   `--name=value` and as a value that is attached to its letter (`-sBe brief.`).
3. An option that takes a value takes the next argument, whatever that is.
4. Everything else is a word: `-5 + 3`, `- summarize`, `---`, and a dash
   before a letter of another alphabet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

FILE = ("-f", "--file")

_LONG = r"--[a-zA-Z][\w-]*"
_LETTER = r"-[a-zA-Z]"  # patterns are compiled when they are met: few lines need one


class SlipError(UsageError):
    """What was typed is not what was meant, and it would cost something to take it so."""


class MisdirectedError(UsageError):
    """Words or piped text came without a command."""


class Argument(NamedTuple):
    """One option with its value, or one word. `name` is the option's, as it was typed."""

    kind: Literal["option", "word"]
    args: tuple[str, ...]
    name: str = ""
    is_literal: bool = False  # behind `--`
    lacks_value: bool = False

    @property
    def value(self) -> str:
        """Return the option's value, or the word."""
        if self.kind == "word" or len(self.args) > 1:
            return self.args[-1]
        attached = self.args[0].removeprefix(self.name)
        return attached.removeprefix("=") if self.name.startswith("--") else attached


def read(args: Sequence[str], takes_value: Mapping[str, bool]) -> Iterator[Argument]:
    """Return the arguments one by one, each option with its value."""
    rest = list(args)
    while rest:
        arg = rest.pop(0)
        if arg == "--":
            yield from (Argument("word", (word,), is_literal=True) for word in rest)
            return
        name, wants_next = _option(arg, takes_value)
        if not name:
            yield Argument("word", (arg,))
        elif wants_next and rest:
            yield Argument("option", (arg, rest.pop(0)), name)
        else:
            yield Argument("option", (arg,), name, lacks_value=wants_next)


def _option(arg: str, takes_value: Mapping[str, bool]) -> tuple[str, bool]:
    """Return the option that an argument is, "" for none, and whether its value is the next one."""
    if arg.startswith("--"):
        name, equals, _ = arg.partition("=")
        if name in takes_value:
            return name, takes_value[name] and not equals
        return (name, False) if re.fullmatch(_LONG, name) and not has_space(arg) else ("", False)
    if not arg.startswith("-") or not re.match(_LETTER, arg):
        return "", False
    for place, letter in enumerate(arg[1:], 1):
        name, attached = f"-{letter}", arg[place + 1 :]
        if takes_value.get(name):
            is_text = has_space(arg[: place + 2])
            return ("", False) if is_text else (name, not attached)
        if name not in takes_value:
            break
    return ("", False) if has_space(arg) else (arg, False)


def has_space(text: str) -> bool:
    """Return whether a text holds white space of any kind."""
    return any(char.isspace() for char in text)


def is_page(word: str) -> bool:
    """Return whether a word is the address of a page."""
    return word[:8].lower() == "https://" and not has_space(word)


def names_file(word: str, is_file: Callable[[str], bool]) -> bool:
    """Return whether a word names a file, or some lines of one."""
    if is_file(word):
        return True
    _, colon, end = word.rpartition(":")
    if not colon or end.strip("0123456789-"):
        return False
    from mimo_cli.attachments import line_range  # few words end so

    found = line_range.split(word)
    return found is not None and is_file(found[0])
