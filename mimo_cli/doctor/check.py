"""What a check looks at, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mimo_cli.api.base_url import parse_base_url
from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.keys import mask_all, parse_key
from mimo_cli.config import address, load, paths, resolve
from mimo_cli.config import schema as settings
from mimo_cli.config.resolve import Source
from mimo_cli.errors import AuthError, ConfigError, MimoError
from mimo_cli.output.command_terms import in_command_terms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mimo_cli.config.schema import Settings
    from mimo_cli.environment import Environment

State = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was found, in one line each: `text`, and where something is wrong, what to do."""

    name: str
    state: State
    text: str
    advice: str = ""


class Project(NamedTuple):
    """The project's file, if one counts, and what is odd about it."""

    source: Source | None
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """The surroundings, and as much of the configuration as is right.

    `problems` are what is wrong with the configuration; `source` and `project` are what is right of
    the user's file and of the project's. `options` are those of the command line.
    """

    environment: Environment
    file: Path | None
    source: Source
    project: Project
    settings: Settings
    problems: tuple[MimoError, ...]
    options: Mapping[str, Any]

    @property
    def endpoint(self) -> Endpoint | None:
        """The server, with the key if that is one; None if its URL is not right."""
        try:
            return self.parsed_endpoint()
        except ConfigError:
            return None  # the check of the server says what is wrong

    def parsed_endpoint(self) -> Endpoint:
        """The server, with the key if that is one.

        Raises:
            ConfigError: its URL is not right.
        """
        chosen = self.settings
        base_url = parse_base_url(chosen.base_url, allow_http=chosen.allow_http)
        source = chosen.origins.get("api_key", "")
        try:
            is_sent = chosen.api_key is not None and chosen.auth != "none"
            key = parse_key(str(chosen.api_key), source) if is_sent else None
        except AuthError:
            key = None  # the check of the key says what is wrong
        return Endpoint(base_url, key, source, chosen.auth)

    def conceal(self, text: str) -> str:
        """A text without the key, as it was written and as it is sent, and what looks like one."""
        sent = self.endpoint and self.endpoint.key
        for key in (self.settings.api_key, sent):
            if key:
                text = Endpoint("", key.strip()).conceal(text)
        return mask_all(text)


def failed(name: str, error: MimoError, otherwise: str = "") -> Check:
    """The check that an error amounts to; `otherwise` is what to do where it does not say."""
    return Check(name, "failed", error.message, in_command_terms(error.hint) or otherwise)


def look(environment: Environment, options: Mapping[str, Any]) -> Subject:
    """Reads the configuration as far as it can be read.

    Raises:
        UsageError: an option is out of range.
    """
    problems: list[MimoError] = []
    file, source = _file(environment, problems)
    found = _project(environment, problems)
    environ = _environ(environment.environ, source, problems)
    is_known = options.get("profile") in ("", *resolve.table(source, "profiles"))
    # Of one that is not known the check of the profile says so.
    right = options if is_known else {**options, "profile": None}
    chosen = resolve.resolve(right, environ, source, found.source)
    return Subject(environment, file, source, found, chosen, tuple(problems), options)


def _file(environment: Environment, problems: list[MimoError]) -> tuple[Path | None, Source]:
    """The user's file, and what of it is right."""
    file: Path | None = None
    try:
        file = paths.config_file(environment.environ)
        source, wrong = address.sifted(load.distrusted(load.read(file), environment))
    except MimoError as error:
        problems.append(error)
        return file, Source("config.toml" if file is None else str(file), {})
    problems += wrong
    try:
        resolve.resolve({}, {}, source)
    except MimoError as error:  # right in itself, but there is no such profile
        problems.append(error)
        content = {name: it for name, it in source.content.items() if name != "default_profile"}
        source = source._replace(content=content)
    return file, source


def _project(environment: Environment, problems: list[MimoError]) -> Project:
    """The project's file, and what of it is right."""
    notes: list[str] = []
    warnings: list[str] = []
    try:
        source = load.project_source(environment, notes, warnings)
    except MimoError as error:
        problems.append(error)
        return Project(None, ())
    if source is None:
        return Project(None, tuple(warnings))
    right = {}
    for name, value in source.content.items():
        try:
            settings.check(
                settings.find(name), value, f"project {source.name}{source.where((name,))}"
            )
        except MimoError as error:
            problems.append(error)
        else:
            right[name] = value
    return Project(source._replace(content=right), tuple(warnings))


def _environ(
    environ: Mapping[str, str], source: Source, problems: list[MimoError]
) -> dict[str, str]:
    """The variables of settings whose values are right."""
    right = {}
    for key in settings.KEYS:
        if value := environ.get(key.variable):
            try:
                resolve.resolve({}, {key.variable: value}, source)
            except MimoError as error:
                problems.append(error)
            else:
                right[key.variable] = value
    return right
