"""Tools that a script runs itself: which it offers the model, and what they answered."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mimo_cli.common_phrases import both
from mimo_cli.conversation import views
from mimo_cli.conversation.intake import named_input, piped_input
from mimo_cli.conversation.rounds.questions import pending_calls, unfinished_round
from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import CommandLine, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimo_cli.api.protocol.messages import Block, Tool, ToolResult
    from mimo_cli.conversation.intake.piped_input import Intake
    from mimo_cli.conversation.turns import Conversation, Turn
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.output.console import Console
    from mimo_cli.tools.results import Given


def check(options: AskOptions, *, asks_for_stdin: bool) -> None:
    """Refuse results without a conversation or an id, and stdin for two things.

    Raises:
        UsageError: there is such a thing.
    """
    readers = [*_readers_of_stdin(options), *(["the question"] if asks_for_stdin else [])]
    if len(readers) > 1:
        why = Phrase("{readers} want it", readers=both(readers))
        raise UsageError(Phrase("stdin can be read once"), why)
    if not options.gives_results and options.tool_definitions is None:
        return
    from mimo_cli.tools import results  # few use any

    given = _given(options)
    results.check_form(given)
    if given and not (options.continue_ or options.resume is not None):
        what = Phrase("{option} needs the conversation", option=given[0].option)
        hint = Phrase("Add -r ID (`conversation` in --json), or -c for the newest.")
        raise UsageError(what, Phrase("it answers a call of the model's"), hint)


def _readers_of_stdin(options: AskOptions) -> Iterator[str]:
    if options.tool_definitions in piped_input.STDIN:
        yield "--tool-definitions"
    if piped_input.named_by(options.schema) in piped_input.STDIN:
        yield "--schema"
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


def offered(name: str, intake: Intake) -> tuple[Tool, ...]:
    """Return the tools that the file of that name defines.

    Raises:
        UsageError: it cannot be read, or is not right.
    """
    from mimo_cli.tools import definitions

    text = named_input.text_of(name, intake, definitions.LARGEST)
    found = definitions.read(text, "stdin" if name in piped_input.STDIN else name)
    for told in (definitions.told_of_unsent(found), definitions.told_of_bare(found)):
        if told:
            intake.console.info(told)
    return found.tools


class Results(NamedTuple):
    """What tools answered, and how many of the last turns it takes the place of.

    `in_vain` is the turn in which results for the same calls were last given, if any were.
    """

    given: tuple[ToolResult, ...] = ()
    replacing: int = 0
    in_vain: Turn | None = None


def results(options: AskOptions, intake: Intake, conversation: Conversation) -> Results:
    """Return what tools answered; calls that get no answer with this question are told.

    Raises:
        UsageError: a result is for no call that waits, or one has none.
    """
    turns = conversation.turns
    if options.gives_results:
        from mimo_cli.tools import results

        given = _given(options)
        again = _asked_again(given, turns)
        pending = pending_calls(turns[: len(turns) - again])
        read = partial(_text_of, intake=intake, strips=bool(options.strip_ansi))
        answers = results.answers(given, pending, read)
        last = turns[-1]
        in_vain = last if last.kind == "results" and (again or not last.is_answered) else None
        return Results(answers, again, in_vain)
    if pending_calls(turns):
        from mimo_cli.conversation.rounds import outcomes

        if not_run := outcomes.never_answered(turns):
            intake.console.info(outcomes.told_of_not_run(not_run))
    return Results()


def tell_left_out(asked: Sequence[Block], before: Turn | None, console: Console) -> None:
    """Tell that words which went with results that are given again do not go with them now."""
    if before is not None and not asked and (before.asked.strip() or before.media):
        console.info(Phrase("the words that went with the results before are left out"))


def _text_of(name: str, intake: Intake, *, strips: bool) -> str:
    text = named_input.text_of(name, intake, is_exact=True)
    if not strips:
        return text
    from mimo_cli.text.ansi import strip_ansi

    return strip_ansi(text)


def _asked_again(given: Sequence[Given], turns: Sequence[Turn]) -> int:
    """Return how many of the last turns are asked again: a round that broke off, or none."""
    from mimo_cli.tools import results

    last = unfinished_round(turns)
    if not last or results.name_all(given, pending_calls(turns)):
        return 0
    earlier = pending_calls(turns[: len(turns) - len(last)])
    is_meant = results.name_all(given, earlier) or not pending_calls(turns)
    return len(last) if is_meant else 0


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
    elif console.output.is_terminal and (
        command := way_on(kept_in, [call.id for call in turn.calls])
    ):
        console.info(Phrase("go on with: {command}", command=command))


def way_on(conversation: str, ids: Sequence[str]) -> CommandLine | None:
    """Return the command that gives results; None if an id cannot be copied from a screen."""
    if not all(id_ and one_line(id_, len(id_)) == id_ for id_ in ids):
        return None
    import shlex  # off a terminal nobody is told

    words = ["mimo", "ask", "-r", conversation]
    for id_ in ids:  # one that begins with a dash is no value by itself
        given = f"{id_}=TEXT"
        words += [f"--tool-result={given}"] if id_[0] == "-" else ["--tool-result", given]
    return CommandLine(shlex.join(words))
