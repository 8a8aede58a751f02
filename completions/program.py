"""What there is to complete: the program's commands, settings and models, as one value.

Read from the commands themselves, the settings and the catalogue. What an option's value can be is
read from its metavar: FILE is a file, TEXT|@FILE a text or a file after `@`, ID=FILE a file after
`=`, a word in lower case stands for itself, and [=…] is attached with `=` or left out. An option
named like a setting takes that setting's values, --dialect those of the simulator, and --schema a
file, with `@` or without. Profiles, kept prompts and conversations are names that only the user's
own files hold: shells read them from files that the program keeps (`mimo_cli.shell.caches`).
"""  # noqa: INP001 - beside a program in a folder of scripts, not a package

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import typer

from mimo_cli.catalogue import models, remote_models
from mimo_cli.cli.app import app
from mimo_cli.config import schema
from mimo_cli.shell import caches, names
from mimo_cli.simulator import DIALECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Word(NamedTuple):
    """A word to offer, and what it means."""

    text: str
    help: str = ""


Own = Literal["profile", "prompt", "conversation"]
File = Literal["file", "text or @file", "file or @file", "id=file"]
Kind = Literal["text", "model", "value of the setting"] | File | Own
Values = tuple[Word, ...] | Kind


class Argument(NamedTuple):
    """What a command or an option takes.

    `many`: that and all that follow, or an option that can be repeated. `attached`: the value of an
    option that is written `--name=value`, or left out.
    """

    name: str
    values: Values
    many: bool = False
    attached: bool = False


class Option(NamedTuple):
    """An option, under all its names: the long ones first."""

    names: tuple[str, ...]
    help: str
    argument: Argument | None = None


class Command(NamedTuple):
    """A command by its whole name. A group's only argument is the name of a subcommand."""

    name: str
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]
    is_group: bool


class Setting(NamedTuple):
    """A setting, and what it can be set to."""

    name: str
    values: Values


class Program(NamedTuple):
    """All that a completion script is made from.

    `names` are those it is installed under, `commands` it and all commands below it. To `models`,
    those of the catalogue, the scripts add the ones that the server listed last: `models_file` is
    what `mimo models --remote` leaves in the cache folder, an id a line.
    """

    names: tuple[str, ...]
    commands: tuple[Command, ...]
    settings: tuple[Setting, ...]
    models: tuple[Word, ...]
    models_file: str

    def filled_in(self, functions: str) -> str:
        """Return a shell's functions with the names of files, and what ids are made of."""
        words = {
            "MODELS_FILE": self.models_file,
            "CONVERSATIONS_FILE": caches.CONVERSATIONS,
            "NAMES_ENDING": caches.ENDING,
            "ID_FIRST": names.ID_FIRST,
            "ID_OTHERS": names.ID_OTHERS,
            "BIDI_MARKS": " ".join(map(_in_bytes, _BIDI)),
            "BIDI_RANGES": "".join(rf"\x{{{ord(mark):x}}}" for mark in _BIDI),
        }
        for name, word in words.items():
            functions = functions.replace(name, word)
        return functions


_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What turns the direction of a text: the program writes none, but a file may be another's."""


def _in_bytes(mark: str) -> str:
    """Return a character for bash and zsh by its bytes: other escapes are not known everywhere."""
    return "$'" + "".join(rf"\x{byte:02x}" for byte in mark.encode()) + "'"


def read_program(installed: tuple[str, ...]) -> Program:
    """Read all that there is to complete; `installed` are the names of the program."""
    return Program(
        installed,
        tuple(_with_topics(tuple(_commands(typer.main.get_command(app), installed[0])))),
        tuple(Setting(key.name, _setting_values(key)) for key in schema.KEYS),
        tuple(Word(model.id, model.note) for model in models.current()),
        remote_models.IDS_FILE,
    )


