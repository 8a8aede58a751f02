"""What another user left in a folder that everybody may write to."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from pathlib import Path

_ANOTHERS = Phrase("it is another user's, in a folder that is everybody's")


def refuse_others(path: Path, why: Phrase = _ANOTHERS) -> None:
    """Refuse what another user left in a folder that everybody may write to.

    What belongs to the folder's owner, or to root, could have been put anywhere. `why` is what the
    error says, its `strerror`.

    Raises:
        PermissionError: there is such a thing at the path.
    """
    if os.name != "posix" or (status := status_of(path)) is None:
        return
    folder = path.parent.stat()
    is_everybodys = folder.st_mode & stat.S_IWOTH
    if is_everybodys and not is_mine(status) and status.st_uid not in (0, folder.st_uid):
        raise PermissionError(errno.EACCES, why)


def status_of(path: Path) -> os.stat_result | None:
    """Return what is known of a path itself, be it a link; None where there is nothing."""
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def is_mine(status: os.stat_result) -> bool:
    """Return whether something belongs to whoever runs the program."""
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
