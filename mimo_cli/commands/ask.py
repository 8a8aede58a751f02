"""`mimo ask`: one question, one answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.protocol.messages import MessageStop, Reply, Text, TextDelta
from mimo_cli.api.replies import reply_check
from mimo_cli.catalogue import pricing
from mimo_cli.catalogue.models import DEFAULT_MODEL
from mimo_cli.commands import questions
from mimo_cli.conversation import asking, model_check, piped, prepare, resume, views
from mimo_cli.conversation.size_check import SizeCheck, estimate_size
from mimo_cli.conversation.views import Showing
from mimo_cli.errors import (
    IncompleteError,
    Interrupted,
    LocalIOError,
    MimoError,
    ServerError,
    UsageError,
)
from mimo_cli.input import compose
from mimo_cli.output.file import FileOutput
from mimo_cli.output.sanitize import count_suspect, one_line, sanitize, strip_ansi
from mimo_cli.output.show import TextWriter
from mimo_cli.phrases import Phrase, both, counted, listed
from mimo_cli.text import decoding

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Block, Request
    from mimo_cli.api.transport.proxy import ProxyChoice
    from mimo_cli.config.schema import Settings
    from mimo_cli.conversation.piped import Piped
    from mimo_cli.conversation.recorder import Recorder
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.environment import Environment
    from mimo_cli.errors import Failure
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.output.console import Console
    from mimo_cli.output.stream import Output
    from mimo_cli.output.view import View


_NAMED = 12
"""Code blocks whose languages are named, where the one that was wanted is not there."""


class Task(NamedTuple):
    """Everything that is settled before the request goes out."""

    environment: Environment
    options: AskOptions
    settings: Settings
    console: Console
    endpoint: Endpoint
    request: Request
    question: tuple[Block, ...]
    recorder: Recorder
    output: Output
    waited: float = 0.0
    """Seconds of the time limit that the wait for stdin took."""

    @property
    def showing(self) -> Showing:
        """Where the answer goes, and how."""
        raw, render = self.options.raw, self.options.render
        return Showing(self.environment, self.settings, self.console, self.output, raw, render)

    @property
    def shows_nothing_before_the_end(self) -> bool:
        """Whether the answer appears only when it is whole."""
        options = self.options
        whole = options.json or options.extract is not None
        return whole or isinstance(self.output, FileOutput)


def run(environment: Environment, options: AskOptions) -> int:
    """Ask one question, show the answer, and return the exit code.

    Raises:
        MimoError: nothing could be asked. With `--json` the object is written all the same.
        Interrupted: a signal came before anything was asked. The same.
    """
    writes_object = options.json or options.jsonl
    try:
        if writes_object:
            environment.signals.catch()  # from here on the object is what there is to keep
        task = _prepare(environment, options)
        if options.dry_run is not None:
            from mimo_cli.commands import dry_run

            text = dry_run.text(
                task.request,
                task.endpoint,
                form=options.dry_run,
                key_command=task.settings.key_command,
                profile=task.settings.default_profile,
                choice=_choice(task) if options.dry_run == "curl" else None,
            )
            environment.stdout.write(text)
            return 0
        client = prepare.client(
            task.settings, environment, task.endpoint, task.console, spent=task.waited
        )
    except (MimoError, Interrupted) as error:
        if writes_object:
            from mimo_cli.output import json_output

            with environment.signals.held():  # or one that comes now would leave it out
                result = json_output.result(Reply(), error, model=_model(environment, options))
                environment.stdout.write(json_output.line(result))
        raise
    environment.signals.catch()  # everything is loaded, and from now on there is something to keep
    with client:
        turn = asking.ask(
            task.request,
            task.question,
            client=client,
            paid_in=pricing.currency(task.endpoint, task.settings.currency),
            view=_view(task),
            recorder=task.recorder,
            clock=environment.clock,
            buffered=task.shows_nothing_before_the_end,
        )
        return _finish(task, turn)


def _choice(task: Task) -> ProxyChoice:
    """Return the way that the request would go.

    Raises:
        ConfigError: the variable that applies names no proxy.
    """
    from mimo_cli.api.transport.proxy import choose_proxy

    return choose_proxy(task.endpoint.messages_url, task.environment.environ)


def _prepare(environment: Environment, options: AskOptions) -> Task:
    """Settle and check settings, prompt and output; nothing touches the network.

    Raises:
        MimoError: something is not right with them.
    """
    _check(options)
    chosen, console = prepare.load(environment, options)
    asked = _prompt(environment, options, chosen, console)
    question = (Text(asked.text),)
    is_dry = options.dry_run is not None
    if not (is_dry or chosen.api_key or chosen.api_key_command):
        from mimo_cli.commands.config import init

        chosen, console = init.with_key(environment, options, chosen, console)
    recorder = resume.open_recorder(environment, options, chosen, console)
    before = recorder.conversation
    chosen = resume.adopt_model(chosen, before)
    request = prepare.request(
        chosen,
        prepare.messages(chosen, before.turns, question),
        system=resume.system_prompt(environment, options, chosen, before),
        stream=not options.no_stream,
    )
    for warning in model_check.warnings(chosen, environment):
        console.warn(warning)
    if not is_dry:
        estimate = estimate_size(chosen, before.turns, question, request.system)
        if not _size_check(environment, options, chosen, console).allows(estimate):
            raise UsageError(Phrase("nothing was sent"))
    output: Output = environment.stdout
    if options.output not in (None, "-") and not is_dry:
        output = FileOutput(str(options.output), environment.signals)
    endpoint = chosen.endpoint() if is_dry else prepare.endpoint(chosen, environment)
    console.conceal = endpoint.conceal
    return Task(
        environment,
        options,
        chosen,
        console,
        endpoint,
        request,
        question,
        recorder,
        output,
        asked.waited,
    )


def _size_check(
    environment: Environment, options: AskOptions, chosen: Settings, console: Console
) -> SizeCheck:
    return SizeCheck(
        above=chosen.confirm_above_tokens,
        ask=questions.confirm(environment),
        yes=options.yes,
        advice=Phrase("Send less, or begin a new conversation (without -c and -r)."),
        warn=console.warn,
    )


def _finish(task: Task, turn: Turn) -> int:
    """Write what comes at the end of an answer, and return the exit code.

    Raises:
        Interrupted: a signal came meanwhile. What there is was written all the same.
    """
    with task.environment.signals.held():
        error = _write_end(task, turn.reply, turn.failure)
    if task.settings.usage:
        from mimo_cli.output.usage_line import usage_line

        task.console.line(usage_line(turn))
    if error is None:
        if remark := reply_check.remark(turn.reply):
            task.console.warn(remark.text, remark.hint)
        return 0
    if isinstance(error, MimoError):
        task.console.error(error)
    return error.exit_code


def _write_end(task: Task, reply: Reply, error: Failure | None) -> Failure | None:
    """Write what was held back until the end; return the error there is then.

    What came is written also when it is not whole.
    """
    options = task.options
    if options.json or options.jsonl:
        task.output.write(_result_line(task, reply, error))
    elif options.extract is not None:
        error = _write_code(task, reply, options.extract, error)
    elif task.shows_nothing_before_the_end:
        view = views.view(task.showing, task.request.model)  # drawn, if it is a terminal
        view.show([TextDelta(0, reply.text), MessageStop()])
        view.close(None)
    return _save(task, task.output, reply, error) if isinstance(task.output, FileOutput) else error


def _save(task: Task, output: FileOutput, reply: Reply, error: Failure | None) -> Failure | None:
    """Write the file. Should that fail, the answer goes to stdout: it was paid for."""
    try:
        is_whole = reply_check.came_whole(reply, error)
        path = output.save(whole=is_whole)
    except LocalIOError as failure:
        is_json = task.options.json or task.options.jsonl
        line = _result_line(task, reply, error or failure) if is_json else output.text
        task.environment.stdout.write(line)
        return error or failure
    if path is not None and not is_whole:
        task.console.info(Phrase("what came of the answer is in {file}", file=str(path)))
    return error


def _result_line(task: Task, reply: Reply, error: Failure | None) -> str:
    from mimo_cli.output import json_output

    result = json_output.result(
        reply, error, model=task.request.model, conversation=task.recorder.kept_in
    )
    return json_output.line(result)


def _write_code(task: Task, reply: Reply, selector: str, error: Failure | None) -> Failure | None:
    """Write a block that is whole. Half a script is not for a pipe: it goes to stderr."""
    from mimo_cli.markdown import fences

    fence = fences.pick(reply.text, selector)
    is_whole = fence is not None and (
        fence.is_closed or (error is None and not reply_check.is_cut(reply.stop_reason))
    )
    if fence is not None and is_whole:
        _write_text(task, fence.code)
        return error
    if reply.text:
        task.console.write(sanitize(reply.text.strip()) + "\n")
    if error is not None:
        return error
    if fence is not None:
        return IncompleteError(
            Phrase("the code is incomplete"),
            Phrase("the answer (above, on stderr) was cut within it"),
            Phrase("Raise --max-tokens."),
        )
    return _no_code(selector, [block.language for block in fences.fences(reply.text)])


def _no_code(selector: str, languages: list[str]) -> ServerError:
    """Return the error for a block that the answer lacks; `languages` are those of its blocks."""
    what = Phrase("no code block {block}", block=selector) if selector else Phrase("no code block")
    if not languages:
        why = Phrase("the answer (above, on stderr) has none")
        return ServerError(what, why, Phrase("Ask for code."))
    named = languages[:_NAMED]
    names = [one_line(it, 20) if it else Phrase("without a language") for it in named]
    names += ["\u2026"] if len(languages) > _NAMED else []
    why = Phrase(
        "the answer (above, on stderr) has {count}: {languages}",
        count=len(languages),
        languages=listed(names),
    )
    return ServerError(what, why, Phrase("-x takes the first, -x2 or -xpython another."))


def _write_text(task: Task, text: str) -> None:
    TextWriter(task.output, raw=task.options.raw).write(text, is_last=True)


def _view(task: Task) -> View:
    if task.options.jsonl:
        from mimo_cli.output import json_output

        return json_output.JsonLinesView(task.output)
    if task.shows_nothing_before_the_end:
        return views.silent_view(task.showing, task.request.model)
    return views.view(task.showing, task.request.model)


def _model(environment: Environment, options: AskOptions) -> str:
    """Return the model that would have been asked, as far as that can be told."""
    silent = options.but(quiet=True, verbose=False)  # its warnings were given already
    try:
        return prepare.load(environment, silent)[0].model
    except MimoError:  # the settings are what is wrong
        return options.model or DEFAULT_MODEL


def _check(options: AskOptions) -> None:
    """Refuse options that contradict each other, before anything is read."""
    prepare.check_options(options)
    forms = [
        name
        for name, given in (
            ("--json", options.json),
            ("--jsonl", options.jsonl),
            ("--extract", options.extract is not None),
        )
        if given
    ]
    if len(forms) > 1:
        raise UsageError(Phrase("{options} cannot go together", options=both(forms)))
    if options.fields and options.prompt is None:
        why = Phrase("it gives a field of a kept prompt its value")
        raise UsageError(Phrase("--set needs --prompt"), why)
    if options.dry_run not in (None, "", "curl"):
        what = Phrase("--dry-run cannot be {value!r}", value=options.dry_run)
        raise UsageError(what, Phrase("it is --dry-run or =curl"))
    if re.fullmatch(r"-\d+|0+", options.extract or ""):
        what = Phrase("--extract cannot be {value}", value=options.extract)
        raise UsageError(what, Phrase("blocks count from 1"))


def _prompt(
    environment: Environment, options: AskOptions, chosen: Settings, console: Console
) -> Piped:
    """Return the question from all its places, and how long stdin was waited for."""
    form = prepare.text_format(options, console)
    template = chosen.template
    fields = [decoding.check_words(word, form) for word in options.fields or []]
    values = template.values(fields) if template else {}
    asks_stdin = "-" in (options.words or []) or bool({*piped.STDIN} & {*(options.file or [])})
    words = " ".join(word for word in options.words or [] if word != "-")
    words = decoding.check_words(words, form)
    if options.edit:
        from mimo_cli.input import editor

        words = editor.write(words, environment, chosen.editor)
    begun = environment.clock.monotonic()
    names = [name for name in options.file or [] if name not in piped.STDIN]
    files = [(name, piped.file(name, environment, form, chosen, console)) for name in names]
    came = piped.Piped()
    if asks_stdin or not (options.no_stdin or options.edit or environment.stdin_is_terminal):
        is_extra = bool(words or files) or template is not None
        came = piped.read(environment, form, chosen, console, piped.Role(is_extra, asks_stdin))
    text, waited = came.text, environment.clock.monotonic() - begun
    if options.strip_ansi:
        files = [(name, strip_ansi(text)) for name, text in files]
        text = strip_ansi(text)
    hidden = count_suspect("".join([words, text, *(text for _, text in files)]))
    if hidden and environment.stderr.is_terminal:
        console.warn(
            counted(
                hidden,
                "the input holds one hidden character (escapes: --strip-ansi)",
                "the input holds {count:,} hidden characters (escapes: --strip-ansi)",
            )
        )
    if template is None:
        return piped.Piped(compose.compose(words, files, text), waited)
    is_asked = template.takes_input or words.strip() or files or text.strip()
    filled = template.fill(values, compose.compose(words, files, text) if is_asked else "")
    return piped.Piped(filled, waited)
