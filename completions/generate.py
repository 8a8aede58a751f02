"""Writes the static shell completions beside it; `--check` exits 1 if they are not up to date.

Everything in them is read from the commands themselves, the settings and the catalogue. What an
option's value can be is read from its metavar: FILE is a file, TEXT|@FILE a text or a file after
`@`, a word in lower case stands for itself, and [=…] is attached with `=` or left out. An option
named like a setting takes that setting's values, and --dialect takes those of the simulator. To
the catalogue's models the scripts add those that the server listed last, from a file that
`mimo models --remote` leaves in the cache folder.
"""  # noqa: INP001 - a program in a folder of scripts, not a package

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Literal

import typer

from mimo_cli.catalogue import models, remote_models
from mimo_cli.cli.app import app
from mimo_cli.config import schema
from mimo_cli.simulator import DIALECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).parent
HEADER = "Made by completions/generate.py: change that, not this."


@dataclass(frozen=True, slots=True)
class Word:
    """A word to offer, and what it means."""

    text: str
    help: str = ""


Kind = Literal["text", "file", "text or @file", "model", "value of the setting"]
Values = tuple[Word, ...] | Kind
MODELS = tuple(Word(model.id, model.note) for model in models.current())
DIALECT_NAMES = (
    Word("list", "Say what each of them is"),
    *(Word(name, dialect.about) for name, dialect in DIALECTS.items()),
)


@dataclass(frozen=True, slots=True)
class Argument:
    """What a command or an option takes.

    `many`: that and all that follow, or an option that can be repeated. `attached`: the value of an
    option that is written `--name=value`, or left out.
    """

    name: str
    values: Values
    many: bool = False
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """An option, under all its names."""

    names: tuple[str, ...]
    help: str
    argument: Argument | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its whole name. A group's only argument is the name of a subcommand."""

    name: str
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]
    is_group: bool


# ---- What there is to complete


def commands(command: Any, name: str, parent: Any = None) -> Iterator[Command]:
    """A command of Typer's tree and all below it, without what is hidden."""
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
        yield from commands(below, f"{name} {child}", context)


def _options(param: Any) -> Iterator[Option]:
    if param.param_type_name != "option":
        return
    # Long names first. Click keeps those of --help in a set: their order differs from run to run.
    names = tuple(sorted(param.opts, key=lambda name: (not name.startswith("--"), name)))
    text = _summary(param.help)
    if param.is_flag or param.count:
        yield Option(names, text)
    else:
        attached = (param.metavar or "").startswith("[=")
        argument = Argument(_metavar(param), _values(param), param.multiple, attached)
        yield Option(names, text, argument)
    if param.secondary_opts:
        yield Option(tuple(param.secondary_opts), f"The opposite of {names[0]}")


def _values(param: Any) -> Values:
    if param.name == "dialect":
        return DIALECT_NAMES
    metavar = param.metavar or ""
    words = re.findall(r"[a-z][\w-]*", metavar) or getattr(param.type, "choices", [])
    if words:
        return tuple(Word(str(word)) for word in words)
    if "@FILE" in metavar:
        return "text or @file"
    if "FILE" in metavar:
        return "file"
    return next((setting_values(key) for key in schema.KEYS if key.name == param.name), "text")


def _argument_values(command: str, param: Any) -> Values:
    match command.split()[1:], param.name:
        case ["config", "set"], "value":
            return "value of the setting"
        case ["config", _], "name":
            return tuple(Word(key.name, key.help) for key in schema.KEYS)
        case ["models"], _:
            return "model"
        case _:
            return _values(param)


def setting_values(key: schema.Key) -> Values:
    """What a setting can be set to."""
    if key.name == "model":
        return "model"
    if key.kind == "flag":
        return (Word("true"), Word("false"))
    return tuple(Word(choice) for choice in key.choices) or "text"


def _metavar(param: Any) -> str:
    return re.sub(r"[][=.:]", "", param.metavar or param.name)


