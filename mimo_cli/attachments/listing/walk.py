"""The files of a folder, and those that a pattern matches: found one by one, up to the limits."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from mimo_cli.attachments.listing.open_folder import OtherFileSystemError

if TYPE_CHECKING:
    import os

    from mimo_cli.attachments.listing.left_out import Reason
    from mimo_cli.attachments.listing.open_folder import OpenFolder
    from mimo_cli.attachments.listing.patterns import Pattern, Positions
    from mimo_cli.attachments.listing.selection import Path, Selection

_DEEPEST = 100
"""Folders within one another that are looked into."""


def everything(folder: OpenFolder, selection: Selection) -> None:
    """Take all files of a folder, and of those in it, that may be sent.

    A repository in it is left out: what it ignores only git knows, which is asked of one alone.

    Raises:
        TooMuchError: there are too many.
        OSError: the folder itself is not ours to read.
    """
    _walk(folder, selection, None)


def matching(folder: OpenFolder, pattern: Pattern, selection: Selection) -> None:
    """Take the files below a folder that match a pattern and may be sent.

    Raises:
        TooMuchError: there are too many.
        OSError: the folder itself is not ours to read.
    """
    _walk(folder, selection, pattern)


def _walk(folder: OpenFolder, selection: Selection, pattern: Pattern | None) -> None:
    waiting: list[tuple[Path, Positions]] = [((), pattern.start if pattern else frozenset())]
    while waiting:
        path, positions = waiting.pop()
        selection.count_folder()
        try:
            if pattern is None and path and folder.has(path, ".git"):
                selection.leave_out(path, "repository", is_folder=True)
                continue
            with folder.entries(path) as entries:
                for entry in entries:
                    selection.count()
                    inner = (*path, entry.name)
                    behind = pattern.advance(positions, entry.name) if pattern else positions
                    is_wanted = pattern is None or (
                        pattern.goes_on(behind)
                        if entry.is_dir(follow_symlinks=False)
                        else pattern.is_end(behind)
                    )
                    if is_wanted and _take(entry, inner, selection):
                        waiting.append((inner, behind))
        except OtherFileSystemError:
            selection.leave_out(path, "mount", is_folder=True)
        except OSError:
            if not path:
                raise
            selection.leave_out(path, "unreadable", is_folder=True)


def take_named(folder: OpenFolder, path: Path, selection: Selection) -> None:
    """Take a file that something else has found, if it may be sent.

    What is not there any more is nothing: git names what it tracks.

    Raises:
        TooMuchError: there are too many.
    """
    is_folder = not path[-1]  # a repository within the repository ends in a slash
    path = path[:-1] if is_folder else path
    selection.count()
    found: os.stat_result | Reason
    try:
        found = folder.status(path)
    except FileNotFoundError:
        return  # neither sent nor left out
    except OtherFileSystemError:
        found = "mount"
    except OSError:  # a folder on the way is a link by now
        found = "unreadable"
    if selection.wants_whole(path):
        if isinstance(found, str):
            selection.leave_out(path, found)
        elif stat.S_ISDIR(found.st_mode):
            selection.leave_out(path, "repository", is_folder=True)
        else:
            _add(path, found, selection)


def _take(entry: os.DirEntry[str], path: Path, selection: Selection) -> bool:
    """Take a file; return whether it is a folder to look into."""
    is_folder = entry.is_dir(follow_symlinks=False)
    if not selection.wants(path, is_folder=is_folder):
        return False
    if is_folder and len(path) > _DEEPEST:
        selection.leave_out(path, "unreadable", is_folder=True)
        return False
    if not is_folder:
        try:
            _add(path, entry.stat(follow_symlinks=False), selection)
        except OSError:  # it has gone since
            selection.leave_out(path, "unreadable")
    return is_folder


def _add(path: Path, found: os.stat_result, selection: Selection) -> None:
    if stat.S_ISLNK(found.st_mode):
        selection.leave_out(path, "link")
    elif stat.S_ISREG(found.st_mode):
        selection.add(path, found.st_size)
    else:
        selection.leave_out(path, "special")
