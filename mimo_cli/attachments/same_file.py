"""Which of the things that were named are the same file, by device and inode.

Some lines of a file are another thing than all of it.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from mimo_cli.attachments import line_range, web_address
from mimo_cli.attachments.attachment import TextFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.attachments.line_range import LineRange

Identity = tuple[int, int, "LineRange | None"]


def identity(name: str) -> Identity | None:
    """Return what is the same for all names of a file; None for what is no regular file."""
    address = web_address.read(name)
    path = address.path if isinstance(address, web_address.FilePath) else name
    try:
        path, lines = line_range.of_file(path, os.path.lexists)
        status = os.stat(path)  # noqa: PTH116 - any name will do
    except (OSError, ValueError):
        return None
    is_known = stat.S_ISREG(status.st_mode) and status.st_ino
    return (status.st_dev, status.st_ino, lines) if is_known else None


def once(found: Iterable[tuple[str, Attachment]]) -> list[Attachment]:
    """Return attachments, given with what each was called, each file once: where it came first.

    One that was named, too, is no longer one that was found in a folder.
    """
    kept: dict[object, Attachment] = {}
    for place, (name, it) in enumerate(found):
        is_found = isinstance(it, TextFile) and it.is_found
        key = identity(name) or (it if is_found else place)
        before = kept.setdefault(key, it)
        if isinstance(before, TextFile) and not is_found:
            kept[key] = before._replace(is_found=False)
    return [*kept.values()]
