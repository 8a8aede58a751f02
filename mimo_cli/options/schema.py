"""The options of `mimo schema`."""

from typing import Annotated

import typer

from mimo_cli.options import Options


class SchemaOptions(Options):
    """`mimo schema`."""

    name: Annotated[
        str,
        typer.Argument(
            metavar="[ask|event|models|history|doctor|config]",
            help="What it is the shape of; without one they are listed.",
        ),
    ] = ""
    json: Annotated[bool, typer.Option("--json", help="The list as one JSON object.")] = False
