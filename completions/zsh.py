"""The completion script for zsh."""  # noqa: INP001 - beside a program, not a package

from __future__ import annotations

import re
from shlex import quote
from typing import TYPE_CHECKING

from program import double_quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from program import Command, Option, Program, Values, Word

FUNCTIONS = r"""
# The models of the catalogue, and those that the server listed last.
_mimo_models() {
    local cache=${MIMO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mimo-cli} ret=1
    local -a known=(KNOWN) listed
    local -a ids=(${known%%:*})
    [[ -f $cache/MODELS_FILE ]] || cache=${MIMO_CACHE:-$HOME/Library/Caches/mimo-cli}
    [[ -r $cache/MODELS_FILE ]] && listed=(${(f)"$(<$cache/MODELS_FILE)"})
    listed=(${(M)listed:#[A-Za-z0-9._:/@+-]##})
    listed=(${listed:|ids})
    _describe model known && ret=0
    compadd "$@" -a listed && ret=0
    return ret
}

# Sets `kept` to the file with the names of a kind, which the program keeps.
_mimo_kept() {
    local config=${XDG_CONFIG_HOME:-$HOME/.config}/mimo-cli/config.toml
    local library="$HOME/Library/Application Support/mimo-cli" cache folder
    if [[ $1 == conversation ]]; then
        kept=${MIMO_DATA:-${XDG_DATA_HOME:-$HOME/.local/share}/mimo-cli}
        [[ -n $MIMO_DATA || -d $kept ]] || kept=$library
        [[ $kept == '~/'* ]] && kept=$HOME/${kept[3,-1]}
        kept+=/CONVERSATIONS_FILE
        return
    fi
    [[ -f $config ]] || config=$library/config.toml
    config=${MIMO_CONFIG:-$config}
    [[ $config == '~/'* ]] && config=$HOME/${config[3,-1]}
    [[ $config == /* ]] || config=$PWD/$config
    folder=$(builtin cd -q -P -- "${config%/*}/" &>/dev/null && pwd -P) &&
        config=${folder%/}/${config##*/}
    cache=${MIMO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mimo-cli}
    [[ -n $MIMO_CACHE || -d $cache ]] || cache=$HOME/Library/Caches/mimo-cli
    [[ $cache == '~/'* ]] && cache=$HOME/${cache[3,-1]}
    kept=$cache/${1}s${config//\//%}NAMES_ENDING
}

# The user's own names. What they stand for is shown, with what _describe reads escaped.
_mimo_names() {
    local kind=$1 kept line id about when bare age now mark
    local -a known before
    local -i seconds
    _mimo_kept $kind
    [[ -f $kept && -r $kept ]] || return 1
    zmodload -F zsh/datetime p:EPOCHSECONDS 2>/dev/null && now=$EPOCHSECONDS
    [[ $kind == conversation ]] && before=("${(@)words[1,CURRENT-1]}")
    for line in ${(f)"$(<$kept)"}; do
        id=${line%%$'\t'*}
        line=${line#*$'\t'}
        about=${line%$'\t'*}
        when=${line##*$'\t'}
        if [[ $kind == conversation ]]; then
            [[ $#id == 8 && $id == [ID_FIRST]* && $id != *[^ID_OTHERS]* ]] || continue
            ((before[(Ie)$id])) && continue # history delete takes several
        else
            bare=${id//[._-]/}
            [[ -n $bare && $id != [.-]* && $bare != *[[:space:][:cntrl:][:punct:]]* ]] || continue
        fi
        age=
        if [[ $kind == conversation && -n $now && $#when -le 11 && $when == [1-9][0-9]# ]]; then
            ((seconds = now - when))
            if ((seconds < 60)); then
                age=' (now)'
            elif ((seconds < 3600)); then
                age=" ($((seconds / 60)) min)"
            elif ((seconds < 86400)); then
                age=" ($((seconds / 3600)) h)"
            else
                age=" ($((seconds / 86400)) d)"
            fi
        fi
        about=${about//[[:cntrl:]]/}$age
        for mark in BIDI_MARKS; do # they turn the direction of a text
            about=${about//$mark/}
        done
        about=${about//\\/\\\\}
        known+=("$id:${about//:/\\:}")
    done
    _describe -V $kind known
}

_mimo_profiles() {
    _mimo_names profile
}

_mimo_prompts() {
    _mimo_names prompt
}

_mimo_conversations() {
    _mimo_names conversation
}

_mimo_text_or_file() {
    compset -P @ && _files
}

_mimo_file() {
    compset -P @
    _files
}

_mimo_id_and_file() {
    compset -P '*=' && _files
}

# After -- there is nothing but file names.
_mimo() {
    if ((words[(i)--] < CURRENT)); then
        _files
    else
        _mimo_command
    fi
}

# In a folder of fpath the file is the body of the function _mimo; else it is read: eval "$(...)".
if [[ $funcstack[1] == _mimo ]]; then
    _mimo "$@"
elif (($+functions[compdef])); then
    compdef _mimo PROGRAMS
fi
"""


