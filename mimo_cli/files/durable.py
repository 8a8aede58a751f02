"""What was written, made to last: on the disk, under its mode and owner."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def finish(descriptor: int, mode: int, old: os.stat_result | None) -> None:
    """Give a file that was written its mode, and the owner of the one it is to be; wait for both.

    Raises:
        OSError: the mode cannot be given, or the disk does not take the file.
    """
    if old is not None:
        _give_owner(descriptor, old)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, mode)
    os.fsync(descriptor)


def keep_name(folder: Path) -> None:
    """Make the new name last. Some systems and file systems cannot, and need not."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _give_owner(descriptor: int, old: os.stat_result) -> None:
    if not hasattr(os, "fchown"):
        return
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) == (old.st_uid, old.st_gid):
        return
    try:
        os.fchown(descriptor, old.st_uid, old.st_gid)
    except OSError:
        with contextlib.suppress(OSError):  # not even the group: the file is the writer's now
            os.fchown(descriptor, -1, old.st_gid)


def umask() -> int:
    """Return what a new file's mode is without, as this process was given it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
