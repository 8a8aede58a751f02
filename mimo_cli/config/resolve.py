"""The places a setting may come from, and which of them wins. Pure.

From the one that wins over all others:

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

from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from mimo_cli.catalogue import models
from mimo_cli.config import key_policy
from mimo_cli.config.schema import (
    ASKED,
    KEYS,
    Key,
    NotAllowedError,
    Settings,
    check,
    cut,
    find,
    is_text_value,
    nearest,
    read,
)
from mimo_cli.errors import ConfigError, MimoError, UsageError

if TYPE_CHECKING:
    from mimo_cli.config.ownership import Distrust
    from mimo_cli.config.templates import Template

Path = tuple[str, ...]
Where = Callable[[Path], str]
_MADE_BY = {
    "profiles": "There are none yet. One is made by: mimo config init -p NAME",
    "prompts": "There are none yet. One is made by: mimo config set prompts.NAME.prompt TEXT",
}
PROMPT = Key("prompt", "text", "a prompt with {input} and fields of its own")


def nowhere(_path: Path) -> str:
    """What is said of the line of a key where lines are not known."""
    return ""


class Source(NamedTuple):
    """A file as it was read. `where` tells the line and column of a key in words.

    With a `distrust` no command that it names is run.
    """

    name: str
    content: Mapping[str, Any]
    where: Where = nowhere
    distrust: Distrust | None = None


class Place(NamedTuple):
    """One place: what it says of a key, what it is called, and the error if that is wrong.

    `where` gives the line of the key, once that is needed. `profile` is its name, if it is one.
    With a `distrust` no command that it names is run.
    """

    value: Callable[[Key], Any]
    origin: Callable[[Key], str]
    error: type[MimoError] = ConfigError
    where: Callable[[Key], str] = lambda _: ""
    profile: str = ""
    distrust: Distrust | None = None


def resolve(
    options: Mapping[str, Any],
    environ: Mapping[str, str],
    source: Source,
    project: Source | None = None,
) -> Settings:
    """The settings in force, with the user's file as the source.

    None as an option and an empty variable count as not set. A key of the file's top level does
    not go to the server of a profile, unless both are of one owner: it is withheld.

    Raises:
        UsageError: an option is out of range, or names what is not there.
        ConfigError: a variable or a value of the file is not right.
    """
    places = _places(options, environ, source, project)
    found: dict[str, key_policy.Found] = {}
    origins: dict[str, str] = {}
    for key in KEYS:
        for rank, place in enumerate(places):
            value = place.value(key)
            if value is not None and not (key.name == "editor" and place.distrust):
                found[key.name] = (_read(key, value, place), rank)
                origins[key.name] = place.origin(key)
                break
    remarks = key_policy.settle(found, origins, places)
    command = found.get("api_key_command")
    distrust = places[command[1]].distrust if command else None
    values = {name: value for name, (value, _) in found.items()}
    if "model" in values:
        values["model"], alias = unaliased(values["model"], source)
        origins["model"] += alias
    kept = template(options["prompt"], source) if options.get("prompt") is not None else None
    return Settings(
        **values, origins=origins, remarks=remarks, template=kept, key_distrust=distrust
    )


def table(source: Source, *path: str) -> Mapping[str, Any]:
    """A table of a file; one that is not there is empty.

    Raises:
        ConfigError: it is no table.
    """
    content = source.content
    for end, name in enumerate(path, start=1):
        content = content.get(name, {})
        if not isinstance(content, Mapping):
            # What stands there is not shown: it may be a key in the wrong place.
            what = f"{'.'.join(path[:end])} is not a table"
            raise ConfigError(
                what, f"it must be one (file {source.name}{source.where(path[:end])})"
            )
    return content


def named(
    source: Source,
    kind: str,
    name: str,
    error: type[MimoError] = UsageError,
    origin: Callable[[], str] = str,
) -> Mapping[str, Any]:
    """The profile or prompt of that name; `kind` is the name of the table they are in.

    `origin` says in words where the name stands, if that is not plain to see.

    Raises:
        MimoError: of the class `error`: there is none; the message names the nearest.
        ConfigError: it is no table.
    """
    known = table(source, kind)
    if name not in known:
        there_are = f"There are: {', '.join(known)}." if known else _MADE_BY[kind]
        hint = nearest(name, known) or there_are
        raise error(f"unknown {kind.removesuffix('s')} {cut(name)!r}", origin(), hint)
    return table(source, kind, name)


def template(name: str, source: Source) -> Template:
    """The kept prompt of that name. One without a text is the question alone.

    Raises:
        UsageError: there is none.
        ConfigError: its text is not right.
    """
    from mimo_cli.config import templates

    text = named(source, "prompts", name).get(PROMPT.name, "")

    def origin() -> str:
        return f"file {source.name}{source.where(('prompts', name, PROMPT.name))}"

    try:
        return templates.parse(name, read(PROMPT, text), origin)
    except NotAllowedError:
        return templates.parse(name, check(PROMPT, text, origin()), origin)


def unaliased(model: str, source: Source) -> tuple[str, str]:
    """The id that a name for a model stands for, and words for its origin if it is an alias.

    The user's own aliases win over the built-in ones. An alias stands for an id, never for another
    alias.

    Raises:
        ConfigError: the alias is not right.
    """
    own = table(source, "aliases")
    known = ChainMap(cast("dict[str, Any]", own), models.ALIASES)
    if model not in known:
        return model, ""
    if wrong := fault_of_alias(model, known):
        where = source.where(("aliases", model))
        raise ConfigError(wrong, f"name a model (file {source.name}{where})")
    return known[model], f", alias {model}"


def fault_of_alias(name: str, known: Mapping[str, object]) -> str:
    """What is wrong with an alias that does not stand for a model, or nothing."""
    model = known[name]
    what = f"alias {cut(name)} cannot be {cut(repr(model))}"
    if not is_text_value(model) or not model:
        return what
    if model in known and model != name:
        return f"{what}, which is an alias itself"
    return ""


def _places(
    options: Mapping[str, Any],
    environ: Mapping[str, str],
    source: Source,
    project: Source | None,
) -> list[Place]:
    command_line = Place(
        lambda key: options.get(key.word or key.name),
        lambda key: f"option {key.option}",
        UsageError,
    )
    environment = Place(
        lambda key: environ.get(key.variable) or None, lambda key: f"environment {key.variable}"
    )
    top = _of_table(source.content, (), source, f"file {source.name}")
    prompt: list[Place] = []
    chosen: list[Place] = []
    fallback: list[Place] = []
    if options.get("prompt") is not None:
        name = options["prompt"]
        content = named(source, "prompts", name)
        asked = {key: value for key, value in content.items() if key in ASKED}
        words = f"prompt {name}, file {source.name}"
        prompt.append(_of_table(asked, ("prompts", name), source, words))
    key = find("default_profile")
    for place in (command_line, environment, top):
        if (name := place.value(key)) is not None:
            if name := _read(key, name, place):
                profile = _profile(name, source, place)
                (fallback if place is top else chosen).append(profile)
            break
    projects = [] if project is None else [_of_project(project)]
    return [command_line, *prompt, environment, *chosen, *projects, *fallback, top]


def _profile(name: str, source: Source, place: Place) -> Place:
    key = find("default_profile")

    def origin() -> str:
        return "" if place.error is UsageError else place.origin(key) + place.where(key)

    content = named(source, "profiles", name, place.error, origin)
    inner = {key: value for key, value in content.items() if key != "default_profile"}
    words = f"profile {name}, file {source.name}"
    return _of_table(inner, ("profiles", name), source, words)._replace(profile=name)


def _of_project(project: Source) -> Place:
    content = {key: value for key, value in project.content.items() if key in ASKED}
    return _of_table(content, (), project, f"project {project.name}")


def _of_table(content: Mapping[str, Any], path: Path, source: Source, words: str) -> Place:
    return Place(
        lambda key: content.get(key.name),
        lambda _: words,
        ConfigError,
        lambda key: source.where((*path, key.name)),
        distrust=source.distrust,
    )


def _read(key: Key, value: object, place: Place) -> Any:
    try:
        return read(key, value)
    except NotAllowedError:
        return check(key, value, place.origin(key) + place.where(key), place.error)
