"""The rounds of a question whose answer has to fit a schema (`mimo ask --schema`)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from mimo_cli.conversation import prepare, structured_answer
from mimo_cli.output import json_output

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Block, Correction, Request
    from mimo_cli.commands.ask.task import Task
    from mimo_cli.conversation.structured_answer import Outcome, Repair, Wanted
    from mimo_cli.conversation.turns import Turn

    class AskOne(Protocol):
        """Asks one question of a task, for which so many seconds were `spent` before."""

        def __call__(self, request: Request, question: tuple[Block, ...], *, spent: float) -> Turn:
            """Return what came of it."""


def ask(task: Task, wanted: Wanted, ask_one: AskOne) -> Outcome:
    """Ask for an answer that fits a schema, and again while it does not.

    Raises:
        ReaderGone: nobody reads our output any more.
    """
    monotonic = task.environment.clock.monotonic
    begun = monotonic()

    def ask_again(correction: Correction) -> Turn:
        asked = (correction,)
        said = task.recorder.conversation.turns
        messages = prepare.messages(task.settings, task.endpoint, said, asked)
        request = task.request._replace(messages=messages)
        return ask_one(request, asked, spent=monotonic() - begun)

    outcome = structured_answer.settle(
        ask_one(task.request, task.question, spent=0.0),
        wanted,
        means=structured_answer.means(task.environment),
        ask_again=ask_again,
        tell=partial(_tell_of_repair, task),
    )
    structured_answer.tell(outcome, task.console)
    return structured_answer.keep(outcome, task.recorder)


def _tell_of_repair(task: Task, repair: Repair) -> None:
    """Say that an answer does not fit, and is asked for again.

    Raises:
        LocalIOError: the line of JSON cannot be written.
        ReaderGone: nobody reads it.
    """
    if not task.options.jsonl:
        task.console.info(repair.phrase())
        return
    task.output.write(
        json_output.to_line(json_output.repair(repair.attempt, repair.misfits.errors()))
    )
