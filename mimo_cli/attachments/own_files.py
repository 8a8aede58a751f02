"""The files in which this program keeps keys and what was asked: no folder sends them."""

from __future__ import annotations

import contextlib
import glob
from typing import TYPE_CHECKING

from mimo_cli.config import paths
from mimo_cli.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FileId = tuple[int, int]
"""The device and the inode of a file: whatever it is called, it is that one."""

_PLACES = ("MIMO_CONFIG", "MIMO_DATA")
_HISTORY = ("history.db", "input.history")  # also what stands beside them: history.db-wal
_NAMES = "*.names"  # titles and names for shells to offer (`shell.caches`)


def find(environ: Mapping[str, str]) -> frozenset[FileId]:
    """Return which files they are, as far as they are there: those in use, and the usual ones."""
    found = set()
    usual = {name: value for name, value in environ.items() if name not in _PLACES}
    for path in (*_paths(environ), *_paths(usual)):
        with contextlib.suppress(OSError, ValueError):  # it is not there
            status = path.stat()
            found.add((status.st_dev, status.st_ino))
    return frozenset(found)


def _paths(environ: Mapping[str, str]) -> Iterator[Path]:
    with contextlib.suppress(ConfigError, OSError):  # there can be none
        file = paths.config_file(environ)
        yield file
        yield from file.parent.glob(f"{glob.escape(file.name)}.bak*")  # `config set --force`
    with contextlib.suppress(ConfigError, OSError):
        yield from paths.cache(environ).glob(_NAMES)
    with contextlib.suppress(ConfigError, OSError):
        data = paths.data(environ)
        yield from data.glob(_NAMES)
        for name in _HISTORY:
            yield from (data / f"{name}{ending}" for ending in ("", "-wal", "-shm", "-journal"))
