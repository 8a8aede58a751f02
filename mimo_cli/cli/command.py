"""The form all commands share: options from a dataclass, grouped help, examples at its end."""

import copy
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, cast

import typer
from typer.core import TyperCommand, TyperGroup

from mimo_cli.cli.arguments import SlipError, read
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

HEADINGS = (
    *("Arguments", "Input", "Model", "Conversation", "Output", "Tools", "Server", "Faults"),
    "Options",
)
"""What options are grouped under, in the order of the help."""

_MOST_USED = (
    *("file", "edit", "prompt", "fields", "no_stdin"),
    *("model", "system", "thinking", "max_tokens"),
    *("answer", "extract", "output", "copy", "json", "jsonl", "schema", "repairs"),
    *("usage", "quiet", "show_thinking", "raw", "render", "no_stream"),
    *("profile", "dry_run", "timeout"),
)
"""Options that come first under their headings, by the names of their fields."""

Built = TyperCommand | TyperGroup


class Loader(NamedTuple):
    """A command that is built when it is run: the others' options cost nothing then."""

    summary: str
    build: Callable[[], Built]


def by_use(params: Iterable[Any]) -> list[Any]:
    """Return arguments and options with those first that are used most."""
    ranks = {name: rank for rank, name in enumerate(_MOST_USED)}
    return sorted(params, key=lambda param: ranks.get(param.name, len(ranks)))


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
        shown = self
        if translations := getattr(ctx.find_root().obj, "translations", ENGLISH):
            shown = copy.copy(self)
            shown.translations = translations
            shown.help = shown.in_words(self.help)
            shown.params = [shown.in_language(param) for param in self.params]
        super(_Translated, shown).format_help(ctx, formatter)  # type: ignore[misc]  # of Typer's

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples. The backspace tells the help printer to keep the lines."""
        del ctx
        if self.epilog:
            lines = (f"  {line}" for line in self.epilog.splitlines())
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text("\n".join(["\b", self.in_words("Examples:"), *lines]))

    def get_help_option_names(self, ctx: Any) -> list[str]:
        """Return them in a fixed order: Click's own comes from a set."""
        return sorted(super().get_help_option_names(ctx))  # type: ignore[misc]  # of Typer's

    def in_words(self, text: str | None) -> str:
        """Return a text of the page in the reader's language."""
        plain = inspect.cleandoc(text or "")
        return self.translations.get(plain, plain)

    def in_language(self, part: Any) -> Any:
        """Return a copy of an option or a command with its help in the reader's language."""
        shown = copy.copy(part)
        shown.help = self.in_words(getattr(part, "help", None)) or None
        return shown


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
        self.format_commands(ctx, formatter)
        TyperCommand.format_options(self, ctx, formatter)  # type: ignore[arg-type]  # what both are would write the commands once more

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands without building them."""
        del ctx
        rows = [
            (name, self.in_language(command).get_short_help_str(70))
            for name, command in self.commands.items()
        ]
        with formatter.section(self.in_words("Commands")):
            formatter.write_dl(rows)


class Command(_Translated, TyperCommand):
    """A command whose help groups the options, and whose options may have an optional value."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options under the headings of their `rich_help_panel`."""
        sections: dict[str, list[tuple[str, str]]] = {heading: [] for heading in HEADINGS}
        for param in by_use(self.get_params(ctx)):
            record = param.get_help_record(ctx)
            if record is not None:
                kind = "Arguments" if param.param_type_name == "argument" else "Options"
                heading = getattr(param, "rich_help_panel", None) or kind
                sections.setdefault(heading, []).append(record)
        for heading, records in sections.items():
            if records:
                with formatter.section(self.in_words(heading)):
                    formatter.write_dl(records, col_max=34)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse; give `-x`, `--dry-run` and `--answer` without a value an empty one before.

        Where words are taken, tell them from options first (see `words`).
        """
        args = with_empty_values(args)
        params = self.get_params(ctx)
        if any("--answer" in it.opts and it.metavar == "[=N]" for it in params):
            args = with_answer_number(args)
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


def could_take(built_command: Built, args: Sequence[str]) -> bool:
    """Return whether these could be a command's arguments, by their number or a group's names."""
    words = [it for it in read(args, takes_value(built_command)) if it.kind == "word"]
    if isinstance(built_command, TyperGroup):
        return not words or words[0].value in built_command.commands
    arguments = [it for it in built_command.params if it.param_type_name == "argument"]
    return any(it.nargs < 0 for it in arguments) or len(words) <= len(arguments)


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


def with_answer_number(args: Sequence[str]) -> list[str]:
    """Return the arguments with the value of `--answer` attached: a number behind it, else none.

    Nothing else that may stand there is a number: ids begin with a letter.
    """
    words = list(args)
    end = words.index("--") if "--" in words else len(words)
    found: list[str] = []
    for word in words[:end]:
        if found and found[-1] == "--answer=" and re.fullmatch(r"-?\d+", word):
            found[-1] += word
        else:
            found.append("--answer=" if word == "--answer" else word)
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
