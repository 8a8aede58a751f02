"""Names, help and examples of the commands, and `main`: where an error becomes an exit code.

Not `from __future__ import annotations`: Typer reads the annotations at run time.
"""

import contextlib
import inspect
import io
import re
import traceback
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from mimo_cli import __version__, options
from mimo_cli.edges import Edges
from mimo_cli.errors import Interrupted, MimoError, ReaderGone, UsageError
from mimo_cli.terminal.console import Console
from mimo_cli.terminal.output import Output
from mimo_cli.terminal.sanitize import sanitize

_USAGE = 2
_READER_GONE = 141
_HEADINGS = ("Arguments", "Input", "Model", "Output", "Server", "Faults", "Options")
_KEY = re.compile(r"\b[st][kp]-[\w-]{6,}")
_BARE_EXTRACT = re.compile(r"(-[quve]*)x")


def main(args: Sequence[str], edges: Edges) -> int:
    """Runs one command line. The exit codes are those of `errors` and nothing else."""
    console = Console(edges.stderr)
    try:
        with contextlib.redirect_stdout(_HelpStream(edges.stdout)):
            result = app(list(args), prog_name="mimo", standalone_mode=False, obj=edges)
    except typer.TyperException as error:
        console.error(_usage_error(error))
        return _USAGE
    except MimoError as error:
        console.error(error)
        _trace(args, edges, error)
        return error.exit_code
    except Interrupted as interrupted:
        return interrupted.exit_code
    except ReaderGone:
        return _READER_GONE
    except Exception as error:  # noqa: BLE001 - the last place: a bug becomes one line
        what = f"a bug: {type(error).__name__}"
        hint = "Please report it, with what this prints: mimo --debug …"
        console.error(MimoError(what, "this should not have happened", hint))
        _trace(args, edges, error)
        return MimoError.exit_code
    return result if isinstance(result, int) else 0


class _HelpStream(io.TextIOBase):
    """Where Typer prints help: our own output, whose errors have our exit codes."""

    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output

    def write(self, text: str) -> int:
        self._output.write(text)
        return len(text)


def _usage_error(error: typer.TyperException) -> UsageError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "mimo"
    return UsageError(error.format_message().rstrip("."), hint=f"See: {command} --help")


def _trace(args: Sequence[str], edges: Edges, error: Exception) -> None:
    """With `--debug`, where it happened. Without local variables: they may hold the key."""
    if "--debug" in args:
        text = _KEY.sub("[key]", "".join(traceback.format_exception(error)))
        key = edges.environ.get("MIMO_API_KEY")
        Console(edges.stderr).write(sanitize(text.replace(key, "[key]") if key else text))


class Command(TyperCommand):
    """A command whose help groups the options, and whose options may have an optional value."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Writes the options under the headings of their `rich_help_panel`."""
        sections: dict[str, list[tuple[str, str]]] = {heading: [] for heading in _HEADINGS}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                kind = "Arguments" if param.param_type_name == "argument" else "Options"
                heading = getattr(param, "rich_help_panel", None) or kind
                sections.setdefault(heading, []).append(record)
        for heading, records in sections.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records, col_max=34)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parses, after `-x` and `--dry-run` without a value were given an empty one."""
        return super().parse_args(ctx, _with_empty_values(args))


def _with_empty_values(args: Sequence[str]) -> list[str]:
    """`-x` and `--dry-run`, where they stand alone, with an empty value.

    They take a value only when it is attached (`-x2`, `--dry-run=curl`), so that the first word
    of the prompt is never mistaken for one.
    """
    words = list(args)
    end = words.index("--") if "--" in words else len(words)
    found: list[str] = []
    for word in words[:end]:
        if word in ("--extract", "--dry-run"):
            found.append(word + "=")
        elif match := _BARE_EXTRACT.fullmatch(word):
            found += [match.group(1), "--extract="] if len(match.group(1)) > 1 else ["--extract="]
        else:
            found.append(word)
    return found + words[end:]


def _examples(text: str) -> str:
    """The end of a help page. The backspace tells the help printer to keep the lines."""
    lines = inspect.cleandoc(text).splitlines()
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


class Group(TyperGroup):
    """The commands in the order they were written."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of registration."""
        del ctx
        return list(self.commands)


