"""The completion script for bash."""  # noqa: INP001 - beside a program, not a package

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from program import Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from program import Command, Program, Values

FUNCTIONS = r"""
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


def script(program: Program, header: str) -> str:
    """Return the script for bash, from 3.2 on."""
    rows = [row for command in program.commands for row in _rows(command)]
    rows += [_row([f"'setting {it.name}'"], it.values) for it in program.settings]
    functions = FUNCTIONS.replace("KNOWN", " ".join(word.text for word in program.models))
    return "\n".join(
        [
            f"# bash completion for {' and '.join(program.names)}. {header}",
            "",
            "# Sets `values` to what can stand at a place: words, a kind in <>, or nothing.",
            "_mimo_values() {",
            "    case $1 in",
            *rows,
            "    *) values='' ;;",
            "    esac",
            "}",
            functions.replace("FILE", program.models_file),
            f"complete -F _mimo {' '.join(program.names)}",
            "",
        ]
    )


def _rows(command: Command) -> Iterator[str]:
    """Yield the cases of `_mimo_values` for all that a command takes."""
    names = tuple(Word(name) for option in command.options for name in option.names)
    yield _row([quote(f"options of {command.name}")], names)
    for option in command.options:
        if option.argument:
            long = [f"{name}=" for name in option.names if name.startswith("--")]
            separate = [] if option.argument.attached else option.names
            places = [quote(f"{command.name} {name}") for name in (*separate, *long)]
            yield _row(places, option.argument.values)
    for number, argument in enumerate(command.arguments, 1):
        which = "'*'" if argument.many else str(number)
        yield _row([f"'argument {which} of {command.name}'"], argument.values)


def _row(patterns: Sequence[str], values: Values) -> str:
    """Return one case: a kind of values in <>, or the words themselves."""
    words = f"<{values}>" if isinstance(values, str) else " ".join(word.text for word in values)
    return f"    {' | '.join(patterns)}) values={quote(words)} ;;"
