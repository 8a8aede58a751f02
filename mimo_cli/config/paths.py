"""Where this program keeps things. The only user of platformdirs.

`MIMO_CONFIG` names another configuration file, `MIMO_DATA` another folder for history, `MIMO_CACHE`
another one for what can be fetched again.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mimo_cli.errors import ConfigError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = "mimo-cli"


def config_file(environ: Mapping[str, str]) -> Path:
    """Return where the configuration is. Where there can be none (`HOME=/dev/null`), `/dev/null`.

    Raises:
        ConfigError: `MIMO_CONFIG` names no place.
    """
    if named := _named(environ, "MIMO_CONFIG"):
        return named
    try:
        folder = _own("config")
    except ConfigError:
        return Path(os.devnull)
    return folder / "config.toml" if _can_be(folder) else Path(os.devnull)


def data(environ: Mapping[str, str]) -> Path:
    """Return the folder of what the user would miss: conversations, input history.

    Raises:
        ConfigError: `MIMO_DATA` names no place, or there is no home.
    """
    return _named(environ, "MIMO_DATA") or _own("data")


def cache(environ: Mapping[str, str]) -> Path:
    """Return the folder of what can be fetched again.

    Raises:
        ConfigError: `MIMO_CACHE` names no place, or there is no home.
    """
    return _named(environ, "MIMO_CACHE") or _own("cache")


def make(folder: Path) -> None:
    """Make a folder, and those it is in, for nobody but the user (mode 0700).

    The home folder is not ours to make: a user who has none (`HOME=/nonexistent`) is to have none.

    Raises:
        OSError: it cannot be made.
    """
    if not folder.exists():
        if str(folder) == os.path.expanduser("~"):  # noqa: PTH111 - as a text: it may be no path
            raise FileNotFoundError(errno.ENOENT, Phrase("there is no home folder"))
        make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)  # whatever the umask made of it


def _named(environ: Mapping[str, str], variable: str) -> Path | None:
    if not environ.get(variable):
        return None
    try:
        return Path(environ[variable]).expanduser()
    except RuntimeError as error:  # ~somebody who has no home
        what = Phrase("{variable} is not right", variable=variable)
        user = environ[variable].partition("/")[0]
        raise ConfigError(what, Phrase("{user} has no home folder", user=user)) from error


def _own(kind: Literal["config", "data", "cache"]) -> Path:
    """Return this program's folder in the place that the system has for such things.

    Raises:
        ConfigError: there is no home.
    """
    import platformdirs  # not for those whose environment names the place

    try:
        path: Path = getattr(platformdirs, f"user_{kind}_path")(_NAME)
    except RuntimeError as error:  # a user that a container made up, and no HOME
        what, why = Phrase("there is no home folder"), Phrase("nothing names one")
        hint = Phrase("HOME, or MIMO_CONFIG, MIMO_DATA and MIMO_CACHE, can name a folder.")
        raise ConfigError(what, why, hint) from error
    return path


def _can_be(folder: Path) -> bool:
    """Return whether there is a folder at a path, or could be: nothing on the way is a file."""
    place = next(it for it in (folder, *folder.parents) if os.path.lexists(it))
    return place.is_dir()
