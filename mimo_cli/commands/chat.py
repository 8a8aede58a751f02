"""`mimo chat`: a conversation, on a terminal or line by line.

The prompt is there before what answers is loaded: that happens while the user types.
"""

from __future__ import annotations

import contextlib
import os
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.protocol.messages import Media, Text
from mimo_cli.attachments import attachment
from mimo_cli.catalogue.models import DEFAULT_MODEL
from mimo_cli.chat import status
from mimo_cli.chat.cancellation import Cancellation
from mimo_cli.config import paths
from mimo_cli.conversation import prepare
from mimo_cli.conversation.intake import named_input, piped_input
from mimo_cli.errors import ConfigError, LocalIOError, MimoError, ReaderGone, UsageError
from mimo_cli.output.output_stream import is_dumb
from mimo_cli.phrases import Phrase
from mimo_cli.screen import tty
from mimo_cli.text import decoding, locales

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.chat.prompt.message_prompt import MessagePrompt
    from mimo_cli.chat.prompt.path_completion import Candidate
    from mimo_cli.chat.session import Chat, Choose
    from mimo_cli.config import Resolved, Settings
    from mimo_cli.environment import Environment
    from mimo_cli.options.chat import ChatOptions
    from mimo_cli.output.console import Console

_TERMINAL = "/dev/tty"


def run(environment: Environment, options: ChatOptions) -> int:
    """Talk until the user leaves; 0 then. Without a terminal the exit code of the worst turn.

    Raises:
        MimoError: nothing (more) could be said. With `--json` there is an object for it too.
    """
    try:
        return _run(environment, options)
    except MimoError as error:
        if options.json:
            from mimo_cli.api.protocol.messages import Reply
            from mimo_cli.output import json_output

            error.conceal(environment.conceal)
            model = environment.conceal(options.model or DEFAULT_MODEL)
            result = json_output.result(Reply(), error, model=model)
            with contextlib.suppress(LocalIOError, ReaderGone):  # that may be what is told of
                environment.stdout.write(json_output.to_line(result))
        raise


def _run(environment: Environment, options: ChatOptions) -> int:
    prepare.check_options(options)
    keys = _find_keyboard(environment, options)
    if options.json and keys is not None:
        what = Phrase("--json is for a chat without a terminal")
        raise UsageError(what, Phrase("give it messages on stdin"))
    resolved, console = prepare.load(environment, options)
    resolved = prepare.with_printed_key(resolved, environment, options.file or ())
    first = _first_message(environment, options, resolved, console)
    if keys is not None:  # whoever asks the user from here on asks at the terminal
        environment = environment._replace(stdin=keys)
    setup = _open(environment, options, resolved, console, first, asks=keys is not None)
    environment.signals.catch(forgiving=keys is not None)
    if keys is None:
        return _answer_stdin(setup, first.text)
    return _talk_at_terminal(setup, keys, first.text)


@dataclass
class ChatSetup:
    """What a chat begins with; the chat itself is made when it is first needed."""

    environment: Environment
    options: ChatOptions
    resolved: Resolved
    console: Console
    endpoint: Endpoint
    files: list[Attachment]
    interactive: bool
    choose: Choose | None = None
    """Lets the user pick one of a list, None where the terminal cannot."""
    keep_unsent: Callable[[], None] | None = None
    """Lets what was typed behind Enter wait in the next prompt, None where the terminal cannot."""

    @property
    def settings(self) -> Settings:
        """The settings that the chat begins with."""
        return self.resolved.settings

    @cached_property
    def cancellation(self) -> Cancellation:
        """What Ctrl-C does between Enter and the next prompt."""
        return Cancellation(self.environment.signals, interactive=self.interactive)

    @cached_property
    def chat(self) -> Chat:
        """The chat, made when it is first asked for.

        Raises:
            UsageError: there is no conversation to go on with.
        """
        from mimo_cli.chat import start
        from mimo_cli.commands import questions

        chat = start.start_chat(
            self.environment,
            self.options,
            self.resolved,
            self.console,
            self.endpoint,
            interactive=self.interactive,
            cancellation=self.cancellation,
            confirm=questions.confirm(self.environment),
            files=self.files,
        )
        chat.ask_word = questions.ask_word(self.environment)
        chat.choose, chat.keep_unsent = self.choose, self.keep_unsent
        return chat

    @property
    def _made_chat(self) -> Chat | None:
        made: Chat | None = vars(self).get("chat")  # where `cached_property` keeps it
        return made

    @property
    def status_line(self) -> status.StatusLine:
        """The chat in one line, also while it is not made."""
        if self._made_chat is not None:
            return self._made_chat.status_line
        return status.status_line(self.settings, files=len(self.files))

    @property
    def has_waiting_media(self) -> bool:
        """Whether there is something that may be sent without a word."""
        return any(isinstance(it, Media) for it in (self._made_chat or self).files)

    @property
    def is_wide(self) -> bool:
        """Whether the terminal draws ambiguous characters wide, by what is in force now."""
        return (self._made_chat or self).settings.is_wide

    def completions(self, text: str) -> Iterable[Candidate]:
        """Yield the ways a text can go on, for Tab."""
        from mimo_cli.chat import command_completion

        return command_completion.complete(self.chat, text)


