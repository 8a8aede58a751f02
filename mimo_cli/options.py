"""The options of each command, as values. Help texts and names live here, nothing else.

Not `from __future__ import annotations`: Typer reads the annotations at run time, and evaluating
them from text costs start-up time.
"""

from dataclasses import dataclass
from typing import Annotated

import typer

_MODEL = "Model"
_INPUT = "Input"
_OUTPUT = "Output"
_SERVER = "Server"


@dataclass(frozen=True, kw_only=True)
class RequestOptions:
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
    retries: Annotated[
        int | None,
        typer.Option(
            "--retries",
            metavar="N",
            help="How often a failed request is sent again (2).",
            rich_help_panel=_SERVER,
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class TalkOptions:
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


@dataclass(frozen=True, kw_only=True)
class AskOptions(RequestOptions, TalkOptions):
    """`mimo ask`."""

    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROMPT]...", help="The question; `-` stands for stdin."),
    ] = None
    file: Annotated[
        list[str] | None,
        typer.Option(
            "--file",
            "-f",
            metavar="FILE",
            help="Add a text file to the prompt (repeatable).",
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
    strip_ansi: Annotated[
        bool,
        typer.Option(
            "--strip-ansi",
            help="Take colour codes out of stdin and files.",
            rich_help_panel=_INPUT,
        ),
    ] = False
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
    raw: Annotated[
        bool,
        typer.Option(
            "--raw",
            help="The answer's own text; in a pipe also its control codes.",
            rich_help_panel=_OUTPUT,
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


@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    """`mimo demo`."""

    words: Annotated[
        list[str] | None, typer.Argument(metavar="[PROMPT]...", help="What to ask.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class SimulateOptions:
    """`mimo simulate`."""

    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 0
    delay: Annotated[
        float,
        typer.Option("--delay", metavar="SECONDS", min=0, max=60, help="Pause between deltas."),
    ] = 0.02
    answer: Annotated[
        str | None, typer.Option("--answer", metavar="TEXT|@FILE", help="What it answers.")
    ] = None
    times: Annotated[
        int | None,
        typer.Option(
            "--times",
            metavar="N",
            min=1,
            help="The fault strikes N times, then all is well (default: always).",
            rich_help_panel="Faults",
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
            rich_help_panel="Faults",
        ),
    ] = None
    retry_after: Annotated[
        str | None,
        typer.Option(
            "--retry-after",
            metavar="VALUE",
            help="With --status: this Retry-After header.",
            rich_help_panel="Faults",
        ),
    ] = None
    first_byte: Annotated[
        float | None,
        typer.Option(
            "--first-byte",
            metavar="SECONDS",
            min=0,
            help="Wait before the reply.",
            rich_help_panel="Faults",
        ),
    ] = None
    cut: Annotated[
        int | None,
        typer.Option(
            "--cut",
            metavar="BYTE",
            min=0,
            help="Close the connection at this byte.",
            rich_help_panel="Faults",
        ),
    ] = None
    reset: Annotated[
        int | None,
        typer.Option(
            "--reset",
            metavar="BYTE",
            min=0,
            help="Reset the connection at this byte.",
            rich_help_panel="Faults",
        ),
    ] = None
    stall: Annotated[
        int | None,
        typer.Option(
            "--stall",
            metavar="BYTE",
            min=0,
            help="Send nothing more from this byte on.",
            rich_help_panel="Faults",
        ),
    ] = None
    drip: Annotated[
        int | None,
        typer.Option(
            "--drip",
            metavar="BYTE",
            min=0,
            help="From this byte on send one byte a second.",
            rich_help_panel="Faults",
        ),
    ] = None
