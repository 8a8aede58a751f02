"""`mimo config list`: every setting, and where its value comes from."""

from __future__ import annotations

import json as json_module
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.keys import mask_all
from mimo_cli.catalogue import models
from mimo_cli.commands.config.listing import value_text, write_rows
from mimo_cli.config import (
    KEYS,
    Key,
    Origin,
    Settings,
    find_address,
    find_problems,
    inspect_configuration,
    right_aliases,
    right_loaders,
)
from mimo_cli.errors import ConfigError, MimoError, UsageError
from mimo_cli.phrases import Phrase
from mimo_cli.screen import colors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimo_cli.config import Configuration, Resolved
    from mimo_cli.environment import Environment
    from mimo_cli.output.columns import Column
    from mimo_cli.output.console import Console

_MOST_PROBLEMS = 10
_ALL = Phrase("mimo config list --json shows all of it")


def run(environment: Environment, *, json: bool, profile: str | None = None) -> int:
    """Print every setting: as a table on a terminal, else with tabs, or as JSON.

    Where something is wrong it is told, and what is right is printed all the same. The exit code is
    the highest of what is wrong.

    Raises:
        UsageError: there is no such profile.
        ConfigError: the file cannot be read.
    """
    configuration = inspect_configuration(environment, {"profile": profile})
    if configuration.failure is not None:  # of a file that cannot be read nothing is right
        raise configuration.failure.error
    problems = _find_problems(configuration, environment)
    console = environment.console()
    for warning in configuration.warnings:
        console.warn(warning)
    rows = list(_rows(configuration))
    if json:
        content = {row.name: row.as_json() for row in rows}
        environment.stdout.write(json_module.dumps(content, indent=2, default=str) + "\n")
    else:
        write_rows(environment, [row.cells() for row in rows], _columns, _ALL)
    tell(problems, console)
    return max((problem.exit_code for problem in problems), default=0)


def _columns() -> Sequence[Column]:
    from mimo_cli.output.columns import Column  # not for pipes

    return (
        Column(Phrase("setting")),
        Column(Phrase("value"), "wrap", least=14),
        Column(Phrase("source"), "wrap", least=10, leaves=2),
        Column(Phrase("default"), "wrap", least=16, leaves=1, below=False),
    )


def tell(problems: Sequence[MimoError], console: Console) -> None:
    """Tell the first of what is wrong, and how much more there is."""
    for problem in problems[:_MOST_PROBLEMS]:
        console.error(problem)
    if (more := len(problems) - _MOST_PROBLEMS) > 0:
        console.warn(Phrase("{count:,} more settings are not right", count=more))


def _find_problems(configuration: Configuration, environment: Environment) -> list[MimoError]:
    """Return what is wrong, in use or not, as `doctor` finds it too.

    Raises:
        UsageError: an option is.
    """
    for problem in configuration.resolved.problems[:1]:
        if isinstance(problem.error, UsageError):
            raise problem.error
    errors = (it.error for it in find_problems(configuration, environment.environ))
    return [*errors, *_refused(configuration, environment)]


def _refused(configuration: Configuration, environment: Environment) -> Iterator[MimoError]:
    """Yield what is right in itself, and refused when it is used."""
    resolved = configuration.resolved
    code_theme, origin = resolved.settings.code_theme, resolved.origin("code_theme").phrase()
    for use in (
        resolved.endpoint,
        lambda: colors.check_code_theme(code_theme, origin, ConfigError),
        lambda: _read_system_prompt(resolved, environment),
    ):
        try:
            use()
        except MimoError as error:
            yield error


def _read_system_prompt(resolved: Resolved, environment: Environment) -> None:
    """Read the system prompt, if it is in a file.

    Raises:
        MimoError: it cannot be read, or is not to be sent.
    """
    if resolved.settings.system:
        from mimo_cli.conversation import prepare  # not for those who have not set one

        prepare.system_prompt(resolved, environment)


class _Row(NamedTuple):
    key: Key
    name: str
    value: object
    source: Phrase
    default: object

    def as_json(self) -> dict[str, object]:
        value = self.value
        if isinstance(value, tuple):
            value = [mask_all(text) for text in value]
        elif self.key.secret or isinstance(value, str):
            value = value_text(self.key, value)
        return {"value": value, "source": str(self.source), "default": self.default}

    def cells(self) -> tuple[str, ...]:
        value, default = (value_text(self.key, value) for value in (self.value, self.default))
        return self.name, value, self.source, default


def _rows(configuration: Configuration) -> Iterator[_Row]:
    resolved, default = configuration.resolved, Settings()
    for key in KEYS:
        value = getattr(resolved.settings, key.field)
        source = resolved.origin(key.field).phrase()
        if key.name == "api_key":  # which may come from a command, or be withheld
            source = resolved.key.source or source
        yield _Row(key, key.name, value, source, getattr(default, key.field))
    yield from _loaders(configuration)
    own = _own_aliases(configuration)
    for name, model in {**models.ALIASES, **own}.items():
        address = find_address(f"aliases.{name}")
        origin = configuration.source.origin(address.path) if name in own else Origin("default")
        yield _Row(address.key, address.name, model, origin.phrase(), models.ALIASES.get(name))


def _loaders(configuration: Configuration) -> Iterator[_Row]:
    """Yield the commands for types of files that are right, and those that are built in."""
    from mimo_cli.attachments.loaders import BUILT_IN

    own = right_loaders(configuration.source)
    for name, words in {**BUILT_IN, **own}.items():
        address = find_address(f"loaders.{name}")
        origin = configuration.source.origin(address.path) if name in own else Origin("default")
        yield _Row(address.key, address.name, words, origin.phrase(), BUILT_IN.get(name))


def _own_aliases(configuration: Configuration) -> Mapping[str, object]:
    """Return the aliases of the user's file that are right."""
    content = configuration.source.content.get("aliases")
    own = content if isinstance(content, Mapping) else {}
    right = right_aliases(configuration.source)
    return {name: model for name, model in right.items() if own.get(name) == model}