def _talk_at_terminal(setup: ChatSetup, keys: int, first: str | None) -> int:
    """Talk with a person at a terminal. Until the end Ctrl-C cancels a turn, and not us."""
    environment = setup.environment
    # What is typed between two prompts must not show: it would stay among what is said.
    is_edited_by_us = not is_dumb(environment.environ)
    quiet = (
        tty.hiding_keys(keys, environment.signals)
        if is_edited_by_us
        else tty.keeping_typeahead(keys)
    )
    with setup.cancellation.deferred(), quiet:
        return _talk_until_left(setup, keys, first)


def _talk_until_left(setup: ChatSetup, keys: int, first: str | None) -> int:
    options = setup.options
    typed: str | None
    prompt = _make_prompt(setup, keys)
    read = prompt.read
    if not is_dumb(setup.environment.environ):
        setup.choose, setup.keep_unsent = prompt.choose, prompt.keep_unsent
    if first is None and not (options.continue_ or options.resume is not None):
        setup.console.info(
            Phrase(
                "{model} listens. /help lists commands, Ctrl-D leaves.",
                model=setup.settings.model,
            )
        )
        threading.Thread(target=_load_ahead, name="mimo-load", daemon=True).start()
        try:
            typed = read("")
        except EOFError:
            return 0
    else:
        # Nothing was asked yet that Ctrl-C could stop alone.
        is_asking = first is not None
        with contextlib.nullcontext() if is_asking else setup.cancellation.immediate():
            setup.chat.begin()
        typed = None
    from mimo_cli.chat import loop

    try:
        loop.run(setup.chat, read, first=first, typed=typed)
    finally:
        setup.chat.close()
    return 0


def _answer_stdin(setup: ChatSetup, first: str | None) -> int:
    """Answer the first message, or else what is on stdin; return the worst exit code."""
    from mimo_cli.chat import loop

    chat = setup.chat
    try:
        if first is not None:
            loop.send_message(chat, first)
        else:
            _answer_media_or_lines(setup)
    finally:
        chat.close()
    return chat.worst_exit_code


def _answer_media_or_lines(setup: ChatSetup) -> None:
    """Answer each line of stdin; or what it is, if that is a picture, a recording or a film.

    Raises:
        UsageError: it cannot be read, or is neither.
    """
    from mimo_cli.chat import loop
    from mimo_cli.conversation.intake import piped_lines  # not for terminals

    environment, chat = setup.environment, setup.chat
    intake = piped_input.intake_of(
        environment, setup.options, setup.resolved, setup.console, chat.text_format
    )
    came = piped_lines.media_or_lines(intake)
    if not isinstance(came, Media):
        loop.answer_lines(chat, came)
        return
    from mimo_cli.conversation.shown import attachment_rows  # only for media

    chat.files.append(came)
    attachment_rows.tell(chat.files, setup.console, environment)
    loop.send_message(chat, "")


def _find_keyboard(environment: Environment, options: ChatOptions) -> int | None:
    """Return where a person types, if there is one: stdin, or the terminal where stdin is text."""
    has_screen = environment.stdout.is_terminal or environment.stderr.is_terminal
    if environment.stdin_is_terminal:
        if not has_screen:
            what = Phrase("there is no terminal to talk on")
            raise UsageError(what, Phrase("stdout and stderr are elsewhere"))
        return environment.stdin
    if not options.words or not (has_screen and environment.stderr.is_terminal):
        return None
    try:
        return os.open(_TERMINAL, os.O_RDWR)
    except OSError:
        return None  # nobody is there: the one message is answered


