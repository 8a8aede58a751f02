"""Files that are made under the first name that nothing has."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from mimo_cli.files import durable
from mimo_cli.files.location import beside
from mimo_cli.files.own_file import NEW, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def first_free(names: Iterable[Path]) -> Path:
    """Return the first of the names that nothing has yet, not even a link to nowhere."""
    return next(name for name in names if not os.path.lexists(name))


def numbered_names(path: Path, end: str) -> Iterator[Path]:
    """Yield names for a file beside this one: `answer.md.bak`, `answer.md.bak.2`, and so on."""
    number = 1
    while True:
        yield beside(path, after=end if number == 1 else f"{end}.{number}")
        number += 1


def write_new(names: Iterable[Path], data: bytes, *, mode: int | None = None) -> Path:
    """Make a new file under the first of the names that nothing has; return that name.

    `mode` None is what the umask leaves of 0666.

    Raises:
        FileExistsError: all the names are taken.
        OSError: it cannot be written; nothing is left of it.
    """
    for path in names:
        try:
            descriptor = os.open(path, NEW, 0o600)
        except FileExistsError:
            continue
        try:
            write(descriptor, data, 0o666 & ~durable.umask() if mode is None else mode)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        durable.keep_name(path.parent)
        return path
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
