"""A project's own file, `.mimo.toml`: where it is, and what of it counts.

It comes with a clone, so it is trusted with little: what is asked of the model and how, no server,
no key, no command, and no file outside of the project, or hidden in it, or named like a key.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.config.schema import ASKED, KEYS, cut, nearest
from mimo_cli.errors import ConfigError

if TYPE_CHECKING:
    from mimo_cli.config.resolve import Source

NAME = ".mimo.toml"
_MOST_WARNINGS = 5
_REMOVE = "Remove it there, or see what it is after."
_ELSEWHERE = {*(key.name for key in KEYS), "profiles", "aliases", "prompts"} - set(ASKED)


def find(folder: Path, home: str) -> Path | None:
    """The nearest file from a folder up to its repository's root, or None.

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


def refusal(file: Path) -> str:
    """Why a file does not count as it is, or nothing. Reading it could block, or read another's.

    As with git's `safe.directory`, a file of another user is not ours to follow.
    """
    try:
        status = file.stat()
        is_inside = _is_inside(os.path.realpath(file), file.parent)
    except OSError as error:
        return (error.strerror or str(error)).lower()
    except ValueError:  # on another drive
        is_inside = False
    if not is_inside:
        return "it is a link to a file outside of its folder"
    if not stat.S_ISREG(status.st_mode):
        return "it is not a regular file"
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        return "it belongs to another user"
    return ""


def allowed(source: Source, folder: Path) -> tuple[Source, list[str]]:
    """Return what of a file counts, and a warning for each key that does not, or for many.

    Raises:
        ConfigError: the system prompt is to come from a file outside of the project.
    """
    content = {name: value for name, value in source.content.items() if name in ASKED}
    others = [name for name in source.content if name not in content]
    warnings = [
        _warning(name, f"{source.name}{source.where((name,))}") for name in others[:_MOST_WARNINGS]
    ]
    if more := len(others) - len(warnings):
        warnings.append(f"{more:,} more settings in {source.name} are ignored")
    system = content.get("system")
    if isinstance(system, str) and system.startswith("@"):
        content["system"] = "@" + _inside(system[1:], folder, source)
    return source._replace(content=content), warnings


def _warning(name: str, where: str) -> str:
    if name in _ELSEWHERE:
        may = ", ".join(ASKED)
        return f"{name} is ignored in {where}: a project's file may only set {may}"
    return f"unknown setting {cut(name)!r} in {where}. {nearest(name, ASKED)}".rstrip()


def _inside(name: str, folder: Path, source: Source) -> str:
    """The path of a file that is named in the project's file, and lies in the project."""
    try:
        path = os.path.realpath(folder / name)
        is_inside = ".." not in name.split("/") and _is_inside(path, folder)
    except ValueError:  # a NUL
        is_inside = False
    where = f"project {source.name}{source.where(('system',))}"
    if Path(name).is_absolute() or not is_inside:
        why = f"@{name} is not a file of the project ({where})"
        raise ConfigError("system is refused", why, _REMOVE)
    if _is_private(name) or _is_private(os.path.relpath(path, os.path.realpath(folder))):
        why = f"@{name} is hidden, or named like a key ({where})"
        raise ConfigError("system is refused", why, _REMOVE)
    return path


def refuse_key(text: str, system: str, origin: str) -> None:
    """Refuse the text that `system` of a project's file names or is, if it is somebody's key.

    Raises:
        ConfigError: there is a private key in it.
    """
    from mimo_cli.input import private_files  # not for those whose project names no file

    if private_files.holds_key(text):
        where = system[1:] if system.startswith("@") else "it"
        why = f"there is a private key in {where} ({origin})"
        raise ConfigError("system is refused", why, _REMOVE)


def _is_private(name: str) -> bool:
    """Whether a file is in the project, and yet not a text that its authors hand on."""
    from mimo_cli.input import private_files  # not for those whose project names no file

    return not private_files.is_authors(Path(name))


def _is_inside(path: str, folder: Path) -> bool:
    root = os.path.realpath(folder)
    return os.path.commonpath([root, path]) == root
