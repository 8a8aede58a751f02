"""Tools that a script runs itself: which it offers the model, and what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.conversation import piped_input, views
from mimo_cli.conversation.turns import pending_calls
from mimo_cli.errors import UsageError
from mimo_cli.phrases import CommandLine, Phrase, both, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.api.protocol.messages import Tool, ToolResult
    from mimo_cli.conversation.piped_input import Intake
    from mimo_cli.conversation.turns import Conversation, Turn
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.output.console import Console
    from mimo_cli.tools.results import Given


def gives_results(options: AskOptions) -> bool:
    """Return whether there are results of tools that the model has called."""
    return bool(options.tool_result or options.tool_result_file or options.tool_error)


def takes_stdin(options: AskOptions) -> bool:
    """Return whether stdin is no part of the question, unless that asks for it by name."""
    return gives_results(options) or options.tool_definitions in piped_input.STDIN


def check(options: AskOptions, *, asks_for_stdin: bool) -> None:
    """Refuse results without a conversation or an id, and stdin for two things.

    Raises:
        UsageError: there is such a thing.
    """
    if not gives_results(options) and options.tool_definitions is None:
        return
    from mimo_cli.tools import results  # few use any

    given = _given(options)
    results.check_form(given)
    if given and not (options.continue_ or options.resume is not None):
        what = Phrase("{option} needs the conversation", option=given[0].option)
        hint = Phrase("Add -r ID (`conversation` in --json), or -c for the newest.")
        raise UsageError(what, Phrase("it answers a call of the model's"), hint)
    readers = [*_readers_of_stdin(options), *(["the question"] if asks_for_stdin else [])]
    if len(readers) > 1:
        why = Phrase("{readers} want it", readers=both(readers))
        raise UsageError(Phrase("stdin can be read once"), why)


def _readers_of_stdin(options: AskOptions) -> Iterator[str]:
    if options.tool_definitions in piped_input.STDIN:
        yield "--tool-definitions"
    ends = tuple(f"={name}" for name in piped_input.STDIN)
    for value in options.tool_result_file or []:
        if value.endswith(ends):
            yield "--tool-result-file"


def _given(options: AskOptions) -> list[Given]:
    from mimo_cli.tools.results import Given

    return [
        *(Given("result", value) for value in options.tool_result or []),
        *(Given("file", value) for value in options.tool_result_file or []),
        *(Given("error", value) for value in options.tool_error or []),
    ]


def offered(options: AskOptions, intake: Intake) -> tuple[Tool, ...] | None:
    """Return the tools that are offered from here on; None where those of before go on.

    Raises:
        UsageError: their file cannot be read, or is not right.
    """
    name = options.tool_definitions
    if name is None:
        return None
    from mimo_cli.tools import definitions

    text = piped_input.text_of(name, intake, definitions.LARGEST)
    found = definitions.read(text, "stdin" if name in piped_input.STDIN else name)
    if told := definitions.told_of_unsent(found):
        intake.console.info(told)
    return found.tools


def results(
    options: AskOptions, intake: Intake, conversation: Conversation
) -> tuple[ToolResult, ...]:
    """Return what tools answered; calls that get no answer with this question are told.

    Raises:
        UsageError: a result is for no call that waits, or one has none.
    """
    pending = pending_calls(conversation.turns)
    if gives_results(options):
        from mimo_cli.tools import results

        return results.answers(
            _given(options), pending, lambda name: piped_input.text_of(name, intake)
        )
    if pending:
        intake.console.info(
            counted(
                len(pending),
                "no result is given for one call: the model is told that it was not run",
                "no result is given for {count} calls: the model is told that they were not run",
            )
        )
    return ()


def tell_calls(turn: Turn, kept_in: str | None, options: AskOptions, console: Console) -> None:
    """Tell which tools the model calls, and how their results are given.

    `kept_in` is the conversation on the disk that has them, None for none.
    """
    if not (options.json or options.jsonl):
        views.tell_calls(turn.calls, console)
    if turn.failure is not None:
        return
    if kept_in is None:
        console.info(Phrase("this conversation is not kept: no results can be given"))
    elif console.output.is_terminal:
        command = _command(kept_in, [call.id for call in turn.calls])
        console.info(Phrase("go on with: {command}", command=command))


def _command(conversation: str, ids: list[str]) -> CommandLine:
    import shlex  # off a terminal nobody is told

    words = ["mimo", "ask", "-r", conversation]
    for id_ in ids:
        words += ["--tool-result", f"{id_}=TEXT"]
    return CommandLine(shlex.join(words))
