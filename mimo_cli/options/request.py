"""Options that mean the same for every command."""

from typing import Annotated

import typer

from mimo_cli.options import Options

_INPUT = "Input"
_MODEL = "Model"
_CONVERSATION = "Conversation"
_OUTPUT = "Output"
_SERVER = "Server"


class ServerOptions(Options):
    """Which server, and how long; the same for every command that talks to one."""

    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            "-p",
            metavar="NAME",
            help="Take the settings of this profile.",
            rich_help_panel=_SERVER,
        ),
    ] = None
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url",
            metavar="URL",
            help="Server to ask, up to /v1/messages.",
            rich_help_panel=_SERVER,
        ),
    ] = None
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout",
            metavar="SECONDS",
            help="Time for the whole answer.",
            rich_help_panel=_SERVER,
        ),
    ] = None


class InputOptions(Options):
    """How what is read becomes text."""

    encoding: Annotated[
        str,
        typer.Option(
            "--encoding",
            metavar="NAME",
            help="Encoding of stdin and files.",
            rich_help_panel=_INPUT,
        ),
    ] = "utf-8"
    lossy: Annotated[
        bool,
        typer.Option("--lossy", help="Replace bytes that are not text.", rich_help_panel=_INPUT),
    ] = False


class RequestOptions(ServerOptions):
    """What is asked of the model, and how; the same for every command that asks."""

    model: Annotated[
        str | None,
        typer.Option("--model", "-m", metavar="ID", help="Model to ask.", rich_help_panel=_MODEL),
    ] = None
    system: Annotated[
        str | None,
        typer.Option(
            "--system",
            "-s",
            metavar="TEXT|@FILE",
            help="System prompt, instead of MiMo's recommended one.",
            rich_help_panel=_MODEL,
        ),
    ] = None
    no_system: Annotated[
        bool, typer.Option("--no-system", help="Send no system prompt.", rich_help_panel=_MODEL)
    ] = False
    temperature: Annotated[
        float | None,
        typer.Option(
            "--temperature",
            "-t",
            metavar="N",
            help="0 to 1.5; ignored while the model thinks.",
            rich_help_panel=_MODEL,
        ),
    ] = None
    top_p: Annotated[
        float | None,
        typer.Option(
            "--top-p",
            metavar="N",
            help="0.01 to 1; ignored while the model thinks.",
            rich_help_panel=_MODEL,
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        typer.Option(
            "--max-tokens",
            metavar="N",
            help="Longest answer, thinking included.",
            rich_help_panel=_MODEL,
        ),
    ] = None
    stop: Annotated[
        list[str] | None,
        typer.Option(
            "--stop",
            metavar="TEXT",
            help="End the answer before this text (repeatable).",
            rich_help_panel=_MODEL,
        ),
    ] = None
    thinking: Annotated[
        bool | None,
        typer.Option(
            "--thinking/--no-thinking",
            help="Let the model think before it answers.",
            show_default=False,
            rich_help_panel=_MODEL,
        ),
    ] = None
    retries: Annotated[
        int | None,
        typer.Option(
            "--retries",
            metavar="N",
            help="How often a failed request is sent again (2).",
            rich_help_panel=_SERVER,
        ),
    ] = None


class GuardOptions(Options):
    """Whether a question that is very long is asked about first."""

    yes: Annotated[
        bool,
        typer.Option(
            "--yes",
            "-y",
            help="Send it, however long it is, without being asked.",
            rich_help_panel=_MODEL,
        ),
    ] = False


class HistoryOptions(Options):
    """Whether to go on with an earlier conversation, and whether to keep this one."""

    continue_: Annotated[
        bool,
        typer.Option(
            "--continue",
            "-c",
            help="Go on with the newest conversation.",
            rich_help_panel=_CONVERSATION,
        ),
    ] = False
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume",
            "-r",
            metavar="ID",
            help="Go on with this one: its id, the start of it, or its title.",
            rich_help_panel=_CONVERSATION,
        ),
    ] = None
    no_history: Annotated[
        bool,
        typer.Option("--no-history", help="Keep nothing.", rich_help_panel=_CONVERSATION),
    ] = False


class TalkOptions(Options):
    """How much is said on stderr, and in which colours."""

    show_thinking: Annotated[
        bool | None,
        typer.Option(
            "--show-thinking/--hide-thinking",
            help="Show the model's thinking on stderr (default: on a terminal).",
            show_default=False,
            rich_help_panel=_OUTPUT,
        ),
    ] = None
    usage: Annotated[
        bool | None,
        typer.Option(
            "--usage/--no-usage",
            "-u",
            help="End with a line on tokens, time and cost.",
            show_default=False,
            rich_help_panel=_OUTPUT,
        ),
    ] = None
    color: Annotated[
        str | None,
        typer.Option(
            "--color",
            metavar="WHEN",
            help="auto, always or never.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None
    live: Annotated[
        bool | None,
        typer.Option(
            "--live/--no-live",
            help="Draw the answer while it grows, or print rows when they are final.",
            show_default=False,
            rich_help_panel=_OUTPUT,
        ),
    ] = None
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", help="No warnings or notices, only errors.", rich_help_panel=_OUTPUT
        ),
    ] = False
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help="Say what is sent where, and what comes back.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False
    debug: Annotated[
        bool,
        typer.Option("--debug", help="Show where an error happened.", rich_help_panel=_OUTPUT),
    ] = False
