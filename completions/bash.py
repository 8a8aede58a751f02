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
    local taken='' head='' short='' given='' used=''
    COMPREPLY=()
    [[ ${COMP_WORDS[COMP_CWORD]} == [=:]* ]] && ((count++))
    for word in "${COMP_WORDS[@]:1:count}"; do
        if [[ $word == = || $word == =@ ]]; then # readline makes three words of --color=auto
            _mimo_values "$place $before="
            expected=$values
            [[ $taken == '<id=file>' ]] && expected='<file>'
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
            if [[ ! $values ]]; then
                _mimo_short "$word"
                [[ $short == "$word" ]] || values=''
            fi
            expected=$values
            head=''
        else
            taken=''
            _mimo_values "options of $place $word"
            if [[ $values ]]; then
                place+=" $word"
            else
                argument=$word
                given+="$word "
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
        _mimo_short "$typed"
        if [[ $values && $short != "$typed" ]]; then
            prefix=$short
            typed=${typed#"$short"}
        else
            _mimo_values "options of $place"
        fi
    else
        used=$given
        _mimo_values "argument $number of $place"
    fi
    [[ $values == '<value of the setting>' ]] && _mimo_values "setting $argument"
    _mimo_reply
}

# Sets `values` to what the last of some short options in a word takes, nothing if none takes a
# value, and `short` to the word up to that value.
_mimo_short() {
    local options i
    short=''
    _mimo_values "options of $place"
    options=" $values "
    values=''
    [[ $1 == -[!-]* ]] || return 0
    for ((i = 1; i < ${#1}; i++)); do
        [[ $options == *" -${1:i:1} "* ]] || return 0
        _mimo_values "$place -${1:i:1}"
        if [[ $values ]]; then
            short=${1:0:i+1}
            return 0
        fi
    done
}

# Fills COMPREPLY with the values that begin with what is typed.
_mimo_reply() {
    local offer=(-f)
    case $values in
    '<text>' | '') return ;;
    '<file>') compopt -o filenames 2>/dev/null ;; # an older bash has no compopt
    '<id=file>')
        [[ $typed == *=* ]] || return
        prefix+=${typed%%=*}=
        typed=${typed#*=}
        compopt -o filenames 2>/dev/null
        ;;
    '<text or @file>' | '<file or @file>')
        if [[ $typed == @* ]]; then
            prefix+=@
            typed=${typed#@}
        elif [[ $values == '<file or @file>' ]]; then
            compopt -o filenames 2>/dev/null
        else
            return
        fi
        ;;
    '<model>') _mimo_models && offer=(-W "$values") ;;
    '<profile>' | '<prompt>' | '<conversation>')
        _mimo_names
        return
        ;;
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
    [[ -f $cache/MODELS_FILE ]] || cache=${MIMO_CACHE:-${HOME-}/Library/Caches/mimo-cli}
    values=''
    for id in $known; do
        [[ $id == "$head"* ]] && values+=" ${id#"$head"}"
    done
    [[ -f $cache/MODELS_FILE && -r $cache/MODELS_FILE ]] || return 0
    while IFS= read -r id; do
        if [[ $id =~ ^[A-Za-z0-9._:/@+-]+$ && $id == "$head"* && " $known " != *" $id "* ]]; then
            values+=" ${id#"$head"}"
        fi
    done <"$cache/MODELS_FILE"
}

