"""`mimo help NAMES`, which is the help of what they name; what a command could be given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from mimo_cli.cli.arguments import read
from mimo_cli.cli.command import takes_value
from mimo_cli.cli.table import options_of_ask

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELP = ("--help", "-h")


def meant_by_help(root: Any, ctx: Any, args: list[str]) -> list[str]:
    """Return the command line that stands for `help` with these arguments.

    `--man` is the manual, whatever is named besides. Without a name the root's help is printed.

    Raises:
        Exit: it was.
        MisdirectedError: there is no command of that name.
    """
    if "--man" in args and not {*_HELP} & {*args}:
        return ["help", "--man"]
    names = [arg for arg in args if arg not in (*_HELP, "--man")]
    if not names and args:
        return ["help", "--help"]
    if not names:
        typer.echo(ctx.get_help())
        raise typer.Exit
    command = root
    for place, name in enumerate(names):
        if name not in getattr(command, "commands", ()):
            from mimo_cli.cli.misdirected import not_helped

            groups = [it for it in root.commands if _has_command(root, ctx, it, name)]
            raise not_helped(names, names[:place], options_of_ask(), groups)
        command = command.get_command(ctx, name)
    return [*names, "--help"]


def _has_command(root: Any, ctx: Any, group: str, name: str) -> bool:
    return name in getattr(root.get_command(ctx, group), "commands", ())


def could_take(root: Any, ctx: Any, name: str, args: Sequence[str]) -> bool:
    """Return whether these could be a command's arguments, by their number or a group's names."""
    if name == "help":
        return not args or args[0] in root.commands
    command = root.get_command(ctx, name)
    words = [it for it in read(args, takes_value(command)) if it.kind == "word"]
    if isinstance(command, TyperGroup):
        return not words or words[0].value in command.commands
    arguments = [it for it in command.params if it.param_type_name == "argument"]
    return any(it.nargs < 0 for it in arguments) or len(words) <= len(arguments)
