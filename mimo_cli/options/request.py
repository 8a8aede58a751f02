"""Options that mean the same for every command."""

from typing import Annotated

import typer

from mimo_cli.options import Options
from mimo_cli.options.setting import setting

_INPUT = "Input"
_MODEL = "Model"
_CONVERSATION = "Conversation"
_OUTPUT = "Output"
_SERVER = "Server"


class ServerOptions(Options):
    """Which server, and how long; the same for every command that talks to one."""

    profile: Annotated[
        str | None,
        setting(
            "default_profile",
            "-p",
            metavar="NAME",
            panel=_SERVER,
            about="Take the settings of this profile.",
        ),
    ] = None
    base_url: Annotated[
        str | None,
        setting("base_url", metavar="URL", panel=_SERVER),
    ] = None
    timeout: Annotated[
        float | None,
        setting("timeout", metavar="SECONDS", panel=_SERVER),
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


class FileOptions(InputOptions):
    """What goes along with a question, and how films do."""

    file: Annotated[
        list[str] | None,
        typer.Option(
            "--file",
            "-f",
            metavar="FILE",
            help="Add a text, picture, recording or film, by name or URL; or a folder's texts, "
            "'src/**/*.py', lines (a.py:10-40). Repeatable.",
            rich_help_panel=_INPUT,
        ),
    ] = None
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude",
            metavar="GLOB",
            help="Leave names like this out ('*.log', node_modules/, src/gen/**), as .gitignore "
            "does. Repeatable.",
            rich_help_panel=_INPUT,
        ),
    ] = None
    fps: Annotated[
        float | None,
        typer.Option(
            "--fps",
            metavar="N",
            help="Frames of a film that are looked at, a second: 0.1 to 10 (2).",
            rich_help_panel=_INPUT,
        ),
    ] = None
    media_resolution: Annotated[
        str | None,
        typer.Option(
            "--media-resolution",
            metavar="default|max",
            help="How closely each frame of a film is looked at.",
            rich_help_panel=_INPUT,
        ),
    ] = None


class RequestOptions(ServerOptions):
    """What is asked of the model, and how; the same for every command that asks."""

    model: Annotated[
        str | None,
        setting("model", "-m", metavar="ID", panel=_MODEL),
    ] = None
    system: Annotated[
        str | None,
        setting("system", "-s", metavar="TEXT|@FILE", panel=_MODEL),
    ] = None
    no_system: Annotated[
        bool, typer.Option("--no-system", help="Send no system prompt.", rich_help_panel=_MODEL)
    ] = False
    temperature: Annotated[
        float | None,
        setting("temperature", "-t", metavar="N", panel=_MODEL),
    ] = None
    top_p: Annotated[
        float | None,
        setting("top_p", metavar="N", panel=_MODEL),
    ] = None
    max_tokens: Annotated[
        int | None,
        setting("max_tokens", metavar="N", panel=_MODEL),
    ] = None
    stop: Annotated[
        list[str] | None,
        setting(
            "stop",
            metavar="TEXT",
            panel=_MODEL,
            about="End the answer before this text (repeatable).",
        ),
    ] = None
    thinking: Annotated[
        bool | None,
        setting("thinking", panel=_MODEL),
    ] = None
    retries: Annotated[
        int | None,
        setting("retries", metavar="N", panel=_SERVER),
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
            help="Go on with this one: its id or title, or how one begins.",
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
        setting("show_thinking", panel=_OUTPUT, off="--hide-thinking"),
    ] = None
    usage: Annotated[
        bool | None,
        setting("usage", "-u", panel=_OUTPUT),
    ] = None
    color: Annotated[
        str | None,
        setting("color", metavar="WHEN", panel=_OUTPUT),
    ] = None
    live: Annotated[
        bool | None,
        setting("live", panel=_OUTPUT),
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
