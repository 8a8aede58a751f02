"""The options of `mimo demo`."""

from typing import Annotated

import typer

from mimo_cli.options import Options


class DemoOptions(Options):
    """`mimo demo`."""

    words: Annotated[
        list[str] | None, typer.Argument(metavar="[PROMPT]...", help="What to ask.")
    ] = None