def _commands(command: Any, name: str, parent: Any = None) -> Iterator[Command]:
    """Yield a command of Typer's tree and all below it, without what is hidden."""
    # Typer carries its own copy of Click, whose classes have no public names: hence Any.
    context = command.context_class(
        command, info_name=name, parent=parent, **command.context_settings
    )
    children = {
        child: below
        for child in getattr(command, "commands", ())
        if not (below := command.get_command(context, child)).hidden
    }
    params = [param for param in command.get_params(context) if not getattr(param, "hidden", False)]
    arguments = [
        Argument(_metavar(param), _argument_values(name, param), many=param.nargs == -1)
        for param in params
        if param.param_type_name == "argument"
    ]
    if children:
        words = tuple(Word(child, _summary(below.help)) for child, below in children.items())
        arguments = [Argument("command", words)]
    yield Command(
        name,
        tuple(option for param in params for option in _options(param)),
        tuple(arguments),
        is_group=bool(children),
    )
    for child, below in children.items():
        yield from _commands(below, f"{name} {child}", context)


def _with_topics(commands: tuple[Command, ...]) -> Iterator[Command]:
    """Yield the commands; `help` takes their names, and behind a group's those below it."""
    root, *others = commands
    for command in commands:
        if command.name != f"{root.name} help":
            yield command
            continue
        yield command._replace(arguments=root.arguments, is_group=True)
        helps = tuple(option for option in command.options if "--help" in option.names)
        for group in filter(lambda it: it.is_group, others):
            name = command.name + group.name.removeprefix(root.name)
            yield Command(name, helps, group.arguments, is_group=False)


def _options(param: Any) -> Iterator[Option]:
    if param.param_type_name != "option":
        return
    # Long names first. Click keeps those of --help in a set: their order differs from run to run.
    found = tuple(sorted(param.opts, key=lambda name: (not name.startswith("--"), name)))
    text = _summary(param.help)
    if param.is_flag or param.count:
        yield Option(found, text)
    else:
        attached = (param.metavar or "").startswith("[=")
        argument = Argument(_metavar(param), _values(param), param.multiple, attached)
        yield Option(found, text, argument)
    if param.secondary_opts:
        yield Option(tuple(param.secondary_opts), f"The opposite of {found[0]}")


_OWN: Mapping[str, Own] = {
    "profile": "profile",
    "prompt": "prompt",
    "resume": "conversation",
}
"""Options whose values are names of the user's own."""


def _values(param: Any) -> Values:
    if param.name == "dialect":
        return _dialects()
    if param.name in _OWN:
        return _OWN[param.name]
    if param.name == "schema":
        return "file or @file"
    metavar = param.metavar or ""
    words = re.findall(r"[a-z][\w-]*", metavar) or getattr(param.type, "choices", [])
    if words:
        return tuple(Word(str(word)) for word in words)
    if "@FILE" in metavar:
        return "text or @file"
    if metavar.startswith("ID=FILE"):
        return "id=file"
    if "FILE" in metavar or "FOLDER" in metavar:
        return "file"
    return next((_setting_values(key) for key in schema.KEYS if key.name == param.name), "text")


def _dialects() -> tuple[Word, ...]:
    words = [Word(name, dialect.about) for name, dialect in DIALECTS.items()]
    return (Word("list", "Say what each of them is"), *words)


def _argument_values(command: str, param: Any) -> Values:
    match command.split()[1:], param.name:
        case ["config", "set"], "value":
            return "value of the setting"
        case ["config", _], "name":
            return tuple(Word(key.name, _summary(key.help)) for key in schema.KEYS)
        case ["models"], _:
            return "model"
        case ["history", _], _ if _metavar(param) == "ID":
            return "conversation"
        case _:
            return _values(param)


def _setting_values(key: schema.Key) -> Values:
    """Return what a setting can be set to."""
    if key.name == "model":
        return "model"
    if key.name == "default_profile":
        return "profile"
    if key.kind == "flag":
        return (Word("true"), Word("false"))
    return tuple(Word(choice) for choice in key.choices) or "text"


def _metavar(param: Any) -> str:
    return re.sub(r"[][=.:]", "", param.metavar or param.name)


def _summary(text: str | None) -> str:
    """Return the first line of a help text, without what is only for prose."""
    return (text or "").partition("\n")[0].replace("`", "").rstrip(".")


def double_quoted(text: str) -> str:
    """Return prose for a shell that evaluates it: what stands in backticks would be run."""
    return '"' + re.sub(r'(["$\\`])', r"\\\1", text.replace("`", "")) + '"'
