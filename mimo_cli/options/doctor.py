"""The options of `mimo doctor`."""

from typing import Annotated

import typer

from mimo_cli.options.request import ServerOptions
from mimo_cli.options.setting import setting


class DoctorOptions(ServerOptions):
    """`mimo doctor`."""

    model: Annotated[
        str | None,
        setting("model", "-m", metavar="ID", panel="Model"),
    ] = None
    offline: Annotated[bool, typer.Option("--offline", help="Leave the network alone.")] = False
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False
