"""The commands: names, help and examples.

To add one: a function in `single_commands` with its row there, and a row in `COMMANDS`.
"""

from collections.abc import Mapping
from functools import cache, partial

from mimo_cli.cli.command import Built, Loader, command, takes_value
from mimo_cli.environment import Environment


@cache
def _ask() -> Built:
    from mimo_cli.options.ask import AskOptions

    def run(environment: Environment, options: AskOptions) -> int:
        from mimo_cli.commands.ask import command as ask

        return ask.run(environment, options)

    return command(
        "ask",
        AskOptions,
        run,
        summary="""Ask one question and see the answer stream.

        The answer goes to stdout, everything else to stderr. Piped text alone is the question;
        beside words on the command line it is what they are about. Words need no quotes: what
        begins with a dash and is no option is a word (-5 + 3), and behind -- everything is. An
        option among or behind several words that nobody quoted is told; -o FILE is refused there,
        where it would replace a file. Files right behind -f FILE are added as well (-f
        src/*.py).""",
        shown="""
            mimo ask what is a monad
            git diff | mimo ask "write a commit message"
            mimo ask -f a.py -f b.py "which is faster?"
            mimo ask -x "a shell line that counts files" > count.sh
            mimo ask --schema "name, born int" "who wrote Dune?"
            mimo ask --json --tool-definitions tools.json "is it raining in Rome?"
        """,
    )


@cache
def _single(name: str) -> Built:
    from mimo_cli.cli import single_commands  # not for questions

    return single_commands.BUILDERS[name]()


@cache
def _config() -> Built:
    from mimo_cli.cli.config_commands import config

    return config()


@cache
def _history() -> Built:
    from mimo_cli.cli.history_commands import history

    return history()


COMMANDS: Mapping[str, Loader] = {
    "ask": Loader("Ask one question and see the answer stream.", _ask),
    "chat": Loader("Talk with a model, and go on where you left off.", partial(_single, "chat")),
    "history": Loader("Look through, search, export and delete conversations.", _history),
    "models": Loader("List the models, their limits and prices.", partial(_single, "models")),
    "config": Loader("Show and change the settings.", _config),
    "doctor": Loader("Check the set-up and say what to do.", partial(_single, "doctor")),
    "demo": Loader("See an answer stream, with no key and no network.", partial(_single, "demo")),
    "simulate": Loader(
        "Run a server that speaks MiMo's protocol, to test scripts.", partial(_single, "simulate")
    ),
    "completions": Loader(
        "Print the script for Tab in bash, zsh or fish.", partial(_single, "completions")
    ),
    "schema": Loader(
        "Print the JSON Schema of what --json and --jsonl print.", partial(_single, "schema")
    ),
    "help": Loader("Show the help of a command.", partial(_single, "help")),
}


def options_of_ask() -> dict[str, bool]:
    """Return the names of the options of `ask`, each with whether it takes a value."""
    return takes_value(_ask())
