"""Options that are settings, too: name and help come from the table of settings."""

from typing import Any

import typer

from mimo_cli.config import find_key


def setting(
    name: str,
    *short: str,
    panel: str,
    metavar: str | None = None,
    off: str = "",
    about: str = "",
) -> Any:
    """Return the option of a setting, to stand in an annotation.

    `short` are other names for it. The value is checked with those of the other layers, so that it
    has no bounds here. A flag has two names: `off` is the one that turns it off, `--no-…` if empty.
    `about` is its help, where the setting's is not that of the option.
    """
    key = find_key(name)
    names = key.option
    if key.kind == "flag":
        names += "/" + (off or f"--no-{names.removeprefix('--')}")
    return typer.Option(
        names,
        *short,
        metavar=metavar,
        help=about or key.help,
        show_default=key.kind != "flag",
        rich_help_panel=panel,
    )
