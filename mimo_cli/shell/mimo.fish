# fish completion for mimo and mimo-cli. Made by completions/generate.py: change that, not this.

set -g __mimo_commands 'mimo' 'mimo ask' 'mimo chat' 'mimo history' 'mimo history list' 'mimo history show' 'mimo history search' 'mimo history export' 'mimo history usage' 'mimo history rename' 'mimo history fork' 'mimo history delete' 'mimo history path' 'mimo models' 'mimo config' 'mimo config init' 'mimo config set' 'mimo config get' 'mimo config unset' 'mimo config list' 'mimo config prompts' 'mimo config edit' 'mimo config path' 'mimo doctor' 'mimo demo' 'mimo simulate' 'mimo completions' 'mimo schema' 'mimo help' 'mimo help history' 'mimo help config'
set -g __mimo_with_value 'mimo ask --color' 'mimo ask --resume' 'mimo ask -r' 'mimo ask --profile' 'mimo ask -p' 'mimo ask --base-url' 'mimo ask --timeout' 'mimo ask --model' 'mimo ask -m' 'mimo ask --system' 'mimo ask -s' 'mimo ask --temperature' 'mimo ask -t' 'mimo ask --top-p' 'mimo ask --max-tokens' 'mimo ask --stop' 'mimo ask --retries' 'mimo ask --encoding' 'mimo ask --file' 'mimo ask -f' 'mimo ask --exclude' 'mimo ask --fps' 'mimo ask --media-resolution' 'mimo ask --prompt' 'mimo ask --set' 'mimo ask --tool-definitions' 'mimo ask --tool-result' 'mimo ask --tool-result-file' 'mimo ask --tool-error' 'mimo ask --output' 'mimo ask -o' 'mimo ask --schema' 'mimo ask --repairs' 'mimo chat --color' 'mimo chat --resume' 'mimo chat -r' 'mimo chat --profile' 'mimo chat -p' 'mimo chat --base-url' 'mimo chat --timeout' 'mimo chat --model' 'mimo chat -m' 'mimo chat --system' 'mimo chat -s' 'mimo chat --temperature' 'mimo chat -t' 'mimo chat --top-p' 'mimo chat --max-tokens' 'mimo chat --stop' 'mimo chat --retries' 'mimo chat --encoding' 'mimo chat --file' 'mimo chat -f' 'mimo chat --exclude' 'mimo chat --fps' 'mimo chat --media-resolution' 'mimo history -n' 'mimo history list -n' 'mimo history search -n' 'mimo history export --format' 'mimo history export --output' 'mimo history export -o' 'mimo history export --with-attachments' 'mimo history usage --by' 'mimo history usage --since' 'mimo history fork --turns' 'mimo history delete --older-than' 'mimo models --profile' 'mimo models -p' 'mimo models --base-url' 'mimo models --timeout' 'mimo config init --profile' 'mimo config init -p' 'mimo config set --profile' 'mimo config set -p' 'mimo config get --profile' 'mimo config get -p' 'mimo config unset --profile' 'mimo config unset -p' 'mimo config list --profile' 'mimo config list -p' 'mimo doctor --profile' 'mimo doctor -p' 'mimo doctor --base-url' 'mimo doctor --timeout' 'mimo doctor --model' 'mimo doctor -m' 'mimo simulate --port' 'mimo simulate --delay' 'mimo simulate --answer' 'mimo simulate --dialect' 'mimo simulate --max-body' 'mimo simulate --call' 'mimo simulate --calls-as' 'mimo simulate --times' 'mimo simulate --status' 'mimo simulate --retry-after' 'mimo simulate --first-byte' 'mimo simulate --cut' 'mimo simulate --reset' 'mimo simulate --stall' 'mimo simulate --drip'

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
    set -l known 'mimo-v2.6-pro'\t'the flagship' 'mimo-v2.6-flash'\t'cheap, for frequent use' 'mimo-v2.6-pro-ultraspeed'\t'by arrangement with Xiaomi'
    set -l cache $HOME/.cache
    test -n "$XDG_CACHE_HOME"; and set cache $XDG_CACHE_HOME
    set -l folders $cache/mimo-cli $HOME/Library/Caches/mimo-cli
    test -n "$MIMO_CACHE"; and set folders $MIMO_CACHE
    printf '%s\n' $known
    for folder in $folders
        test -f $folder/models.txt -a -r $folder/models.txt; or continue
        while read -l id
            contains -- $id (string split -f 1 \t $known); and continue
            string match -r '^[A-Za-z0-9._:/@+-]+$' -- $id
        end <$folder/models.txt
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
        echo $data/conversations.names
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
    echo $cache/"$kind"s(string replace -a / % -- $config).names
