"""`mimo history` and what is under it."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from mimo_cli.cli.command import Built, Command, Group, PlainCommand, build, examples
from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase


class _AnswerCommand(Command):
    """A command whose `--answer` may have a number behind it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse; give `--answer` without a value an empty one before."""
        return super().parse_args(ctx, with_answer_number(args))


def with_answer_number(args: Sequence[str]) -> list[str]:
    """Return the arguments with the value of `--answer` attached: a number behind it, else none.

    Nothing else that may stand there is a number: ids begin with a letter.
    """
    words = list(args)
    end = words.index("--") if "--" in words else len(words)
    found: list[str] = []
    for word in words[:end]:
        if found and found[-1] == "--answer=" and re.fullmatch(r"-?\d+", word):
            found[-1] += word
        else:
            found.append("--answer=" if word == "--answer" else word)
    return found + words[end:]


_app = typer.Typer(
    cls=Group,
    help="""Look through, search, export, rename, copy and delete conversations.

    Alone it lists the newest. An ID can be a title, or how only one id or title begins; delete and
    rename want the title whole.""",
    epilog=examples("""
        mimo history                      the newest conversations
        mimo history show k3j             one of them
        mimo history search docker compose
        mimo history usage --by model     what it took, and cost
        mimo history delete --older-than 90d
    """),
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
)

_Limit = Annotated[
    int | None, typer.Option("-n", metavar="N", min=1, help="How many to list (20).")
]
_All = Annotated[bool, typer.Option("--all", help="List all of them.")]
_Json = Annotated[bool, typer.Option("--json", help="As a JSON array.")]
_Id = Annotated[str | None, typer.Argument(metavar="[ID]", help="An id or a title.")]


@_app.callback()
def _history(
    context: typer.Context, limit: _Limit = None, everything: _All = False, json: _Json = False
) -> int:
    if context.invoked_subcommand is None:
        return _run_list(context, limit=limit, everything=everything, json=json)
    if limit is not None or everything or json:
        what = Phrase("-n, --all and --json go after {command}", command=context.invoked_subcommand)
        raise UsageError(what)
    return 0


@_app.command(
    "list",
    cls=PlainCommand,
    epilog=examples("""
        mimo history list                 the newest twenty
        mimo history list --all
        mimo history list -n 5 --json | jq .
    """),
)
def _list(
    context: typer.Context, limit: _Limit = None, everything: _All = False, json: _Json = False
) -> int:
    """List the newest conversations, as mimo history alone does."""
    return _run_list(context, limit=limit, everything=everything, json=json)


def _run_list(context: typer.Context, *, limit: int | None, everything: bool, json: bool) -> int:
    from mimo_cli.commands.history.list import run

    return run(context.obj, limit=limit, everything=everything, json=json)


@_app.command(
    "show",
    cls=_AnswerCommand,
    epilog=examples("""
        mimo history show                 the newest
        mimo history show --answer        only its last answer
        mimo history show k3j -xpython > script.py
        mimo history show k3j --markdown > notes.md
    """),
)
def _show(
    context: typer.Context,
    reference: _Id = None,
    *,
    answer: Annotated[
        str | None,
        typer.Option(
            "--answer",
            metavar="[=N]",
            help="Only the text of the last answer, or the Nth; -2: the last but one.",
        ),
    ] = None,
    extract: Annotated[
        str | None,
        typer.Option(
            "--extract",
            "-x",
            metavar="[=N|LANGUAGE]",
            help="Only the code of a fenced block of it: -x the first, -x2, -xpython.",
        ),
    ] = None,
    copy: Annotated[
        bool,
        typer.Option("--copy", help="Copy it to the clipboard instead; alone: the last answer."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="All there is, as JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown text.")] = False,
) -> int:
    """Show a conversation (the newest), or an answer of it."""
    from mimo_cli.commands.history.show import Wanted, run

    return run(context.obj, reference, Wanted(json, markdown, answer, extract, copy))


@_app.command(
    "search",
    cls=PlainCommand,
    epilog=examples("""
        mimo history search docker compose
        mimo history search 天气
    """),
)
def _search(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help="The last may be a beginning.")
    ],
    limit: Annotated[int, typer.Option("-n", metavar="N", min=1, help="How many to list.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="As a JSON array.")] = False,
) -> int:
    """Find the questions and answers that hold all the words."""
    from mimo_cli.commands.history.search import run

    return run(context.obj, words, limit=limit, json=json)


@_app.command(
    "export",
    cls=PlainCommand,
    epilog=examples("""
        mimo history export > chat.md     the newest
        mimo history export --all --format jsonl -o backup.jsonl
        mimo history export k3j -o chat.md --with-attachments pictures
    """),
)
def _export(
    context: typer.Context,
    reference: _Id = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every conversation.")] = False,
    wanted: Annotated[
        str,
        typer.Option("--format", metavar="markdown|json|jsonl", help="One a line with jsonl."),
    ] = "markdown",
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="To a file, whole or not at all."),
    ] = None,
    folder: Annotated[
        str | None,
        typer.Option(
            "--with-attachments", metavar="FOLDER", help="Their pictures and films go there."
        ),
    ] = None,
) -> int:
    """Write a conversation (the newest), or all of them, as Markdown or JSON."""
    from mimo_cli.commands.history.export import run

    return run(
        context.obj,
        reference,
        everything=everything,
        wanted=wanted,
        output=output,
        folder=folder,
    )


@_app.command(
    "usage",
    cls=PlainCommand,
    epilog=examples("""
        mimo history usage --since 30d
        mimo history usage --by model
        mimo history usage --by conversation --csv > usage.csv
    """),
)
def _usage(
    context: typer.Context,
    by: Annotated[
        str, typer.Option("--by", metavar="day|model|conversation", help="What is added up.")
    ] = "day",
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="AGE", help="Not older than: 12h, 30d, 8w, 6m, 1y."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV, with a header.")] = False,
) -> int:
    """Add up tokens and cost by day, model or conversation."""
    from mimo_cli.commands.history.usage import run

    return run(context.obj, by, since=since, json=json, csv=csv)


@_app.command(
    "rename",
    cls=Command,
    epilog=examples("""
        mimo history rename k3j How monads work
        mimo history rename "What is a monad?" "How monads work"
    """),
)
def _rename(
    context: typer.Context,
    reference: Annotated[
        str, typer.Argument(metavar="ID", help="An id or how it begins, or a whole title.")
    ],
    words: Annotated[list[str], typer.Argument(metavar="TITLE...", help="The new title.")],
) -> int:
    """Give a conversation another title."""
    from mimo_cli.commands.history.rename import run
    from mimo_cli.shell import caches

    code = run(context.obj, reference, words)
    caches.keep_conversations(context.obj)
    return code


@_app.command(
    "fork",
    cls=Command,
    epilog=examples("""
        mimo history fork                 of the newest
        mimo ask -r "$(mimo history fork k3j)" "and in Rust?"
        mimo history fork k3j --turns -1  without its last question
    """),
)
def _fork(
    context: typer.Context,
    reference: _Id = None,
    turns: Annotated[
        str | None,
        typer.Option(
            "--turns",
            metavar="N",
            help="Only the first N questions, with what came of them; -1 leaves the last one out.",
        ),
    ] = None,
) -> int:
    """Copy a conversation (the newest), and print the id of the copy."""
    from mimo_cli.commands.history.fork import run
    from mimo_cli.shell import caches

    code = run(context.obj, reference, turns=turns)
    caches.keep_conversations(context.obj)
    return code


@_app.command(
    "delete",
    cls=PlainCommand,
    epilog=examples("""
        mimo history delete k3j
        mimo history delete --older-than 30d --yes
    """),
)
def _delete(
    context: typer.Context,
    references: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Ids or how they begin, or whole titles."),
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option("--older-than", metavar="AGE", help="Not used for: 12h, 30d, 8w, 6m, 1y."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every conversation.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> int:
    """Delete conversations for good."""
    from mimo_cli.commands.history.delete import Deletion, run
    from mimo_cli.shell import caches

    choice = Deletion(references or (), older_than, everything)
    try:
        return run(context.obj, choice, yes=yes)
    finally:  # some may be deleted although it failed
        caches.keep_conversations(context.obj)


@_app.command(
    "path",
    cls=PlainCommand,
    epilog=examples("""
        mimo history path
        du -h "$(mimo history path)"
    """),
)
def _path(context: typer.Context) -> int:
    """Print where the file is."""
    from mimo_cli.commands.history.path import run

    return run(context.obj)


def history() -> Built:
    """Return the command and its subcommands."""
    return build(_app)
