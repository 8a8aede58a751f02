"""Answers out of a chat: what of them, and into which file."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli import files
from mimo_cli.chat.input_line import UntimelyError
from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.markdown import fences
from mimo_cli.output.sanitize import sanitize
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.conversation.turns import Conversation


def answer(conversation: Conversation, number: str) -> str:
    """The last answer, or a code block of it.

    Raises:
        UntimelyError: there is none.
        UsageError: it has no such block.
    """
    answered = [turn for turn in conversation.turns if turn.is_answered]
    if not answered:
        raise UntimelyError("there is no answer yet")
    text = answered[-1].reply.text
    if not number:
        return text.strip() + "\n"
    if not number.isdecimal() or not int(number):
        raise UsageError(f"{number!r} is no code block's number", hint="They count from 1.")
    fence = fences.pick(text, number)
    if fence is None:
        raise UsageError(f"the answer has no code block {number}")
    return fence.code + "\n"


def forced(words: list[str], command: str) -> tuple[list[str], bool]:
    """Return words without `-f`, and whether it was among them; what is behind `--` is names.

    Raises:
        UsageError: another word has the form of an option.
    """
    end = words.index("--") if "--" in words else len(words)
    options = [word for word in words[:end] if word.startswith("-") and word != "-"]
    for option in options:
        if option != "-f":
            hint = f"A name that begins so stands behind --: {command} -- {option}"
            raise UsageError(f"{command} has no option {option}", hint=hint)
    kept = [word for word in words[:end] if word not in options]
    return [*kept, *words[end + 1 :]], bool(options)


def may_replace(name: str, confirm: Callable[[str], bool] | None, *, force: bool) -> bool:
    """Return whether a file may be replaced that exists: where somebody is there, that is asked.

    Raises:
        UsageError: the answer was no.
    """
    if force or confirm is None or not Path(name).is_file():
        return force
    if not confirm(f"{name} exists already. Replace it?"):
        raise UsageError(f"{name} stays as it was", hint="Choose another name.")
    return True


def write(name: str, text: str, *, mode: int | None = None, replace: bool = False) -> None:
    """Write a new file, inert; one that exists is nobody's to lose, but to `replace`.

    `mode` None is what the umask leaves of 0666, or that of the file that is replaced.

    Raises:
        UsageError: there is one.
        LocalIOError: it cannot be written.
    """
    path = Path(name).expanduser()
    data = sanitize(text, terminal=False).encode()
    try:
        files.check(path)
        if path.exists() and not path.is_file():
            files.write_whole(path, data)
        elif replace:
            files.write_whole(path, data, mode=mode)
        else:
            files.write_new([files.follow(path)], data, mode=mode)
    except FileExistsError as error:
        hint = "-f before its name replaces it; or choose another name."
        raise UsageError(f"{name} exists already", hint=hint) from error
    except OSError as error:
        raise LocalIOError(
            f"cannot write {name}", (error.strerror or str(error)).lower()
        ) from error


def names(argument: str) -> list[str]:
    """Names, with quotes and backslashes as a shell has them; `~` is home.

    Quotes that an input method made are quotes as well, unless they belong to a file's name.

    Raises:
        UsageError: a quote lacks its other.
    """
    try:
        found = shlex.split(_in_plain_quotes(argument))
    except ValueError as error:
        raise UsageError("the names are not right", str(error).lower()) from error
    return [str(Path(word).expanduser()) if word.startswith("~") else word for word in found]


def shell_quotes(text: str) -> punctuation.Quotes | None:
    """Return a shell's quotes that a whole text stands in."""
    sign = text[:1]
    is_whole = len(text) > 1 and sign in ("'", '"') and text[1:].find(sign) == len(text) - 2
    return punctuation.Quotes(sign, sign) if is_whole else None


def _in_plain_quotes(argument: str) -> str:
    parts, done = [], 0
    for start, end in punctuation.quoted(argument):
        name = argument[start:end]
        inner = name if is_there(name) else name[1:-1]
        parts += [argument[done:start], shlex.quote(inner)]
        done = end
    return "".join(parts) + argument[done:]


def existing(argument: str) -> list[str]:
    """Return the one file that is named without a shell's quotes, although it has spaces; or none.

    Quotes that an input method made are left out.
    """
    bare = argument[1:-1] if punctuation.around(argument) else argument
    if bare == argument and not any(char in argument for char in " '\""):
        return []
    path = Path(bare).expanduser()
    try:
        return [str(path)] if path.is_file() else []
    except OSError:
        return []  # too long for a name, say: several


def is_there(name: str) -> bool:
    """Return whether something has that name."""
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False  # a name that no file can have
