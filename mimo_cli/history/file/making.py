"""A new file: made for nobody but the user, and there only when it is ready."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from mimo_cli.history.file import filesystem, opening

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.history.file.opening import LockWait


def make(path: Path, patience: LockWait) -> None:
    """Make a file beside, and give it its name when it is ready: others may be at it too.

    Raises:
        OSError: it cannot be made.
        sqlite3.Error: nor can it be written.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}.tmp")
    _make_empty(temporary)
    try:
        with contextlib.closing(opening.connect(temporary, patience, lambda _: None)) as connection:
            # What close() could not take over from the log, on a full disk, it would not tell.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        os.link(temporary, path)
    except FileExistsError:
        return  # another process was faster
    except OSError:  # without hard links it is made ready in its place
        with contextlib.suppress(FileExistsError):
            _make_empty(path)
    finally:
        for file in (temporary, *filesystem.beside(temporary)):
            file.unlink(missing_ok=True)


def _make_empty(path: Path) -> None:
    """Make an empty file of the user's own: SQLite gives the files beside it the same mode."""
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    os.close(os.open(path, flags, 0o600))
