"""What only a new file, made for a moment, shows of a folder: its clock, whose files it has."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def now(folder: Path) -> float:
    """Return the time by the clock that a folder's files have theirs from, in seconds since 1970.

    Raises:
        OSError: no file can be made there.
    """
    with own_file(folder) as descriptor:
        return os.fstat(descriptor).st_mtime


def owner(folder: Path) -> int:
    """Return whose a file is that is made in a folder.

    Raises:
        OSError: no file can be made there.
    """
    with own_file(folder) as descriptor:
        return os.fstat(descriptor).st_uid


@contextlib.contextmanager
def own_file(folder: Path) -> Iterator[int]:
    """Make a new file in a folder, for a moment; give its descriptor."""
    path = folder / f".history-{os.urandom(8).hex()}.tmp"
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
        path.unlink()
