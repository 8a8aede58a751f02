"""The configuration as it is found: files read, settings resolved, warnings gathered."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mimo_cli.config import paths, project, toml_file
from mimo_cli.config import resolve as places
from mimo_cli.config.resolve import Source
from mimo_cli.config.schema import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.config.resolve import Where
    from mimo_cli.config.schema import Settings
    from mimo_cli.environment import Environment


_RUN = ("api_key_command", "editor")
"""The settings that name a command."""


class Configuration(NamedTuple):
    """What was found. `notes` are for a user who asks for details, `warnings` for every user."""

    file: Path
    source: Source
    settings: Settings
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def load(environment: Environment, options: Mapping[str, Any]) -> Configuration:
    """Reads the file and settles what is in force.

    Raises:
        MimoError: a value is wrong, wherever it stands.
    """
    file = paths.config_file(environment.environ)
    source = distrusted(read(file), environment)
    notes: list[str] = []
    warnings: list[str] = []
    own = project_source(environment, notes, warnings)
    chosen = places.resolve(options, environment.environ, source, own)
    if source.content:
        notes.append(f"configuration: {file}")
        from mimo_cli.config import ownership

        warnings.append(ownership.exposed(file, environment.environ.get("SUDO_UID", "")))
    if not source.content.keys() <= NAMES:  # a table, or something unknown
        from mimo_cli.config import address as tables

        warnings += tables.unknown(source)
    if chosen.default_profile:
        notes.append(f"profile: {chosen.default_profile} ({chosen.origins['default_profile']})")
    warnings += chosen.remarks
    return Configuration(file, source, chosen, tuple(notes), tuple(filter(None, warnings)))


def project_source(
    environment: Environment, notes: list[str], warnings: list[str]
) -> Source | None:
    """What the project's file sets, if there is one that counts."""
    file = (
        None
        if environment.cwd is None
        else project.find(environment.cwd, environment.environ.get("HOME", ""))
    )
    if file is None:
        return None
    if why := project.refusal(file):
        warnings.append(f"{file} is ignored: {why}")
        return None
    try:
        found = _read(file)
    except toml_file.ExcessError as error:  # a clone brought it: nobody here can have meant it
        warnings.append(f"{file} is ignored: {error.why}")
        return None
    source, remarks = project.allowed(found, file.parent)
    notes.append(f"project: {file}")
    warnings += remarks
    return source


def read(file: Path) -> Source:
    """The user's file with the means to tell the lines of its keys.

    Raises:
        ConfigError: it cannot be read, or is not TOML.
    """
    source = _read(file)
    _anchor(source.content, file.absolute().parent)
    for kind in ("profiles", "prompts"):
        tables = source.content.get(kind)
        for table in tables.values() if isinstance(tables, dict) else ():
            _anchor(table, file.absolute().parent)
    return source


def distrusted(source: Source, environment: Environment) -> Source:
    """Return the user's file, with why no command in it is run, if it has one that may not be."""
    tables = source.content.get("profiles")
    profiles = tables.values() if isinstance(tables, dict) else ()
    places = [source.content, *(it for it in profiles if isinstance(it, dict))]
    if not any(name in place for place in places for name in _RUN):
        return source
    from mimo_cli.config import ownership

    sudo_uid = environment.environ.get("SUDO_UID", "")
    return source._replace(distrust=ownership.distrust(Path(source.name), sudo_uid))


def _read(file: Path) -> Source:
    text = toml_file.text(file)
    return Source(str(file), toml_file.parse(text, file), locator(text))


def locator(text: str) -> Where:
    """Return what tells the line of a key of a text, which is looked for when it is asked for."""

    @cache
    def positions() -> Mapping[tuple[str, ...], tuple[int, int]]:
        from mimo_cli.config import toml_text

        return toml_text.positions(text)

    return lambda path: _words(positions().get(path))


def _anchor(table: Any, folder: Path) -> None:
    """A system prompt's file is looked for from the file that names it, wherever one stands."""
    match table:
        case {"system": str(system)} if system[:1] == "@" and system[1:2] not in ("", "~"):
            table["system"] = f"@{folder / system[1:]}"
        case _:
            pass


def _words(position: tuple[int, int] | None) -> str:
    """Return a line and column in words, to go on a sentence."""
    return "" if position is None else f", line {position[0]}, column {position[1]}"
