"""A damaged file: renamed, or removed, by one process alone."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from typing import TYPE_CHECKING

from mimo_cli.files import new_file
from mimo_cli.history.file import filesystem
from mimo_cli.history.file.opening import LockWait
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WAIT = 0.2  # renaming takes no longer


def rename(path: Path, used: os.stat_result | None, now: float) -> Path | None:
    """Give a file, and what SQLite has beside it, another name, and return that.

    None if another process has done so: `used` is the file that was found to be damaged, if it
    could be opened. `now` is in seconds since 1970.

    Raises:
        OSError: it cannot be renamed.
    """
    with _alone_with(path) as found:
        if not _is_the_one(found, path, used):
            return None
        aside = _free_name(path, now)
        path.rename(aside)
        # With them it may be of use to whoever repairs it.
        pairs = zip(filesystem.beside(path), filesystem.beside(aside), strict=True)
        for old, new in pairs:
            with contextlib.suppress(FileNotFoundError):
                old.rename(new)
    return aside


def remove(path: Path, used: os.stat_result | None) -> None:
    """Remove a file for good, with what SQLite has beside it.

    Raises:
        OSError: it cannot be removed, or is not the one that was `used`.
    """
    with _alone_with(path) as found:
        if not _is_the_one(found, path, used):
            raise OSError(Phrase("another process has just replaced it"))
        # Its log goes first: that would be taken for a new file's.
        for file in (*filesystem.beside(path), path):
            file.unlink(missing_ok=True)


def _is_the_one(found: os.stat_result | None, path: Path, used: os.stat_result | None) -> bool:
    """Return whether an open file is the one that was damaged, and still has its name."""
    if found is None or not os.path.samestat(found, path.stat()):
        return False
    return used is None or os.path.samestat(found, used)


def _free_name(path: Path, now: float) -> Path:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    ends = itertools.chain([""], (f".{number}" for number in itertools.count(2)))
    return new_file.first_free(path.with_name(f"{path.name}.corrupt-{stamp}{end}") for end in ends)


@contextlib.contextmanager
def _alone_with(path: Path) -> Iterator[os.stat_result | None]:
    """Hold a file that no other process sets aside; None if one is at it, or has done so."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        yield None
        return
    try:
        yield os.fstat(descriptor) if _is_locked(descriptor) else None
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    """Lock a file against others that would set it aside too, where the system can."""
    try:
        import fcntl
    except ImportError:
        return True
    patience = LockWait(_WAIT)
    while patience.left:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            patience.wait()
        except OSError:
            return True
        else:
            return True
    return False
