"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_NAME = 200


def unused(names: Iterable[Path]) -> Path:
    """The first of the names that nothing has yet, not even a link to nowhere."""
    return next(name for name in names if not os.path.lexists(name))


def write_whole(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Replaces a file's content so that a crash or a full disk leaves the old one.

    A symbolic link stays one. A file that is mounted on its own (in a container, say) cannot be
    replaced: it is written to, once the new content was found to fit. `mode` None keeps the mode of
    the old file. Something that is no regular file (a device, a pipe) is written to directly.

    Raises:
        OSError: it cannot be written.
    """
    path = Path(os.path.realpath(path))
    old = _status(path)
    if old is not None and not stat.S_ISREG(old.st_mode):
        with path.open("wb", buffering=0) as file:
            file.write(data)
        return
    if mode is None:
        mode = 0o666 & ~_umask() if old is None else stat.S_IMODE(old.st_mode)
    temporary = path.with_name(f".{path.name[:_LONGEST_NAME]}.{os.getpid()}.tmp")
    try:
        _write_new(temporary, data, mode)
        try:
            temporary.replace(path)
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            _write_into(path, data, mode)
    finally:
        with contextlib.suppress(FileNotFoundError):  # renamed: all is well
            temporary.unlink()
    _sync(path.parent)


def _write_new(path: Path, data: bytes, mode: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()  # left by a process of the same number that was killed
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        if hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())


def _write_into(path: Path, data: bytes, mode: int) -> None:
    """In one call, so that a process that is killed has written it whole or not at all."""
    with os.fdopen(os.open(path, os.O_WRONLY), "wb", buffering=0) as file:
        file.write(data)
        file.truncate()
        if hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Makes the new name last. Some systems and file systems cannot, and need not."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
