"""What `mimo ask` settles before the request goes out: settings, prompt and output, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import pricing
from mimo_cli.commands.ask import prompt_parts
from mimo_cli.commands.ask.ground import Ground
from mimo_cli.conversation import model_check, prepare, resume
from mimo_cli.conversation.intake import piped_input
from mimo_cli.conversation.showing import Showing
from mimo_cli.conversation.size_check import SizeCheck, estimate_size
from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Block, Request, Tool
    from mimo_cli.commands.ask.prompt_parts import Asked
    from mimo_cli.config import Resolved, Settings
    from mimo_cli.conversation.intake.piped_input import Intake
    from mimo_cli.conversation.recorder import Recorder
    from mimo_cli.conversation.structured_answer import Wanted
    from mimo_cli.conversation.turns import Conversation
    from mimo_cli.environment import Environment
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.output.console import Console
    from mimo_cli.output.output_file import FileOutput
    from mimo_cli.output.output_stream import Output


class Task(NamedTuple):
    """Everything that is settled before the request goes out."""

    environment: Environment
    options: AskOptions
    resolved: Resolved
    console: Console
    endpoint: Endpoint
    request: Request
    question: tuple[Block, ...]
    recorder: Recorder
    file: FileOutput | None = None
    """What takes the place of stdout."""
    waited: float = 0.0
    """Seconds of the time limit that the wait for stdin took."""
    system: str | None = None
    """The system prompt, without what the schema adds to it."""
    wanted: Wanted | None = None
    """What the answer has to be, if it has to fit a schema."""
    replacing: int = 0
    """So many of the last turns the question takes the place of."""

    @property
    def output(self) -> Output:
        """Where the answer goes."""
        return self.environment.stdout if self.file is None else self.file

    @property
    def offered(self) -> frozenset[str]:
        """The names of the tools that the model can ask for."""
        return frozenset(tool.name for tool in self.request.tools)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.resolved.settings

    @property
    def showing(self) -> Showing:
        """Where the answer goes, and how."""
        raw, render = self.options.raw, self.options.render
        return Showing(self.environment, self.settings, self.console, self.output, raw, render)

    @property
    def holds_something_back(self) -> bool:
        """Whether something is written at the end: all of the answer, or an object about it."""
        return self.shows_nothing_before_the_end or self.options.jsonl

    @property
    def shows_nothing_before_the_end(self) -> bool:
        """Whether the answer appears only when it is whole."""
        options = self.options
        wanted = self.wanted is not None and not options.jsonl
        whole = options.json or options.extract is not None or wanted
        return whole or self.file is not None


def prepare_task(environment: Environment, options: AskOptions) -> Task:
    """Settle and check settings, prompt and output; nothing touches the network.

    Raises:
        MimoError: something is not right with them.
    """
    _check(options)
    resolved, console = prepare.load(environment, options)
    resolved = prepare.with_printed_key(resolved, environment, options.file or ())
    form = prepare.text_format(options, console)
    intake = piped_input.intake_of(environment, options, resolved, console, form)
    now = environment.clock.monotonic
    wanted = _wanted(intake, options)
    offered = _offered(intake, options)
    waited = now() - intake.begun
    asked = prompt_parts.read(intake, options, resolved)
    is_dry = options.dry_run is not None
    if not is_dry and resolved.is_without_key:
        from mimo_cli.commands.config import init

        resolved, console = init.with_key(environment, options, resolved, console)
    recorder = resume.open_recorder(environment, options, resolved.settings, console)
    waited += asked.waited - now()
    ground = _ground(intake, options, resolved, recorder.conversation, asked)
    waited += now()
    resolved, wanted = ground.resolved, wanted or ground.wanted
    question = (*ground.results, *asked.question)
    chosen, endpoint = resolved.settings, resolved.endpoint()
    request = prepare.request(
        chosen,
        prepare.messages(chosen, endpoint, ground.said, question),
        system=ground.system if wanted is None else wanted.prompt(ground.system),
        tools=ground.tools if offered is None else offered,
        stream=not options.no_stream,
    )
    for warning in model_check.warnings(chosen, environment):
        console.warn(warning)
    _check_and_tell(asked, request, resolved, console, environment, is_dry=is_dry)
    if not is_dry:
        estimate = estimate_size(
            chosen, endpoint, ground.said, question, request.system, tools=request.tools
        )
        if not _size_check(environment, options, chosen, console).allows(estimate):
            raise UsageError(Phrase("nothing was sent"))
    file: FileOutput | None = None
    if options.output not in (None, "-") and not is_dry:
        from mimo_cli.output.output_file import FileOutput

        file = FileOutput(str(options.output), environment.signals)
    endpoint = endpoint if is_dry else prepare.endpoint(resolved, environment)
    console.conceal = endpoint.conceal
    return Task(
        environment,
        options,
        resolved,
        console,
        endpoint,
        request,
        question,
        recorder,
        file,
        waited,
        ground.system,
        wanted,
        ground.replacing,
    )


def _ground(
    intake: Intake, options: AskOptions, resolved: Resolved, before: Conversation, asked: Asked
) -> Ground:
    """Return what a question stands on; with an earlier conversation what of it goes on.

    Raises:
        UsageError: the system prompt's file, or a result's, cannot be read; a result is for no call
            that waits.
    """
    if not (before.turns or options.gives_results):
        system = None
        if not options.no_system:
            system = prepare.system_prompt(resolved, intake.environment, intake.form)
        return Ground(resolved, system)
    from mimo_cli.commands.ask import further  # most begin a conversation

    return further.ground(intake, options, resolved, before, asked)


def _offered(intake: Intake, options: AskOptions) -> tuple[Tool, ...] | None:
    """Return the tools that are offered from here on; None where those of before go on.

    Raises:
        UsageError: their file cannot be read, or is not right.
    """
    if options.tool_definitions is None:
        return None
    from mimo_cli.commands.ask import tool_options  # few offer any

    return tool_options.offered(options.tool_definitions, intake)


def _wanted(intake: Intake, options: AskOptions) -> Wanted | None:
    """Return what the answer has to be, None where any will do, or where that is not known yet.

    Raises:
        UsageError: the schema is not right, or not what goes along with it.
    """
    if options.schema is None and options.repairs is None:
        return None
    from mimo_cli.commands.ask import schema_option  # few want one

    return schema_option.wanted(options, intake)


def _check_and_tell(
    asked: Asked,
    request: Request,
    resolved: Resolved,
    console: Console,
    environment: Environment,
    *,
    is_dry: bool,
) -> None:
    """Check the media of a request, and tell what is attached.

    Raises:
        UsageError: the model does not take them.
    """
    endpoint, chosen = resolved.endpoint(), resolved.settings
    if any(not isinstance(it.content, str) for it in request.messages):
        from mimo_cli.conversation import media_check  # not for words alone

        media_check.check(request.messages, chosen.model, endpoint)
    if not asked.attached or not (is_dry or environment.stderr.is_terminal):
        return
    from mimo_cli.conversation.shown import attachment_rows  # not for pipes

    if is_dry:
        paid_in = pricing.currency(endpoint, chosen.currency)
        attachment_rows.tell_dry(asked.attached, chosen.model, paid_in, console, environment)
    else:
        attachment_rows.tell(asked.attached, console, environment)


def _size_check(
    environment: Environment, options: AskOptions, chosen: Settings, console: Console
) -> SizeCheck:
    return SizeCheck(
        above=chosen.confirm_above_tokens,
        ask=_confirm(environment),
        yes=options.yes,
        warn=console.warn,
    )


def _confirm(environment: Environment) -> Callable[[Phrase], bool] | None:
    if not environment.can_ask:
        return None
    from mimo_cli.commands import questions  # not for pipes

    return questions.confirm(environment)


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
        from mimo_cli.common_phrases import both

        raise UsageError(Phrase("{options} cannot go together", options=both(forms)))
    if options.fields and options.prompt is None:
        why = Phrase("it gives a field of a kept prompt its value")
        raise UsageError(Phrase("--set needs --prompt"), why)
    if options.dry_run not in (None, "", "curl"):
        what = Phrase("--dry-run cannot be {value!r}", value=options.dry_run)
        raise UsageError(what, Phrase("it is --dry-run or =curl"))
    if options.gives_results or options.tool_definitions is not None or options.schema is not None:
        from mimo_cli.commands.ask import tool_options

        tool_options.check(options, asks_for_stdin=prompt_parts.asks_for_stdin(options))
    if options.extract is not None:
        from mimo_cli.answers import code_block  # few want one

        code_block.check_selector(options.extract)
