"""The form all commands share: options from a dataclass, grouped help, examples at its end."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, cast

import typer
from typer.core import TyperCommand, TyperGroup

from mimo_cli.cli.arguments import SlipError
from mimo_cli.cli.words import arrange
from mimo_cli.environment import Environment
from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.options import Options
from mimo_cli.phrases import ENGLISH, Phrase, Translations

_REMARKS = "remarks on the command line"
HINT = "what to do about an option that may be a word"
"""Where a context has them."""
_NOT_TEXTS = ("words", "file", "output", "fields", "tool_definitions", "tool_result_file")
"""Words are judged by the command, which knows what else they stand with; names are bytes."""

_RESULTS = ("tool_result", "tool_error")
_IN_A_FILE = Phrase("Give it as --tool-result-file ID=FILE, with --encoding or --lossy.")
"""What to do about a tool's output that is no text: no terminal has typed it."""

Built = TyperCommand | TyperGroup


class Loader(NamedTuple):
    """A command that is built when it is run: the others' options cost nothing then."""

    summary: str
    build: Callable[[], Built]


class _Translated:
    """Shows help in the language of whoever reads it: each text is looked up whole, here.

    Examples are the same in all of them, and so are the words that are fixed in Typer (`Usage:`,
    its headings, defaults, what `--help` does).
    """

    translations: Translations = ENGLISH
    help: str | None
    epilog: str | None
    params: list[Any]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page, from a copy that has its texts in the reader's language."""
        from mimo_cli.cli import help_page

        shown = help_page.translated(self, getattr(ctx.find_root().obj, "translations", ENGLISH))
        super(_Translated, shown).format_help(ctx, formatter)  # type: ignore[misc]  # of Typer's

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples."""
        del ctx
        from mimo_cli.cli import help_page

        help_page.write_examples(self, formatter)

    def get_help_option_names(self, ctx: Any) -> list[str]:
        """Return them in a fixed order: Click's own comes from a set."""
        return sorted(super().get_help_option_names(ctx))  # type: ignore[misc]  # of Typer's


class PlainCommand(_Translated, TyperCommand):
    """A command in Typer's own form."""


class Group(_Translated, TyperGroup):
    """Commands in the order they were written, each built when it is needed."""

    loaders: ClassVar[Mapping[str, Loader]] = {}

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, loader in self.loaders.items():
            self.commands[name] = TyperCommand(name=name, help=loader.summary)

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of writing."""
        del ctx
        return list(self.commands)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command itself, built."""
        loader = self.loaders.get(cmd_name)
        return super().get_command(ctx, cmd_name) if loader is None else loader.build()

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the first word names.

        Raises:
            SlipError: it is no text.
        """
        _as_texts({"command": args[0]})
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, and what else there is after them."""
        from mimo_cli.cli import help_page

        help_page.write_commands(self, formatter)
        TyperCommand.format_options(self, ctx, formatter)  # type: ignore[arg-type]  # what both are would write the commands once more


class Command(_Translated, TyperCommand):
    """A command whose help groups the options, and whose options may have an optional value."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options under the headings of their `rich_help_panel`."""
        from mimo_cli.cli import help_page

        help_page.write_options(self, ctx, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse; give `-x` and `--dry-run` without a value an empty one before.

        Where words are taken, tell them from options first (see `words`).
        """
        args = with_empty_values(args)
        params = self.get_params(ctx)
        if any(param.name == "words" for param in params):
            arranged = arrange(args, _takes_value(params), _is_file)
            ctx.meta[_REMARKS] = arranged.remarks
            ctx.meta[HINT] = arranged.hint
            args = list(arranged.args)
        try:
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            if getattr(error, "ctx", ctx) is None:  # the parser does not know where it is
                vars(error)["ctx"] = ctx
            raise


def command(
    name: str,
    options: type[Options],
    run: Callable[[Environment, Any], int],
    *,
    summary: str,
    shown: str,
) -> Built:
    """Return a command whose options are the fields of a dataclass; `shown` are its examples."""

    def call(context: typer.Context, **values: Any) -> int:
        environment: Environment = context.obj
        console = environment.console(quiet=bool(values.get("quiet")))
        for remark in context.meta.get(_REMARKS, ()):
            console.info(remark)
        return run(environment, options(**_as_texts(values)))

    context = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    fields = [context, *options.parameters()]
    call.__signature__ = inspect.Signature(fields)  # type: ignore[attr-defined]  # mypy knows no such attribute of functions
    call.__annotations__ = {field.name: field.annotation for field in fields}
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(name, cls=Command, help=summary, epilog=examples(shown))(call)
    return build(app)


def takes_value(built_command: Built) -> dict[str, bool]:
    """Return the names of a command's options, each with whether it takes a value."""
    return _takes_value(built_command.params)


def _takes_value(params: Iterable[Any]) -> dict[str, bool]:
    return {
        name: not (getattr(param, "is_flag", False) or getattr(param, "count", False))
        for param in params
        if param.param_type_name == "option"
        for name in (*param.opts, *param.secondary_opts)
    }


def _as_texts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options' values, those that hold bytes which are no text read as the words are.

    Raises:
        SlipError: it is not known what they are.
    """
    from mimo_cli.text.decoding import check_words
    from mimo_cli.text.text_format import TextFormat

    form = TextFormat(values.get("encoding", "utf-8"), bool(values.get("lossy")), "locale")

    def text(name: str, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [text(name, it) for it in value]
        if not isinstance(value, str) or value.isascii():
            return value
        try:
            return check_words(value, form, _name_of_value(name))
        except UsageError as error:
            hint = _IN_A_FILE if name in _RESULTS else error.hint
            raise SlipError(error.what, error.why, hint) from error

    return {name: it if name in _NOT_TEXTS else text(name, it) for name, it in values.items()}


def _name_of_value(name: str) -> Phrase:
    if name == "command":
        return Phrase("the command")
    return Phrase("the value of --{option}", option=name.rstrip("_").replace("_", "-"))


def build(app: typer.Typer) -> Built:
    """Return what Typer makes of an app; it declares a private class."""
    return cast("Built", typer.main.get_command(app))


def with_empty_values(args: Sequence[str]) -> list[str]:
    """Return the arguments with an empty value for `-x` and `--dry-run` that stand alone.

    They take a value only when it is attached (`-x2`, `--dry-run=curl`), so that the first word
    of the prompt is never mistaken for one.
    """
    words = list(args)
    end = words.index("--") if "--" in words else len(words)
    found: list[str] = []
    for word in words[:end]:
        if word in ("--extract", "--dry-run"):
            found.append(word + "=")
        elif match := re.fullmatch(r"-([cequvy]*)x(?:=(.*))?", word):
            found += [f"-{match[1]}"] if match[1] else []
            found.append(f"--extract={match[2] or ''}")
        else:
            found.append(word)
    return found + words[end:]


def _is_file(name: str) -> bool:
    """Return whether there is a regular file of that name."""
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False  # too long for a name, say, or no name at all


def examples(text: str) -> str:
    """Return the lines of the examples at the end of a help page, from an indented text."""
    return inspect.cleandoc(text)
