"""Whether what is sent is still in a file under the name by which it was given."""

from __future__ import annotations

import hashlib
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.api.protocol.encode import EncodedFile


def paths(files: Iterable[EncodedFile]) -> dict[str, str]:
    """Return the names, by their digests, of those whose bytes are in a file of that name."""
    return {it.source.sha256: it.name for it in files if it.name and _holds(it)}


def _holds(file: EncodedFile) -> bool:
    path = Path(file.name)
    with suppress(OSError, ValueError):  # it is not there, or no name
        found = path.stat()
        if stat.S_ISREG(found.st_mode) and found.st_size == file.source.size:
            with path.open("rb") as opened:
                return hashlib.file_digest(opened, "sha256").hexdigest() == file.source.sha256
    return False
