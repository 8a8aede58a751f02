"""The options of `mimo models`."""

from typing import Annotated

import typer

from mimo_cli.options.request import ServerOptions

_SERVER = "Server"


class ModelsOptions(ServerOptions):
    """`mimo models`."""

    model_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Show all about one model.")
    ] = None
    every: Annotated[bool, typer.Option("--all", help="Those that are retired, too.")] = False
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False
    remote: Annotated[
        bool,
        typer.Option(
            "--remote",
            help="Ask the server what it has; its answer is kept for a day.",
            rich_help_panel=_SERVER,
        ),
    ] = False
    refresh: Annotated[
        bool,
        typer.Option(
            "--refresh",
            help="Ask it again, although the day is not over.",
            rich_help_panel=_SERVER,
        ),
    ] = False
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No warnings or notices, only errors.")
    ] = False
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say what is asked, and what comes back.")
    ] = False
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error happened.")] = False
