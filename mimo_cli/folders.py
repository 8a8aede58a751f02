"""Where this program keeps things. The only user of platformdirs.

`MIMO_CONFIG` names another configuration file, `MIMO_DATA` another folder for history, `MIMO_CACHE`
another one for what can be fetched again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

_NAME = "mimo-cli"


def config_file(environ: Mapping[str, str]) -> Path:
    """The configuration.

    Raises:
        ConfigError: `MIMO_CONFIG` names no place.
    """
    return _named(environ, "MIMO_CONFIG") or _system().user_config_path(_NAME) / "config.toml"


def data(environ: Mapping[str, str]) -> Path:
    """The folder of what the user would miss: conversations, input history.

    Raises:
        ConfigError: `MIMO_DATA` names no place.
    """
    return _named(environ, "MIMO_DATA") or _system().user_data_path(_NAME)


def cache(environ: Mapping[str, str]) -> Path:
    """The folder of what can be fetched again.

    Raises:
        ConfigError: `MIMO_CACHE` names no place.
    """
    return _named(environ, "MIMO_CACHE") or _system().user_cache_path(_NAME)


def make(folder: Path) -> None:
    """Makes a folder, and those it is in, for nobody but the user (mode 0700).

    Raises:
        OSError: it cannot be made.
    """
    if not folder.exists():
        make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)  # whatever the umask made of it


def _named(environ: Mapping[str, str], variable: str) -> Path | None:
    if not environ.get(variable):
        return None
    try:
        return Path(environ[variable]).expanduser()
    except RuntimeError as error:  # ~somebody who has no home
        raise ConfigError(f"{variable} is not right", str(error)) from error


def _system() -> ModuleType:
    import platformdirs  # not for those whose environment names the place

    return platformdirs
