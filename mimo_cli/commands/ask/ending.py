"""What `mimo ask` writes at the end, or in place of an answer.

The object, the code, the file, what goes to the clipboard; the request of `--dry-run`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import MessageStop, Reply, TextDelta
from mimo_cli.api.replies.finished import reply_check
from mimo_cli.conversation import views
from mimo_cli.errors import Interrupted, LocalIOError, MimoError, SchemaMismatchError
from mimo_cli.output.answer import TextWriter
from mimo_cli.output.sanitize import sanitize
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.answers.code_block import Code
    from mimo_cli.api.transport.proxies.proxy import ProxyChoice
    from mimo_cli.commands.ask.task import Task
    from mimo_cli.conversation.structured_answer import Outcome
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.errors import Failure
    from mimo_cli.output.output_file import FileOutput


def write_end(
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
        model=task.console.conceal(task.request.model),
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


def copy(task: Task, turn: Turn, outcome: Outcome | None) -> None:
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


def dry_run(task: Task, form: str) -> str:
    """Return the request of a task as text; `form` "curl" makes it a command.

    Raises:
        AuthError: the command for the key cannot be taken apart.
        ConfigError: the variable that applies names no proxy.
    """
    from mimo_cli.api.protocol.encode import encode
    from mimo_cli.commands.printed import dry_run as printed

    decision, profile = task.resolved.key, task.settings.profile
    if form != "curl":
        terminal = task.environment.stdout.is_terminal
        return printed.shown(task.request, task.endpoint, decision=decision, terminal=terminal)
    paths: dict[str, str] = {}
    if files := encode(task.request).files:
        from mimo_cli.attachments import on_disk

        paths = on_disk.paths(files)
        for notice in printed.unfound(files, paths):
            task.console.info(notice)
    return printed.curl_command(
        task.request,
        task.endpoint,
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
