"""The configuration as it is found: files read, settings resolved, warnings gathered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mimo_cli import config_file, folders, places, project
from mimo_cli.places import Source
from mimo_cli.settings import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mimo_cli.edges import Edges
    from mimo_cli.settings import Settings


class Configuration(NamedTuple):
    """What was found. `notes` are for a user who asks for details, `warnings` for every user."""

    file: Path
    source: Source
    settings: Settings
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def load(edges: Edges, options: Mapping[str, Any]) -> Configuration:
    """Reads the file and settles what is in force.

    Raises:
        MimoError: a value is wrong, wherever it stands.
    """
    file = folders.config_file(edges.environ)
    source = read(file)
    notes: list[str] = []
    warnings: list[str] = []
    own = project_source(edges, notes, warnings)
    chosen = places.resolve(options, edges.environ, source, own)
    if source.content:
        notes.append(f"configuration: {file}")
        warnings.append(config_file.exposed(file))
    if not source.content.keys() <= NAMES:  # a table, or something unknown
        from mimo_cli import tables

        warnings += tables.unknown(source)
    if chosen.default_profile:
        notes.append(f"profile: {chosen.default_profile} ({chosen.origins['default_profile']})")
    warnings += chosen.remarks
    return Configuration(file, source, chosen, tuple(notes), tuple(filter(None, warnings)))


def project_source(edges: Edges, notes: list[str], warnings: list[str]) -> Source | None:
    """What the project's file sets, if there is one that counts."""
    file = None if edges.cwd is None else project.find(edges.cwd, edges.environ.get("HOME", ""))
    if file is None:
        return None
    if why := project.refusal(file):
        warnings.append(f"{file} is ignored: {why}")
        return None
    source, remarks = project.allowed(_source(file, config_file.load(file)), file.parent)
    notes.append(f"project: {file}")
    warnings += remarks
    return source


def read(file: Path) -> Source:
    """The user's file with the means to tell the lines of its keys.

    Raises:
        ConfigError: it cannot be read, or is not TOML.
    """
    content = config_file.load(file)
    _anchor(content, file.absolute().parent)
    for kind in ("profiles", "prompts"):
        tables = content.get(kind)
        for table in tables.values() if isinstance(tables, dict) else ():
            _anchor(table, file.absolute().parent)
    return _source(file, content)


def _source(file: Path, content: Mapping[str, Any]) -> Source:
    def where(path: tuple[str, ...]) -> str:
        return place_of(config_file.position(config_file.text(file), path))

    return Source(str(file), content, where)


def _anchor(table: Any, folder: Path) -> None:
    """A system prompt's file is looked for from the file that names it, wherever one stands."""
    match table:
        case {"system": str(system)} if system[:1] == "@" and system[1:2] not in ("", "~"):
            table["system"] = f"@{folder / system[1:]}"
        case _:
            pass


def place_of(position: tuple[int, int] | None) -> str:
    """A line and column in words, to go on a sentence."""
    return "" if position is None else f", line {position[0]}, column {position[1]}"
