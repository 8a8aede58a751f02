# bash completion for mimo and mimo-cli. Made by completions/generate.py: change that, not this.

# Sets `values` to what can stand at a place: words, a kind in <>, or nothing.
_mimo_values() {
    case $1 in
    'options of mimo') values='--version -V --debug --help -h' ;;
    'argument 1 of mimo') values='ask chat history models config doctor demo simulate completions schema help' ;;
    'options of mimo ask') values='--show-thinking --hide-thinking --usage -u --no-usage --color --live --no-live --quiet -q --verbose -v --debug --continue -c --resume -r --no-history --yes -y --profile -p --base-url --timeout --model -m --system -s --no-system --temperature -t --top-p --max-tokens --stop --thinking --no-thinking --retries --encoding --lossy --file -f --exclude --fps --media-resolution --prompt --set --edit -e --no-stdin --strip-ansi --tool-definitions --tool-result --tool-result-file --tool-error --extract -x --output -o --copy --json --jsonl --schema --repairs --raw --render --no-stream --dry-run --help -h' ;;
    'mimo ask --color' | 'mimo ask --color=') values='auto always never' ;;
    'mimo ask --resume' | 'mimo ask -r' | 'mimo ask --resume=') values='<conversation>' ;;
    'mimo ask --profile' | 'mimo ask -p' | 'mimo ask --profile=') values='<profile>' ;;
    'mimo ask --base-url' | 'mimo ask --base-url=') values='<text>' ;;
    'mimo ask --timeout' | 'mimo ask --timeout=') values='<text>' ;;
    'mimo ask --model' | 'mimo ask -m' | 'mimo ask --model=') values='<model>' ;;
    'mimo ask --system' | 'mimo ask -s' | 'mimo ask --system=') values='<text or @file>' ;;
    'mimo ask --temperature' | 'mimo ask -t' | 'mimo ask --temperature=') values='<text>' ;;
    'mimo ask --top-p' | 'mimo ask --top-p=') values='<text>' ;;
    'mimo ask --max-tokens' | 'mimo ask --max-tokens=') values='<text>' ;;
    'mimo ask --stop' | 'mimo ask --stop=') values='<text>' ;;
    'mimo ask --retries' | 'mimo ask --retries=') values='<text>' ;;
    'mimo ask --encoding' | 'mimo ask --encoding=') values='<text>' ;;
    'mimo ask --file' | 'mimo ask -f' | 'mimo ask --file=') values='<file>' ;;
    'mimo ask --exclude' | 'mimo ask --exclude=') values='<text>' ;;
    'mimo ask --fps' | 'mimo ask --fps=') values='<text>' ;;
    'mimo ask --media-resolution' | 'mimo ask --media-resolution=') values='default max' ;;
    'mimo ask --prompt' | 'mimo ask --prompt=') values='<prompt>' ;;
    'mimo ask --set' | 'mimo ask --set=') values='<text>' ;;
    'mimo ask --tool-definitions' | 'mimo ask --tool-definitions=') values='<file>' ;;
    'mimo ask --tool-result' | 'mimo ask --tool-result=') values='<text>' ;;
    'mimo ask --tool-result-file' | 'mimo ask --tool-result-file=') values='<id=file>' ;;
    'mimo ask --tool-error' | 'mimo ask --tool-error=') values='<text>' ;;
    'mimo ask --extract=') values='<text>' ;;
    'mimo ask --output' | 'mimo ask -o' | 'mimo ask --output=') values='<file>' ;;
    'mimo ask --schema' | 'mimo ask --schema=') values='<file or @file>' ;;
    'mimo ask --repairs' | 'mimo ask --repairs=') values='<text>' ;;
    'mimo ask --dry-run=') values=curl ;;
    'argument '*' of mimo ask') values='<text>' ;;
    'options of mimo chat') values='--show-thinking --hide-thinking --usage -u --no-usage --color --live --no-live --quiet -q --verbose -v --debug --continue -c --resume -r --no-history --yes -y --profile -p --base-url --timeout --model -m --system -s --no-system --temperature -t --top-p --max-tokens --stop --thinking --no-thinking --retries --encoding --lossy --file -f --exclude --fps --media-resolution --json --help -h' ;;
    'mimo chat --color' | 'mimo chat --color=') values='auto always never' ;;
    'mimo chat --resume' | 'mimo chat -r' | 'mimo chat --resume=') values='<conversation>' ;;
    'mimo chat --profile' | 'mimo chat -p' | 'mimo chat --profile=') values='<profile>' ;;
    'mimo chat --base-url' | 'mimo chat --base-url=') values='<text>' ;;
    'mimo chat --timeout' | 'mimo chat --timeout=') values='<text>' ;;
    'mimo chat --model' | 'mimo chat -m' | 'mimo chat --model=') values='<model>' ;;
    'mimo chat --system' | 'mimo chat -s' | 'mimo chat --system=') values='<text or @file>' ;;
    'mimo chat --temperature' | 'mimo chat -t' | 'mimo chat --temperature=') values='<text>' ;;
    'mimo chat --top-p' | 'mimo chat --top-p=') values='<text>' ;;
    'mimo chat --max-tokens' | 'mimo chat --max-tokens=') values='<text>' ;;
    'mimo chat --stop' | 'mimo chat --stop=') values='<text>' ;;
    'mimo chat --retries' | 'mimo chat --retries=') values='<text>' ;;
    'mimo chat --encoding' | 'mimo chat --encoding=') values='<text>' ;;
    'mimo chat --file' | 'mimo chat -f' | 'mimo chat --file=') values='<file>' ;;
    'mimo chat --exclude' | 'mimo chat --exclude=') values='<text>' ;;
    'mimo chat --fps' | 'mimo chat --fps=') values='<text>' ;;
    'mimo chat --media-resolution' | 'mimo chat --media-resolution=') values='default max' ;;
    'argument '*' of mimo chat') values='<text>' ;;
    'options of mimo history') values='-n --all --json --help -h' ;;
    'mimo history -n') values='<text>' ;;
    'argument 1 of mimo history') values='list show search export usage rename fork delete path' ;;
    'options of mimo history list') values='-n --all --json --help -h' ;;
    'mimo history list -n') values='<text>' ;;
    'options of mimo history show') values='--answer --extract -x --copy --json --markdown --help -h' ;;
    'mimo history show --answer=') values='<text>' ;;
    'mimo history show --extract=') values='<text>' ;;
    'argument 1 of mimo history show') values='<conversation>' ;;
    'options of mimo history search') values='-n --json --help -h' ;;
    'mimo history search -n') values='<text>' ;;
    'argument '*' of mimo history search') values='<text>' ;;
    'options of mimo history export') values='--all --format --output -o --with-attachments --help -h' ;;
    'mimo history export --format' | 'mimo history export --format=') values='markdown json jsonl' ;;
    'mimo history export --output' | 'mimo history export -o' | 'mimo history export --output=') values='<file>' ;;
    'mimo history export --with-attachments' | 'mimo history export --with-attachments=') values='<file>' ;;
    'argument 1 of mimo history export') values='<conversation>' ;;
    'options of mimo history usage') values='--by --since --json --csv --help -h' ;;
    'mimo history usage --by' | 'mimo history usage --by=') values='day model conversation' ;;
    'mimo history usage --since' | 'mimo history usage --since=') values='<text>' ;;
    'options of mimo history rename') values='--help -h' ;;
    'argument 1 of mimo history rename') values='<conversation>' ;;
    'argument '*' of mimo history rename') values='<text>' ;;
    'options of mimo history fork') values='--turns --help -h' ;;
    'mimo history fork --turns' | 'mimo history fork --turns=') values='<text>' ;;
    'argument 1 of mimo history fork') values='<conversation>' ;;
    'options of mimo history delete') values='--older-than --all --yes -y --help -h' ;;
    'mimo history delete --older-than' | 'mimo history delete --older-than=') values='<text>' ;;
    'argument '*' of mimo history delete') values='<conversation>' ;;
    'options of mimo history path') values='--help -h' ;;
    'options of mimo models') values='--profile -p --base-url --timeout --all --json --remote --refresh --quiet -q --verbose -v --debug --help -h' ;;
    'mimo models --profile' | 'mimo models -p' | 'mimo models --profile=') values='<profile>' ;;
    'mimo models --base-url' | 'mimo models --base-url=') values='<text>' ;;
    'mimo models --timeout' | 'mimo models --timeout=') values='<text>' ;;
    'argument 1 of mimo models') values='<model>' ;;
    'options of mimo config') values='--help -h' ;;
    'argument 1 of mimo config') values='init set get unset list prompts edit path' ;;
    'options of mimo config init') values='--profile -p --help -h' ;;
    'mimo config init --profile' | 'mimo config init -p' | 'mimo config init --profile=') values='<profile>' ;;
    'options of mimo config set') values='--profile -p --force --help -h' ;;
    'mimo config set --profile' | 'mimo config set -p' | 'mimo config set --profile=') values='<profile>' ;;
    'argument 1 of mimo config set') values='api_key api_key_command auth base_url allow_http model system temperature top_p max_tokens stop thinking stop_loops show_thinking usage currency confirm_above_tokens color live theme code_theme math ambiguous history editor keymap notify timeout retries default_profile' ;;
    'argument '*' of mimo config set') values='<value of the setting>' ;;
    'options of mimo config get') values='--reveal --profile -p --help -h' ;;
    'mimo config get --profile' | 'mimo config get -p' | 'mimo config get --profile=') values='<profile>' ;;
    'argument 1 of mimo config get') values='api_key api_key_command auth base_url allow_http model system temperature top_p max_tokens stop thinking stop_loops show_thinking usage currency confirm_above_tokens color live theme code_theme math ambiguous history editor keymap notify timeout retries default_profile' ;;
    'options of mimo config unset') values='--profile -p --help -h' ;;
    'mimo config unset --profile' | 'mimo config unset -p' | 'mimo config unset --profile=') values='<profile>' ;;
    'argument 1 of mimo config unset') values='api_key api_key_command auth base_url allow_http model system temperature top_p max_tokens stop thinking stop_loops show_thinking usage currency confirm_above_tokens color live theme code_theme math ambiguous history editor keymap notify timeout retries default_profile' ;;
    'options of mimo config list') values='--json --profile -p --help -h' ;;
    'mimo config list --profile' | 'mimo config list -p' | 'mimo config list --profile=') values='<profile>' ;;
    'options of mimo config prompts') values='--json --help -h' ;;
    'options of mimo config edit') values='--help -h' ;;
    'options of mimo config path') values='--help -h' ;;
    'options of mimo doctor') values='--profile -p --base-url --timeout --model -m --offline --json --help -h' ;;
    'mimo doctor --profile' | 'mimo doctor -p' | 'mimo doctor --profile=') values='<profile>' ;;
    'mimo doctor --base-url' | 'mimo doctor --base-url=') values='<text>' ;;
    'mimo doctor --timeout' | 'mimo doctor --timeout=') values='<text>' ;;
    'mimo doctor --model' | 'mimo doctor -m' | 'mimo doctor --model=') values='<model>' ;;
    'options of mimo demo') values='--help -h' ;;
    'argument '*' of mimo demo') values='<text>' ;;
    'options of mimo simulate') values='--port --delay --answer --dialect --max-body --call --calls-as --endless-calls --times --status --corrupted --retry-after --first-byte --cut --reset --stall --drip --help -h' ;;
    'mimo simulate --port' | 'mimo simulate --port=') values='<text>' ;;
    'mimo simulate --delay' | 'mimo simulate --delay=') values='<text>' ;;
    'mimo simulate --answer' | 'mimo simulate --answer=') values='<text or @file>' ;;
    'mimo simulate --dialect' | 'mimo simulate --dialect=') values='list nulls omitempty bare-start no-index index-gaps one-index orphan-deltas index-minus-1 restarts wrong-block empty-block whole-blocks unsigned empty-signature omitted-thinking redacted-thinking server-tools odd-usage late-usage finish-words placeholder-stop null-start no-start no-stop no-end twice sdk-events whole-message done wrapped-comments unnamed padded twice-encoded bare-keepalives crlf one-event-many-chunks buffered always-stream never-stream gzip br zstd stale-encoding sse-errors bare-errors anthropic-errors litellm-errors fastapi-errors html-errors ok-errors event-errors openai' ;;
    'mimo simulate --max-body' | 'mimo simulate --max-body=') values='<text>' ;;
    'mimo simulate --call' | 'mimo simulate --call=') values='<text>' ;;
    'mimo simulate --calls-as' | 'mimo simulate --calls-as=') values='text thinking' ;;
    'mimo simulate --times' | 'mimo simulate --times=') values='<text>' ;;
    'mimo simulate --status' | 'mimo simulate --status=') values='<text>' ;;
    'mimo simulate --retry-after' | 'mimo simulate --retry-after=') values='<text>' ;;
    'mimo simulate --first-byte' | 'mimo simulate --first-byte=') values='<text>' ;;
    'mimo simulate --cut' | 'mimo simulate --cut=') values='<text>' ;;
    'mimo simulate --reset' | 'mimo simulate --reset=') values='<text>' ;;
    'mimo simulate --stall' | 'mimo simulate --stall=') values='<text>' ;;
    'mimo simulate --drip' | 'mimo simulate --drip=') values='<text>' ;;
    'options of mimo completions') values='--help -h' ;;
    'argument 1 of mimo completions') values='bash zsh fish' ;;
    'options of mimo schema') values='--json --help -h' ;;
    'argument 1 of mimo schema') values='ask event models history doctor config' ;;
    'options of mimo help') values='--man --help -h' ;;
    'argument 1 of mimo help') values='ask chat history models config doctor demo simulate completions schema help' ;;
    'options of mimo help history') values='--help -h' ;;
    'argument 1 of mimo help history') values='list show search export usage rename fork delete path' ;;
    'options of mimo help config') values='--help -h' ;;
    'argument 1 of mimo help config') values='init set get unset list prompts edit path' ;;
    'setting api_key') values='<text>' ;;
    'setting api_key_command') values='<text>' ;;
    'setting auth') values='api-key bearer x-api-key none' ;;
    'setting base_url') values='<text>' ;;
    'setting allow_http') values='true false' ;;
    'setting model') values='<model>' ;;
    'setting system') values='<text>' ;;
    'setting temperature') values='<text>' ;;
    'setting top_p') values='<text>' ;;
    'setting max_tokens') values='<text>' ;;
    'setting stop') values='<text>' ;;
    'setting thinking') values='true false' ;;
    'setting stop_loops') values='true false' ;;
    'setting show_thinking') values='true false' ;;
    'setting usage') values='true false' ;;
    'setting currency') values='auto USD CNY' ;;
    'setting confirm_above_tokens') values='<text>' ;;
    'setting color') values='auto always never' ;;
    'setting live') values='true false' ;;
    'setting theme') values='auto light dark' ;;
    'setting code_theme') values='<text>' ;;
    'setting math') values='unicode source' ;;
    'setting ambiguous') values='narrow wide' ;;
    'setting history') values='true false' ;;
    'setting editor') values='<text>' ;;
    'setting keymap') values='emacs vi' ;;
    'setting notify') values='true false' ;;
    'setting timeout') values='<text>' ;;
    'setting retries') values='<text>' ;;
    'setting default_profile') values='<profile>' ;;
    *) values='' ;;
    esac
}

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
    local known='mimo-v2.6-pro mimo-v2.6-flash mimo-v2.6-pro-ultraspeed' cache=${MIMO_CACHE:-${XDG_CACHE_HOME:-${HOME-}/.cache}/mimo-cli} id
    [[ -f $cache/models.txt ]] || cache=${MIMO_CACHE:-${HOME-}/Library/Caches/mimo-cli}
    values=''
    for id in $known; do
        [[ $id == "$head"* ]] && values+=" ${id#"$head"}"
    done
    [[ -f $cache/models.txt && -r $cache/models.txt ]] || return 0
    while IFS= read -r id; do
        if [[ $id =~ ^[A-Za-z0-9._:/@+-]+$ && $id == "$head"* && " $known " != *" $id "* ]]; then
            values+=" ${id#"$head"}"
        fi
    done <"$cache/models.txt"
}

