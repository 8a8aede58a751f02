"""Private files of the program's own, under fixed names, and how any file is replaced whole."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from typing import TYPE_CHECKING

from mimo_cli.files.location import beside
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
"""Flags for writing a file that is not there yet."""

TEMPORARY = ".tmp"
_TEMPORARIES = 999
_ABANDONED = 3600.0  # seconds: no write takes that long


def write_ours(path: Path, data: bytes, *, is_durable: bool = True) -> None:
    """Put a private file of the program's own (mode 0600) in the place of whatever is there.

    One that is not durable takes no wait for the disk: after a power cut it may be the old one, or
    empty.

    Raises:
        OSError: it cannot be written, or what is there cannot be replaced.
    """
    with temporary_file(path, data, 0o600 if is_durable else None, None) as temporary:
        temporary.replace(path)
    if is_durable:
        from mimo_cli.files import durable  # not for the names that Tab offers

        durable.keep_name(path.parent)


def is_own(path: Path) -> bool:
    """Return whether there is a regular file of the user's own at a path, and no link to one."""
    try:
        status = path.lstat()
    except OSError:
        return False
    if not stat.S_ISREG(status.st_mode):
        return False
    from mimo_cli.files.others import is_mine  # where there is a file

    return is_mine(status)


@contextlib.contextmanager
def temporary_file(
    place: Path, data: bytes, mode: int | None, old: os.stat_result | None
) -> Iterator[Path]:
    """Write a new file beside a place, and remove it after, unless it was renamed meanwhile.

    Its mode is 0600 until it is on the disk, and stays that without a `mode` and a wait for it.
    """
    temporary, descriptor = _open_temporary(place)
    try:
        write(descriptor, data, mode, old)
        yield temporary
    finally:
        with contextlib.suppress(FileNotFoundError):  # renamed: all is well
            temporary.unlink()


def _open_temporary(place: Path) -> tuple[Path, int]:
    """Open a new file under a free name; one that was abandoned gives its name back."""
    stem = temporary_stem(place)
    for number in range(1, _TEMPORARIES + 1):
        path = place.with_name(f"{stem}.{number}{TEMPORARY}")
        with contextlib.suppress(OSError):
            if is_own(path) and time.time() - path.lstat().st_mtime > _ABANDONED:
                path.unlink()
        with contextlib.suppress(FileExistsError):
            return path, os.open(path, NEW, 0o600)
    raise FileExistsError(errno.EEXIST, Phrase("too many temporary files are beside it"))


def temporary_stem(place: Path) -> str:
    """Return what the temporary files of a place begin with, before a dot and a number."""
    longest = f".{_TEMPORARIES}{TEMPORARY}"
    return beside(place, before=".", after=longest).name.removesuffix(longest)


def write(
    descriptor: int, data: bytes, mode: int | None = None, old: os.stat_result | None = None
) -> None:
    """Write to an open file and close it; give it a mode, and the owner of the one it is to be."""
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        left = memoryview(data)
        while left:
            left = left[file.write(left) or 0 :]
        if mode is None:
            return
        from mimo_cli.files import durable  # not for the names that Tab offers

        durable.finish(descriptor, mode, old)
