"""The options of `mimo chat`."""

from typing import Annotated

import typer

from mimo_cli.options.request import (
    GuardOptions,
    HistoryOptions,
    InputOptions,
    RequestOptions,
    TalkOptions,
)

_INPUT = "Input"
_OUTPUT = "Output"


class ChatOptions(InputOptions, RequestOptions, GuardOptions, HistoryOptions, TalkOptions):
    """`mimo chat`."""

    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[MESSAGE]...", help="The first message; `-` stands for stdin."),
    ] = None
    file: Annotated[
        list[str] | None,
        typer.Option(
            "--file",
            "-f",
            metavar="FILE",
            help="Add a text file to the first message (repeatable).",
            rich_help_panel=_INPUT,
        ),
    ] = None
    json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="One JSON object for each answer (not on a terminal).",
            rich_help_panel=_OUTPUT,
        ),
    ] = False