app = typer.Typer(
    cls=Group,
    help="Chat with Xiaomi's MiMo models from the terminal.",
    epilog=_examples("""
        mimo ask what is a monad
        git diff | mimo ask "write a commit message"
        mimo demo                         no key needed
    """),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mimo {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", help="Show the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error happened.")] = False,
) -> None:
    del version, debug  # handled when they were read
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def _command(
    group: typer.Typer,
    name: str,
    chosen: type,
    run: Callable[[Edges, Any], int],
    *,
    summary: str,
    examples: str,
) -> None:
    """Adds a command whose options are the fields of a dataclass."""

    def call(context: typer.Context, **values: Any) -> int:
        return run(context.obj, chosen(**values))

    context = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    fields = list(inspect.signature(chosen).parameters.values())
    call.__signature__ = inspect.Signature([context, *fields])  # type: ignore[attr-defined]  # functions take one; mypy's stub does not know
    call.__annotations__ = {field.name: field.annotation for field in [context, *fields]}
    group.command(name, cls=Command, help=summary, epilog=_examples(examples))(call)


def _ask(edges: Edges, chosen: options.AskOptions) -> int:
    from mimo_cli.commands import ask

    return ask.run(edges, chosen)


_command(
    app,
    "ask",
    options.AskOptions,
    _ask,
    summary="""Ask one question and see the answer stream.

    The answer goes to stdout, everything else to stderr. Piped text alone is the question;
    beside words on the command line it is what they are about.""",
    examples="""
      mimo ask what is a monad
      git diff | mimo ask "write a commit message"
      mimo ask -f a.py -f b.py "which is faster?"
      mimo ask -x "a shell line that counts files" > count.sh
    """,
)


def _demo(edges: Edges, chosen: options.DemoOptions) -> int:
    from mimo_cli.commands import demo

    return demo.run(edges, chosen)


_command(
    app,
    "demo",
    options.DemoOptions,
    _demo,
    summary="""See an answer stream, with no key and no network.

    The answer comes from a simulator inside this program: there is no model behind it.""",
    examples="""
      mimo demo
      mimo demo please introduce yourself
    """,
)


def _simulate(edges: Edges, chosen: options.SimulateOptions) -> int:
    from mimo_cli.commands import simulate

    return simulate.run(edges, chosen)


_command(
    app,
    "simulate",
    options.SimulateOptions,
    _simulate,
    summary="""Run a server that speaks MiMo's protocol, to test scripts against.

    It prints two export lines that point mimo at it, and runs until it is interrupted.
    The options under Faults make it fail the way real servers do.""",
    examples="""
      mimo simulate --port 8765
      mimo simulate --status 503 --times 2      fails twice, then answers
      mimo simulate --cut 600                   breaks off in mid-answer
    """,
)

config = typer.Typer(
    cls=Group,
    help="Show and change the settings.",
    epilog=_examples("""
        mimo config set api_key           asks for it, without showing it
        mimo config set model mimo-v2.6-flash
        mimo config list                  each value, and where it comes from
    """),
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.add_typer(config, name="config")

_Name = Annotated[str, typer.Argument(metavar="NAME", help="The setting's name.")]


@config.command("set")
def _config_set(
    context: typer.Context,
    name: _Name,
    value: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VALUE]...", help="Its value; asked for, or from stdin, if none."),
    ] = None,
) -> int:
    """Keep a setting. The API key is asked for, or read from stdin; never given as a word."""
    from mimo_cli.commands import config as command

    return command.set_(context.obj, name, value or [])


@config.command("get")
def _config_get(
    context: typer.Context,
    name: _Name,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show the key itself.")] = False,
) -> int:
    """Print the value in force, whichever place it comes from."""
    from mimo_cli.commands import config as command

    return command.get(context.obj, name, reveal=reveal)


@config.command("unset")
def _config_unset(context: typer.Context, name: _Name) -> int:
    """Take a setting out of the file."""
    from mimo_cli.commands import config as command

    return command.unset(context.obj, name)


@config.command("list")
def _config_list(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> int:
    """List every setting, its value and where it comes from."""
    from mimo_cli.commands import config as command

    return command.list_(context.obj, json=json)


@config.command("path")
def _config_path(context: typer.Context) -> int:
    """Print where the file is."""
    from mimo_cli.commands import config as command

    return command.path(context.obj)