end

# The user's own names, and what they stand for: fish expands neither.
function __mimo_names --argument-names kind
    set -l kept (__mimo_kept $kind)
    test -f "$kept" -a -r "$kept"; or return
    set -l odd '\x00-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f'
    set -l form "^[^.\-$odd][^$odd]*\$"
    test $kind = conversation; and set form '^[abcdefghjkmnpqrstvwxyz][0123456789abcdefghjkmnpqrstvwxyz]{7}$'
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
        set -l about (string replace -ra '[[:cntrl:]\x{61c}\x{200e}\x{200f}\x{202a}\x{202b}\x{202c}\x{202d}\x{202e}\x{2066}\x{2067}\x{2068}\x{2069}]' '' -- "$parts[2]")
        printf '%s\t%s\n' $parts[1] "$about$age"
    end <$kept
end

complete -c mimo-cli --wraps mimo
complete -c mimo -f
complete -c mimo -n '__mimo_at "--.*"' -F
complete -c mimo -n "__mimo_at 'mimo \d+ .*'" -l version -s V -d 'Show the version'
complete -c mimo -n "__mimo_at 'mimo \d+ .*'" -l debug -d 'Show where an error happened'
complete -c mimo -n "__mimo_at 'mimo \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo 1 .*'" -a 'ask\\t"Ask one question and see the answer stream" chat\\t"Talk with a model: a prompt, and a conversation that lasts" history\\t"Look through, search, export, rename, copy and delete conversations" models\\t"List the models, their limits and prices" config\\t"Show and change the settings" doctor\\t"Check the set-up and say what to do" demo\\t"See an answer stream, with no key and no network" simulate\\t"Run a server that speaks MiMo\'s protocol, to test scripts against" completions\\t"Print the script that completes mimo\'s commands in a shell" schema\\t"Print the JSON Schema of what --json and --jsonl print" help\\t"Show the help of a command"'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l show-thinking -d 'Show the model\'s thinking on stderr (default: on a terminal)'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l hide-thinking -d 'The opposite of --show-thinking'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l usage -s u -d 'End with a line on tokens, time and cost'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l no-usage -d 'The opposite of --usage'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l color -x -a 'auto always never' -d 'When to use colours: auto, always or never'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l live -d 'Draw the answer while it grows, or print rows when they are final'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l no-live -d 'The opposite of --live'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l quiet -s q -d 'No warnings or notices, only errors'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l verbose -s v -d 'Say what is sent where, and what comes back'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l debug -d 'Show where an error happened'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l continue -s c -d 'Go on with the newest conversation'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l resume -s r -x -k -a '(__mimo_names conversation)' -d 'Go on with this one: its id or title, or how one begins'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l no-history -d 'Keep nothing'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l yes -s y -d 'Send it, however long it is, without being asked'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l profile -s p -x -k -a '(__mimo_names profile)' -d 'Take the settings of this profile'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l base-url -x -d 'Server to ask, up to /v1/messages'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l timeout -x -d 'Seconds for the whole answer'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l model -s m -x -a '(__mimo_models)' -d 'Model to ask'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l system -s s -x -a '(__mimo_text_or_file)' -d 'System prompt instead of MiMo\'s recommended one; empty for none'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l no-system -d 'Send no system prompt'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l temperature -s t -x -d '0 to 1.5; ignored while the model thinks'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l top-p -x -d '0.01 to 1; ignored while the model thinks'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l max-tokens -x -d 'Longest answer, thinking included'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l stop -x -d 'End the answer before this text (repeatable)'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l thinking -d 'Let the model think before it answers'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l no-thinking -d 'The opposite of --thinking'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l retries -x -d 'How often a failed request is sent again (2)'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l encoding -x -d 'Encoding of stdin and files'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l lossy -d 'Replace bytes that are not text'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l file -s f -r -F -d 'Add a text, picture, recording or film, by name or URL; or a folder\'s texts, \'src/**/*.py\', lines (a.py:10-40). Repeatable'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l exclude -x -d 'Leave names like this out (\'*.log\', node_modules/, src/gen/**), as .gitignore does. Repeatable'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l fps -x -d 'Frames of a film that are looked at, a second: 0.1 to 10 (2)'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l media-resolution -x -a 'default max' -d 'How closely each frame of a film is looked at'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l prompt -x -k -a '(__mimo_names prompt)' -d 'Use a kept prompt (see: mimo config prompts)'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l set -x -d 'Give a field of the kept prompt its value (repeatable)'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l edit -s e -d 'Write the prompt in $VISUAL or $EDITOR'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l no-stdin -d 'Do not read stdin'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l strip-ansi -d 'Take colour codes out of stdin and files'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l tool-definitions -r -F -d 'Offer the tools that are defined in this JSON. They are not run: --json gives the calls in tool_calls'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l tool-result -x -d 'What a tool that was called answered; with -c or -r. stdin is read only for - then. Repeatable'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l tool-result-file -r -F -d 'The same, from a file (-: stdin). Repeatable'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l tool-error -x -d 'Why a tool that was called failed. Repeatable'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l extract -s x -d 'Only the code of a fenced block: -x the first, -x2, -xpython'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l output -s o -r -F -d 'Write the answer to a file, when it is whole'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l copy -d 'Copy the answer to the clipboard too, when it is whole; with -x its code'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l json -d 'One JSON object at the end'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l jsonl -d 'A JSON line for each event, as it comes'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l schema -r -F -a '(__mimo_text_or_file)' -d 'Only JSON that fits: \'name, age int, tags [str]\', or a JSON Schema, a file or its text'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l repairs -x -d 'How often an answer that does not fit is asked for again: 0 to 10 (2)'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l raw -d 'The answer\'s own text; in a pipe also its control codes'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l render -d 'Markdown as on a terminal, in a pipe too'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l no-stream -d 'Ask for the answer in one piece'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l dry-run -a 'curl' -d 'Print the request (=curl: as a command) and send nothing'
complete -c mimo -n "__mimo_at 'mimo ask \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l show-thinking -d 'Show the model\'s thinking on stderr (default: on a terminal)'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l hide-thinking -d 'The opposite of --show-thinking'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l usage -s u -d 'End with a line on tokens, time and cost'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l no-usage -d 'The opposite of --usage'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l color -x -a 'auto always never' -d 'When to use colours: auto, always or never'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l live -d 'Draw the answer while it grows, or print rows when they are final'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l no-live -d 'The opposite of --live'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l quiet -s q -d 'No warnings or notices, only errors'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l verbose -s v -d 'Say what is sent where, and what comes back'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l debug -d 'Show where an error happened'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l continue -s c -d 'Go on with the newest conversation'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l resume -s r -x -k -a '(__mimo_names conversation)' -d 'Go on with this one: its id or title, or how one begins'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l no-history -d 'Keep nothing'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l yes -s y -d 'Send it, however long it is, without being asked'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l profile -s p -x -k -a '(__mimo_names profile)' -d 'Take the settings of this profile'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l base-url -x -d 'Server to ask, up to /v1/messages'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l timeout -x -d 'Seconds for the whole answer'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l model -s m -x -a '(__mimo_models)' -d 'Model to ask'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l system -s s -x -a '(__mimo_text_or_file)' -d 'System prompt instead of MiMo\'s recommended one; empty for none'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l no-system -d 'Send no system prompt'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l temperature -s t -x -d '0 to 1.5; ignored while the model thinks'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l top-p -x -d '0.01 to 1; ignored while the model thinks'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l max-tokens -x -d 'Longest answer, thinking included'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l stop -x -d 'End the answer before this text (repeatable)'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l thinking -d 'Let the model think before it answers'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l no-thinking -d 'The opposite of --thinking'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l retries -x -d 'How often a failed request is sent again (2)'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l encoding -x -d 'Encoding of stdin and files'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l lossy -d 'Replace bytes that are not text'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l file -s f -r -F -d 'Add a text, picture, recording or film, by name or URL; or a folder\'s texts, \'src/**/*.py\', lines (a.py:10-40). Repeatable'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l exclude -x -d 'Leave names like this out (\'*.log\', node_modules/, src/gen/**), as .gitignore does. Repeatable'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l fps -x -d 'Frames of a film that are looked at, a second: 0.1 to 10 (2)'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l media-resolution -x -a 'default max' -d 'How closely each frame of a film is looked at'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l json -d 'One JSON object for each answer (not on a terminal)'
complete -c mimo -n "__mimo_at 'mimo chat \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo history \d+ .*'" -s n -x -d 'How many to list (20)'
complete -c mimo -n "__mimo_at 'mimo history \d+ .*'" -l all -d 'List all of them'
complete -c mimo -n "__mimo_at 'mimo history \d+ .*'" -l json -d 'As a JSON array'
complete -c mimo -n "__mimo_at 'mimo history \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo history 1 .*'" -a 'list\\t"List the newest conversations, as mimo history alone does" show\\t"Show a conversation (the newest), or an answer of it" search\\t"Find the questions and answers that hold all the words" export\\t"Write a conversation (the newest), or all of them, as Markdown or JSON" usage\\t"Add up tokens and cost by day, model or conversation" rename\\t"Give a conversation another title" fork\\t"Copy a conversation (the newest), and print the id of the copy" delete\\t"Delete conversations for good" path\\t"Print where the file is"'
complete -c mimo -n "__mimo_at 'mimo history list \d+ .*'" -s n -x -d 'How many to list (20)'
complete -c mimo -n "__mimo_at 'mimo history list \d+ .*'" -l all -d 'List all of them'
complete -c mimo -n "__mimo_at 'mimo history list \d+ .*'" -l json -d 'As a JSON array'
complete -c mimo -n "__mimo_at 'mimo history list \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo history show \d+ .*'" -l answer -d 'Only the text of the last answer, or the Nth; -2: the last but one'
complete -c mimo -n "__mimo_at 'mimo history show \d+ .*'" -l extract -s x -d 'Only the code of a fenced block of it: -x the first, -x2, -xpython'
complete -c mimo -n "__mimo_at 'mimo history show \d+ .*'" -l copy -d 'Copy it to the clipboard instead; alone: the last answer'
complete -c mimo -n "__mimo_at 'mimo history show \d+ .*'" -l json -d 'All there is, as JSON'
complete -c mimo -n "__mimo_at 'mimo history show \d+ .*'" -l markdown -d 'As Markdown text'
complete -c mimo -n "__mimo_at 'mimo history show \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo history show 1 .*'" -k -a '(__mimo_names conversation)'
complete -c mimo -n "__mimo_at 'mimo history search \d+ .*'" -s n -x -d 'How many to list'
complete -c mimo -n "__mimo_at 'mimo history search \d+ .*'" -l json -d 'As a JSON array'
complete -c mimo -n "__mimo_at 'mimo history search \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo history export \d+ .*'" -l all -d 'Every conversation'
complete -c mimo -n "__mimo_at 'mimo history export \d+ .*'" -l format -x -a 'markdown json jsonl' -d 'One a line with jsonl'
complete -c mimo -n "__mimo_at 'mimo history export \d+ .*'" -l output -s o -r -F -d 'To a file, whole or not at all'
complete -c mimo -n "__mimo_at 'mimo history export \d+ .*'" -l with-attachments -r -F -d 'Their pictures and films go there'
complete -c mimo -n "__mimo_at 'mimo history export \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo history export 1 .*'" -k -a '(__mimo_names conversation)'
complete -c mimo -n "__mimo_at 'mimo history usage \d+ .*'" -l by -x -a 'day model conversation' -d 'What is added up'
complete -c mimo -n "__mimo_at 'mimo history usage \d+ .*'" -l since -x -d 'Not older than: 12h, 30d, 8w, 6m, 1y'
complete -c mimo -n "__mimo_at 'mimo history usage \d+ .*'" -l json -d 'As one JSON object'
complete -c mimo -n "__mimo_at 'mimo history usage \d+ .*'" -l csv -d 'As CSV, with a header'
complete -c mimo -n "__mimo_at 'mimo history usage \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo history rename \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo history rename 1 .*'" -k -a '(__mimo_names conversation)'
complete -c mimo -n "__mimo_at 'mimo history fork \d+ .*'" -l turns -x -d 'Only the first N questions, with what came of them; -1 leaves the last one out'
complete -c mimo -n "__mimo_at 'mimo history fork \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo history fork 1 .*'" -k -a '(__mimo_names conversation)'
complete -c mimo -n "__mimo_at 'mimo history delete \d+ .*'" -l older-than -x -d 'Not used for: 12h, 30d, 8w, 6m, 1y'
complete -c mimo -n "__mimo_at 'mimo history delete \d+ .*'" -l all -d 'Every conversation'
complete -c mimo -n "__mimo_at 'mimo history delete \d+ .*'" -l yes -s y -d 'Do not ask'
complete -c mimo -n "__mimo_at 'mimo history delete \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo history delete [1-9]\d* .*'" -k -a '(__mimo_names conversation)'
complete -c mimo -n "__mimo_at 'mimo history path \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo models \d+ .*'" -l profile -s p -x -k -a '(__mimo_names profile)' -d 'Take the settings of this profile'
complete -c mimo -n "__mimo_at 'mimo models \d+ .*'" -l base-url -x -d 'Server to ask, up to /v1/messages'
complete -c mimo -n "__mimo_at 'mimo models \d+ .*'" -l timeout -x -d 'Seconds for the whole answer'
complete -c mimo -n "__mimo_at 'mimo models \d+ .*'" -l all -d 'Those that are retired, too'
complete -c mimo -n "__mimo_at 'mimo models \d+ .*'" -l json -d 'As one JSON object'
complete -c mimo -n "__mimo_at 'mimo models \d+ .*'" -l remote -d 'Ask the server what it has; its answer is kept for a day'
complete -c mimo -n "__mimo_at 'mimo models \d+ .*'" -l refresh -d 'Ask it again, although the day is not over'
complete -c mimo -n "__mimo_at 'mimo models \d+ .*'" -l quiet -s q -d 'No warnings or notices, only errors'
complete -c mimo -n "__mimo_at 'mimo models \d+ .*'" -l verbose -s v -d 'Say what is asked, and what comes back'
complete -c mimo -n "__mimo_at 'mimo models \d+ .*'" -l debug -d 'Show where an error happened'
complete -c mimo -n "__mimo_at 'mimo models \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo models 1 .*'" -a '(__mimo_models)'
complete -c mimo -n "__mimo_at 'mimo config \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo config 1 .*'" -a 'init\\t"Set up a server and its key: asks, tries them out, keeps them" set\\t"Keep a setting. The API key is asked for, or read from stdin; never given as a word" get\\t"Print the value in force, whichever place it comes from" unset\\t"Take a setting out of the file, or a whole table: profiles.NAME, prompts.NAME" list\\t"List every setting: value, where it comes from, default" prompts\\t"List the kept prompts: name, first words, fields to --set" edit\\t"Edit the file in \\$VISUAL or \\$EDITOR; it is checked first" path\\t"Print where the file is"'
complete -c mimo -n "__mimo_at 'mimo config init \d+ .*'" -l profile -s p -x -k -a '(__mimo_names profile)' -d 'In this profile'
complete -c mimo -n "__mimo_at 'mimo config init \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo config set \d+ .*'" -l profile -s p -x -k -a '(__mimo_names profile)' -d 'In this profile'
complete -c mimo -n "__mimo_at 'mimo config set \d+ .*'" -l force -d 'Begin a new file if this one is broken (kept as .bak)'
complete -c mimo -n "__mimo_at 'mimo config set \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo config set 1 .*'" -a 'api_key\\t"Your API key" api_key_command\\t"A command that prints the key, such as a password manager\'s" auth\\t"The header that carries the key; none sends no key" base_url\\t"Server to ask, up to /v1/messages" allow_http\\t"Plain http to other machines (the key goes unencrypted)" model\\t"Model to ask" system\\t"System prompt instead of MiMo\'s recommended one; empty for none" temperature\\t"0 to 1.5; ignored while the model thinks" top_p\\t"0.01 to 1; ignored while the model thinks" max_tokens\\t"Longest answer, thinking included" stop\\t"End the answer before this text" thinking\\t"Let the model think before it answers" stop_loops\\t"Stop an answer that repeats itself over and over; not on a terminal" show_thinking\\t"Show the model\'s thinking on stderr (default: on a terminal)" usage\\t"End with a line on tokens, time and cost" currency\\t"What MiMo\'s bills are in; auto is USD" confirm_above_tokens\\t"Ask before more tokens than this are sent; 0 never asks" color\\t"When to use colours: auto, always or never" live\\t"Draw the answer while it grows, or print rows when they are final" theme\\t"The terminal\'s background" code_theme\\t"A Pygments style for code, such as monokai" math\\t"How formulas are drawn" ambiguous\\t"Cells that East Asian ambiguous characters take: narrow is one, wide two" history\\t"Keep conversations, for -c and mimo history" editor\\t"The program that texts are edited with" keymap\\t"The keys of the chat\'s prompt" notify\\t"Ring the bell when an answer took over 20 seconds" timeout\\t"Seconds for the whole answer" retries\\t"How often a failed request is sent again (2)" default_profile\\t"The profile that is used without -p"'
complete -c mimo -n "__mimo_at 'mimo config set 2 auth'" -a 'api-key bearer x-api-key none'
complete -c mimo -n "__mimo_at 'mimo config set 2 allow_http'" -a 'true false'
complete -c mimo -n "__mimo_at 'mimo config set 2 model'" -a '(__mimo_models)'
complete -c mimo -n "__mimo_at 'mimo config set 2 thinking'" -a 'true false'
complete -c mimo -n "__mimo_at 'mimo config set 2 stop_loops'" -a 'true false'
complete -c mimo -n "__mimo_at 'mimo config set 2 show_thinking'" -a 'true false'
complete -c mimo -n "__mimo_at 'mimo config set 2 usage'" -a 'true false'
complete -c mimo -n "__mimo_at 'mimo config set 2 currency'" -a 'auto USD CNY'
complete -c mimo -n "__mimo_at 'mimo config set 2 color'" -a 'auto always never'
complete -c mimo -n "__mimo_at 'mimo config set 2 live'" -a 'true false'
complete -c mimo -n "__mimo_at 'mimo config set 2 theme'" -a 'auto light dark'
complete -c mimo -n "__mimo_at 'mimo config set 2 math'" -a 'unicode source'
complete -c mimo -n "__mimo_at 'mimo config set 2 ambiguous'" -a 'narrow wide'
complete -c mimo -n "__mimo_at 'mimo config set 2 history'" -a 'true false'
complete -c mimo -n "__mimo_at 'mimo config set 2 keymap'" -a 'emacs vi'
complete -c mimo -n "__mimo_at 'mimo config set 2 notify'" -a 'true false'
complete -c mimo -n "__mimo_at 'mimo config set 2 default_profile'" -k -a '(__mimo_names profile)'
complete -c mimo -n "__mimo_at 'mimo config get \d+ .*'" -l reveal -d 'Show the key itself'
complete -c mimo -n "__mimo_at 'mimo config get \d+ .*'" -l profile -s p -x -k -a '(__mimo_names profile)' -d 'In this profile'
complete -c mimo -n "__mimo_at 'mimo config get \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo config get 1 .*'" -a 'api_key\\t"Your API key" api_key_command\\t"A command that prints the key, such as a password manager\'s" auth\\t"The header that carries the key; none sends no key" base_url\\t"Server to ask, up to /v1/messages" allow_http\\t"Plain http to other machines (the key goes unencrypted)" model\\t"Model to ask" system\\t"System prompt instead of MiMo\'s recommended one; empty for none" temperature\\t"0 to 1.5; ignored while the model thinks" top_p\\t"0.01 to 1; ignored while the model thinks" max_tokens\\t"Longest answer, thinking included" stop\\t"End the answer before this text" thinking\\t"Let the model think before it answers" stop_loops\\t"Stop an answer that repeats itself over and over; not on a terminal" show_thinking\\t"Show the model\'s thinking on stderr (default: on a terminal)" usage\\t"End with a line on tokens, time and cost" currency\\t"What MiMo\'s bills are in; auto is USD" confirm_above_tokens\\t"Ask before more tokens than this are sent; 0 never asks" color\\t"When to use colours: auto, always or never" live\\t"Draw the answer while it grows, or print rows when they are final" theme\\t"The terminal\'s background" code_theme\\t"A Pygments style for code, such as monokai" math\\t"How formulas are drawn" ambiguous\\t"Cells that East Asian ambiguous characters take: narrow is one, wide two" history\\t"Keep conversations, for -c and mimo history" editor\\t"The program that texts are edited with" keymap\\t"The keys of the chat\'s prompt" notify\\t"Ring the bell when an answer took over 20 seconds" timeout\\t"Seconds for the whole answer" retries\\t"How often a failed request is sent again (2)" default_profile\\t"The profile that is used without -p"'
complete -c mimo -n "__mimo_at 'mimo config unset \d+ .*'" -l profile -s p -x -k -a '(__mimo_names profile)' -d 'In this profile'
complete -c mimo -n "__mimo_at 'mimo config unset \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo config unset 1 .*'" -a 'api_key\\t"Your API key" api_key_command\\t"A command that prints the key, such as a password manager\'s" auth\\t"The header that carries the key; none sends no key" base_url\\t"Server to ask, up to /v1/messages" allow_http\\t"Plain http to other machines (the key goes unencrypted)" model\\t"Model to ask" system\\t"System prompt instead of MiMo\'s recommended one; empty for none" temperature\\t"0 to 1.5; ignored while the model thinks" top_p\\t"0.01 to 1; ignored while the model thinks" max_tokens\\t"Longest answer, thinking included" stop\\t"End the answer before this text" thinking\\t"Let the model think before it answers" stop_loops\\t"Stop an answer that repeats itself over and over; not on a terminal" show_thinking\\t"Show the model\'s thinking on stderr (default: on a terminal)" usage\\t"End with a line on tokens, time and cost" currency\\t"What MiMo\'s bills are in; auto is USD" confirm_above_tokens\\t"Ask before more tokens than this are sent; 0 never asks" color\\t"When to use colours: auto, always or never" live\\t"Draw the answer while it grows, or print rows when they are final" theme\\t"The terminal\'s background" code_theme\\t"A Pygments style for code, such as monokai" math\\t"How formulas are drawn" ambiguous\\t"Cells that East Asian ambiguous characters take: narrow is one, wide two" history\\t"Keep conversations, for -c and mimo history" editor\\t"The program that texts are edited with" keymap\\t"The keys of the chat\'s prompt" notify\\t"Ring the bell when an answer took over 20 seconds" timeout\\t"Seconds for the whole answer" retries\\t"How often a failed request is sent again (2)" default_profile\\t"The profile that is used without -p"'
complete -c mimo -n "__mimo_at 'mimo config list \d+ .*'" -l json -d 'As one JSON object'
complete -c mimo -n "__mimo_at 'mimo config list \d+ .*'" -l profile -s p -x -k -a '(__mimo_names profile)' -d 'In this profile'
complete -c mimo -n "__mimo_at 'mimo config list \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo config prompts \d+ .*'" -l json -d 'As one JSON object'
complete -c mimo -n "__mimo_at 'mimo config prompts \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo config edit \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo config path \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo doctor \d+ .*'" -l profile -s p -x -k -a '(__mimo_names profile)' -d 'Take the settings of this profile'
complete -c mimo -n "__mimo_at 'mimo doctor \d+ .*'" -l base-url -x -d 'Server to ask, up to /v1/messages'
complete -c mimo -n "__mimo_at 'mimo doctor \d+ .*'" -l timeout -x -d 'Seconds for the whole answer'
complete -c mimo -n "__mimo_at 'mimo doctor \d+ .*'" -l model -s m -x -a '(__mimo_models)' -d 'Model to ask'
complete -c mimo -n "__mimo_at 'mimo doctor \d+ .*'" -l offline -d 'Leave the network alone'
complete -c mimo -n "__mimo_at 'mimo doctor \d+ .*'" -l json -d 'As one JSON object'
complete -c mimo -n "__mimo_at 'mimo doctor \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo demo \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l port -x -d 'Port; 0 takes a free one'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l delay -x -d 'Pause between deltas'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l answer -x -a '(__mimo_text_or_file)' -d 'What it answers (repeatable: in turn, the last one from then on)'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l dialect -x -a 'list\\t"Say what each of them is" nulls\\t"null for texts, signatures, content, usage and indexes" omitempty\\t"what is empty or 0 is missing: texts, the first index" bare-start\\t"a block begins without its empty text, thinking or input" no-index\\t"no event has an index" index-gaps\\t"indexes 0, 2, 4, and ends of blocks that never began" one-index\\t"every block has index 0, and only the last one ends" orphan-deltas\\t"text and thinking neither begin nor end" index-minus-1\\t"text and thinking neither begin nor end, at index -1" restarts\\t"a block begins again before each delta" wrong-block\\t"thinking comes in a block that began as text" empty-block\\t"an empty text block comes first" whole-blocks\\t"blocks are whole when they begin, without deltas" unsigned\\t"thinking has no signature" empty-signature\\t"thinking has an empty signature" omitted-thinking\\t"thinking is a signature alone" redacted-thinking\\t"thinking is a redacted_thinking block" server-tools\\t"a web search of the server\'s: call, result, citations" odd-usage\\t"usage is a word, -1, 5.0, 10**30, or its members are" late-usage\\t"counts are 0 in message_start, right in message_delta" finish-words\\t"stop_reason is stop, length or tool_calls" placeholder-stop\\t"a stop_reason of \\"null\\" behind each delta" null-start\\t"message_start has no message, but null" no-start\\t"message_start is missing" no-stop\\t"message_stop is missing" no-end\\t"message_delta and message_stop are missing" twice\\t"two message_start, two message_stop, a delta between" sdk-events\\t"the SDK\'s own events behind the deltas, with snapshots" whole-message\\t"the whole message once more, before message_stop" done\\t"the stream ends with data: [DONE]" wrapped-comments\\t"comments as data, and pings with other data than JSON" unnamed\\t"no event: lines, and no space behind data:" padded\\t"spaces before the last brace of an event" twice-encoded\\t"the data of an event is a text that holds its JSON" bare-keepalives\\t"a comment as data before each event, without a blank line" crlf\\t"lines end with CR LF" one-event-many-chunks\\t"each event comes in chunks of 7 bytes" buffered\\t"the whole stream comes in one chunk" always-stream\\t"streams, also where it should not" never-stream\\t"a plain message, also where it should stream" gzip\\t"gzip, unasked" br\\t"br, unasked, in blocks of a byte each" zstd\\t"zstd, unasked, in blocks of a byte each" stale-encoding\\t"the header says gzip, but nothing is compressed" sse-errors\\t"error bodies begin with data: and end with a blank line" bare-errors\\t"errors without the error wrapper" anthropic-errors\\t"errors as Anthropic\'s service has them" litellm-errors\\t"errors with the word None for what is not known" fastapi-errors\\t"errors as a detail, in a list or not" html-errors\\t"errors as nginx\'s web page" ok-errors\\t"errors come with status 200" event-errors\\t"errors come with status 200, as the data of a stream" openai\\t"answers in the shape of OpenAI\'s chat completions"' -d 'Answer as some gateways do (repeatable); --dialect list names them'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l max-body -x -d 'The largest request it takes (default: 256); a larger one is a 413'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l call -x -d 'Call this tool where tools are offered (repeatable: all at once). The input is sent as it is, JSON or not'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l calls-as -x -a 'text thinking' -d 'Write the calls out there, in no block of their own'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l endless-calls -d 'Call again after the results, always'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l times -x -d 'The fault strikes N times, then all is well (default: always)'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l status -x -d 'Answer with this HTTP status'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l corrupted -d 'Answer 400, as to a film that cannot be decoded'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l retry-after -x -d 'With --status: this Retry-After header'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l first-byte -x -d 'Wait before the reply'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l cut -x -d 'Close the connection at this byte'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l reset -x -d 'Reset the connection at this byte'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l stall -x -d 'Send nothing more from this byte on'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l drip -x -d 'From this byte on send one byte a second'
complete -c mimo -n "__mimo_at 'mimo simulate \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo completions \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo completions 1 .*'" -a 'bash zsh fish'
complete -c mimo -n "__mimo_at 'mimo schema \d+ .*'" -l json -d 'The list as one JSON object'
complete -c mimo -n "__mimo_at 'mimo schema \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo schema 1 .*'" -a 'ask event models history doctor config'
complete -c mimo -n "__mimo_at 'mimo help \d+ .*'" -l man -d 'The manual page, all of it; in a pipe its source, for man -l'
complete -c mimo -n "__mimo_at 'mimo help \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo help 1 .*'" -a 'ask\\t"Ask one question and see the answer stream" chat\\t"Talk with a model: a prompt, and a conversation that lasts" history\\t"Look through, search, export, rename, copy and delete conversations" models\\t"List the models, their limits and prices" config\\t"Show and change the settings" doctor\\t"Check the set-up and say what to do" demo\\t"See an answer stream, with no key and no network" simulate\\t"Run a server that speaks MiMo\'s protocol, to test scripts against" completions\\t"Print the script that completes mimo\'s commands in a shell" schema\\t"Print the JSON Schema of what --json and --jsonl print" help\\t"Show the help of a command"'
complete -c mimo -n "__mimo_at 'mimo help history \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo help history 1 .*'" -a 'list\\t"List the newest conversations, as mimo history alone does" show\\t"Show a conversation (the newest), or an answer of it" search\\t"Find the questions and answers that hold all the words" export\\t"Write a conversation (the newest), or all of them, as Markdown or JSON" usage\\t"Add up tokens and cost by day, model or conversation" rename\\t"Give a conversation another title" fork\\t"Copy a conversation (the newest), and print the id of the copy" delete\\t"Delete conversations for good" path\\t"Print where the file is"'
complete -c mimo -n "__mimo_at 'mimo help config \d+ .*'" -l help -s h -d 'Show this message and exit'
complete -c mimo -n "__mimo_at 'mimo help config 1 .*'" -a 'init\\t"Set up a server and its key: asks, tries them out, keeps them" set\\t"Keep a setting. The API key is asked for, or read from stdin; never given as a word" get\\t"Print the value in force, whichever place it comes from" unset\\t"Take a setting out of the file, or a whole table: profiles.NAME, prompts.NAME" list\\t"List every setting: value, where it comes from, default" prompts\\t"List the kept prompts: name, first words, fields to --set" edit\\t"Edit the file in \\$VISUAL or \\$EDITOR; it is checked first" path\\t"Print where the file is"'
