"""`mimo config`: show the settings, and take them out."""

from __future__ import annotations

import json as json_module
import re
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.keys import mask, mask_all
from mimo_cli.catalogue import models
from mimo_cli.config import address, load, ownership, paths, resolve, schema, toml_file
from mimo_cli.config.load import Configuration
from mimo_cli.config.schema import Key, Settings
from mimo_cli.errors import ConfigError, MimoError, UsageError
from mimo_cli.output.sanitize import one_line, sanitize
from mimo_cli.screen import theme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimo_cli.environment import Environment
    from mimo_cli.output.console import Console

_FIRST_WORDS = 60
_MOST_PROBLEMS = 10


def get(environment: Environment, name: str, *, reveal: bool, profile: str | None = None) -> int:
    """Prints the value in force; an empty line if there is none."""
    place = address.address(name)
    loaded = _loaded(environment, profile)
    value: object
    if len(place.path) == 1:
        value = getattr(loaded.settings, place.key.name)
    else:
        aliases = {"aliases": {**models.ALIASES, **resolve.table(loaded.source, "aliases")}}
        source = loaded.source._replace(content={**loaded.source.content, **aliases})
        value = resolve.table(source, *place.path[:-1]).get(place.path[-1])
    text = _text(place.key, value, reveal=reveal)
    environment.stdout.write(sanitize(text, terminal=environment.stdout.is_terminal) + "\n")
    return 0


def unset(environment: Environment, name: str, *, profile: str | None = None) -> int:
    """Takes a key out of the file, also one that this program does not know."""
    file = paths.config_file(environment.environ)
    source = load.read(file)
    console = environment.console()
    if profile is not None:
        if not profile:
            raise UsageError("a profile needs a name")
        resolve.named(source, "profiles", profile)
        name = f"profiles.{profile}.{name}"
    if path := address.existing(source, name):
        was = ", ".join(resolve.table(source, *path)) if address.is_table(source, path) else ""
        with environment.signals.held():
            toml_file.change(file, path, None)
        held = f", and with it {was}" if was else ""
        console.info(f"{'.'.join(path)} is no longer set in {file}{held}")
    else:
        known = name if address.is_name_of_table(name) else address.address(name).name
        console.info(f"{known} is not set in {file}: nothing was changed")
    return 0


def list_(environment: Environment, *, json: bool, profile: str | None = None) -> int:
    """Prints every setting: as a table on a terminal, else with tabs, or as JSON.

    Where something is wrong it is told, and what is right is printed all the same.

    Raises:
        ConfigError: the file cannot be read.
    """
    loaded, problems = _as_far_as_right(environment, profile)
    problems += tuple(_refused(loaded.settings))
    rows = list(_rows(loaded))
    if json:
        content = {row.name: row.as_json() for row in rows}
        environment.stdout.write(json_module.dumps(content, indent=2) + "\n")
    else:
        texts = [row.texts() for row in rows]
        if environment.stdout.is_terminal:
            environment.stdout.write(_table([("setting", "value", "source", "default"), *texts]))
        else:
            environment.stdout.write(_tabbed(texts))
    _tell(problems, environment.console())
    return max((problem.exit_code for problem in problems), default=0)


def prompts(environment: Environment, *, json: bool) -> int:
    """Prints the kept prompts: name, first words, fields. One that is wrong is told, with no more.

    Raises:
        ConfigError: the file cannot be read.
    """
    source = load.read(paths.config_file(environment.environ))
    rows = []
    content = {}
    wrong: list[ConfigError] = []
    for name in resolve.table(source, "prompts"):
        try:
            kept = resolve.table(source, "prompts", name)
            fields = resolve.template(name, source).fields
        except ConfigError as error:
            wrong.append(error)
            continue
        text = str(kept.get("prompt", kept.get("system", "")))
        rows.append((one_line(name), one_line(text, _FIRST_WORDS), ", ".join(fields)))
        content[name] = {**kept, "fields": fields}
    if json:
        environment.stdout.write(json_module.dumps(content, indent=2, default=str) + "\n")
    elif environment.stdout.is_terminal and rows:
        environment.stdout.write(_table([("prompt", "text", "fields"), *rows]))
    else:
        environment.stdout.write(_tabbed(rows))
    _tell(wrong, environment.console())
    if not rows and not wrong:
        hint = "mimo config set prompts.NAME.prompt TEXT"
        environment.console().info(f"no prompts are kept yet: {hint}")
    return wrong[0].exit_code if wrong else 0


