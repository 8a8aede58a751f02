"""`mimo ask`: one question, one answer."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import MessageStop, Reply, TextDelta
from mimo_cli.api.replies import reply_check
from mimo_cli.catalogue import pricing
from mimo_cli.catalogue.models import DEFAULT_MODEL
from mimo_cli.commands.ask_task import prepare_task
from mimo_cli.conversation import asking, prepare, views
from mimo_cli.errors import (
    Interrupted,
    LocalIOError,
    MimoError,
    SchemaMismatchError,
)
from mimo_cli.output.answer import TextWriter
from mimo_cli.output.sanitize import sanitize
from mimo_cli.output.view import Awaited
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from mimo_cli.answers.code_block import Code
    from mimo_cli.api.client import Client
    from mimo_cli.api.protocol.messages import Block, Request
    from mimo_cli.api.transport.proxies.proxy import ProxyChoice
    from mimo_cli.commands.ask_task import Task
    from mimo_cli.conversation.structured_answer import Outcome
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.environment import Environment
    from mimo_cli.errors import Failure
    from mimo_cli.history.journal import Journal
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.output.output_file import FileOutput
    from mimo_cli.output.view import View
    from mimo_cli.screen.tty import KeyEcho


def run(environment: Environment, options: AskOptions) -> int:
    """Ask one question, show the answer, and return the exit code.

    Raises:
        MimoError: nothing could be asked. With `--json` the object is written all the same.
        Interrupted: a signal came before anything was asked. The same.
    """
    from mimo_cli.shell import caches

    code, journal = _run(environment, options)
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
            environment.stdout.write(_dry_run(task, options.dry_run))
            return 0, None
        client = prepare.client(
            task.settings, environment, task.endpoint, task.console, spent=task.waited
        )
    except (MimoError, Interrupted) as error:
        if writes_object:
            from mimo_cli.output import json_output

            with environment.signals.held():  # or one that comes now would leave it out
                result = json_output.result(Reply(), error, model=_model(environment, options))
                environment.stdout.write(json_output.to_line(result))
        raise
    environment.signals.catch()  # everything is loaded, and from now on there is something to keep
    with client, _keeping_rows(environment) as keys:
        outcome: Outcome | None = None
        if task.wanted is not None:
            from mimo_cli.commands import ask_rounds  # few want one

            outcome = ask_rounds.ask(task, task.wanted, partial(_ask, task, client))
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


def _dry_run(task: Task, form: str) -> str:
    """Return the request as text; `form` "curl" makes it a command."""
    from mimo_cli.api.protocol.encode import encode
    from mimo_cli.commands import dry_run

    decision, profile = task.resolved.key, task.settings.profile
    if form != "curl":
        terminal = task.environment.stdout.is_terminal
        return dry_run.text(
            task.request, task.endpoint, form=form, decision=decision, terminal=terminal
        )
    paths: dict[str, str] = {}
    if files := encode(task.request).files:
        from mimo_cli.attachments import on_disk

        paths = on_disk.paths(files)
        for notice in dry_run.unfound(files, paths):
            task.console.info(notice)
    return dry_run.text(
        task.request,
        task.endpoint,
        form=form,
        decision=decision,
        profile=profile,
        choice=_choice(task),
        paths=paths,
    )


def _choice(task: Task) -> ProxyChoice:
    """Return the way that the request would go.

    Raises:
        ConfigError: the variable that applies names no proxy.
    """
    from mimo_cli.api.transport.proxies.proxy import choose_proxy

    return choose_proxy(task.endpoint.messages_url, task.environment.environ)


def _finish(task: Task, turn: Turn, outcome: Outcome | None = None) -> int:
    """Write what comes at the end of an answer, and return the exit code.

    `outcome` is what came of it where it has to fit a schema; `turn` is all of that.

    Raises:
        Interrupted: a signal came meanwhile. What there is was written all the same.
    """
    with task.environment.signals.held():
        error = _write_end(task, turn.reply, turn.failure, outcome)
    if task.options.copy:
        _copy(task, turn, outcome)
    if turn.calls and task.offered:
        from mimo_cli.commands import ask_tools

        ask_tools.tell_calls(turn, task.recorder.kept_in, task.options, task.console)
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


def _write_end(
    task: Task, reply: Reply, error: Failure | None, outcome: Outcome | None
) -> Failure | None:
    """Write what was held back until the end; return the error there is then.

    What came is written also when it is not whole.
    """
    options = task.options
    if options.json or options.jsonl:
        task.output.write(_result_line(task, reply, error, outcome))
    elif outcome is not None:
        from mimo_cli.conversation import structured_answer

        indent = task.showing.is_drawn
        structured_answer.write(outcome, task.output, task.console, indent=indent)
    elif options.extract is not None:
        error = _write_code(task, reply, options.extract, error)
    elif task.shows_nothing_before_the_end:
        view = views.view(task.showing)  # drawn, if it is a terminal
        view.show([TextDelta(0, reply.text), MessageStop()])
        view.close(None)
    return error if task.file is None else _save(task, task.file, reply, error, outcome)


def _save(
    task: Task,
    output: FileOutput,
    reply: Reply,
    error: Failure | None,
    outcome: Outcome | None,
) -> Failure | None:
    """Write the file. Should that fail, the answer goes to stdout: it was paid for."""
    try:
        is_misfit = isinstance(error, SchemaMismatchError)
        is_whole = reply_check.came_whole(reply, error, task.offered) and not is_misfit
        path = output.save(whole=is_whole)
    except LocalIOError as failure:
        is_json = task.options.json or task.options.jsonl
        line = _result_line(task, reply, error or failure, outcome) if is_json else output.text
        task.environment.stdout.write(line)
        return error or failure
    if path is not None and not is_whole:
        task.console.info(Phrase("what came of the answer is in {file}", file=str(path)))
    return error


def _result_line(task: Task, reply: Reply, error: Failure | None, outcome: Outcome | None) -> str:
    from mimo_cli.output import json_output

    result = json_output.result(
        reply,
        error,
        model=task.request.model,
        conversation=task.recorder.kept_in,
        question=task.question,
        offered=task.offered,
        data=outcome and outcome.data,
        repairs=outcome.repairs if outcome else 0,
    )
    return json_output.to_line(result)


def _write_code(task: Task, reply: Reply, selector: str, error: Failure | None) -> Failure | None:
    """Write a block that is whole; an answer without it goes to stderr."""
    from mimo_cli.answers import code_block  # few want one

    found = _code(reply, selector, error)
    if isinstance(found, code_block.Code):
        if found.is_doubtful:
            task.console.warn(code_block.DOUBT)
        TextWriter(task.output, raw=task.options.raw).write(found.text, is_last=True)
        return error
    if reply.text:
        task.console.write(sanitize(reply.text.strip()) + "\n")
    return error if error is not None or _awaits_results(task, reply) else found


def _code(reply: Reply, selector: str, error: Failure | None) -> Code | MimoError:
    from mimo_cli.answers import code_block

    is_whole = error is None and not reply_check.is_cut(reply.stop_reason)
    return code_block.extract(reply.text, selector, is_whole=is_whole)


def _awaits_results(task: Task, reply: Reply) -> bool:
    """Return whether the answer is calls of tools: the code comes once they were answered."""
    return bool(task.offered and reply.calls)


def _copy(task: Task, turn: Turn, outcome: Outcome | None) -> None:
    """Copy the answer to the clipboard, and say so. What fails is told: the answer is there."""
    from mimo_cli.screen import clipboard  # few copy

    text = _text_to_copy(task, turn.reply, turn.failure, outcome)
    if text is None:
        told = Phrase("nothing was copied")
        if task.recorder.kept_in and turn.reply.text.strip():
            told = Phrase("nothing was copied (mimo history show --copy takes what came)")
        task.console.info(told)
        return
    environment = task.environment
    try:
        told = clipboard.put(text, environment.stdout, environment.stderr, environment.environ)
    except LocalIOError as error:
        problem = Phrase("nothing was copied: {problem}", problem=error.message)
        task.console.warn(problem, error.hint)
        return
    task.console.info(told)


def _text_to_copy(
    task: Task, reply: Reply, failure: Failure | None, outcome: Outcome | None
) -> str | None:
    """Return the JSON, the code or the text that was asked for; None without one that is whole."""
    if isinstance(failure, Interrupted):
        return None  # nobody who stops the program waits for another one
    if outcome is not None:
        from mimo_cli.structured import json_text  # few want one

        indent = task.showing.is_drawn
        return outcome.found and json_text.text_of(outcome.found.value, indent=indent)
    if task.options.extract is not None:
        code = _code(reply, task.options.extract, failure)
        return None if isinstance(code, MimoError) else code.text
    is_whole = reply_check.came_whole(reply, failure, task.offered)
    return reply.text if is_whole and reply.text.strip() else None


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
