"""What the shell dash does with its standard input, as far as `/proc` shows it."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SET_ASIDE = 10
"""The number from which a shell keeps descriptors of its own."""


def has_set_stdin_aside(process: Path) -> bool:
    """Return whether a dash has another stdin as well, which it takes up again later.

    It redirects itself before it starts a command, so that `mimo ask words < file` looks like its
    own stdin, and a here-document. What stands behind the `done` of a loop looks the same; that is
    known by what was read of a file, but not where it is a pipe: a here-document is one.

    Raises:
        OSError: it is another user's, or has ended.
        ValueError: its description is not readable.
    """
    inputs = []
    for info in (process / "fdinfo").iterdir():
        flags = int(info.read_text().partition("flags:")[2].split()[0], 8)
        is_kept = int(info.name) >= _SET_ASIDE and flags & os.O_CLOEXEC
        if is_kept and flags & os.O_ACCMODE != os.O_WRONLY:
            inputs.append((process / "fd" / info.name).stat().st_mode)
    is_script_open = any(map(stat.S_ISREG, inputs))
    sockets = sum(map(stat.S_ISSOCK, inputs))  # a service's stdout
    return len(inputs) - sockets - is_script_open > 0