def script(program: Program, header: str) -> str:
    """Return the script for zsh: a function for each command."""
    rows = [f"    {it.name}) {_setting(it.values)} ;;" for it in program.settings]
    known = " ".join(quote(f"{word.text}:{word.help}") for word in program.models)
    functions = FUNCTIONS.replace("KNOWN", known).replace("PROGRAMS", " ".join(program.names))
    return "\n".join(
        [
            f"#compdef {' '.join(program.names)}",
            f"# zsh completion for {' and '.join(program.names)}. {header}",
            "",
            *(line for command in program.commands for line in _function(command)),
            "# The values of the setting before it.",
            "_mimo_setting() {",
            "    case $line[1] in",
            *rows,
            "    esac",
            "}\n" + program.filled_in(functions),
        ]
    )


def _function(command: Command) -> Iterator[str]:
    """Yield a function that completes a command; a group calls that of the subcommand."""
    name = f"_{command.name} command".replace(" ", "_")
    specs = [_option(option, each) for option in command.options for each in option.names]
    for number, argument in enumerate(command.arguments, 1):
        place = "*" if argument.many else str(number)
        specs.append(f"{place}:{argument.name}:{_action(argument.values)}")
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


def _option(option: Option, name: str) -> str:
    joint, value, argument = "", "", option.argument
    if argument and name.startswith("--"):
        joint = "=-" if argument.attached else "="
    elif argument:
        joint = "-" if argument.attached else "+"
    if argument:
        optional = ":" if argument.attached else ""
        value = f"{optional}:{argument.name}:{_action(argument.values)}"
    others = "*" if argument and argument.many else f"({' '.join(option.names)})"
    about = re.sub(r"([][\\])", r"\\\1", option.help)
    return f"{others}{name}{joint}[{about}]{value}"


def _action(values: Values) -> str:
    match values:
        case "text":
            return " "
        case "file":
            return "_files"
        case "text or @file":
            return "_mimo_text_or_file"
        case "file or @file":
            return "_mimo_file"
        case "id=file":
            return "_mimo_id_and_file"
        case "model":
            return "_mimo_models"
        case "profile" | "prompt" | "conversation":
            return f"_mimo_{values}s"
        case "value of the setting":
            return "_mimo_setting"
        case _:
            return f"(({' '.join(map(_word, values))}))"


def _word(word: Word) -> str:
    if not word.help:
        return word.text
    about = double_quoted(word.help).replace(":", r"\:")
    return rf"{word.text}\:{about}"


def _setting(values: Values) -> str:
    match values:
        case "model" | "profile":
            return f"_mimo_{values}s"
        case str():
            return "_message value"
        case _:
            return f"compadd {' '.join(word.text for word in values)}"
