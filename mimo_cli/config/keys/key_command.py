"""The key from a command, such as a password manager's: run without a shell, once."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from typing import IO, TYPE_CHECKING, cast

from mimo_cli.errors import AuthError
from mimo_cli.input import stdin
from mimo_cli.phrases import Phrase, reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS = 30.0
"""How long it may take: there may be a passphrase to type."""

_LARGEST = 64 * 1024
_NOT_RIGHT = Phrase("api_key_command is not right")


class _TooMuchError(Exception):
    """It printed more than any key."""


def run_command(
    command: str,
    source: Phrase,
    *,
    environ: Mapping[str, str],
    terminal: int | None,
    errors: int | None,
    seconds: float = SECONDS,
) -> str:
    """Return the first line that a command prints: the key.

    `source` says where the command is set. Its stdin is the descriptor `terminal`, or nothing; what
    it says goes to the descriptor `errors`. Messages name its first word, never what it printed.

    Raises:
        AuthError: it cannot be started, failed, took too long, or printed nothing.
    """
    program_name, *arguments = split_command(command, source)

    def failure(why: Phrase) -> AuthError:
        hint = Phrase(
            "See what it prints: {program} … is the command ({source})",
            program=program_name,
            source=source,
        )
        return AuthError(Phrase("no API key from {program}", program=program_name), why, hint)

    nothing = subprocess.DEVNULL
    try:
        program = subprocess.Popen(  # noqa: S603 - the user's own choice
            [program_name, *arguments],
            stdin=nothing if terminal is None else terminal,
            stdout=subprocess.PIPE,
            stderr=nothing if errors is None else errors,
            env=dict(environ),
        )
    except (OSError, ValueError) as error:
        raise failure(Phrase("it cannot be started: {why}", why=reason(error))) from error
    with _kill_at_end(program):
        end = time.monotonic() + seconds
        try:
            output = _read(program, end)
            code = program.wait(max(0.1, end - time.monotonic()))
        except (TimeoutError, subprocess.TimeoutExpired) as error:
            words = Phrase("it took longer than {seconds:g} seconds", seconds=seconds)
            raise failure(words) from error
        except _TooMuchError as error:
            raise failure(Phrase("it prints far more than a key")) from error
    if code != 0:
        raise failure(Phrase("it ended with code {code}", code=code))
    line = output.decode("utf-8", "surrogateescape").partition("\n")[0].strip()
    if not line:
        raise failure(Phrase("its first line is empty"))
    return line


def split_command(command: str, source: Phrase) -> list[str]:
    """Return the program and its arguments, as a shell would take them apart.

    Raises:
        AuthError: a quotation mark lacks its other, or there is nothing.
    """
    from mimo_cli.text import shell_words  # few have a command

    try:
        parts = shell_words.split(command)
    except ValueError as error:  # a quotation mark without its other
        why = Phrase("{why} ({source})", why=reason(error), source=source)
        raise AuthError(_NOT_RIGHT, why) from error
    if not parts:
        raise AuthError(_NOT_RIGHT, Phrase("it is empty ({source})", source=source))
    return parts


def _read(program: subprocess.Popen[bytes], end: float) -> bytes:
    """Read what it prints, until a moment of the clock. Reading stops where no key could be.

    Raises:
        TimeoutError: it still runs then.
        _TooMuchError: it prints more than any key.
    """
    descriptor = cast("IO[bytes]", program.stdout).fileno()
    output = b""
    while len(output) < _LARGEST:
        left = end - time.monotonic()
        if left <= 0 or not stdin.is_readable(descriptor, left):
            raise TimeoutError
        chunk = os.read(descriptor, _LARGEST)
        if not chunk:
            return output
        output += chunk
    raise _TooMuchError


@contextlib.contextmanager
def _kill_at_end(program: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave no process behind, whatever happens."""
    try:
        yield
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()
        if program.stdout is not None:
            program.stdout.close()
