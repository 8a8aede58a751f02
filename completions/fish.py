"""The completion script for fish."""  # noqa: INP001 - beside a program, not a package

from __future__ import annotations

from typing import TYPE_CHECKING

from program import Argument, double_quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from program import Command, Option, Program, Setting, Values, Word

FUNCTIONS = r"""
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
        test -f $folder/MODELS_FILE -a -r $folder/MODELS_FILE; or continue
        while read -l id
            contains -- $id (string split -f 1 \t $known); and continue
            string match -r '^[A-Za-z0-9._:/@+-]+$' -- $id
        end <$folder/MODELS_FILE
        break
    end
end

# The file with the names of a kind, which the program keeps.
function __mimo_kept --argument-names kind
    set -l library "$HOME/Library/Application Support/mimo-cli"
    if test $kind = conversation
        set -l data $HOME/.local/share
        test -n "$XDG_DATA_HOME"; and set data $XDG_DATA_HOME
        set data $data/mimo-cli
        test -d "$data"; or set data $library
        test -n "$MIMO_DATA"; and set data (string replace -r '^~/' "$HOME/" -- $MIMO_DATA)
        echo $data/CONVERSATIONS_FILE
        return
    end
    set -l config $HOME/.config
    test -n "$XDG_CONFIG_HOME"; and set config $XDG_CONFIG_HOME
    set config $config/mimo-cli/config.toml
    test -f "$config"; or set config $library/config.toml
    test -n "$MIMO_CONFIG"; and set config (string replace -r '^~/' "$HOME/" -- $MIMO_CONFIG)
    string match -q '/*' -- $config; or set config $PWD/$config
    set -l folder (realpath (string replace -r '/[^/]*$' / -- $config) 2>/dev/null)
    and set config (string trim -rc / -- $folder)/(string replace -r '.*/' '' -- $config)
    set -l cache $HOME/.cache
    test -n "$XDG_CACHE_HOME"; and set cache $XDG_CACHE_HOME
    set cache $cache/mimo-cli
    test -d "$cache"; or set cache $HOME/Library/Caches/mimo-cli
    test -n "$MIMO_CACHE"; and set cache (string replace -r '^~/' "$HOME/" -- $MIMO_CACHE)
    echo $cache/"$kind"s(string replace -a / % -- $config)NAMES_ENDING
end

# The user's own names, and what they stand for: fish expands neither.
function __mimo_names --argument-names kind
    set -l kept (__mimo_kept $kind)
    test -f "$kept" -a -r "$kept"; or return
    set -l odd '\x00-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f'
    set -l form "^[^.\-$odd][^$odd]*\$"
    test $kind = conversation; and set form '^[ID_FIRST][ID_OTHERS]{7}$'
    set -l now
    test $kind = conversation; and command -q date; and set now (command date +%s)
    set -l before
    test $kind = conversation; and set before (commandline -opc)
    while read -l line
        set -l parts (string split \t -- $line)
        string match -qr -- $form "$parts[1]"; or continue
        contains -- "$parts[1]" $before; and continue # history delete takes several
        set -l age
        if test -n "$now"; and string match -qr '^[1-9][0-9]{0,10}$' -- "$parts[3]"
            set -l seconds (math $now - $parts[3])
            if test $seconds -lt 60
                set age ' (now)'
            else if test $seconds -lt 3600
                set age ' ('(math -s0 $seconds / 60)' min)'
            else if test $seconds -lt 86400
                set age ' ('(math -s0 $seconds / 3600)' h)'
            else
                set age ' ('(math -s0 $seconds / 86400)' d)'
            end
        end
        set -l about (string replace -ra '[[:cntrl:]BIDI_RANGES]' '' -- "$parts[2]")
        printf '%s\t%s\n' $parts[1] "$about$age"
    end <$kept
end
"""


def script(program: Program, header: str) -> str:
    """Return the script for fish: a line for each option and argument."""
    commands = " ".join(_quote(command.name) for command in program.commands)
    known = " ".join(rf"{_quote(word.text)}\t{_quote(word.help)}" for word in program.models)
    first, *others = program.names
    return "\n".join(
        [
            f"# fish completion for {' and '.join(program.names)}. {header}",
            "",
            f"set -g __mimo_commands {commands}",
            f"set -g __mimo_with_value {' '.join(map(_quote, _with_value(program.commands)))}",
            program.filled_in(FUNCTIONS.replace("KNOWN", known)),
            *(f"complete -c {other} --wraps {first}" for other in others),
            f"complete -c {first} -f",
            f"complete -c {first} -n '__mimo_at \"--.*\"' -F",
            *(f"complete -c {first} {line}" for line in _lines(program)),
            "",
        ]
    )


def _with_value(commands: Sequence[Command]) -> list[str]:
    """Return the options that take the next word, each behind its command."""
    return [
        f"{command.name} {name}"
        for command in commands
        for option in command.options
        for name in option.names
        if option.argument and not option.argument.attached
    ]


def _lines(program: Program) -> Iterator[str]:
    """Yield what `complete` is told about all that the commands take."""
    for command in program.commands:
        for option in command.options:
            yield _option(command, option)
        for number, argument in enumerate(command.arguments, 1):
            yield from _argument(command, number, argument, program.settings)


def _option(command: Command, option: Option) -> str:
    names = [f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names]
    taken = _taken(option.argument) if option.argument else ""
    place = _place(command.name, r"\d+")
    return f"{place} {' '.join(names)}{taken} -d {_quote(option.help)}"


def _argument(
    command: Command, number: int, argument: Argument, settings: Sequence[Setting]
) -> Iterator[str]:
    numbers = rf"[{number}-9]\d*" if argument.many else number
    places = [(_place(command.name, numbers), argument.values)]
    if argument.values == "value of the setting":
        places = [(_place(command.name, number, it.name), it.values) for it in settings]
    for place, values in places:
        if values != "text":
            yield place + _offer(values)


def _place(command: str, number: int | str, argument: str = ".*") -> str:
    """Return the condition of a line: the arguments are a pattern of `__mimo_at`'s text."""
    return f"-n \"__mimo_at '{command} {number} {argument}'\""


def _taken(argument: Argument) -> str:
    """Return what `complete` is told about the value of an option."""
    match argument:
        case Argument(values="text", attached=True):
            return ""
        case Argument(attached=True):
            return _offer(argument.values)
        case Argument(values="file" | "id=file" | "file or @file"):
            return " -r" + _offer(argument.values)
        case _:
            return " -x" + _offer(argument.values)


def _offer(values: Values) -> str:
    """Return what `complete` is told about the values to offer."""
    match values:
        case "text" | "value of the setting":
            return ""
        case "file" | "id=file":  # fish looks behind the = by itself
            return " -F"
        case "file or @file":
            return " -F -a '(__mimo_text_or_file)'"
        case "text or @file":
            return " -a '(__mimo_text_or_file)'"
        case "model":
            return " -a '(__mimo_models)'"
        case "profile" | "prompt" | "conversation":
            return f" -k -a '(__mimo_names {values})'"
        case _:
            return f" -a {_quote(' '.join(map(_word, values)))}"


def _word(word: Word) -> str:
    return f"{word.text}\\t{double_quoted(word.help)}" if word.help else word.text


def _quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
