"""The options of `mimo ask`."""

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
_SERVER = "Server"
_TOOLS = "Tools"


class AskOptions(FileOptions, RequestOptions, GuardOptions, HistoryOptions, TalkOptions):
    """`mimo ask`."""

    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROMPT]...", help="The question; `-` stands for stdin."),
    ] = None
    prompt: Annotated[
        str | None,
        typer.Option(
            "--prompt",
            metavar="NAME",
            help="Use a kept prompt (see: mimo config prompts).",
            rich_help_panel=_INPUT,
        ),
    ] = None
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="Give a field of the kept prompt its value (repeatable).",
            rich_help_panel=_INPUT,
        ),
    ] = None
    edit: Annotated[
        bool,
        typer.Option(
            "--edit",
            "-e",
            help="Write the prompt in $VISUAL or $EDITOR.",
            rich_help_panel=_INPUT,
        ),
    ] = False
    no_stdin: Annotated[
        bool, typer.Option("--no-stdin", help="Do not read stdin.", rich_help_panel=_INPUT)
    ] = False
    strip_ansi: Annotated[
        bool,
        typer.Option(
            "--strip-ansi",
            help="Take colour codes out of stdin and files.",
            rich_help_panel=_INPUT,
        ),
    ] = False
    tool_definitions: Annotated[
        str | None,
        typer.Option(
            "--tool-definitions",
            metavar="FILE",
            help="Offer the tools that are defined in this JSON. They are not run: --json gives "
            "the calls in tool_calls.",
            rich_help_panel=_TOOLS,
        ),
    ] = None
    tool_result: Annotated[
        list[str] | None,
        typer.Option(
            "--tool-result",
            metavar="ID=TEXT",
            help="What a tool that was called answered; with -c or -r. stdin is read only for `-` "
            "then. Repeatable.",
            rich_help_panel=_TOOLS,
        ),
    ] = None
    tool_result_file: Annotated[
        list[str] | None,
        typer.Option(
            "--tool-result-file",
            metavar="ID=FILE",
            help="The same, from a file (`-`: stdin). Repeatable.",
            rich_help_panel=_TOOLS,
        ),
    ] = None
    tool_error: Annotated[
        list[str] | None,
        typer.Option(
            "--tool-error",
            metavar="ID=TEXT",
            help="Why a tool that was called failed. Repeatable.",
            rich_help_panel=_TOOLS,
        ),
    ] = None
    extract: Annotated[
        str | None,
        typer.Option(
            "--extract",
            "-x",
            metavar="[=N|LANGUAGE]",
            help="Only the code of a fenced block: -x the first, -x2, -xpython.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the answer to a file, when it is whole.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None
    copy: Annotated[
        bool,
        typer.Option(
            "--copy",
            help="Copy the answer to the clipboard too, when it is whole; with -x its code.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False
    json: Annotated[
        bool,
        typer.Option("--json", help="One JSON object at the end.", rich_help_panel=_OUTPUT),
    ] = False
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl", help="A JSON line for each event, as it comes.", rich_help_panel=_OUTPUT
        ),
    ] = False
    schema: Annotated[
        str | None,
        typer.Option(
            "--schema",
            metavar="WHAT",
            help="Only JSON that fits: 'name, age int, tags [str]', or a JSON Schema, a file or "
            "its text.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None
    repairs: Annotated[
        int | None,
        typer.Option(
            "--repairs",
            metavar="N",
            help="How often an answer that does not fit is asked for again: 0 to 10 (2).",
            rich_help_panel=_OUTPUT,
        ),
    ] = None
    raw: Annotated[
        bool,
        typer.Option(
            "--raw",
            help="The answer's own text; in a pipe also its control codes.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False
    render: Annotated[
        bool,
        typer.Option(
            "--render", help="Markdown as on a terminal, in a pipe too.", rich_help_panel=_OUTPUT
        ),
    ] = False
    no_stream: Annotated[
        bool,
        typer.Option(
            "--no-stream", help="Ask for the answer in one piece.", rich_help_panel=_OUTPUT
        ),
    ] = False
    dry_run: Annotated[
        str | None,
        typer.Option(
            "--dry-run",
            metavar="[=curl]",
            help="Print the request (=curl: as a command) and send nothing.",
            rich_help_panel=_SERVER,
        ),
    ] = None

    @property
    def gives_results(self) -> bool:
        """Whether there are results of tools that the model has called."""
        return bool(self.tool_result or self.tool_result_file or self.tool_error)
