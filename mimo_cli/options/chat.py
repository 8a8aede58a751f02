"""The options of `mimo chat`."""

from typing import Annotated

import typer

from mimo_cli.options.request import (
    FileOptions,
    GuardOptions,
    HistoryOptions,
    RequestOptions,
    TalkOptions,
)

_INPUT = "Input"
_OUTPUT = "Output"


class ChatOptions(FileOptions, RequestOptions, GuardOptions, HistoryOptions, TalkOptions):
    """`mimo chat`."""

    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[MESSAGE]...", help="The first message; `-` stands for stdin."),
    ] = None
    json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="One JSON object for each answer (not on a terminal).",
            rich_help_panel=_OUTPUT,
        ),
    ] = False
