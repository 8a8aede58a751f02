"""The options of `mimo simulate`."""

from typing import Annotated

import typer

from mimo_cli.options import Options

_TOOLS = "Tools"
_FAULTS = "Faults"


class SimulateOptions(Options):
    """`mimo simulate`."""

    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 0
    delay: Annotated[
        float,
        typer.Option("--delay", metavar="SECONDS", min=0, max=60, help="Pause between deltas."),
    ] = 0.02
    answer: Annotated[
        list[str] | None,
        typer.Option(
            "--answer",
            metavar="TEXT|@FILE",
            help="What it answers (repeatable: in turn, the last one from then on).",
        ),
    ] = None
    dialect: Annotated[
        list[str] | None,
        typer.Option(
            "--dialect",
            metavar="NAME",
            help="Answer as some gateways do (repeatable); --dialect list names them.",
        ),
    ] = None
    max_body: Annotated[
        int | None,
        typer.Option(
            "--max-body",
            metavar="MB",
            min=1,
            help="The largest request it takes (default: 256); a larger one is a 413.",
        ),
    ] = None
    call: Annotated[
        list[str] | None,
        typer.Option(
            "--call",
            metavar="NAME=JSON",
            help="Call this tool where tools are offered (repeatable: all at once). The input is "
            "sent as it is, JSON or not.",
            rich_help_panel=_TOOLS,
        ),
    ] = None
    calls_as: Annotated[
        str | None,
        typer.Option(
            "--calls-as",
            metavar="text|thinking",
            help="Write the calls out there, in no block of their own.",
            rich_help_panel=_TOOLS,
        ),
    ] = None
    endless_calls: Annotated[
        bool,
        typer.Option(
            "--endless-calls",
            help="Call again after the results, always.",
            rich_help_panel=_TOOLS,
        ),
    ] = False
    times: Annotated[
        int | None,
        typer.Option(
            "--times",
            metavar="N",
            min=1,
            help="The fault strikes N times, then all is well (default: always).",
            rich_help_panel=_FAULTS,
        ),
    ] = None
    status: Annotated[
        int | None,
        typer.Option(
            "--status",
            metavar="CODE",
            min=200,
            max=999,
            help="Answer with this HTTP status.",
            rich_help_panel=_FAULTS,
        ),
    ] = None
    corrupted: Annotated[
        bool,
        typer.Option(
            "--corrupted",
            help="Answer 400, as to a film that cannot be decoded.",
            rich_help_panel=_FAULTS,
        ),
    ] = False
    retry_after: Annotated[
        str | None,
        typer.Option(
            "--retry-after",
            metavar="VALUE",
            help="With --status: this Retry-After header.",
            rich_help_panel=_FAULTS,
        ),
    ] = None
    first_byte: Annotated[
        float | None,
        typer.Option(
            "--first-byte",
            metavar="SECONDS",
            min=0,
            help="Wait before the reply.",
            rich_help_panel=_FAULTS,
        ),
    ] = None
    cut: Annotated[
        int | None,
        typer.Option(
            "--cut",
            metavar="BYTE",
            min=0,
            help="Close the connection at this byte.",
            rich_help_panel=_FAULTS,
        ),
    ] = None
    reset: Annotated[
        int | None,
        typer.Option(
            "--reset",
            metavar="BYTE",
            min=0,
            help="Reset the connection at this byte.",
            rich_help_panel=_FAULTS,
        ),
    ] = None
    stall: Annotated[
        int | None,
        typer.Option(
            "--stall",
            metavar="BYTE",
            min=0,
            help="Send nothing more from this byte on.",
            rich_help_panel=_FAULTS,
        ),
    ] = None
    drip: Annotated[
        int | None,
        typer.Option(
            "--drip",
            metavar="BYTE",
            min=0,
            help="From this byte on send one byte a second.",
            rich_help_panel=_FAULTS,
        ),
    ] = None
