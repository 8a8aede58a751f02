"""Where a project's own file is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


NAME = ".mimo.toml"


def find_file(folder: Path, home: str) -> Path | None:
    """Return the nearest file from a folder up to its repository's root, or None.

    Outside of a repository only the folder itself counts: what lies in one of the folders above,
    such as `/tmp`, is not its project. Folders above `home` never count.
    """
    found: Path | None = None
    home = os.path.realpath(home) if home else ""
    for place in (folder, *folder.parents):
        if found is None and os.path.lexists(place / NAME):
            found = place / NAME
        if os.path.lexists(place / ".git"):
            return found
        if str(place) == home:
            break
    return found if found is not None and found.parent == folder else None
