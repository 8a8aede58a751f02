"""The key from a command, such as a password manager's: run without a shell, once."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import time
from typing import IO, TYPE_CHECKING, cast

from mimo_cli.errors import AuthError
from mimo_cli.input import stdin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS = 30.0
"""How long it may take: there may be a passphrase to type."""

_LARGEST = 64 * 1024


class _TooMuchError(Exception):
    """It printed more than any key."""


def run(
    command: str,
    source: str,
    *,
    environ: Mapping[str, str],
    terminal: int | None,
    errors: int | None,
    seconds: float = SECONDS,
) -> str:
    """The first line that a command prints.

    `source` says where the command is set. Its stdin is the descriptor `terminal`, or nothing; what
    it says goes to the descriptor `errors`. Messages name its first word, never what it printed.

    Raises:
        AuthError: it cannot be started, failed, took too long, or printed nothing.
    """
    parts = words(command, source)
    hint = f"See what it prints: {parts[0]} … is the command ({source})"

    def failure(why: str) -> AuthError:
        return AuthError(f"no API key from {parts[0]}", why, hint)

    nothing = subprocess.DEVNULL
    try:
        program = subprocess.Popen(  # noqa: S603 - the user's own choice
            parts,
            stdin=nothing if terminal is None else terminal,
            stdout=subprocess.PIPE,
            stderr=nothing if errors is None else errors,
            env=dict(environ),
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise failure(f"it cannot be started: {why.lower()}") from error
    with _ended(program):
        end = time.monotonic() + seconds
        try:
            output = _read(program, end)
            code = program.wait(max(0.1, end - time.monotonic()))
        except (TimeoutError, subprocess.TimeoutExpired) as error:
            raise failure(f"it took longer than {seconds:g} seconds") from error
        except _TooMuchError as error:
            raise failure("it prints far more than a key") from error
    if code != 0:
        raise failure(f"it ended with code {code}")
    line = output.decode("utf-8", "surrogateescape").partition("\n")[0].strip()
    if not line:
        raise failure("its first line is empty")
    return line


def words(command: str, source: str) -> list[str]:
    """The program and its arguments, as a shell would take them apart.

    Raises:
        AuthError: a quotation mark lacks its other, or there is nothing.
    """
    try:
        parts = shlex.split(command)
    except ValueError as error:  # a quotation mark without its other
        raise AuthError("api_key_command is not right", f"{error} ({source})") from error
    if not parts:
        raise AuthError("api_key_command is not right", f"it is empty ({source})")
    return parts


def _read(program: subprocess.Popen[bytes], end: float) -> bytes:
    """What it prints. Reading stops where no key could be any more."""
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
def _ended(program: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leaves no process behind, whatever happens."""
    try:
        yield
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()
        if program.stdout is not None:
            program.stdout.close()
