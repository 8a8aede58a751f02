"""The commands besides `ask` that are no groups: their options, help and examples."""

from collections.abc import Callable, Mapping

from mimo_cli.cli.command import Built, command
from mimo_cli.environment import Environment


def _chat() -> Built:
    from mimo_cli.options.chat import ChatOptions

    def run(environment: Environment, options: ChatOptions) -> int:
        from mimo_cli.commands import chat
        from mimo_cli.shell import caches

        code = chat.run(environment, options)
        caches.keep_after_question(environment, keeps=not options.no_history)
        return code

    return command(
        "chat",
        ChatOptions,
        run,
        summary="""Talk with a model: a prompt, and a conversation that lasts.

        Enter sends, Alt-Enter begins a new line, Ctrl-C stops an answer, Ctrl-D leaves; /help
        lists the chat's own commands. Without a terminal each line of stdin is a message;
        a picture, a recording or a film on it is one.""",
        shown="""
            mimo chat
            mimo chat -c                      goes on with the newest conversation
            git diff | mimo chat "explain this, then let me ask"
        """,
    )


def _demo() -> Built:
    from mimo_cli.options.demo import DemoOptions

    def run(environment: Environment, options: DemoOptions) -> int:
        from mimo_cli.commands import demo

        return demo.run(environment, options)

    return command(
        "demo",
        DemoOptions,
        run,
        summary="""See an answer stream, with no key and no network.

        The answer comes from a simulator inside this program: there is no model behind it.""",
        shown="""
            mimo demo
            mimo demo please introduce yourself
        """,
    )


def _doctor() -> Built:
    from mimo_cli.options.doctor import DoctorOptions

    def run(environment: Environment, options: DoctorOptions) -> int:
        from mimo_cli.commands import doctor

        return doctor.run(environment, options)

    return command(
        "doctor",
        DoctorOptions,
        run,
        summary="""Check the set-up and say what to do.

        One line for each thing that has to be right, and under it what to do if it is not. It ends
        with a real question to the model, which costs a few tokens; --offline asks nothing. The
        exit code is 1 if something failed.""",
        shown="""
            mimo doctor
            mimo doctor --offline             without the network
            mimo doctor --json | jq '.checks[] | select(.state == "failed")'
        """,
    )


def _models() -> Built:
    from mimo_cli.options.models import ModelsOptions

    def run(environment: Environment, options: ModelsOptions) -> int:
        from mimo_cli.commands import models

        return models.run(environment, options)

    return command(
        "models",
        ModelsOptions,
        run,
        summary="""List the models, their limits and prices.

        They come from a catalogue inside this program; --remote asks the server what it has, and
        marks what the catalogue does not know. In a pipe there are tabs between the fields.""",
        shown="""
            mimo models
            mimo models pro                   all about one; a short name will do
            mimo models --remote              what the server has
            mimo models --json | jq '.models[].id'
        """,
    )


def _simulate() -> Built:
    from mimo_cli.options.simulate import SimulateOptions

    def run(environment: Environment, options: SimulateOptions) -> int:
        from mimo_cli.commands import simulate

        return simulate.run(environment, options)

    return command(
        "simulate",
        SimulateOptions,
        run,
        summary="""Run a server that speaks MiMo's protocol, to test scripts against.

        It prints two export lines that point mimo at it, and runs until it is interrupted.
        The options under Tools make it call tools, those under Faults make it fail the way real
        servers do; --dialect makes it send what gateways between you and the model make of the
        protocol.""",
        shown="""
            mimo simulate --port 8765
            mimo simulate --status 503 --times 2      fails twice, then answers
            mimo simulate --cut 12000                 breaks off in mid-answer
            mimo simulate --call 'weather={"city":"Rome"}'
            mimo simulate --dialect nulls             sends null where something is empty
        """,
    )


def _completions() -> Built:
    from mimo_cli.options.completions import CompletionsOptions

    def run(environment: Environment, options: CompletionsOptions) -> int:
        from mimo_cli.commands.printed import completions

        return completions.run(environment, options)

    return command(
        "completions",
        CompletionsOptions,
        run,
        summary="""Print the script that completes mimo's commands in a shell.

        Tab then offers commands, options and their values, and your own profiles, prompts and
        conversations: their names are kept in files, and no Python starts.""",
        shown="""
            eval "$(mimo completions bash)"                  in ~/.bashrc
            mimo completions zsh > ~/.zfunc/_mimo            a folder of your fpath
            mimo completions fish > ~/.config/fish/completions/mimo.fish
        """,
    )


def _schema() -> Built:
    from mimo_cli.options.schema import SchemaOptions

    def run(environment: Environment, options: SchemaOptions) -> int:
        from mimo_cli.commands.printed import schema

        return schema.run(environment, options)

    return command(
        "schema",
        SchemaOptions,
        run,
        summary="""Print the JSON Schema of what --json and --jsonl print.

        For programs that check what they read, or make types of it. Without a name it lists what
        there is. (What an answer has to be like is another thing: mimo ask --schema.)""",
        shown="""
            mimo schema ask > ask.schema.json
            mimo schema history               all that mimo history prints with --json
            mimo schema ask | jq '.properties | keys'
        """,
    )


def _help() -> Built:
    from mimo_cli.options.help import HelpOptions

    def run(environment: Environment, options: HelpOptions) -> int:
        from mimo_cli.commands.printed import manual

        del options  # the root answers what is not for the manual
        return manual.run(environment)

    return command(
        "help",
        HelpOptions,
        run,
        summary="Show the help of a command.",
        shown="""
            mimo help
            mimo help config set
            mimo help --man
        """,
    )


BUILDERS: Mapping[str, Callable[[], Built]] = {
    "chat": _chat,
    "demo": _demo,
    "doctor": _doctor,
    "models": _models,
    "simulate": _simulate,
    "completions": _completions,
    "schema": _schema,
    "help": _help,
}
