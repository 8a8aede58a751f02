"""Disks that are full, or soon are."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of a size, such as `400k`, in a folder of the user's own."""
    folder.mkdir(mode=0o700)
    mount = shutil.which("mount")
    words = ["-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)]
    if (
        mount is None
        or subprocess.run([mount, *words], capture_output=True, check=False).returncode
    ):
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def free(folder: Path) -> int:
    """How many bytes the disk of a folder has left."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def fill(folder: Path, *, but: int = 0) -> None:
    """Fills the disk of a folder, but for so many bytes."""
    (folder / "filling").write_bytes(bytes(free(folder) - but))
