"""The settings in force: which layer wins for each of them, and what is wrong on the way. Pure.

From the layer that wins over all others:

1. an option
2. the kept prompt that `--prompt` names
3. the environment
4. the profile that `-p` or `MIMO_PROFILE` names
5. the project's file, which can name no server, key or command
6. the profile that `default_profile` names
7. the top level of the file
8. the built-in default
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mimo_cli.api.endpoint import Endpoint, KeyWithheld
from mimo_cli.api.keys import parse_key
from mimo_cli.catalogue import models
from mimo_cli.config import key_policy
from mimo_cli.config.key_policy import (
    KeyDecision,
    KeyFromCommand,
    KeyKnown,
    KeyRefused,
    KeyUnwanted,
    NoKey,
    Winner,
)
from mimo_cli.config.layers import (
    DEFAULT,
    KeyPath,
    Layer,
    NotTableError,
    Origin,
    Problem,
    Source,
)
from mimo_cli.config.schema import (
    ASKED,
    KEYS,
    PROMPT,
    Key,
    NotAllowedError,
    Settings,
    find_key,
    read_value,
)
from mimo_cli.errors import ConfigError, MimoError, UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.config.tables.templates import Template

_PROFILE = find_key("default_profile")


class Resolved(NamedTuple):
    """The settings in force.

    `origins` tells, by the fields of the settings, where each came from that has not its default.
    `key` is what is decided of the key. `template` is the kept prompt that was named. `problems`
    are what is wrong with what would be in force: each such value counts as not set. `remarks` are
    what is odd about where the key goes. `loaders` is the user's file, if it names some.
    `kept_keys` are all keys in it, in use or not.
    """

    settings: Settings
    origins: Mapping[str, Origin]
    key: KeyDecision = NoKey()
    template: Template | None = None
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Phrase, ...] = ()
    loaders: Source | None = None
    kept_keys: tuple[str, ...] = ()

    @property
    def is_without_key(self) -> bool:
        """Whether no key is set, nor a command for one, and one would be sent."""
        return isinstance(self.key, NoKey)

    def origin(self, name: str) -> Origin:
        """Return where the value of a field of the settings came from."""
        return self.origins.get(name, DEFAULT)

    def but(self, origin: Origin, **values: Any) -> Resolved:
        """Return a copy with other values for some settings, all of one origin."""
        origins = {**self.origins, **dict.fromkeys(values, origin)}
        return self._replace(settings=self.settings._replace(**values), origins=origins)

    def endpoint(self) -> Endpoint:
        """Return where requests go, with the key if it is known: no command is run for it here.

        Raises:
            ConfigError: the base URL is not usable.
            AuthError: the key has characters that no key has.
        """
        try:
            server = self.settings.server()
        except ConfigError as error:
            origin = self.origin("base_url").phrase()
            if error.why:
                error.why = Phrase("{why} ({origin})", why=error.why, origin=origin)
            else:
                error.why = Phrase("({origin})", origin=origin)
            raise
        source = self.key.source
        match self.key:
            case KeyKnown(key):
                return server._replace(key=parse_key(key, source), key_source=source)
            case KeyWithheld() as withheld:
                return server._replace(withheld=withheld)
            case KeyFromCommand(printed=key) if key:
                return server._replace(key=key, key_source=source)
            case KeyFromCommand() | KeyRefused() | KeyUnwanted() | NoKey():
                return server._replace(key_source=source)


def resolve(
    options: Mapping[str, Any],
    environ: Mapping[str, str],
    source: Source,
    project: Source | None = None,
) -> Resolved:
    """Return the settings in force, with the user's file as the source. It raises nothing.

    None as an option and an empty variable count as not set; so does what is wrong, which is among
    the problems. A key of the file's top level does not go to the server of a profile, unless both
    are of one owner: it is withheld.
    """
    search = _Search(source, options.get("prompt"))
    layers = search.layers(options, environ, project)
    search.read(layers)
    key, remarks = key_policy.decide(search.winners, layers)
    values = {name: value for name, (value, _) in search.winners.items()}
    match key.otherwise if isinstance(key, KeyUnwanted) else key:
        case KeyFromCommand() | KeyRefused():
            values.pop("api_key", None)
        case KeyWithheld():
            values.pop("api_key", None)
            values.pop("api_key_command", None)
    origins = {name: origin for name, origin in search.origins.items() if name in values}
    if "model" in values:
        values["model"], alias = search.unalias(values["model"])
        origins["model"] = origins["model"]._replace(alias=alias)
    template = None if search.prompt is None else search.template(search.prompt)
    problems = tuple(search.problems.values())
    settings = Settings(**values)
    return Resolved(
        settings,
        origins,
        key,
        template,
        problems,
        remarks,
        _loaders(source),
        tuple(_keys_in(source.content)),
    )


def _keys_in(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is called a key in a table, or in one within it, whether or not it has a use."""
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _keys_in(value)
        elif name == "api_key" and isinstance(value, str):
            yield value.strip()


def _loaders(source: Source) -> Source | None:
    if "loaders" not in source.content:
        return None
    return source._replace(content={"loaders": source.content["loaders"]})


def resolve_file(
    source: Source, environ: Mapping[str, str] | None = None, profile: str | None = None
) -> Resolved:
    """Return what is in force by the user's file, and by variables if there are some.

    `profile` is one that is chosen as by an option.
    """
    return resolve({"profile": profile}, environ or {}, source)


