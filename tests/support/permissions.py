"""Who may read and write a file, and what takes that away from new ones."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def umask(mask: int) -> Iterator[None]:
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def keep(file: Path, text: str) -> None:
    """Write a file that its owner alone may read; its folder may have yet to be made."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    file.chmod(0o600)
