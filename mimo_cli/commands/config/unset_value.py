"""`mimo config unset`: a value or a whole table is taken out of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.config import (
    change_value,
    find_address,
    find_path,
    find_table,
    is_table,
    names_inner_table,
    paths,
    read_source,
)
from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.environment import Environment


def run(environment: Environment, name: str, *, profile: str | None = None) -> int:
    """Take a key out of the file, also one that this program does not know.

    Raises:
        UsageError: there is no such setting or profile.
        ConfigError: the file cannot be read or written.
    """
    file = paths.config_file(environment.environ)
    source = read_source(file)
    console = environment.console()
    if profile is not None:
        if not profile:
            raise UsageError(Phrase("a profile needs a name"))
        find_table(source, "profiles", profile)
        name = f"profiles.{profile}.{name}"
    path = find_path(source, name)
    if not path:
        known = name if names_inner_table(name) else find_address(name).name
        console.info(
            Phrase("{name} is not set in {file}: nothing was changed", name=known, file=str(file))
        )
        return 0
    inner = ", ".join(source.table(*path)) if is_table(source, path) else ""
    with environment.signals.held():
        change_value(file, path, None)
    shown = {"name": ".".join(path), "file": str(file)}
    if inner:
        told = Phrase(
            "{name} is no longer set in {file}, and with it {inner}", inner=inner, **shown
        )
    else:
        told = Phrase("{name} is no longer set in {file}", **shown)
    console.info(told)
    return 0
