"""`mimo chat`: a conversation, on a terminal or line by line."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from mimo_cli import editor, folders, prompt
from mimo_cli.commands import init, questions
from mimo_cli.errors import ConfigError, UsageError
from mimo_cli.repl import loop, suggest
from mimo_cli.repl.chat import Chat
from mimo_cli.talk import past, session, transcript
from mimo_cli.talk.recorder import Recorder

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.conversation import Conversation
    from mimo_cli.edges import Edges
    from mimo_cli.options.chat import ChatOptions
    from mimo_cli.repl.prompt import Prompt
    from mimo_cli.terminal.console import Console

_TERMINAL = "/dev/tty"


def run(edges: Edges, options: ChatOptions) -> int:
    """Talks until the user leaves; 0 then. Without a terminal the exit code of the worst turn.

    Raises:
        MimoError: nothing could be said.
    """
    session.check_options(options)
    keys = _keys(edges, options)
    if options.json and keys is not None:
        raise UsageError(
            "--json is for a chat without a terminal", hint="Give it messages on stdin."
        )
    first = _first_message(edges, options)
    chat = _chat(edges, options, interactive=keys is not None)
    edges.signals.catch()
    try:
        if keys is not None:
            _greet(chat)
        if first:
            loop.say(chat, first)
        if keys is not None:
            threading.Thread(target=_load_ahead, name="mimo-load", daemon=True).start()
            loop.talk(chat, _prompt(chat, keys).read)
            return 0
        if not first and edges.stdin is not None:
            loop.answer_lines(chat, edges.stdin)
    finally:
        chat.close()
    return chat.worst


def _keys(edges: Edges, options: ChatOptions) -> int | None:
    """Where a person types, if there is one: stdin, or the terminal when stdin is piped text."""
    has_screen = edges.stdout.is_terminal or edges.stderr.is_terminal
    if edges.stdin_is_terminal:
        if not has_screen:
            raise UsageError("there is no terminal to talk on", "stdout and stderr are elsewhere")
        return edges.stdin
    if not (options.words or options.file) or not (has_screen and edges.stderr.is_terminal):
        return None
    try:
        return os.open(_TERMINAL, os.O_RDWR)
    except OSError:
        return None  # nobody is there: the one message is answered


def _first_message(edges: Edges, options: ChatOptions) -> str:
    """Words, files and piped text together; empty for none."""
    words = options.words or []
    text = prompt.check_words(" ".join(word for word in words if word != "-"))
    form = prompt.TextFormat()
    files = [(name, prompt.read_file(name, form)) for name in options.file or []]
    if not (words or files):
        return ""
    stdin = ""
    if edges.stdin is not None and not edges.stdin_is_terminal:
        stdin = prompt.read_stdin(edges.stdin, form, quiet_for=0, notice=None)
    return prompt.compose(text, files, stdin)


def _chat(edges: Edges, options: ChatOptions, *, interactive: bool) -> Chat:
    chosen, console = session.load(edges, options)
    if interactive:
        chosen, console = init.with_key(edges, options, chosen, console)
    recorder = past.recorder(edges, options, chosen, console)
    before = recorder.conversation
    chosen = past.resumed(chosen, before)
    for warning in session.warnings(chosen):
        console.warn(warning)
    endpoint = session.endpoint(chosen, edges)
    console.conceal = endpoint.conceal
    history = recorder.history

    def new_recorder(conversation: Conversation) -> Recorder:
        return Recorder(
            conversation,
            history,
            console=console,
            signals=edges.signals,
            monotonic=edges.clock.monotonic,
        )

    if options.no_system:
        system = None
    elif past.keeps_system(chosen, before):
        system = past.system_of(before)
    else:
        system = session.system_prompt(chosen, edges)
    return Chat(
        edges=edges,
        console=console,
        settings=chosen,
        endpoint=endpoint,
        recorder=recorder,
        new_recorder=new_recorder,
        history=lambda: history or past.open_history(edges, console),
        system=system,
        interactive=interactive,
        confirm=questions.confirm(edges),
        yes=options.yes,
        json=options.json,
    )


def _greet(chat: Chat) -> None:
    """Says where a chat begins: how it can be helped, or with what was said last."""
    before = chat.conversation
    if not before.turns:
        chat.console.notice(
            f"{chat.settings.model} is listening. /help lists commands, Ctrl-D leaves."
        )
        return
    chat.console.notice(f"going on with {before.id}: {before.title} (/history shows it all)")
    chat.edges.stdout.write("\n")
    transcript.show(before.turns[-1:], chat.showing)
    chat.go_on_with(before)


def _prompt(chat: Chat, keys: int) -> Prompt:
    from mimo_cli.repl import session as screen
    from mimo_cli.repl.prompt import Prompt

    edges = chat.edges
    output = edges.stdout if edges.stdout.is_terminal else edges.stderr
    return Prompt(
        history_file=_input_history(edges, chat.console) if chat.settings.history else None,
        completions=suggest.Suggestions(chat).after,
        toolbar=lambda: chat.bottom_line,
        vi=chat.settings.keymap == "vi",
        edit=lambda text: editor.write(text, edges, chat.settings.editor),
        color=chat.showing.edges.environ.get("NO_COLOR", "") == "",
        monotonic=edges.clock.monotonic,
        warn=chat.console.warn,
        signals=edges.signals,
        environ=edges.environ,
        input=screen.terminal_input(keys),
        output=screen.terminal_output(output, edges.environ),
    )


def _input_history(edges: Edges, console: Console) -> Path | None:
    try:
        return folders.data(edges.environ) / "input.history"
    except ConfigError as error:
        console.warn(f"{error.message}. What you type is not kept.")
        return None


def _load_ahead() -> None:
    """Loads, while the user types, what the first answer needs."""
    import mimo_cli.api.client
    import mimo_cli.terminal.live
    import mimo_cli.terminal.theme  # noqa: F401 - to have them loaded