def _summary(text: str | None) -> str:
    """The first line of a help text, without what is only for prose."""
    return (text or "").partition("\n")[0].replace("`", "").rstrip(".")


# ---- bash

BASH = r"""
# Called with the command, the word to complete and the word before it.
_mimo() {
    local typed=${2-${COMP_WORDS[COMP_CWORD]#=}} count=$((COMP_CWORD - 1))
    local place=mimo number=1 expected='' before='' argument='' prefix='' values='' word
    local taken='' head=''
    COMPREPLY=()
    [[ ${COMP_WORDS[COMP_CWORD]} == [=:]* ]] && ((count++))
    for word in "${COMP_WORDS[@]:1:count}"; do
        if [[ $word == = || $word == =@ ]]; then # readline makes three words of --color=auto
            _mimo_values "$place $before="
            expected=$values
        elif [[ $word == @ ]]; then # and two of @file
            continue
        elif [[ $word == : && $taken ]]; then # and three of -m llama3:8b
            head+=$before:
            expected=$taken
        elif [[ $expected ]]; then
            taken=$expected
            expected=''
        elif [[ $word == -- ]]; then
            expected='<file>'
            break
        elif [[ $word == -?* ]]; then
            _mimo_values "$place $word"
            expected=$values
            head=''
        else
            taken=''
            _mimo_values "options of $place $word"
            if [[ $values ]]; then
                place+=" $word"
            else
                argument=$word
                ((number++))
            fi
        fi
        before=$word
    done
    if [[ ! $expected && $typed == --*=* ]]; then # COMP_WORDBREAKS may lack the =
        prefix=${typed%%=*}=
        typed=${typed#*=}
        _mimo_values "$place $prefix"
    elif [[ $expected ]]; then
        values=$expected
    elif [[ $typed == -* ]]; then
        _mimo_values "options of $place"
    else
        _mimo_values "argument $number of $place"
    fi
    [[ $values == '<value of the setting>' ]] && _mimo_values "setting $argument"
    _mimo_reply
}

# Fills COMPREPLY with the values that begin with what is typed.
_mimo_reply() {
    local offer=(-f)
    case $values in
    '<text>' | '') return ;;
    '<file>') compopt -o filenames 2>/dev/null ;; # an older bash has no compopt
    '<text or @file>')
        [[ $typed == @* ]] || return
        prefix+=@
        typed=${typed#@}
        ;;
    '<model>') _mimo_models && offer=(-W "$values") ;;
    *) offer=(-W "$values") ;;
    esac
    while IFS= read -r word; do
        if [[ ${offer[0]} == -f && $prefix && -d $word ]]; then # readline cannot tell by itself
            word+=/
            compopt -o nospace 2>/dev/null
        fi
        [[ $prefix == *@ ]] && printf -v word %q "$word"
        COMPREPLY+=("$prefix$word")
    done < <(compgen "${offer[@]}" -- "$typed")
}

# Makes `values` the models that begin with `head`, without it. They are words that mean nothing
# to the shell, which expands them once more.
_mimo_models() {
    local known='KNOWN' cache=${MIMO_CACHE:-${XDG_CACHE_HOME:-${HOME-}/.cache}/mimo-cli} id
    [[ -f $cache/FILE ]] || cache=${MIMO_CACHE:-${HOME-}/Library/Caches/mimo-cli}
    values=''
    for id in $known; do
        [[ $id == "$head"* ]] && values+=" ${id#"$head"}"
    done
    [[ -f $cache/FILE && -r $cache/FILE ]] || return 0
    while IFS= read -r id; do
        if [[ $id =~ ^[A-Za-z0-9._:/@+-]+$ && $id == "$head"* && " $known " != *" $id "* ]]; then
            values+=" ${id#"$head"}"
        fi
    done <"$cache/FILE"
}
"""