def require(resolved: Resolved) -> Resolved:
    """Return settings in which nothing is wrong.

    Raises:
        UsageError: an option is out of range, or names what is not there.
        ConfigError: a variable or a value of a file is not right.
    """
    if resolved.problems:
        raise resolved.problems[0].error
    return resolved


class _Search:
    """Goes through the layers, and keeps what it finds: values, their origins, and problems."""

    def __init__(self, source: Source, prompt: object) -> None:
        self.source = source
        self.winners: dict[str, Winner] = {}
        self.origins: dict[str, Origin] = {}
        self.problems: dict[tuple[str, KeyPath], Problem] = {}
        self.prompt = prompt if isinstance(prompt, str) else None
        if prompt is not self.prompt:
            origin = Origin("option", "--prompt")
            from mimo_cli.config.not_allowed import not_allowed_error  # in no command of ours

            text = Phrase("text")
            error = not_allowed_error(PROMPT, prompt, origin.phrase(), UsageError, text)
            self._note(error, origin)

    def layers(
        self, options: Mapping[str, Any], environ: Mapping[str, str], project: Source | None
    ) -> list[Layer]:
        """Return the layers from the one that wins, and settle which profile is one of them."""
        given = {key.name: options.get(key.field) for key in KEYS}
        command_line = Layer(given, "option", error=UsageError)
        variables = {key.name: environ.get(key.variable) or None for key in KEYS}
        environment = Layer(variables, "environment")
        top = Layer(self.source.content, "file", self.source)
        prompt = [] if self.prompt is None else self._prompt(self.prompt)
        chosen = self._profile((command_line, environment))
        fallback = [] if _PROFILE.field in self.winners else self._profile((top,))
        return [command_line, *prompt, environment, *chosen, *_of_project(project), *fallback, top]

    def read(self, layers: Sequence[Layer]) -> None:
        """Find the value of each setting but the profile, which is settled before."""
        for key in KEYS:
            if key is _PROFILE:
                continue
            for rank, layer in enumerate(layers):
                is_run = key.name == "editor" and layer.distrust is not None
                value = None if is_run else layer.values.get(key.name)
                if value is not None and self._take(key, value, layer, rank):
                    break

    def unalias(self, model: str) -> tuple[str, str]:
        """Return the id that a name for a model stands for, and the name if it is an alias."""
        from mimo_cli.config.tables.aliases import unalias  # not for the model of the default

        try:
            return unalias(model, self.source)
        except MimoError as error:
            self._note(error, self.source.origin(("aliases", model)))
            return models.ALIASES.get(model, model), model if model in models.ALIASES else ""

    def template(self, name: str) -> Template | None:
        """Return the kept prompt of that name, None if something is wrong with it."""
        from mimo_cli.config.tables.templates import read_template  # not for those who name none

        try:
            return read_template(name, self.source)
        except UsageError as error:  # there is none
            self._note(error, Origin("option", "--prompt"))
        except ConfigError as error:
            self._note(error, self.source.origin(("prompts", name, PROMPT.name)))
        return None

    def _take(self, key: Key, value: object, layer: Layer, rank: int = 0) -> bool:
        """Take a value for the one in force; return whether it is right."""
        try:
            self.winners[key.field] = (read_value(key, value), rank)
        except NotAllowedError:
            from mimo_cli.config.not_allowed import not_allowed_error  # most values are right

            error = not_allowed_error(key, value, layer.place(key), layer.error)
            self._note(error, layer.origin(key))
            return False
        self.origins[key.field] = layer.origin(key)
        return True

    def _note(self, error: MimoError, origin: Origin) -> None:
        """Keep a problem, but one alone of a place."""
        if isinstance(error, NotTableError):
            origin = self.source.origin(error.path)
        self.problems.setdefault(origin.identity, Problem(error, origin))

    def _prompt(self, name: str) -> list[Layer]:
        from mimo_cli.config.tables.named import find_table  # not for those who name none

        try:
            content = find_table(self.source, "prompts", name)
        except MimoError as error:
            self._note(error, Origin("option", "--prompt"))
            return []
        asked = {key: value for key, value in content.items() if key in ASKED}
        return [Layer(asked, "prompt", self.source, ("prompts", name), name)]

    def _profile(self, layers: Sequence[Layer]) -> list[Layer]:
        """Settle which profile is in force, if one of the layers names one; return its layer."""
        for layer in layers:
            name = layer.values.get(_PROFILE.name)
            if name is None or not self._take(_PROFILE, name, layer):
                continue
            if name == "":
                return []
            is_plain = layer.kind == "option"
            place = NOTHING if is_plain else layer.place(_PROFILE)
            from mimo_cli.config.tables.named import find_table  # not for those who name none

            try:
                content = find_table(self.source, "profiles", name, layer.error, place)
            except MimoError as error:
                self._note(error, layer.origin(_PROFILE))
                del self.winners[_PROFILE.field], self.origins[_PROFILE.field]
                continue
            inner = {key: value for key, value in content.items() if key != _PROFILE.name}
            return [Layer(inner, "profile", self.source, ("profiles", name), name)]
        return []


def _of_project(project: Source | None) -> list[Layer]:
    if project is None:
        return []
    content = {key: value for key, value in project.content.items() if key in ASKED}
    return [Layer(content, "project", project)]
