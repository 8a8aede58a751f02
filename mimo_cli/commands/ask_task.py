"""What `mimo ask` settles before the request goes out: settings, prompt and output, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Media, Text
from mimo_cli.attachments import attachment
from mimo_cli.attachments.attachment import TextFile
from mimo_cli.catalogue import pricing
from mimo_cli.commands import ask_tools, questions
from mimo_cli.conversation import model_check, piped_input, prepare, resume
from mimo_cli.conversation.size_check import SizeCheck, estimate_size
from mimo_cli.conversation.views import Showing
from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.output.sanitize import count_suspect
from mimo_cli.phrases import Phrase, both, counted
from mimo_cli.text import decoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Block, Request
    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.config import Resolved, Settings
    from mimo_cli.conversation.piped_input import Intake
    from mimo_cli.conversation.recorder import Recorder
    from mimo_cli.conversation.structured_answer import Wanted
    from mimo_cli.conversation.turns import Conversation
    from mimo_cli.environment import Environment
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.output.console import Console
    from mimo_cli.output.output_file import FileOutput
    from mimo_cli.output.output_stream import Output
    from mimo_cli.text.decoding import TextFormat


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
    form = prepare.text_format(options, console)
    intake = piped_input.intake_of(environment, options, resolved, console, form)
    now = environment.clock.monotonic
    wanted = _wanted(intake, options)
    offered = ask_tools.offered(options, intake)
    waited = now() - intake.begun
    asked = _prompt(intake, options, resolved)
    is_dry = options.dry_run is not None
    if not is_dry and resolved.is_without_key:
        from mimo_cli.commands.config import init

        resolved, console = init.with_key(environment, options, resolved, console)
    recorder = resume.open_recorder(environment, options, resolved.settings, console)
    before = recorder.conversation
    resolved = resume.adopt_model(resolved, before)
    waited += asked.waited - now()
    results = ask_tools.results(options, intake, before)
    waited += now()
    if results.given:
        ask_tools.tell_left_out(asked.question, results.in_vain, console)
        resolved = resume.adopt_thinking(resolved, before)
        wanted = wanted or _going_on(options, before)
    question = (*results.given, *asked.question)
    said = before.turns[: len(before.turns) - results.replacing]
    if resume.has_to_be_without_thinking(resolved, said):
        is_told = resume.is_thinking(resolved) and not results.given
        resolved = resume.without_thinking(resolved, before)
        tell = console.info if is_told else console.debug
        tell(resume.told_of_no_thinking("--thinking"))
    chosen, endpoint = resolved.settings, resolved.endpoint()
    system = resume.system_prompt(environment, options, resolved, before)
    request = prepare.request(
        chosen,
        prepare.messages(chosen, endpoint, said, question),
        system=system if wanted is None else wanted.prompt(system),
        tools=resume.last_tools(before) if offered is None else offered,
        stream=not options.no_stream,
    )
    for warning in model_check.warnings(chosen, environment):
        console.warn(warning)
    _check_and_tell(asked, request, resolved, console, environment, is_dry=is_dry)
    if not is_dry:
        estimate = estimate_size(
            chosen, endpoint, said, question, request.system, tools=request.tools
        )
        if not _size_check(environment, options, chosen, console).allows(estimate):
            raise UsageError(Phrase("nothing was sent"))
    file: FileOutput | None = None
    if options.output not in (None, "-") and not is_dry:
        from mimo_cli.output.output_file import FileOutput

        file = FileOutput(str(options.output), environment.signals)
    endpoint = endpoint if is_dry else prepare.endpoint(resolved, environment)
    console.conceal = endpoint.conceal
    prepare.check_found(asked.attached, endpoint.secret, options.encoding)
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
        system,
        wanted,
        results.replacing,
    )


def _wanted(intake: Intake, options: AskOptions) -> Wanted | None:
    """Return what the answer has to be, None where any will do, or where that is not known yet.

    Raises:
        UsageError: the schema is not right, or not what goes along with it.
    """
    if options.schema is None and options.repairs is None:
        return None
    from mimo_cli.commands import ask_schema  # few want one

    return ask_schema.wanted(options, intake, goes_on=ask_tools.gives_results(options))


def _going_on(options: AskOptions, before: Conversation) -> Wanted | None:
    """Return what the answer to results of tools has to be: what that to their question has."""
    if options.repairs is None and resume.last_schema(before) is None:
        return None
    from mimo_cli.commands import ask_schema

    return ask_schema.going_on(options, before)


def _check_and_tell(
    asked: _Asked,
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
    from mimo_cli.conversation import attachment_rows  # not for pipes

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
        ask=questions.confirm(environment),
        yes=options.yes,
        warn=console.warn,
    )


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
    ask_tools.check(options, asks_for_stdin=_asks_for_stdin(options))
    if options.extract is not None:
        from mimo_cli.answers import code_block  # few want one

        code_block.check_selector(options.extract)


class _Asked(NamedTuple):
    """A question, what was attached to it, and the seconds that files and stdin were waited for."""

    question: tuple[Block, ...]
    attached: tuple[Attachment, ...]
    waited: float


class _Parts(NamedTuple):
    """What a question is made of: words, what was attached, and text that was piped in.

    `waited` are the seconds that files and stdin were waited for.
    """

    words: str
    attached: tuple[Attachment, ...]
    piped: str
    waited: float

    @property
    def texts(self) -> Iterator[str]:
        """Every text in it."""
        yield from (self.words, self.piped)
        yield from (it.text for it in self.attached if isinstance(it, TextFile))

    @property
    def has_text(self) -> bool:
        """Whether there are words in it."""
        return any(text.strip() for text in self.texts)

    def without_ansi(self) -> _Parts:
        """Return them without the escape sequences of what was read."""
        from mimo_cli.text.ansi import strip_ansi  # few ask for it

        attached = [
            it._replace(text=strip_ansi(it.text)) if isinstance(it, TextFile) else it
            for it in self.attached
        ]
        return self._replace(attached=(*attached,), piped=strip_ansi(self.piped))

    def asked(self, resolved: Resolved, values: Mapping[str, str], *, may_be_empty: bool) -> _Asked:
        """Return them as a question, whose texts are the input of a template if there is one.

        One that `may_be_empty` goes along with something else.
        """
        question, template = attachment.question, resolved.template
        blocks: tuple[Block, ...] = ()
        if template is None and may_be_empty and not (self.has_text or self.attached):
            pass
        elif template is None:
            blocks = question(self.words, self.attached, self.piped)
        else:
            media = [it for it in self.attached if isinstance(it, Media)]
            texts = [it for it in self.attached if isinstance(it, TextFile)]
            is_input = self.has_text or (template.takes_input and not media)
            composed = question(self.words, texts, self.piped) if is_input else ()
            text = "".join(it.text for it in composed if isinstance(it, Text))
            blocks = question(template.fill(values, text), media)
        return _Asked(blocks, self.attached, self.waited)


def _prompt(intake: Intake, options: AskOptions, resolved: Resolved) -> _Asked:
    """Return the question from all its places, and how long stdin was waited for."""
    environment, console, form = intake.environment, intake.console, intake.form
    template = resolved.template
    fields = [decoding.check_words(word, form) for word in options.fields or []]
    values = template.values(fields) if template else {}
    parts = _read_parts(intake, options, is_template=template is not None)
    if options.strip_ansi:
        parts = parts.without_ansi()
    if environment.stderr.is_terminal:
        _warn_of_hidden(parts, console)
    film = intake.film
    if film != attachment.ANY_FILM and not any(map(attachment.is_film, parts.attached)):
        console.info(Phrase("no film is attached that --fps or --media-resolution could be for"))
    return parts.asked(resolved, values, may_be_empty=ask_tools.gives_results(options))


def _read_parts(intake: Intake, options: AskOptions, *, is_template: bool) -> _Parts:
    """Read what the question is made of: from the editor, files and stdin."""
    environment = intake.environment
    words = _words(environment, options, intake.settings, intake.form)
    begun = environment.clock.monotonic()
    names = [name for name in options.file or [] if name not in piped_input.STDIN]
    attached = piped_input.attach(names, intake)
    piped = piped_input.Piped()
    if _takes_stdin(environment, options):
        is_extra = bool(words or attached) or is_template
        piped = piped_input.read(intake, piped_input.Role(is_extra, _asks_for_stdin(options)))
    if piped.attached is not None:
        attached.append(piped.attached)
    return _Parts(words, (*attached,), piped.text, environment.clock.monotonic() - begun)


def _words(
    environment: Environment, options: AskOptions, chosen: Settings, form: TextFormat
) -> str:
    """Return the words of the command line, or what became of them in the editor."""
    words = " ".join(word for word in options.words or [] if word != "-")
    words = decoding.check_words(words, form)
    if not options.edit:
        return words
    from mimo_cli.input import editor

    return editor.write(words, environment, chosen.editor)


def _asks_for_stdin(options: AskOptions) -> bool:
    """Return whether the user said that stdin belongs to the question."""
    return "-" in (options.words or []) or bool({*piped_input.STDIN} & {*(options.file or [])})


def _takes_stdin(environment: Environment, options: AskOptions) -> bool:
    """Return whether stdin is read: because it is asked for, or because something is piped in."""
    if _asks_for_stdin(options):
        return True
    is_left = options.no_stdin or options.edit or ask_tools.takes_stdin(options)
    return not (is_left or environment.stdin_is_terminal)


def _warn_of_hidden(parts: _Parts, console: Console) -> None:
    """Warn of characters that nobody sees; not of none."""
    if hidden := count_suspect("".join(parts.texts)):
        console.warn(
            counted(
                hidden,
                "the input holds one hidden character (escapes: --strip-ansi)",
                "the input holds {count:,} hidden characters (escapes: --strip-ansi)",
            )
        )
