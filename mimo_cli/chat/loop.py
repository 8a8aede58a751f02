"""The chat's loop: a line is read, and is a message or a command."""

from __future__ import annotations

import signal
from functools import partial
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.surrogates import join_surrogates
from mimo_cli.chat import attaching, file_names, input_line, sending
from mimo_cli.chat.commands import unsettled
from mimo_cli.chat.commands.registry import COMMANDS
from mimo_cli.chat.prompt import encoding_check, path_completion
from mimo_cli.common_phrases import listed
from mimo_cli.conversation.intake import first_look
from mimo_cli.errors import Interrupted, LocalIOError, MimoError, UsageError
from mimo_cli.phrases import Phrase, counted
from mimo_cli.screen import tty
from mimo_cli.text import decoding, locales

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mimo_cli.chat.commands.registry import ChatCommand
    from mimo_cli.chat.session import Chat


def run(
    chat: Chat, read: Callable[[str], str], *, first: str | None = None, typed: str | None = None
) -> None:
    """Read from a person, and answer, until the person leaves.

    `read` takes a draft to edit and gives the next message; it raises EOFError at the end. `first`
    is a message to begin with, `typed` a line that was read already.
    """
    if first is not None:
        _until_stopped(chat, lambda: send_message(chat, first))
    while not chat.is_over:
        draft, chat.draft = chat.draft, ""
        try:
            text = read(draft) if typed is None else typed
        except EOFError:
            return
        typed = None
        _until_stopped(chat, partial(_handle_typed, chat, text))


def _until_stopped(chat: Chat, act: Callable[[], None]) -> None:
    """Do what Enter began; Ctrl-C ends that alone."""
    try:
        with (
            chat.cancellation.deferred()
        ):  # and again after, should it have come while that was undone
            act()
    except Interrupted as interrupted:
        if interrupted.signum != signal.SIGINT:
            raise
        chat.console.info(Phrase("interrupted"))


def answer_lines(chat: Chat, lines: Iterable[bytes]) -> None:
    """Answer each line: a message, or a command. A line that is no text is told.

    One that is binary is the last: what follows would be pieces of the same.

    Raises:
        UsageError: they are of an encoding that has no such lines.
    """
    for number, data in enumerate(lines, 1):
        if number == 1:
            first_look.check_lines(data, chat.text_format)
        try:
            name = Phrase("line {number} of stdin", number=number)
            text = decoding.decode(data, name, chat.text_format)
        except MimoError as error:
            chat.report_unsent(error)
            if first_look.is_binary(data, chat.text_format):
                chat.console.info(Phrase("nothing more of stdin is read"))
                return
            continue
        if text.strip():
            handle_line(chat, text)
        if chat.is_over:
            return


def handle_line(chat: Chat, text: str) -> None:
    """Do what a line says. What is wrong is told, and given back to edit."""
    words = join_surrogates(text)
    _try(chat, words, lambda: _obey(chat, words))


def _handle_typed(chat: Chat, text: str) -> None:
    """Do what was typed at a terminal says, once it is sure that its keys were understood."""
    words = join_surrogates(text)

    def check_and_obey() -> None:
        encoding_check.check_typed(text, locales.charset(chat.environment.environ))
        _obey(chat, words)

    _try(chat, words, check_and_obey)


def send_message(chat: Chat, text: str) -> None:
    """Send a message, whatever it begins with. What is wrong is told, and given back to edit."""
    _try(chat, text, lambda: sending.send_message(chat, text))


def _obey(chat: Chat, text: str) -> None:
    match _parse(chat, text):
        case input_line.TypedMessage(words):
            _check_settled(chat)
            if chat.interactive:
                if _is_only_a_path(chat, text):
                    return
                _tell_of_commands(chat, words)
            sending.send_message(chat, words)
        case input_line.Farewell(words):
            _take_leave(chat, words)
        case input_line.Call(name, argument):
            _run(chat, input_line.Call(name, argument), text)


def _parse(
    chat: Chat, text: str
) -> input_line.TypedMessage | input_line.Call | input_line.Farewell:
    """Return what a line is.

    Raises:
        NoCommandError: it begins with a slash, and with no command. What was meant is not done.
    """
    try:
        return input_line.parse(text, [*COMMANDS], file_names.exists, by_hand=chat.interactive)
    except input_line.NoCommandError as error:
        for call in error.meant:
            _note_failure(chat, call)
        raise


def _take_leave(chat: Chat, words: str) -> None:
    """Leave by words as `exit`, or send them, as the user says; where nobody can, they are meant.

    Who answers with something else typed the next message: it is the draft, and nothing is sent.
    """
    if chat.ask_word is None:
        chat.is_over = True
        return
    with chat.cancellation.immediate():
        answer = chat.ask_word(Phrase("Leave the chat? (n sends it as a message)"))
    match input_line.read_leave(answer):
        case "leave":
            chat.is_over = True
        case "send":
            sending.send_message(chat, words)
        case "stay":
            chat.draft = answer
            chat.console.info(Phrase("neither yes nor no: nothing was sent, and the chat goes on"))


