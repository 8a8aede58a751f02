"""A project's own file, `.mimo.toml`: what of it counts (see `project_file` for where it is).

It comes with a clone, so it is trusted with little: what is asked of the model and how, no server,
no key, no command, and no file outside of the project, or hidden in it, or named like a key.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.config.layers import MOST_REMARKS, located
from mimo_cli.config.schema import ASKED, KEYS
from mimo_cli.config.slips import unknown_setting
from mimo_cli.errors import ConfigError
from mimo_cli.phrases import NOTHING, Phrase, reason, verbatim

if TYPE_CHECKING:
    from mimo_cli.config.layers import Origin, Source

_REFUSED = Phrase("system is refused")
_REMOVE = Phrase("Remove it there, or see what it is after.")
_TABLES = ("profiles", "aliases", "prompts", "loaders")
_ELSEWHERE = {*(key.name for key in KEYS), *_TABLES} - set(ASKED)


def reason_to_ignore(file: Path) -> Phrase:
    """Return why a file does not count as it is, or nothing.

    Reading it could block, or read another's.
    As with git's `safe.directory`, a file of another user is not ours to follow.
    """
    try:
        status = file.stat()
        is_inside = _is_inside(os.path.realpath(file), file.parent)
    except OSError as error:
        return reason(error)
    except ValueError:  # on another drive
        is_inside = False
    if not is_inside:
        return Phrase("it is a link to a file outside of its folder")
    if not stat.S_ISREG(status.st_mode):
        return Phrase("it is not a regular file")
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        return Phrase("it belongs to another user")
    return NOTHING


def keep_allowed(source: Source, folder: Path) -> tuple[Source, list[Phrase]]:
    """Return what of a file counts, and a warning for each key that does not, or for many.

    Raises:
        ConfigError: the system prompt is to come from a file outside of the project.
    """
    content = {name: value for name, value in source.content.items() if name in ASKED}
    others = [name for name in source.content if name not in content]
    warnings = [_warn_of(name, source) for name in others[:MOST_REMARKS]]
    if more := len(others) - len(warnings):
        warnings.append(
            Phrase("{count:,} more settings in {file} are ignored", count=more, file=source.name)
        )
    system = content.get("system")
    if isinstance(system, str) and system.startswith("@"):
        content["system"] = "@" + _inside(system[1:], folder, source)
    return source._replace(content=content), warnings


def _warn_of(name: str, source: Source) -> Phrase:
    place = located(verbatim(source.name), source.position((name,)))
    if name in _ELSEWHERE:
        return Phrase(
            "{name} is ignored in {place}: a project's file may only set {names}",
            name=name,
            place=place,
            names=", ".join(ASKED),
        )
    return unknown_setting(name, place, ASKED)


def _inside(name: str, folder: Path, source: Source) -> str:
    """Return the path of a file that is named in the project's file, and lies in the project.

    Raises:
        ConfigError: it does not, or is not one that its authors hand on.
    """
    try:
        path = os.path.realpath(folder / name)
        is_inside = ".." not in name.split("/") and _is_inside(path, folder)
    except ValueError:  # a NUL
        is_inside = False
    place = Phrase("project {file}", file=source.name)
    if Path(name).is_absolute() or not is_inside:
        why = Phrase(
            "@{name} is not a file of the project ({place})",
            name=name,
            place=located(place, source.position(("system",))),
        )
        raise ConfigError(_REFUSED, why, _REMOVE)
    if _is_private(name) or _is_private(os.path.relpath(path, os.path.realpath(folder))):
        why = Phrase(
            "@{name} is hidden, or named like a key ({place})",
            name=name,
            place=located(place, source.position(("system",))),
        )
        raise ConfigError(_REFUSED, why, _REMOVE)
    return path


def refuse_private_key(text: str, system: str, origin: Origin) -> None:
    """Refuse the text that `system` of a project's file names or is, if it is somebody's key.

    Raises:
        ConfigError: there is a private key in it.
    """
    from mimo_cli.input import private_files  # not for those whose project names no file

    if private_files.holds_key(text):
        place = origin.phrase()
        if system.startswith("@"):
            why = Phrase("there is a private key in {file} ({place})", file=system[1:], place=place)
        else:
            why = Phrase("there is a private key in it ({place})", place=place)
        raise ConfigError(_REFUSED, why, _REMOVE)


def _is_private(name: str) -> bool:
    """Return whether a file is in the project, and yet not a text that its authors hand on."""
    from mimo_cli.input import private_files  # not for those whose project names no file

    return not private_files.is_authors(Path(name))


def _is_inside(path: str, folder: Path) -> bool:
    root = os.path.realpath(folder)
    return os.path.commonpath([root, path]) == root
