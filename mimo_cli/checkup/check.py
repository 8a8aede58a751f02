"""What a check looks at, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mimo_cli import config_file, configuration, folders, places, settings
from mimo_cli.api.endpoint import Endpoint, parse_base_url, parse_key
from mimo_cli.errors import AuthError, ConfigError, MimoError
from mimo_cli.places import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mimo_cli.edges import Edges
    from mimo_cli.settings import Settings

State = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was found, in one line each: `text`, and where something is wrong, what to do."""

    name: str
    state: State
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """The surroundings, and as much of the configuration as is right.

    `problems` are what is wrong with the configuration, `content` is the file's, `options` are
    those of the command line.
    """

    edges: Edges
    file: Path | None
    content: Mapping[str, Any]
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
            key = None if chosen.api_key is None else parse_key(chosen.api_key, source)
        except AuthError:
            key = None  # the check of the key says what is wrong
        return Endpoint(base_url, key, source, chosen.auth)

    def conceal(self, text: str) -> str:
        """A text without the key, as it was written and as it is sent."""
        sent = self.endpoint and self.endpoint.key
        for key in (self.settings.api_key, sent):
            if key and key.strip():
                text = Endpoint("", key).conceal(text)
        return text


def failed(name: str, error: MimoError, otherwise: str = "") -> Check:
    """The check that an error amounts to; `otherwise` is what to do where it does not say."""
    return Check(name, "failed", error.message, error.hint or otherwise)


def look(edges: Edges, options: Mapping[str, Any]) -> Subject:
    """Reads the configuration as far as it can be read.

    Raises:
        UsageError: an option is out of range.
    """
    problems: list[MimoError] = []
    file: Path | None = None
    content: Mapping[str, Any] = {}
    environ = edges.environ
    try:
        file = folders.config_file(environ)
        content = config_file.load(file)
    except MimoError as error:
        problems.append(error)
    name = "config.toml" if file is None else str(file)
    project = _project(edges, problems)
    try:
        places.resolve({}, environ, Source(name, content), project)
    except MimoError:  # which is wrong of all of them?
        content = _sifted(
            content, problems, lambda part: places.resolve({}, {}, Source(name, part))
        )
        known = {key.variable for key in settings.KEYS}
        variables = {name: value for name, value in environ.items() if name in known}
        environ = _sifted(
            variables, problems, lambda part: places.resolve({}, part, Source(name, content))
        )
        project = None
    chosen = places.resolve(options, environ, Source(name, content), project)
    return Subject(edges, file, content, chosen, tuple(problems), options)


def _project(edges: Edges, problems: list[MimoError]) -> Source | None:
    try:
        return configuration.project_source(edges, [], [])
    except MimoError as error:
        problems.append(error)
        return None


def _sifted(
    values: Mapping[str, Any],
    problems: list[MimoError],
    read: Callable[[Mapping[str, Any]], object],
) -> dict[str, Any]:
    """The values that can be read; what is wrong with the others is added to `problems`."""
    right: dict[str, Any] = {}
    for name, value in values.items():
        try:
            read({name: value})
        except MimoError as error:
            problems.append(error)
        else:
            right[name] = value
    return right
