"""`mimo ask`: one question, one answer."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Reply
from mimo_cli.api.replies.finished import reply_check
from mimo_cli.catalogue import pricing
from mimo_cli.catalogue.models import DEFAULT_MODEL
from mimo_cli.commands.ask.task import prepare_task
from mimo_cli.conversation import asking, prepare, views
from mimo_cli.errors import Interrupted, MimoError
from mimo_cli.output.view import Awaited
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from mimo_cli.api.client import Client
    from mimo_cli.api.protocol.messages import Block, Request
    from mimo_cli.commands.ask.task import Task
    from mimo_cli.conversation.structured_answer import Outcome
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.environment import Environment
    from mimo_cli.history.journal import Journal
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.output.view import View
    from mimo_cli.screen.tty import KeyEcho


def run(environment: Environment, options: AskOptions) -> int:
    """Ask one question, show the answer, and return the exit code.

    Raises:
        MimoError: nothing could be asked. With `--json` the object is written all the same.
        Interrupted: a signal came before anything was asked. The same.
    """
    code, journal = _run(environment, options)
    from mimo_cli.shell import caches  # where the answer was there is room for it by now

    caches.keep_after_question(environment, keeps=not options.no_history, journal=journal)
    return code


def _run(environment: Environment, options: AskOptions) -> tuple[int, Journal | None]:
    """Do what `run` does; return what the conversation is kept by as well, if anything."""
    writes_object = options.json or options.jsonl
    try:
        if writes_object:
            environment.signals.catch()  # from here on the object is what there is to keep
        task = prepare_task(environment, options)
        if options.dry_run is not None:
            from mimo_cli.commands.ask import ending

            environment.stdout.write(ending.dry_run(task, options.dry_run))
            return 0, None
        client = prepare.client(
            task.settings, environment, task.endpoint, task.console, spent=task.waited
        )
    except (MimoError, Interrupted) as error:
        if writes_object:
            from mimo_cli.output import json_output

            if isinstance(error, MimoError):
                error.conceal(environment.conceal)
            with environment.signals.held():  # or one that comes now would leave it out
                model = environment.conceal(_model(environment, options))
                result = json_output.result(Reply(), error, model=model)
                environment.stdout.write(json_output.to_line(result))
        raise
    environment.signals.catch()  # everything is loaded, and from now on there is something to keep
    with client, _keeping_rows(environment) as keys:
        outcome: Outcome | None = None
        if task.wanted is not None:
            from mimo_cli.commands.ask import schema_rounds  # few want one

            outcome = schema_rounds.ask(task, task.wanted, partial(_ask, task, client))
            turn = outcome.turn
        else:
            turn = _ask(task, client, task.request, task.question, spent=0.0)
        if keys is not None and isinstance(turn.failure, Interrupted):
            keys.drop()  # as the system would
        return _finish(task, turn, outcome), task.recorder.history


def _keeping_rows(environment: Environment) -> AbstractContextManager[KeyEcho | None]:
    """Lose no rows of an answer on a terminal when Ctrl-C or Ctrl-Z is pressed."""
    if not environment.stdout.is_terminal:
        return nullcontext()
    from mimo_cli.screen import tty  # not for pipes

    return tty.keeping_rows(environment.stdout.descriptor, environment.signals)


def _ask(
    task: Task,
    client: Client,
    request: Request,
    question: tuple[Block, ...],
    *,
    spent: float,
) -> Turn:
    """Ask one question of a task, for which so many seconds were `spent` before.

    Raises:
        ReaderGone: nobody reads our output any more.
    """
    last = task.replacing if question is task.question else 0
    turn = asking.ask(
        request,
        question,
        client=client,
        paid_in=pricing.currency(task.endpoint, task.settings.currency),
        view=_view(task),
        recorder=task.recorder,
        clock=task.environment.clock,
        buffered=task.shows_nothing_before_the_end,
        replacing=last > 0,
        last=last,
        kept=task.wanted and task.wanted.kept(task.system),
        spent=spent,
        on_loop=task.showing.on_loop,
    )
    if last and not turn.is_answered:
        what = Phrase("the answer before stays, with its results: none came to these")
        task.console.info(what)
    return turn


def _finish(task: Task, turn: Turn, outcome: Outcome | None = None) -> int:
    """Write what comes at the end of an answer, and return the exit code.

    `outcome` is what came of it where it has to fit a schema; `turn` is all of that.

    Raises:
        Interrupted: a signal came meanwhile. What there is was written all the same.
    """
    error = turn.failure
    if task.holds_something_back or task.options.copy:
        with task.environment.signals.held():
            from mimo_cli.commands.ask import ending  # not for a plain answer

            error = ending.write_end(task, turn.reply, error, outcome)
        if task.options.copy:
            ending.copy(task, turn, outcome)
    if turn.calls and task.offered:
        from mimo_cli.commands.ask import tool_options

        tool_options.tell_calls(turn, task.recorder.kept_in, task.options, task.console)
    if task.settings.usage:
        from mimo_cli.output.usage_line import usage_line

        task.console.line(usage_line(turn))
    views.notify((turn,) if outcome is None else outcome.turns, task.showing)
    if error is None:
        if remark := reply_check.remark(turn.reply, task.offered):
            task.console.warn(remark.text, remark.hint)
        return 0
    if isinstance(error, MimoError):
        task.console.error(error)
    return error.exit_code


def _view(task: Task) -> View:
    if task.options.jsonl:
        from mimo_cli.output import json_output

        return json_output.JsonLinesView(task.output)
    awaited = Awaited(task.request.model, task.endpoint.host)
    if task.shows_nothing_before_the_end:
        return views.silent_view(task.showing, awaited)
    return views.view(task.showing, awaited)


def _model(environment: Environment, options: AskOptions) -> str:
    """Return the model that would have been asked, as far as that can be told."""
    silent = options.but(quiet=True, verbose=False)  # its warnings were given already
    try:
        return prepare.load(environment, silent)[0].settings.model
    except MimoError:  # the settings are what is wrong
        return options.model or DEFAULT_MODEL
