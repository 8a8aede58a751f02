"""A command line that could not be run: the error to show, and the object for a script."""

import contextlib
from collections.abc import Sequence

import typer

from mimo_cli.api.keys import find_keys, mask
from mimo_cli.cli.arguments import MisdirectedError, SlipError
from mimo_cli.cli.command import HINT
from mimo_cli.cli.table import COMMANDS, options_of_ask
from mimo_cli.environment import Environment
from mimo_cli.errors import LocalIOError, MimoError, ReaderGone, UsageError
from mimo_cli.phrases import NOTHING, Phrase, verbatim
from mimo_cli.text import punctuation


def usage_error(
    error: typer.TyperException | MisdirectedError | SlipError, args: Sequence[str]
) -> UsageError:
    """Return the error for the user: with the line to type, or the sign that is not right."""
    if isinstance(error, UsageError):
        return error
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "mimo"
    hint = Phrase("See: {command} --help", command=command)
    if context is not None and context.parent is None and args:  # an option before any command
        from mimo_cli.cli.misdirected import meant_for_ask

        hint = meant_for_ask(args, options_of_ask())
    elif context is not None and (way := context.meta.get(HINT)):
        hint = way
    elif isinstance(error, typer.BadParameter):
        hint = _wide_number(args) or hint
    said = _without_beheaded_keys(error.format_message().rstrip("."), args)
    return UsageError(verbatim(said), hint=hint)


def _without_beheaded_keys(text: str, args: Sequence[str]) -> str:
    """Return a text without keys whose first letter was taken for an option: of `-tp-…`, say."""
    for key in (arg[start:end] for arg in args for start, end in find_keys(arg)):
        text = text.replace(key[1:], mask(key)[1:])
    return text


def _wide_number(args: Sequence[str]) -> Phrase:
    """Name the sign for which a number is none: a wide point, say. Empty if there is none."""
    for value in (arg.rpartition("=")[2] for arg in args if not arg.isascii()):
        plain = punctuation.to_plain(value).replace("\N{IDEOGRAPHIC FULL STOP}", ".")
        if plain.isascii() and plain.strip("+-0123456789.") == "":
            odd = next(char for char in value if not char.isascii() and not char.isdecimal())
            sign = punctuation.describe(odd)
            return Phrase("It has {sign}: write {number}", sign=sign, number=plain)
    return NOTHING


def write_json(error: MimoError, args: Sequence[str], environment: Environment) -> None:
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