class _First(NamedTuple):
    """The first message, None for none; and what waits to go along with one."""

    text: str | None
    files: list[Attachment]


def _first_message(
    environment: Environment, options: ChatOptions, resolved: Resolved, console: Console
) -> _First:
    """Return words, files and piped text as one message, and what goes along with it.

    Without words there is none, and all files wait.

    Raises:
        UsageError: something cannot be read, or there is nothing to send.
    """
    words = options.words or []
    form = prepare.text_format(options, console)
    text = decoding.check_words(" ".join(word for word in words if word != "-"), form)
    names = options.file or []
    if {*piped_input.STDIN} & {*names} and (environment.stdin_is_terminal or not words):
        raise UsageError(
            Phrase("stdin cannot be attached"),
            Phrase("it is where messages come from"),
            Phrase('Give the first message as words: … | mimo chat -f - "what is this?"'),
        )
    intake = piped_input.intake_of(environment, options, resolved, console, form)
    named = [it for it in names if it not in piped_input.STDIN]
    files = named_input.attach(named, intake) if named else []  # --exclude is for /file, perhaps
    if not words:
        return _First(None, files)
    came = piped_input.Piped()
    if not environment.stdin_is_terminal:
        is_extra = bool(text.strip() or files)
        role = piped_input.Role(
            is_extra, is_asked_for="-" in words or len(named) < len(names), without="< /dev/null"
        )
        came = piped_input.read(intake, role)
    if came.attached is not None:
        files.append(came.attached)
    blocks = attachment.question(text, files, came.text)
    words_of_all = "".join(it.text for it in blocks if isinstance(it, Text))
    return _First(words_of_all, [it for it in files if isinstance(it, Media)])


def _open(
    environment: Environment,
    options: ChatOptions,
    resolved: Resolved,
    console: Console,
    first: _First,
    *,
    asks: bool,
) -> ChatSetup:
    if asks and resolved.is_without_key:
        from mimo_cli.commands.config import init

        resolved, console = init.with_key(environment, options, resolved, console)
    endpoint = prepare.endpoint(resolved, environment)
    console.conceal = endpoint.conceal
    return ChatSetup(environment, options, resolved, console, endpoint, first.files, asks)


def _make_prompt(setup: ChatSetup, keys: int) -> MessagePrompt:
    from mimo_cli.chat.prompt import toolkit_adapters
    from mimo_cli.chat.prompt.message_prompt import MessagePrompt
    from mimo_cli.output.output_stream import use_color

    environment, chosen, console = setup.environment, setup.settings, setup.console
    output = environment.stdout if environment.stdout.is_terminal else environment.stderr
    is_kept = chosen.history and not setup.options.no_history
    return MessagePrompt(
        history_file=_history_file(environment, console) if is_kept else None,
        completions=setup.completions,
        status_line=lambda: setup.status_line,
        is_wide=lambda: setup.is_wide,
        sends_blank=lambda: setup.has_waiting_media,
        vi=chosen.keymap == "vi",
        edit=lambda text: _edit(text, setup),
        color=use_color(chosen.color, environment.environ, output),
        monotonic=environment.clock.monotonic,
        warn=console.warn,
        signals=environment.signals,
        cancellation=setup.cancellation,
        environ=environment.environ,
        translations=console.translations,
        secret=setup.endpoint.secret,
        input=toolkit_adapters.terminal_input(keys, locales.charset(environment.environ)),
        output=toolkit_adapters.terminal_output(output, environment.environ),
    )


def _edit(text: str, setup: ChatSetup) -> str:
    from mimo_cli.input import editor

    return editor.write(text, setup.environment, setup.settings.editor)


def _history_file(environment: Environment, console: Console) -> Path | None:
    try:
        return paths.data(environment.environ) / "input.history"
    except ConfigError as error:
        console.warn(Phrase("{problem}. What you type is not kept.", problem=error.message))
        return None


def _load_ahead() -> None:
    """Load, while the user types, what the first answer needs."""
    import mimo_cli.api.client
    import mimo_cli.chat.loop
    import mimo_cli.history.store
    import mimo_cli.screen.live
    import mimo_cli.screen.theme  # noqa: F401 - all of these to have them loaded