def bash(tree: Sequence[Command], programs: Sequence[str]) -> str:
    """The script for bash, from 3.2 on."""
    rows = [row for command in tree for row in _bash_rows(command)]
    rows += [_bash_row([f"'setting {k.name}'"], setting_values(k)) for k in schema.KEYS]
    return "\n".join(
        [
            f"# bash completion for {' and '.join(programs)}. {HEADER}",
            "",
            "# Sets `values` to what can stand at a place: words, a kind in <>, or nothing.",
            "_mimo_values() {",
            "    case $1 in",
            *rows,
            "    *) values='' ;;",
            "    esac",
            "}",
            _filled(BASH, " ".join(word.text for word in MODELS)),
            f"complete -F _mimo {' '.join(programs)}",
            "",
        ]
    )


def _bash_rows(command: Command) -> Iterator[str]:
    names = tuple(Word(name) for option in command.options for name in option.names)
    yield _bash_row([quote(f"options of {command.name}")], names)
    for option in command.options:
        if option.argument:
            long = [f"{name}=" for name in option.names if name.startswith("--")]
            separate = [] if option.argument.attached else option.names
            places = [quote(f"{command.name} {name}") for name in (*separate, *long)]
            yield _bash_row(places, option.argument.values)
    for number, argument in enumerate(command.arguments, 1):
        which = "'*'" if argument.many else str(number)
        yield _bash_row([f"'argument {which} of {command.name}'"], argument.values)


def _bash_row(patterns: Sequence[str], values: Values) -> str:
    words = f"<{values}>" if isinstance(values, str) else " ".join(word.text for word in values)
    return f"    {' | '.join(patterns)}) values={quote(words)} ;;"


def _filled(script: str, known: str) -> str:
    return script.replace("KNOWN", known).replace("FILE", remote_models.IDS_FILE)


# ---- zsh

ZSH = r"""
# The models of the catalogue, and those that the server listed last.
_mimo_models() {
    local cache=${MIMO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mimo-cli} ret=1
    local -a known=(KNOWN) listed
    local -a ids=(${known%%:*})
    [[ -f $cache/FILE ]] || cache=${MIMO_CACHE:-$HOME/Library/Caches/mimo-cli}
    [[ -r $cache/FILE ]] && listed=(${(M)${(f)"$(<$cache/FILE)"}:#[A-Za-z0-9._:/@+-]##})
    listed=(${listed:|ids})
    _describe model known && ret=0
    compadd "$@" -a listed && ret=0
    return ret
}

_mimo_text_or_file() {
    compset -P @ && _files
}

# The file is the body of the function _mimo. After -- there is nothing but file names.
if ((words[(i)--] < CURRENT)); then
    _files
else
    _mimo_command
fi
"""


def zsh(tree: Sequence[Command], programs: Sequence[str]) -> str:
    """The script for zsh: a function for each command."""
    rows = [f"    {key.name}) {_zsh_setting(setting_values(key))} ;;" for key in schema.KEYS]
    return "\n".join(
        [
            f"#compdef {' '.join(programs)}",
            f"# zsh completion for {' and '.join(programs)}. {HEADER}",
            "",
            *(line for command in tree for line in _zsh_function(command)),
            "# The values of the setting before it.",
            "_mimo_setting() {",
            "    case $line[1] in",
            *rows,
            "    esac",
            "}\n" + _filled(ZSH, " ".join(quote(f"{w.text}:{w.help}") for w in MODELS)),
        ]
    )


