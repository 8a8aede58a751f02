"""The command line: its root, and `main`, where an error becomes an exit code.

`command` has the form that commands share, `table` their names, help and examples.
"""

import contextlib
import io
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Annotated, Any

import typer

from mimo_cli import __version__
from mimo_cli.cli.arguments import MisdirectedError, SlipError
from mimo_cli.cli.command import Group, examples
from mimo_cli.cli.table import COMMANDS, options_of_ask
from mimo_cli.environment import Environment
from mimo_cli.errors import Interrupted, MimoError, ReaderGone
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import Phrase

_HELP = ("--help", "-h")
_USAGE = 2


def main(args: Sequence[str], environment: Environment) -> int:
    """Run one command line and return its exit code: one of `errors`, and nothing else."""
    debug = "--debug" in args
    environment = environment._replace(debug=debug)
    environment = environment._replace(is_wide=cache(partial(_is_wide, environment)))
    secrets = cache(partial(_written_secrets, environment))
    environment = environment._replace(conceal=partial(_conceal, secrets))
    console = environment.console()
    try:
        with contextlib.redirect_stdout(_HelpStream(environment.stdout)):
            result = app(list(args), prog_name="mimo", standalone_mode=False, obj=environment)
    except (typer.TyperException, MisdirectedError, SlipError) as error:
        from mimo_cli.cli import failed_line

        usage_error = failed_line.usage_error(error, args)
        usage_error.conceal(environment.conceal)
        failed_line.write_json(usage_error, args, environment)
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
        from mimo_cli.cli import failed_line

        failed_line.write_json(bug, args, environment)
        console.error(bug)
        console.trace(error)
        return MimoError.exit_code
    return result if isinstance(result, int) else 0


def _is_wide(environment: Environment) -> bool:
    """Return whether the terminal draws ambiguous characters wide, as far as anything says so."""
    from mimo_cli.config import inspect_configuration  # not for pipes

    return inspect_configuration(environment, {}).settings.is_wide


def _written_secrets(environment: Environment) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the keys that are written somewhere, and what lets us in at proxies."""
    from mimo_cli.api.transport.proxies.proxy import find_secrets
    from mimo_cli.config import find_written_keys  # not for those who have nothing to say

    return find_written_keys(environment.environ), find_secrets(environment.environ)


def _conceal(secrets: Callable[[], tuple[tuple[str, ...], tuple[str, ...]]], text: str) -> str:
    """Return a text that is said before it is known which key is in use: without any of them."""
    from mimo_cli.api.endpoint import concealed

    return concealed(text, *secrets())


class _HelpStream(io.TextIOBase):
    """Where Typer prints help: our own output, whose errors have our exit codes."""

    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output

    def write(self, text: str) -> int:
        self._output.write(text)
        return len(text)


class _Root(Group):
    loaders = COMMANDS

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the first word names; for `help`, the help of the next.

        `help --man` is the manual, whatever is named besides.

        Raises:
            UsageError: It names none.
        """
        if args[0] == "help":
            from mimo_cli.cli.help_command import meant_by_help

            return super().resolve_command(ctx, meant_by_help(self, ctx, args[1:]))
        if args[0] not in self.commands:
            from mimo_cli.cli.help_command import could_take  # not for those who name one
            from mimo_cli.cli.misdirected import not_a_command

            takes = {name: partial(could_take, self, ctx, name) for name in self.commands}
            raise not_a_command(args, options_of_ask(), takes)
        return super().resolve_command(ctx, args)


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
