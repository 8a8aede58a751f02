"""Reading a file, or a pipe that a shell has made: once, and no more than is taken."""

from __future__ import annotations

import io
import os
import select
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.files import reading
from mimo_cli.input.file_bytes import HEAD, LARGEST_TEXT, PATIENCE, Read, is_plain, text_limit
from mimo_cli.phrases import NOTHING, Phrase, reason
from mimo_cli.text import punctuation
from mimo_cli.text.decoding import decode

if TYPE_CHECKING:
    from mimo_cli.input.file_bytes import Limit
    from mimo_cli.text.text_format import TextFormat

_PIPES = ("/dev/fd/", "/proc/self/fd/")


def read(
    path: str,
    limit: Limit = text_limit,
    seconds: float = PATIENCE,
    *,
    takes_empty: bool = False,
    is_exact: bool = False,
) -> bytes:
    """Return a file's bytes; of a pipe that the shell has made, what comes within some seconds.

    For a name that `is_exact` no other is suggested: nobody has typed it.

    Raises:
        UsageError: it is not there, not readable, no file, too large, or empty unless that is
            taken; it changed meanwhile; a pipe did not end in time.
    """
    try:
        data = _read(path, limit, seconds)
    except OSError as error:
        hint = NOTHING
        has_sign = path.startswith(("@", punctuation.AT)) and not is_exact
        if has_sign and isinstance(error, FileNotFoundError):
            sign = punctuation.describe(path[0])
            hint = Phrase("Its name begins with {sign}: without it?", sign=sign)
        raise UsageError(_cannot_read(path), reason(error), hint) from error
    except ValueError as error:
        raise UsageError(Phrase("cannot read {file!r}", file=path), reason(error)) from error
    if not data and not takes_empty:
        raise UsageError(Phrase("{file} is empty", file=path))
    return data


def read_file(path: str, form: TextFormat, seconds: float = PATIENCE) -> str:
    """Return a file's text; of a pipe that the shell has made, what comes within some seconds.

    Raises:
        UsageError: it is not there, not readable, no file, empty, too large, or not text; a pipe
            did not end in time.
    """
    data = read(path, seconds=seconds)
    return decode_file(data, path, form)


def decode_file(data: bytes, name: str, form: TextFormat) -> str:
    """Return the text of a file that was read.

    Raises:
        UsageError: there is none in it, or it is no text.
    """
    if not data.strip():
        raise UsageError(Phrase("{file} is empty", file=name))
    return decode(data, name, form)


def read_head(path: str) -> bytes:
    """Return the first bytes of a file; none of what is no regular file, or cannot be read."""
    try:
        if _check_kind(Path(path).stat().st_mode, path):
            return b""
        with _open(path) as file:
            _check_kind(os.fstat(file.fileno()).st_mode, path)
            return file.read(HEAD)
    except (OSError, ValueError, UsageError):
        return b""


def open_regular(path: str) -> io.BufferedReader:
    """Open a regular file.

    Raises:
        OSError: it is not there, or not ours to read.
        UsageError: it is another thing.
    """
    _check_kind(Path(path).stat().st_mode, path)
    file = _open(path)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise UsageError(_cannot_read(path), Phrase("it is not a regular file"))
    return file


def _open(path: str) -> io.BufferedReader:
    return io.BufferedReader(io.FileIO(os.open(path, reading.NO_WAITING)), 2 * HEAD)


def _read(path: str, limit: Limit, seconds: float) -> bytes:
    found = Path(path).stat()
    if _is_null_device(found):  # an empty file to everybody
        return b""
    is_pipe = _check_kind(found.st_mode, path)
    with _open(path) as file:
        status = os.fstat(file.fileno())
        _check_kind(status.st_mode, path)  # what has that name may be another by now
        if is_pipe:
            return _read_pipe(file.fileno(), path, limit, seconds)
        head = file.peek()[:HEAD]
        most = limit(Read(head, status.st_size, path, is_whole=True))
        if not is_plain(head):  # a text may grow
            most = min(most, status.st_size or most)
        data = file.read(most + 1)
    limit(Read(head, len(data), path))
    if len(data) != status.st_size and not is_plain(head):
        why = Phrase("it changed while it was read")
        raise UsageError(_cannot_read(path), why, Phrase("Is it whole? Try again."))
    return data


def _is_null_device(found: os.stat_result) -> bool:
    """Return whether it is the null device, by whatever name."""
    return stat.S_ISCHR(found.st_mode) and found.st_rdev == Path(os.devnull).stat().st_rdev


def _cannot_read(path: str) -> Phrase:
    return Phrase("cannot read {file}", file=path)


def _read_pipe(descriptor: int, name: str, limit: Limit, seconds: float) -> bytes:
    """Return what comes through a pipe up to its end, and no more than is too large."""
    parts: list[bytes] = []
    size, head = 0, b""
    end = time.monotonic() + seconds
    while True:
        left = max(0.0, end - time.monotonic())
        if not select.select([descriptor], [], [], left)[0]:
            why = Phrase("it did not end within {seconds:g} seconds", seconds=seconds)
            raise UsageError(_cannot_read(name), why)
        part = os.read(descriptor, LARGEST_TEXT)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
        head += part[: HEAD - len(head)]
        if size > LARGEST_TEXT:
            limit(Read(head, size, name))


def _check_kind(mode: int, path: str) -> bool:
    """Return whether it is a pipe.

    Raises:
        UsageError: reading it may never end.
    """
    # `<(command)` in a shell names a pipe that is open already; any other may block for ever.
    is_open_pipe = stat.S_ISFIFO(mode) and path.startswith(_PIPES)
    if stat.S_ISDIR(mode):
        raise UsageError(_cannot_read(path), Phrase("it is a folder"))
    if not stat.S_ISREG(mode) and not is_open_pipe:
        raise UsageError(_cannot_read(path), Phrase("it is not a regular file"))
    return is_open_pipe
