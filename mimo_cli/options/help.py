"""The options of `mimo help`."""

from typing import Annotated

import typer

from mimo_cli.options import Options


class HelpOptions(Options):
    """`mimo help`."""

    names: Annotated[
        list[str] | None, typer.Argument(metavar="[COMMAND]...", help="What to explain.")
    ] = None
    man: Annotated[
        bool,
        typer.Option("--man", help="The manual page, all of it; in a pipe its source, for man -l."),
    ] = False