def _tell(problems: Sequence[MimoError], console: Console) -> None:
    """Tell the first of what is wrong, and how much more there is."""
    for problem in problems[:_MOST_PROBLEMS]:
        console.error(problem)
    if (more := len(problems) - _MOST_PROBLEMS) > 0:
        console.warn(f"{more:,} more settings are not right")


def path(environment: Environment) -> int:
    """Prints where the file is, whether it exists or not."""
    file = str(paths.config_file(environment.environ))
    # A script needs it as it is.
    environment.stdout.write(f"{sanitize(file) if environment.stdout.is_terminal else file}\n")
    return 0


class _Row(NamedTuple):
    key: Key
    name: str
    value: object
    origin: str
    default: object

    def as_json(self) -> dict[str, object]:
        value = self.value
        if isinstance(value, tuple):
            value = [mask_all(text) for text in value]
        elif self.key.secret or isinstance(value, str):
            value = _text(self.key, value)
        return {"value": value, "source": self.origin, "default": self.default}

    def texts(self) -> tuple[str, ...]:
        value, default = (one_line(_text(self.key, text)) for text in (self.value, self.default))
        return one_line(self.name), value, one_line(self.origin), default


def _rows(loaded: Configuration) -> Iterator[_Row]:
    chosen, default = loaded.settings, Settings()
    for key in schema.KEYS:
        origin = chosen.origins.get(key.name, "default")
        name = key.name
        yield _Row(key, name, getattr(chosen, name), origin, getattr(default, name))
    own = resolve.table(loaded.source, "aliases")
    for name, model in {**models.ALIASES, **own}.items():
        origin = f"file {loaded.file}" if name in own else "default"
        place = address.address(f"aliases.{name}")
        yield _Row(place.key, place.name, model, origin, models.ALIASES.get(name))


def _loaded(environment: Environment, profile: str | None) -> Configuration:
    loaded = load.load(environment, {"profile": profile})
    console = environment.console()
    for warning in loaded.warnings:
        console.warn(warning)
    return loaded


def _as_far_as_right(
    environment: Environment, profile: str | None
) -> tuple[Configuration, tuple[MimoError, ...]]:
    """What is in force, without the values that are wrong; and what is wrong with those."""
    try:
        return _loaded(environment, profile), ()
    except ConfigError:
        from mimo_cli.doctor.check import look

        file = paths.config_file(environment.environ)
        load.read(file)  # of a file that cannot be read nothing is right
        subject = look(environment, {"profile": profile})
        sudo_uid = environment.environ.get("SUDO_UID", "")
        warnings = [ownership.exposed(file, sudo_uid), *address.unknown(subject.source)]
        for warning in filter(None, [*warnings, *subject.project.remarks]):
            environment.console().warn(warning)
        found = Configuration(file, subject.source, subject.settings, (), ())
        return found, subject.problems


def _refused(chosen: Settings) -> Iterator[MimoError]:
    """What is right in itself, and refused when it is used."""
    origin = chosen.origins.get("code_theme", "")
    for use in (
        chosen.endpoint,
        lambda: theme.check_code_theme(chosen.code_theme, origin, ConfigError),
    ):
        try:
            use()
        except MimoError as error:
            yield error


def _text(key: Key, value: object, *, reveal: bool = False) -> str:
    if value is None or value == ():
        return ""
    if key.secret and not reveal:
        return mask(str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    if reveal:
        return text
    return mask_all(re.sub("//[^/@]*@", "//***@", text) if key.name == "base_url" else text)


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [min(48, max(map(len, column))) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "".join(line.rstrip() + "\n" for line in lines)


def _tabbed(rows: Sequence[tuple[str, ...]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)
