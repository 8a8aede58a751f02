"""The command line: its root, and `main`, where an error becomes an exit code.

`command` has the form that commands share, `table` their names, help and examples.
"""

import contextlib
import io
from collections.abc import Sequence
from functools import cache, partial
from typing import Annotated, Any

import typer

from mimo_cli import __version__
from mimo_cli.cli.arguments import MisdirectedError, SlipError
from mimo_cli.cli.command import HINT, Group, could_take, examples, takes_value
from mimo_cli.cli.table import COMMANDS
from mimo_cli.environment import Environment
from mimo_cli.errors import Interrupted, LocalIOError, MimoError, ReaderGone, UsageError
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import NOTHING, Phrase, verbatim
from mimo_cli.text import punctuation

_HELP = ("--help", "-h")
_USAGE = 2


def main(args: Sequence[str], environment: Environment) -> int:
    """Run one command line and return its exit code: one of `errors`, and nothing else."""
    debug = "--debug" in args
    environment = environment._replace(debug=debug)
    environment = environment._replace(is_wide=cache(partial(_is_wide, environment)))
    console = environment.console()
    try:
        with contextlib.redirect_stdout(_HelpStream(environment.stdout)):
            result = app(list(args), prog_name="mimo", standalone_mode=False, obj=environment)
    except (typer.TyperException, MisdirectedError, SlipError) as error:
        usage_error = _usage_error(error, args)
        _write_json(usage_error, args, environment)
        console.error(usage_error)
        return _USAGE
    except MimoError as error:
        console.error(error)
        return error.exit_code
    except (Interrupted, ReaderGone) as ended:
        return ended.exit_code
    except Exception as error:  # noqa: BLE001 - the last place: a bug becomes one line
        what = Phrase("a bug: {kind}", kind=type(error).__name__)
        hint = Phrase("Please report it, with what this prints: mimo --debug …")
        bug = MimoError(what, Phrase("this should not have happened"), hint)
        _write_json(bug, args, environment)
        console.error(bug)
        console.trace(error)
        return MimoError.exit_code
    return result if isinstance(result, int) else 0


def _is_wide(environment: Environment) -> bool:
    """Return whether the terminal draws ambiguous characters wide, as far as anything says so."""
    from mimo_cli.config import inspect_configuration  # not for pipes

    return inspect_configuration(environment, {}).settings.is_wide


class _HelpStream(io.TextIOBase):
    """Where Typer prints help: our own output, whose errors have our exit codes."""

    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output

    def write(self, text: str) -> int:
        self._output.write(text)
        return len(text)


def _usage_error(
    error: typer.TyperException | MisdirectedError | SlipError, args: Sequence[str]
) -> UsageError:
    if isinstance(error, UsageError):
        return error
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "mimo"
    hint = Phrase("See: {command} --help", command=command)
    if context is not None and context.parent is None and args:  # an option before any command
        from mimo_cli.cli.misdirected import meant_for_ask

        hint = meant_for_ask(args, _options_of_ask())
    elif context is not None and (way := context.meta.get(HINT)):
        hint = way
    elif isinstance(error, typer.BadParameter):
        hint = _wide_number(args) or hint
    return UsageError(verbatim(error.format_message().rstrip(".")), hint=hint)


def _wide_number(args: Sequence[str]) -> Phrase:
    """Name the sign for which a number is none: a wide point, say. Empty if there is none."""
    for value in (arg.rpartition("=")[2] for arg in args if not arg.isascii()):
        plain = punctuation.to_plain(value).replace("\N{IDEOGRAPHIC FULL STOP}", ".")
        if plain.isascii() and plain.strip("+-0123456789.") == "":
            odd = next(char for char in value if not char.isascii() and not char.isdecimal())
            sign = punctuation.describe(odd)
            return Phrase("It has {sign}: write {number}", sign=sign, number=plain)
    return NOTHING


def _write_json(error: MimoError, args: Sequence[str], environment: Environment) -> None:
    """Write the object for a script that wants one, although no command could make it."""
    words = args[: list(args).index("--")] if "--" in args else args
    if not {"--json", "--jsonl"} & set(words):
        return
    line = _object(
        error, next((word for word in words if not word.startswith("-")), ""), environment
    )
    if not line:
        return
    environment.signals.catch()  # or one that comes after it would write another
    with environment.signals.held(), contextlib.suppress(LocalIOError, ReaderGone):  # told already
        environment.stdout.write(line)


def _object(error: MimoError, command: str, environment: Environment) -> str:
    """Return what `--json` of a command is on failure; what is no command was meant for `ask`."""
    from mimo_cli.output import json_output

    match command:
        case "models":
            from mimo_cli.commands import models

            return json_output.to_line(models.as_object(error=error))
        case "doctor":
            from mimo_cli.commands import doctor

            return json_output.to_line(doctor.as_object(error=error))
        case _ if command in COMMANDS and command not in ("ask", "chat"):
            return ""  # an array, say, which has no place for an error
    from mimo_cli.api.protocol.messages import Reply
    from mimo_cli.catalogue.models import DEFAULT_MODEL

    model = environment.environ.get("MIMO_MODEL") or DEFAULT_MODEL
    return json_output.to_line(json_output.result(Reply(), error, model=model))


class _Root(Group):
    loaders = COMMANDS

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the first word names; for `help`, the help of the next.

        `help --man` is the manual, whatever is named besides.

        Raises:
            UsageError: It names none.
        """
        if args[0] == "help":
            return self._resolve_help(ctx, args[1:])
        if args[0] not in self.commands:
            from mimo_cli.cli.misdirected import not_a_command  # not for those who name one

            takes = {name: partial(self._could_take, ctx, name) for name in self.commands}
            raise not_a_command(args, _options_of_ask(), takes)
        return super().resolve_command(ctx, args)

    def _resolve_help(self, ctx: Any, args: list[str]) -> Any:
        if "--man" in args and not {*_HELP} & {*args}:
            return super().resolve_command(ctx, ["help", "--man"])
        names = [arg for arg in args if arg not in (*_HELP, "--man")]
        if not names and args:
            return super().resolve_command(ctx, ["help", "--help"])
        if not names:
            typer.echo(ctx.get_help())
            raise typer.Exit
        command: Any = self
        for place, name in enumerate(names):
            if name not in getattr(command, "commands", ()):
                from mimo_cli.cli.misdirected import not_helped

                raise not_helped(names, names[:place], _options_of_ask())
            command = command.get_command(ctx, name)
        return super().resolve_command(ctx, [*names, "--help"])

    def _could_take(self, ctx: Any, name: str, args: Sequence[str]) -> bool:
        if name == "help":
            return not args or args[0] in self.commands
        return could_take(self.get_command(ctx, name), args)


def _options_of_ask() -> dict[str, bool]:
    return takes_value(COMMANDS["ask"].build())


app = typer.Typer(
    cls=_Root,
    help="Chat with Xiaomi's MiMo models from the terminal.",
    epilog=examples("""
        mimo config init                  asks for server and key, and tries them
        mimo ask what is a monad
        mimo chat                         a prompt; Ctrl-D leaves
        git diff | mimo ask "write a commit message"
        mimo demo                         no key needed
    """),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": [*_HELP]},
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
        environment: Environment = context.obj
        if environment.has_piped_stdin:
            from mimo_cli.cli.misdirected import meant_for_ask

            raise MisdirectedError(
                Phrase("there is no command"),
                Phrase("the piped text was not read"),
                meant_for_ask(),
            )
        typer.echo(context.get_help())