def _zsh_function(command: Command) -> Iterator[str]:
    """The lines of a function that completes a command; a group calls that of the subcommand."""
    name = f"_{command.name} command".replace(" ", "_")
    specs = [_zsh_option(option, each) for option in command.options for each in option.names]
    for number, argument in enumerate(command.arguments, 1):
        place = "*" if argument.many else str(number)
        specs.append(f"{place}:{argument.name}:{_zsh_action(argument.values)}")
    if command.is_group:
        specs.append("*::word:->word")
    # -A: what follows the name of a subcommand is the subcommand's, even if the group has it too.
    flags = "-s -S -A '-*'" if command.is_group else "-s -S"
    arguments = " \\\n        ".join([f"_arguments {flags} :", *map(quote, specs)])
    yield f"{name}() {{"
    if command.is_group:
        below = f"_{command.name} ${{words[1]}} command".replace(" ", "_")
        yield "    local context state state_descr line ret=1"
        yield "    local -A opt_args"
        yield f"    {arguments} && ret=0"
        yield f"    [[ $state == word ]] && _call_function ret {below}"
        yield "    return ret"
    else:
        yield f"    {arguments}"
    yield "}\n"


def _zsh_option(option: Option, name: str) -> str:
    joint, value, argument = "", "", option.argument
    if argument and name.startswith("--"):
        joint = "=-" if argument.attached else "="
    elif argument:
        joint = "-" if argument.attached else "+"
    if argument:
        optional = ":" if argument.attached else ""
        value = f"{optional}:{argument.name}:{_zsh_action(argument.values)}"
    others = "*" if argument and argument.many else f"({' '.join(option.names)})"
    about = re.sub(r"([][\\])", r"\\\1", option.help)
    return f"{others}{name}{joint}[{about}]{value}"


def _zsh_action(values: Values) -> str:
    match values:
        case "text":
            return " "
        case "file":
            return "_files"
        case "text or @file":
            return "_mimo_text_or_file"
        case "model":
            return "_mimo_models"
        case "value of the setting":
            return "_mimo_setting"
        case _:
            return f"(({' '.join(map(_zsh_word, values))}))"


def _zsh_word(word: Word) -> str:
    if not word.help:
        return word.text
    about = _double_quoted(word.help).replace(":", r"\:")
    return rf"{word.text}\:{about}"


def _zsh_setting(values: Values) -> str:
    match values:
        case "model":
            return "_mimo_models"
        case str():
            return "_message value"
        case _:
            return f"compadd {' '.join(word.text for word in values)}"


def _double_quoted(text: str) -> str:
    """Prose for `_arguments`, which evaluates it: what stands in backticks would be run."""
    return '"' + re.sub(r'(["$\\`])', r"\\\1", text.replace("`", "")) + '"'


# ---- fish

FISH = r"""
# Whether the place in the command line matches: the command, the number of the argument that is
# next, the argument before it.
function __mimo_at --argument-names pattern
    set -l place mimo
    set -l number 1
    set -l argument
    set -l expected no
    for word in (commandline -opc)[2..]
        if test $expected = yes
            set expected no
        else if test "$word" = --
            set place --
            break
        else if string match -q -- '-*' "$word"
            contains -- "$place $word" $__mimo_with_value; and set expected yes
        else if contains -- "$place $word" $__mimo_commands
            set place "$place $word"
        else
            set number (math $number + 1)
            set argument $word
        end
    end
    string match -qr -- "^$pattern\$" "$place $number $argument"
end

# The files for a text that may begin with @.
function __mimo_text_or_file
    set -l typed (string match -r -- '^(?:-[^@]*)?@(.*)' (commandline -ct))
    and complete -C "'' $typed[2]" | string replace -r '^' @ # of a command without a name: files
end

# The models of the catalogue, and those that the server listed last.
function __mimo_models
    set -l known KNOWN
    set -l cache $HOME/.cache
    test -n "$XDG_CACHE_HOME"; and set cache $XDG_CACHE_HOME
    set -l folders $cache/mimo-cli $HOME/Library/Caches/mimo-cli
    test -n "$MIMO_CACHE"; and set folders $MIMO_CACHE
    printf '%s\n' $known
    for folder in $folders
        test -f $folder/FILE -a -r $folder/FILE; or continue
        while read -l id
            contains -- $id (string split -f 1 \t $known); and continue
            string match -r '^[A-Za-z0-9._:/@+-]+$' -- $id
        end <$folder/FILE
        break
    end
end
"""


