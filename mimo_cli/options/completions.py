"""The options of `mimo completions`."""

from typing import Annotated

import typer

from mimo_cli.options import Options


class CompletionsOptions(Options):
    """`mimo completions`."""

    shell: Annotated[
        str, typer.Argument(metavar="bash|zsh|fish", help="The shell that Tab is pressed in.")
    ] = ""
