"""What a check looks at, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal

from mimo_cli.api.endpoint import concealed
from mimo_cli.api.keys import mask_all
from mimo_cli.api.transport.proxies.proxy import find_secrets
from mimo_cli.api.transport.trust import trust
from mimo_cli.config import NoKey, find_problems, inspect_configuration
from mimo_cli.errors import AuthError, ConfigError, MimoError
from mimo_cli.output.command_terms import in_command_terms
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.transport.trust import Trust
    from mimo_cli.config import Configuration, Problem, Resolved, Settings
    from mimo_cli.environment import Environment

State = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was found, in one line each: `text`, and where something is wrong, what to do."""

    name: str
    state: State
    text: Phrase
    advice: Phrase = NOTHING


@dataclass(frozen=True, slots=True)
class Subject:
    """The surroundings, and as much of the configuration as is right.

    `problems` are what is wrong with the configuration, in use or not. `options` are those of the
    command line. `trust` loads what TLS is made with, once; it raises a `ConfigError` each time.
    """

    environment: Environment
    configuration: Configuration
    problems: tuple[Problem, ...]
    options: Mapping[str, Any]
    trust: Callable[[], Trust]

    @property
    def resolved(self) -> Resolved:
        """What is in force, where it comes from, and which key is used."""
        return self.configuration.resolved

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.configuration.settings

    @property
    def endpoint(self) -> Endpoint | None:
        """The server, with the key if that is one; None if its URL is not right."""
        try:
            return self.parsed_endpoint()
        except ConfigError:
            return None  # the check of the server says what is wrong

    def parsed_endpoint(self) -> Endpoint:
        """Return the server, with the key if that is one.

        Raises:
            ConfigError: its URL is not right.
        """
        try:
            found = self.resolved.endpoint()
        except AuthError:  # the check of the key says what is wrong
            found = self.resolved._replace(key=NoKey()).endpoint()
        return found._replace(hidden=find_secrets(self.environment.environ))

    def conceal(self, text: str) -> str:
        """Return a text without the key, as written and as sent, and what looks like one."""
        sent = self.endpoint and self.endpoint.key
        keys = [(key or "").strip() for key in (self.settings.api_key, sent)]
        return mask_all(concealed(text, keys, find_secrets(self.environment.environ)))


def seconds_for_a_step(environment: Environment, settings: Settings) -> float:
    """Return how long a step on the way to the server may take: not longer than all may."""
    limits = environment.limits
    total = settings.timeout or limits.total
    return limits.connect if total is None else min(limits.connect, total)


def failed(name: str, error: MimoError, otherwise: Phrase = NOTHING) -> Check:
    """Return the check that an error amounts to; `otherwise` is what to do if it does not say."""
    return Check(name, "failed", error.message, in_command_terms(error.hint) or otherwise)


def inspect(environment: Environment, options: Mapping[str, Any]) -> Subject:
    """Read the configuration as far as it can be read.

    Raises:
        UsageError: an option is out of range.
    """
    configuration = inspect_configuration(environment, options)
    of_options = [it for it in configuration.resolved.problems if it.origin.kind == "option"]
    for problem in of_options:
        if problem.origin.name != "--profile":  # of that one the check of the profile says so
            raise problem.error
    problems = find_problems(configuration, environment.environ)
    return Subject(
        environment,
        configuration,
        tuple(problem for problem in problems if problem not in of_options),
        options,
        cache(
            partial(
                trust, environment.environ, seconds_for_a_step(environment, configuration.settings)
            )
        ),
    )