# Sets `kept` to the file with the names of a kind, which the program keeps.
_mimo_kept() {
    local config=${XDG_CONFIG_HOME:-${HOME-}/.config}/mimo-cli/config.toml
    local library="${HOME-}/Library/Application Support/mimo-cli" cache folder
    if [[ $1 == conversation ]]; then
        kept=${MIMO_DATA:-${XDG_DATA_HOME:-${HOME-}/.local/share}/mimo-cli}
        [[ ${MIMO_DATA-} || -d $kept ]] || kept=$library
        [[ $kept == '~/'* ]] && kept=${HOME-}/${kept:2}
        kept+=/conversations.names
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
    kept=$cache/${1}s${config//\//%}.names
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
    for mark in $'\xd8\x9c' $'\xe2\x80\x8e' $'\xe2\x80\x8f' $'\xe2\x80\xaa' $'\xe2\x80\xab' $'\xe2\x80\xac' $'\xe2\x80\xad' $'\xe2\x80\xae' $'\xe2\x81\xa6' $'\xe2\x81\xa7' $'\xe2\x81\xa8' $'\xe2\x81\xa9'; do
        about=${about//"$mark"/}
    done
}

# Whether a name means nothing to the shell: an id of today's form, or a word of letters, digits
# and . _ -
_mimo_is_inert() {
    local bare=${2//[._-]/}
    if [[ $1 == conversation ]]; then
        [[ ${#2} == 8 && $2 == [abcdefghjkmnpqrstvwxyz]* && $2 != *[!0123456789abcdefghjkmnpqrstvwxyz]* ]]
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

complete -F _mimo mimo mimo-cli