def fish(tree: Sequence[Command], programs: Sequence[str]) -> str:
    """The script for fish: a line for each option and argument."""
    with_value = [
        f"{command.name} {name}"
        for command in tree
        for option in command.options
        for name in option.names
        if option.argument and not option.argument.attached
    ]
    first, *others = programs
    return "\n".join(
        [
            f"# fish completion for {' and '.join(programs)}. {HEADER}",
            "",
            f"set -g __mimo_commands {' '.join(_fish_quote(command.name) for command in tree)}",
            f"set -g __mimo_with_value {' '.join(map(_fish_quote, with_value))}",
            _filled(
                FISH, " ".join(_fish_quote(w.text) + r"\t" + _fish_quote(w.help) for w in MODELS)
            ),
            *(f"complete -c {other} --wraps {first}" for other in others),
            f"complete -c {first} -f",
            f"complete -c {first} -n '__mimo_at \"--.*\"' -F",
            *(f"complete -c {first} {line}" for command in tree for line in _fish_lines(command)),
            "",
        ]
    )


def _fish_lines(command: Command) -> Iterator[str]:
    """What `complete` is told about all that a command takes."""
    for option in command.options:
        names = [f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names]
        takes = _fish_option(option.argument) if option.argument else ""
        place = _fish_place(command.name, r"\d+")
        yield f"{place} {' '.join(names)}{takes} -d {_fish_quote(option.help)}"
    for number, argument in enumerate(command.arguments, 1):
        if argument.values == "value of the setting":
            for key in schema.KEYS:
                yield from _fish_argument(
                    _fish_place(command.name, number, key.name), setting_values(key)
                )
        else:
            numbers = rf"[{number}-9]\d*" if argument.many else number
            yield from _fish_argument(_fish_place(command.name, numbers), argument.values)


def _fish_place(command: str, number: int | str, argument: str = ".*") -> str:
    return f"-n \"__mimo_at '{command} {number} {argument}'\""


def _fish_argument(place: str, values: Values) -> Iterator[str]:
    if values != "text":
        yield place + _fish_values(values)


def _fish_option(argument: Argument) -> str:
    match argument:
        case Argument(values="text", attached=True):
            return ""
        case Argument(attached=True):
            return _fish_values(argument.values)
        case Argument(values="file"):
            return " -r" + _fish_values(argument.values)
        case _:
            return " -x" + _fish_values(argument.values)


def _fish_values(values: Values) -> str:
    match values:
        case "text" | "value of the setting":
            return ""
        case "file":
            return " -F"
        case "text or @file":
            return " -a '(__mimo_text_or_file)'"
        case "model":
            return " -a '(__mimo_models)'"
        case _:
            return f" -a {_fish_quote(' '.join(map(_fish_word, values)))}"


def _fish_word(word: Word) -> str:
    return f"{word.text}\\t{_double_quoted(word.help)}" if word.help else word.text


def _fish_quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


# ---- The files


def scripts() -> dict[str, str]:
    """The text of each file, by its name."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    programs = tuple(project["scripts"])
    tree = tuple(commands(typer.main.get_command(app), programs[0]))
    made = {"bash": bash(tree, programs), "zsh": zsh(tree, programs), "fish": fish(tree, programs)}
    return {"mimo.bash": made["bash"], "_mimo": made["zsh"], "mimo.fish": made["fish"]}


def main(args: Sequence[str]) -> int:
    """Writes the files, or with `--check` names those that differ. Returns the exit code."""
    stale = [
        (HERE / name, text)
        for name, text in scripts().items()
        if not (HERE / name).exists() or (HERE / name).read_text("utf-8") != text
    ]
    for file, text in stale:
        if "--check" not in args:
            file.write_text(text, "utf-8")
        sys.stderr.write(f"{file.name} {'is not up to date' if '--check' in args else 'written'}\n")
    return int("--check" in args and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
