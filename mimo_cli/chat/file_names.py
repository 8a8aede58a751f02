"""Names of files behind a command, read as a shell reads them."""

from __future__ import annotations

import shlex
from pathlib import Path

from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase, reason
from mimo_cli.text import punctuation, shell_words


def split(argument: str) -> list[str]:
    """Return the names in an argument, with quotes and backslashes as in a shell; `~` is home.

    Quotes that an input method made are quotes as well, unless they belong to a file's name.

    Raises:
        UsageError: a quote lacks its other.
    """
    try:
        found = shell_words.split(_in_plain_quotes(argument))
    except ValueError as error:
        raise UsageError(Phrase("the names are not right"), reason(error)) from error
    return [str(Path(word).expanduser()) if word.startswith("~") else word for word in found]


def find_whole(argument: str) -> list[str]:
    """Return the one file that is named without a shell's quotes, although it has spaces; or none.

    Quotes that an input method made are left out.
    """
    bare = argument[1:-1] if punctuation.enclosing_quotes(argument) else argument
    if bare == argument and not any(char in argument for char in " '\""):
        return []
    path = Path(bare).expanduser()
    try:
        return [str(path)] if path.is_file() else []
    except OSError:
        return []  # too long for a name, say: several


def exists(name: str) -> bool:
    """Return whether something has that name."""
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False  # a name that no file can have


def take_force(words: list[str], command: str) -> tuple[list[str], bool]:
    """Return words without `-f`, and whether it was among them; what is behind `--` is names.

    Raises:
        UsageError: another word has the form of an option.
    """
    end = words.index("--") if "--" in words else len(words)
    options = [word for word in words[:end] if word.startswith("-") and word != "-"]
    for option in options:
        if option != "-f":
            what = Phrase("{command} has no option {option}", command=command, option=option)
            template = "A name that begins so stands behind --: {command} -- {option}"
            raise UsageError(what, hint=Phrase(template, command=command, option=option))
    kept = [word for word in words[:end] if word not in options]
    return [*kept, *words[end + 1 :]], bool(options)


def surrounding_quotes(text: str) -> punctuation.Quotes | None:
    """Return a shell's quotes that a whole text stands in."""
    sign = text[:1]
    is_whole = len(text) > 1 and sign in ("'", '"') and text[1:].find(sign) == len(text) - 2
    return punctuation.Quotes(sign, sign) if is_whole else None


def _in_plain_quotes(argument: str) -> str:
    parts, done = [], 0
    for start, end in punctuation.find_quoted(argument):
        name = argument[start:end]
        inner = name if exists(name) else name[1:-1]
        parts += [argument[done:start], shlex.quote(inner)]
        done = end
    return "".join(parts) + argument[done:]