def _tell_of_commands(chat: Chat, message: str) -> None:
    """Tell which commands stand below a message's first line: they are sent, and not run.

    They were typed ahead, perhaps, or are rightly in a text that was pasted: that is not known.
    """
    below = [line for line in message.splitlines()[1:] if input_line.begins_command(line)]
    found = (input_line.find_command(line, [*COMMANDS], file_names.exists) for line in below)
    names = dict.fromkeys(f"/{name}" for name in found if name)
    if names:
        template = "sent as words of the message, not run: {commands} (a command stands alone)"
        chat.console.info(Phrase(template, commands=listed(names)))


def _is_only_a_path(chat: Chat, text: str) -> bool:
    """Return whether a line is only the name of media, and offer to attach it.

    That is what a terminal types when a file is dropped on it.
    """
    paths = attaching.media_paths(text)
    if not paths:
        return False
    chat.draft = " ".join(["/file", *map(path_completion.escape, paths)])
    chat.console.info(
        counted(
            len(paths),
            "the name of a picture, a recording or a film was not sent: Enter attaches it",
            "the names of pictures, recordings or films were not sent: Enter attaches them",
        )
    )
    return True


def _run(chat: Chat, call: input_line.Call, text: str) -> None:
    name, argument = call
    command = COMMANDS[name]
    if name in _ASKING:
        _check_settled(chat, name)
    try:
        _check_alone(name, argument, text.strip().splitlines()[1:])
    except MimoError:
        for it in (call, *_calls_behind(argument)):
            _note_failure(chat, it)
        raise
    keys = None if chat.keep_unsent is None else chat.environment.stdin
    # What is typed meanwhile is the next message, and Enter sends it.
    sending_keys = tty.hiding_keys(keys, chat.environment.signals, enter="carriage return")
    try:
        with chat.cancellation.immediate(), sending_keys:
            command.run(chat, argument)
    except MimoError as error:
        if not isinstance(error, input_line.UntimelyError):  # there was nothing to change
            _note_failure(chat, call)
        chat.report_unsent(error)
        if _can_be_mended(command, error):
            chat.draft = chat.draft or text
    else:
        chat.unsettled -= unsettled.settled_by(name, argument)


_ASKING = frozenset({"prompt", "retry", "edit", "continue"})
"""Commands that ask."""


def _calls_behind(argument: str) -> Sequence[input_line.Call]:
    """Return the command that stands behind another one in its line, and is not done either."""
    try:
        found = input_line.parse(argument, [*COMMANDS], file_names.exists, by_hand=False)
    except input_line.NoCommandError as error:
        return error.meant
    return (found,) if isinstance(found, input_line.Call) else ()


def _note_failure(chat: Chat, call: input_line.Call) -> None:
    """Note what failed in a script, which goes on: nobody sees it before the next message."""
    if not chat.interactive and (left := unsettled.left_by(*call)):
        chat.unsettled.add(left)


def _check_settled(chat: Chat, command: str = "") -> None:
    """Refuse a message of a script that was to be asked with something that failed.

    What waits was for the same message, and is dropped with it. A `command` that asks may be the
    one that failed before.

    Raises:
        UsageError: something did.
    """
    failed = chat.unsettled - {f"/{command}"}
    if not failed:
        return
    if failed & unsettled.ONCE:
        chat.files.clear()
    chat.unsettled -= unsettled.ONCE
    raise UsageError(
        Phrase("the message was not sent"),
        Phrase("{commands} failed", commands=listed(sorted(failed))),
    )


def _check_alone(name: str, argument: str, below: Sequence[str]) -> None:
    """Refuse more than the one command: others that were typed ahead of an answer, say.

    `below` are the lines below its own, which are in the argument too.

    Raises:
        UsageError: it takes no argument, or no more lines; or there are other commands, or a
            message.
    """
    command = COMMANDS[name]
    if argument and not command.argument:
        raise UsageError(
            Phrase("/{command} takes nothing behind it", command=name),
            Phrase("there is {argument!r}", argument=argument),
            Phrase("/{command} alone does it; // begins a message with a slash.", command=name),
        )
    looked_at = below if command.takes_lines else [argument, *below]
    for line in looked_at:
        if other := input_line.find_command(line, [*COMMANDS], file_names.exists):
            several = listed([f"/{name}", f"/{other}"])
            what = Phrase("these are several commands: {commands}", commands=several)
            raise UsageError(what, hint=_EACH_ALONE)
    if below and not command.takes_lines:
        what = Phrase("/{command} takes one line", command=name)
        raise UsageError(what, Phrase("there are {count}", count=1 + len(below)), _EACH_ALONE)
    if below and command.completes == "attachment" and not _are_names(argument, below):
        what = Phrase("these are a command and a message: /{command}", command=name)
        raise UsageError(what, hint=Phrase("Send them one after the other."))


def _are_names(argument: str, below: Sequence[str]) -> bool:
    """Return whether the lines below a command are names of what is there: a list was pasted."""
    return all(map(attaching.are_names, below)) or attaching.are_names(argument)


_EACH_ALONE = Phrase("Enter each by itself.")


def _can_be_mended(command: ChatCommand, error: MimoError) -> bool:
    """Return whether the command would do with other words behind it."""
    if isinstance(error, input_line.UntimelyError) or not command.argument:
        return False
    names_file = command.completes in ("file", "attachment")
    return isinstance(error, UsageError) or (names_file and isinstance(error, LocalIOError))


def _try(chat: Chat, text: str, act: Callable[[], None]) -> None:
    try:
        act()
    except MimoError as error:
        chat.report_unsent(error)
        chat.draft = chat.draft or text