# Sets `kept` to the file with the names of a kind, which the program keeps.
_mimo_kept() {
    local config=${XDG_CONFIG_HOME:-${HOME-}/.config}/mimo-cli/config.toml
    local library="${HOME-}/Library/Application Support/mimo-cli" cache folder
    if [[ $1 == conversation ]]; then
        kept=${MIMO_DATA:-${XDG_DATA_HOME:-${HOME-}/.local/share}/mimo-cli}
        [[ ${MIMO_DATA-} || -d $kept ]] || kept=$library
        [[ $kept == '~/'* ]] && kept=${HOME-}/${kept:2}
        kept+=/CONVERSATIONS_FILE
        return
    fi
    [[ -f $config ]] || config=$library/config.toml
    config=${MIMO_CONFIG:-$config}
    [[ $config == '~/'* ]] && config=${HOME-}/${config:2}
    [[ $config == /* ]] || config=$PWD/$config
    folder=$(builtin cd -P -- "${config%/*}/" &>/dev/null && pwd -P) &&
        config=${folder%/}/${config##*/}
    cache=${MIMO_CACHE:-${XDG_CACHE_HOME:-${HOME-}/.cache}/mimo-cli}
    [[ ${MIMO_CACHE-} || -d $cache ]] || cache=${HOME-}/Library/Caches/mimo-cli
    [[ $cache == '~/'* ]] && cache=${HOME-}/${cache:2}
    kept=$cache/${1}s${config//\//%}NAMES_ENDING
}

# Fills COMPREPLY with the user's own names that begin with what is typed. What they stand for is
# shown where bash lists them and inserts none: it is never expanded.
_mimo_names() {
    local kind=${values//[<>]/} now=${EPOCHSECONDS-} kept tab=$'\t' lists='' taken=" $used"
    local found=() ages=() line id about when age width i
    _mimo_kept "$kind"
    [[ -f $kept && -r $kept ]] || return 0
    [[ ${COMP_TYPE-} == 63 || ${COMP_TYPE-} == 33 || ${COMP_TYPE-} == 64 ]] && lists=yes
    while IFS= read -r line; do
        id=${line%%"$tab"*}
        [[ $id == "$typed"* && $taken != *" $id "* ]] && _mimo_is_inert "$kind" "$id" || continue
        taken+="$id "
        COMPREPLY+=("$prefix$id")
        line=${line#*"$tab"}
        about=${line%"$tab"*}
        when=${line##*"$tab"}
        _mimo_age "$kind" "$when"
        found+=("$about")
        ages+=("$age")
    done <"$kept"
    compopt -o nosort 2>/dev/null # an older bash has no compopt, or sorts
    if [[ $lists ]] && ((${#found[@]} > 1)); then
        for ((i = 0; i < ${#found[@]}; i++)); do
            about=${found[i]//[[:cntrl:]]/}
            [[ $about == *[![:ascii:]]* ]] && _mimo_turn_about
            width=$((${COLUMNS:-80} - ${#COMPREPLY[i]} - ${#ages[i]} - 4))
            [[ $about == *[![:ascii:]]* ]] && ((width /= 2)) # Chinese takes two columns a letter
            ((width > 0)) && COMPREPLY[i]+="  ${about:0:width}${ages[i]}"
        done
    fi
}

# Takes out of `about` what turns the direction of a text: these marks are in UTF-8.
_mimo_turn_about() {
    local mark
    for mark in BIDI_MARKS; do
        about=${about//"$mark"/}
    done
}

# Whether a name means nothing to the shell: an id of today's form, or a word of letters, digits
# and . _ -
_mimo_is_inert() {
    local bare=${2//[._-]/}
    if [[ $1 == conversation ]]; then
        [[ ${#2} == 8 && $2 == [ID_FIRST]* && $2 != *[!ID_OTHERS]* ]]
    else
        [[ $bare && $2 != [.-]* && $bare != *[[:space:][:cntrl:][:punct:]]* ]]
    fi
}

# Sets `age` to how long ago a conversation was used, where bash knows the time.
_mimo_age() {
    local seconds
    age=''
    [[ $1 == conversation && $now && $2 =~ ^[1-9][0-9]{0,10}$ ]] || return 0
    seconds=$((now - $2))
    if ((seconds < 60)); then
        age=' (now)'
    elif ((seconds < 3600)); then
        age=" ($((seconds / 60)) min)"
    elif ((seconds < 86400)); then
        age=" ($((seconds / 3600)) h)"
    else
        age=" ($((seconds / 86400)) d)"
    fi
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
            program.filled_in(functions),
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
