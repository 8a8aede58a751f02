"""What is piped in: read, waited for no longer than an answer may take, and never in silence."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from mimo_cli.conversation import prepare
from mimo_cli.errors import UsageError
from mimo_cli.input import compose, stdin
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase, counted
from mimo_cli.text import decoding

if TYPE_CHECKING:
    from mimo_cli.config import Settings
    from mimo_cli.environment import Environment
    from mimo_cli.output.console import Console


STDIN = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
"""What stdin is called where a file's name is wanted."""

_OPEN = r"(?:/dev|/proc/self)/fd/(?P<number>\d{1,6})"


class Piped(NamedTuple):
    """A text from stdin, and the seconds that it was waited for."""

    text: str = ""
    waited: float = 0.0


class Role(NamedTuple):
    """What stdin is to a question.

    `is_extra`: there is a question without it, so that it may be there by mistake. `is_asked_for`:
    the user said that it belongs to it. `without` says how to do without it.
    """

    is_extra: bool = False
    is_asked_for: bool = False
    without: str = "--no-stdin"


def read(
    environment: Environment,
    form: decoding.TextFormat,
    chosen: Settings,
    console: Console,
    role: Role,
) -> Piped:
    """Return all of stdin, and how long it was waited for; nothing if it is closed.

    Raises:
        UsageError: it cannot be read, is no text, or did not end within the time limit.
    """
    if environment.stdin is None:
        return Piped()
    tells = role.is_extra and not role.is_asked_for

    def notice() -> None:
        console.info(
            Phrase(
                "waiting for stdin, which is open but silent ({option} ignores it)",
                option=role.without,
            )
        )

    is_shared = not role.is_asked_for and stdin.is_shared(environment.stdin)
    begun = environment.clock.monotonic()
    patience = stdin.Patience(
        environment.limits.stdin,
        notice if tells else None,
        prepare.limits(chosen, environment).total,
        Phrase("{option} ignores it.", option=role.without),
        environment.clock.monotonic,
    )
    text = decoding.decode(stdin.read(environment.stdin, patience), "stdin", form)
    if text.strip() and role.is_extra:
        _tell(text, role, environment, console, is_shared=is_shared)
    return Piped(text, environment.clock.monotonic() - begun)


def file(
    name: str,
    environment: Environment,
    form: decoding.TextFormat,
    chosen: Settings,
    console: Console,
) -> str:
    """Return the text of a file that is to be attached, or of a pipe: `<(command)`.

    Raises:
        UsageError: it cannot be read, is empty, is no text, or did not end within the time limit.
    """
    if not name:
        raise UsageError(Phrase("--file needs a name"), Phrase("it is empty"))
    pipe = _open_pipe(name)
    if pipe is None:
        return compose.read_file(name, form)
    patience = stdin.Patience(
        environment.limits.stdin,
        lambda: console.info(Phrase("waiting for {file}, which is open but silent", file=name)),
        prepare.limits(chosen, environment).total,
        NOTHING,
        environment.clock.monotonic,
    )
    data = stdin.read(pipe, patience, name)
    if not data.strip():
        raise UsageError(Phrase("{file} is empty", file=name))
    return decoding.decode(data, name, form)


def _open_pipe(name: str) -> int | None:
    """Return the number of a pipe that is open already; None for whatever else has that name.

    Its path, opened anew, would be waited for without an end.
    """
    match = re.fullmatch(_OPEN, name)
    if match is None:
        return None
    number = int(match["number"])
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        return None  # it is not open: the system says so
    return number if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None


def _tell(
    text: str, role: Role, environment: Environment, console: Console, *, is_shared: bool
) -> None:
    """Say that stdin is in the question too, in any case where that may be a mistake."""
    added = counted(
        len(text.splitlines()),
        "1 line of stdin was added",
        "{count:,} lines of stdin were added",
    )
    if is_shared:
        console.info(
            Phrase(
                "{added}; where a loop or a hook reads stdin itself, use {option}",
                added=added,
                option=role.without,
            )
        )
    elif environment.stderr.is_terminal:
        console.info(added)
    else:
        console.debug(added)
