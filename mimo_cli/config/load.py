"""The configuration as it is found: files read, settings resolved, warnings gathered."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimo_cli.config import paths, project_file
from mimo_cli.config.layers import Origin, Problem, Source
from mimo_cli.config.resolve import Resolved, require, resolve
from mimo_cli.config.schema import NAMES
from mimo_cli.config.toml import toml_file
from mimo_cli.errors import MimoError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mimo_cli.config.layers import KeyPath, Position
    from mimo_cli.config.schema import Settings
    from mimo_cli.environment import Environment


_RUN = ("api_key_command", "editor")
"""The settings that name a command."""


class Project(NamedTuple):
    """What counts of the project's file, if there is one, and what is odd about it.

    With a `failure` it could not be read, and there is no source.
    """

    source: Source | None = None
    remarks: tuple[Phrase, ...] = ()
    failure: Problem | None = None


class Configuration(NamedTuple):
    """The files as they were read, and what is in force by them.

    `file` is the user's, None where nothing can name one. With a `failure` it could not be read,
    and `source` is empty. `details` are for a user who asks for them, `warnings` for every user.
    """

    file: Path | None
    source: Source
    failure: Problem | None
    project: Project
    resolved: Resolved
    details: tuple[Phrase, ...]
    warnings: tuple[Phrase, ...]

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.resolved.settings


def load_configuration(environment: Environment, options: Mapping[str, Any]) -> Configuration:
    """Read the files and resolve what is in force.

    Raises:
        MimoError: a file cannot be read, or a value that would be in force is wrong.
    """
    configuration = inspect_configuration(environment, options)
    require(configuration.resolved)
    return configuration


def inspect_configuration(environment: Environment, options: Mapping[str, Any]) -> Configuration:
    """Read and resolve the configuration as far as it is right; problems are among its values."""
    file, source, failure = _read_own(environment)
    own = _read_project(environment)
    resolved = resolve(options, environment.environ, source, own.source)
    problems = [it for it in (failure, own.failure) if it is not None]
    problems += [*resolved.problems, *_check_tables(source)]
    resolved = resolved._replace(problems=tuple(problems))
    return Configuration(
        file,
        source,
        failure,
        own,
        resolved,
        tuple(_details(source, own, resolved)),
        tuple(_warnings(source, own, resolved, environment)),
    )


def _check_tables(source: Source) -> Sequence[Problem]:
    """Return what stands in the place of a profile or a prompt, or of all, and is no table."""
    if source.content.keys() <= NAMES:
        return ()
    from mimo_cli.config import audit

    return audit.check_tables(source)


def _read_own(environment: Environment) -> tuple[Path | None, Source, Problem | None]:
    file: Path | None = None
    try:
        file = paths.config_file(environment.environ)
        return file, with_distrust(read_source(file), environment), None
    except MimoError as error:
        name = "config.toml" if file is None else str(file)
        return file, Source(name, {}), Problem(error, Origin("file", "", name))


def _read_project(environment: Environment) -> Project:
    if environment.cwd is None:
        return Project()
    file = project_file.find_file(environment.cwd, environment.environ.get("HOME", ""))
    if file is None:
        return Project()
    from mimo_cli.config import project  # most folders have no file

    if why := project.reason_to_ignore(file):
        return Project(remarks=(Phrase("{file} is ignored: {why}", file=file, why=why),))
    try:
        source, remarks = project.keep_allowed(_read(file), file.parent)
    except toml_file.ExcessError as error:  # a clone brought it: nobody here can have meant it
        return Project(remarks=(Phrase("{file} is ignored: {why}", file=file, why=error.why),))
    except MimoError as error:
        return Project(failure=Problem(error, Origin("project", "", str(file))))
    return Project(source, tuple(remarks))


def _details(source: Source, own: Project, resolved: Resolved) -> Sequence[Phrase]:
    details = []
    if own.source is not None:
        details.append(Phrase("project: {file}", file=own.source.name))
    if source.content:
        details.append(Phrase("configuration: {file}", file=source.name))
    if name := resolved.settings.profile:
        origin = resolved.origin("profile").phrase()
        details.append(Phrase("profile: {name} ({origin})", name=name, origin=origin))
    return details


def _warnings(
    source: Source, own: Project, resolved: Resolved, environment: Environment
) -> Sequence[Phrase]:
    warnings = [*own.remarks]
    if source.content:
        from mimo_cli.config import ownership

        sudo_uid = environment.environ.get("SUDO_UID", "")
        warnings.append(ownership.warn_of_exposure(Path(source.name), sudo_uid))
    if not source.content.keys() <= NAMES:  # a table, or something unknown
        from mimo_cli.config import audit

        warnings += audit.find_unknown(source)
    return [*filter(None, warnings), *resolved.remarks]


def read_source(file: Path) -> Source:
    """Read the user's file, with the means to tell the lines of its keys.

    Raises:
        ConfigError: it cannot be read, or is not TOML.
    """
    source = _read(file)
    _anchor(source.content, file.absolute().parent)
    for kind in ("profiles", "prompts"):
        for table in source.tables(kind).values():
            _anchor(table, file.absolute().parent)
    return source


def find_loader(source: Source, types: Sequence[str]) -> tuple[str, ...] | None:
    """Return the command that the user's file names for the first of some types that has one.

    A program that is named by its place is looked for from that file; never from the working
    folder, which may be somebody's clone.

    Raises:
        ConfigError: it is not right, or not the user's own.
    """
    from mimo_cli.config.tables import loaders  # not for those who attach texts

    words = loaders.find_command(source, types)
    if words is None or "/" not in words[0]:
        return words
    program = Path(source.name).absolute().parent / Path(words[0]).expanduser()
    return (str(program), *words[1:])


def with_distrust(source: Source, environment: Environment) -> Source:
    """Return the user's file, with why no command in it is run, if it has one that may not be."""
    tables = (source.content, *source.tables("profiles").values())
    has_loaders = "loaders" in source.content
    if not has_loaders and not any(name in table for table in tables for name in _RUN):
        return source
    from mimo_cli.config import ownership

    sudo_uid = environment.environ.get("SUDO_UID", "")
    return source._replace(distrust=ownership.find_distrust(Path(source.name), sudo_uid))


def _read(file: Path) -> Source:
    text = toml_file.read_text(file)
    return Source(str(file), toml_file.parse_text(text, file), find_positions(text))


def find_positions(text: str) -> Callable[[KeyPath], Position | None]:
    """Return what tells where a key of a text is; all are found at once, when one is asked for."""

    @cache
    def positions() -> Mapping[KeyPath, Position]:
        from mimo_cli.config.toml import toml_text

        return toml_text.positions(text)

    return lambda path: positions().get(path)


def _anchor(table: Any, folder: Path) -> None:
    """Make the file of a system prompt one that is looked for from the file which names it."""
    match table:
        case {"system": str(system)} if system[:1] == "@" and system[1:2] not in ("", "~"):
            table["system"] = f"@{folder / system[1:]}"
        case _:
            pass
