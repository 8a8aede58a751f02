"""Files that the user named: replaced whole, where their links lead."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import TYPE_CHECKING

from mimo_cli.files import durable
from mimo_cli.files.location import follow
from mimo_cli.files.others import refuse_others, status_of
from mimo_cli.files.own_file import TEMPORARY, temporary_file, temporary_stem, write
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from pathlib import Path

_AS_IT_IS = os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)


def check(path: Path) -> None:
    """Find out whether `write_whole` can write a file. Nothing is written.

    Raises:
        OSError: it could not.
    """
    place = follow(path)
    if place.is_dir():
        raise IsADirectoryError(errno.EISDIR, Phrase("it is a folder"))
    if not place.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, Phrase("its folder does not exist"))
    old = status_of(place)
    refuse_others(place)
    # A regular file is replaced by a new one, a device written to.
    is_device = old is not None and not stat.S_ISREG(old.st_mode)
    needed = [*([] if is_device else [place.parent]), *([] if old is None else [place])]
    if not all(os.access(it, os.W_OK) for it in needed):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def write_whole(
    path: Path, data: bytes, *, mode: int | None = None, new_mode: int | None = None
) -> None:
    """Replace the content of a file that the user named; a crash or a full disk leaves the old one.

    A link of the user's own stays one. A regular file keeps its owner, where that is possible, and
    its mode, unless `mode` gives another; `new_mode` is that of a file which is not there yet (what
    the umask leaves of 0666). A file that is mounted on its own (in a container, say) cannot be
    replaced: it is written to, once the new content was found to fit. Something that is no regular
    file (a device, a pipe) is written to directly.

    Raises:
        OSError: it cannot be written, or is another user's in a folder that everybody may write to.
    """
    place = follow(path)
    old = status_of(place)
    refuse_others(place)
    if old is not None and not stat.S_ISREG(old.st_mode):
        write(os.open(place, _AS_IT_IS), data)
        return
    if mode is None:
        asked = 0o666 & ~durable.umask() if new_mode is None else new_mode
        mode = asked if old is None else stat.S_IMODE(old.st_mode) & 0o777
    with temporary_file(place, data, mode, old) as temporary:
        try:
            temporary.replace(place)
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            _write_into(place, data, mode)
    durable.keep_name(place.parent)


def remove_temporaries(path: Path) -> None:
    """Remove what writers of a file that were killed left. Nobody may be writing it meanwhile."""
    before = f"{temporary_stem(path)}."
    with os.scandir(path.parent) as entries:
        names = [entry.name for entry in entries if entry.name.startswith(before)]
    for name in names:
        if name.endswith(TEMPORARY):
            with contextlib.suppress(OSError):  # another user's, in a folder that is everybody's
                path.with_name(name).unlink()


def _write_into(path: Path, data: bytes, mode: int) -> None:
    """Write in one call, so that a process that is killed has written it whole or not at all."""
    with os.fdopen(os.open(path, _AS_IT_IS), "wb", buffering=0) as file:
        file.write(data)
        file.truncate()
        if hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
