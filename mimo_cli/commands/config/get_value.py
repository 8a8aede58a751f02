"""`mimo config get`: the value in force, whichever place it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import models
from mimo_cli.commands.config.listing import value_text
from mimo_cli.config import find_address, load_configuration
from mimo_cli.output.sanitize import sanitize

if TYPE_CHECKING:
    from mimo_cli.config import Address, Configuration
    from mimo_cli.environment import Environment


def run(environment: Environment, name: str, *, reveal: bool, profile: str | None = None) -> int:
    """Print the value in force; an empty line if there is none.

    Raises:
        MimoError: there is no such setting, or something in force is not right.
    """
    address = find_address(name)
    configuration = load_configuration(environment, {"profile": profile})
    console = environment.console()
    for warning in configuration.warnings:
        console.warn(warning)
    text = value_text(address.key, _value(address, configuration), reveal=reveal)
    environment.stdout.write(sanitize(text, terminal=environment.stdout.is_terminal) + "\n")
    return 0


def _value(address: Address, configuration: Configuration) -> object:
    if len(address.path) == 1:
        return getattr(configuration.settings, address.key.field)
    *tables, name = address.path
    content = configuration.source.table(*tables)
    if tables == ["aliases"]:
        content = {**models.ALIASES, **content}
    if tables == ["loaders"]:
        from mimo_cli.attachments.loaders import BUILT_IN

        content = {**BUILT_IN, **content}
    return content.get(name)
