"""Answers of `mimo ask` that have to fit a schema (`--schema`): what is wanted, and its rounds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from mimo_cli.conversation import prepare, resume
from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase, both

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Block, Correction, Request
    from mimo_cli.commands.ask_task import Task
    from mimo_cli.conversation.structured_answer import Outcome, Repair, Wanted
    from mimo_cli.conversation.turns import Conversation, Turn
    from mimo_cli.environment import Environment
    from mimo_cli.options.ask import AskOptions

    class AskOne(Protocol):
        """Asks one question of a task, for which so many seconds were `spent` before."""

        def __call__(self, request: Request, question: tuple[Block, ...], *, spent: float) -> Turn:
            """Return what came of it."""


MOST_REPAIRS = 10


def wanted(options: AskOptions, environment: Environment, *, goes_on: bool) -> Wanted | None:
    """Return what the answer has to be, read and checked; None where any will do.

    `goes_on`: a schema of before may go on, which is not known yet.

    Raises:
        UsageError: the schema is not right, or something has no sense with it or without it.
    """
    repairs = options.repairs
    if repairs is not None and not 0 <= repairs <= MOST_REPAIRS:
        what = Phrase("--repairs cannot be {value}", value=repairs)
        raise UsageError(what, Phrase("it is from 0 to {most}", most=MOST_REPAIRS))
    if options.schema is None:
        if not goes_on:
            raise _without_schema()
        return None
    if options.extract is not None:
        names = both(["--schema", "--extract"])
        raise UsageError(Phrase("{options} cannot go together", options=names))
    from mimo_cli.conversation import structured_answer

    return _with_repairs(structured_answer.wanted(options.schema, environment), options)


def going_on(options: AskOptions, before: Conversation) -> Wanted:
    """Return what the answer to results of tools has to be: what that to their question has.

    Raises:
        UsageError: that is anything.
    """
    schema = resume.last_schema(before)
    if schema is None:
        raise _without_schema()
    from mimo_cli.conversation.structured_answer import Wanted

    return _with_repairs(Wanted(schema), options)


def _without_schema() -> UsageError:
    why = Phrase("it is for answers that do not fit a schema")
    return UsageError(Phrase("--repairs needs --schema"), why)


def _with_repairs(wanted: Wanted, options: AskOptions) -> Wanted:
    return wanted if options.repairs is None else wanted._replace(repairs=options.repairs)


def ask(task: Task, wanted: Wanted, ask_one: AskOne) -> Outcome:
    """Ask for an answer that fits a schema, and again while it does not.

    Raises:
        ReaderGone: nobody reads our output any more.
    """
    from mimo_cli.conversation import structured_answer

    monotonic = task.environment.clock.monotonic
    begun = monotonic()

    def ask_again(correction: Correction) -> Turn:
        asked = (correction,)
        said = task.recorder.conversation.turns
        messages = prepare.messages(task.settings, task.endpoint, said, asked)
        request = task.request._replace(messages=messages)
        return ask_one(request, asked, spent=monotonic() - begun)

    return structured_answer.settle(
        ask_one(task.request, task.question, spent=0.0),
        wanted,
        means=structured_answer.means(task.environment),
        ask_again=ask_again,
        tell=partial(_tell_of_repair, task),
    )


def _tell_of_repair(task: Task, repair: Repair) -> None:
    """Say that an answer does not fit, and is asked for again.

    Raises:
        LocalIOError: the line of JSON cannot be written.
        ReaderGone: nobody reads it.
    """
    if not task.options.jsonl:
        task.console.info(repair.phrase())
        return
    from mimo_cli.output import json_output

    task.output.write(json_output.to_line({"schema": json_output.SCHEMA, **repair.event()}))
