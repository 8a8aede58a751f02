"""Regular files read, which nobody waits for."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from pathlib import Path

NO_WAITING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""Flags for reading: a pipe is not waited for, and a terminal does not become ours."""


def read(path: Path, most: int) -> bytes:
    """Return up to `most` bytes of a regular file, without ever waiting for a pipe or a device.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    descriptor = os.open(path, NO_WAITING)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, Phrase("it is not a regular file"))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(most)
    finally:
        os.close(descriptor)
