"""Where a path that the user named leads, and names in the same folder."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from mimo_cli.phrases import Phrase

_BYTES_OF_A_NAME = 255  # where the system does not tell: that of most file systems
_LINKS = 40  # on the way to one file, as on Linux


def beside(path: Path, *, before: str = "", after: str = "") -> Path:
    """Return a path in the same folder, named like this one with something before and after it.

    A name that would be too long for the file system, which counts bytes, is cut at a character.
    """
    room = _longest_name(path.parent) - len(os.fsencode(before + after))
    name = path.name
    while name and len(os.fsencode(name)) > room:
        name = name[:-1]
    return path.with_name(f"{before}{name}{after}")


def follow(path: Path) -> Path:
    """Return where a path that the user named leads, which need not exist.

    Raises:
        PermissionError: through another user's link in a folder that everybody may write to.
        OSError: links lead round and round.
    """
    if os.name != "posix":
        return Path(os.path.realpath(path))
    if "\0" in str(path):
        raise OSError(errno.EINVAL, Phrase("a name cannot hold a NUL"))
    whole = path.absolute()
    place, left = Path(whole.anchor), [*reversed(whole.parts[1:])]
    links = 0
    while left:
        name = left.pop()
        inner = place.parent if name == ".." else place / name
        if name == ".." or not inner.is_symlink():
            place = inner
            continue
        links += 1
        if links > _LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        from mimo_cli.files.others import refuse_others  # most files are where they are said to be

        refuse_others(inner, Phrase("it is another user's link in a folder that is everybody's"))
        target = inner.readlink()
        left += reversed(target.parts[1:] if target.is_absolute() else target.parts)
        place = Path(target.anchor) if target.is_absolute() else place
    return place


def _longest_name(folder: Path) -> int:
    try:
        return os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, OSError, ValueError):  # no such call, or no such folder
        return _BYTES_OF_A_NAME
