"""Every command of the chat: its arguments, its help, and the function that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mimo_cli.chat import manual
from mimo_cli.chat.commands import composing, conversations, exports, settings
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.chat.session import Chat

Completion = Literal["", "model", "conversation", "file", "setting", "switch"]
"""What Tab offers for an argument; empty: nothing."""


class Command(NamedTuple):
    """What a command takes, what it does, and what Tab offers after it."""

    argument: str
    """As the help writes it: `[ID]` may be left out. Empty: it takes none."""
    help: Phrase
    run: Callable[[Chat, str], None]
    """Runs it with the argument as it was typed, without the space around it.

    Raises a MimoError for what is refused: an UsageError for what another argument would mend.
    """
    completes: Completion = ""


def _help(chat: Chat, _: str) -> None:
    rows = [(f"/{name} {it.argument}".rstrip(), it.help) for name, it in COMMANDS.items()]
    text = manual.text(rows, chat.columns, chat.console.translations)
    chat.console.write(text)


def _exit(chat: Chat, _: str) -> None:
    chat.is_over = True


COMMANDS: dict[str, Command] = {
    "help": Command("", Phrase("list the commands and the keys"), _help),
    "new": Command("", Phrase("begin a new conversation"), conversations.begin_new),
    "clear": Command("", Phrase("begin a new conversation, as /new does"), conversations.begin_new),
    "model": Command(
        "[ID]", Phrase("let another model answer; alone: list them"), settings.model, "model"
    ),
    "system": Command(
        "[TEXT|@FILE|none]", Phrase("show or change the system prompt"), settings.system
    ),
    "thinking": Command(
        "[on|off]", Phrase("let the model think before it answers"), settings.thinking, "switch"
    ),
    "set": Command(
        "[OPTION [VALUE]]",
        Phrase("show or change an option for this chat"),
        settings.set_option,
        "setting",
    ),
    "file": Command(
        "PATH...|none",
        Phrase("add text files (*, **, ?, […] too) to what comes next"),
        composing.attach_files,
        "file",
    ),
    "retry": Command("[MODEL]", Phrase("ask the last question again"), composing.retry, "model"),
    "undo": Command("", Phrase("take the last question and its answer back"), composing.undo),
    "edit": Command("", Phrase("edit the last question, then ask again"), composing.edit),
    "continue": Command("", Phrase("let a cut answer go on"), composing.continue_answer),
    "copy": Command("[N]", Phrase("copy the answer, or its Nth code block"), exports.copy),
    "save": Command(
        "[-f] [N] FILE", Phrase("write the answer, or its Nth code block"), exports.save, "file"
    ),
    "history": Command("", Phrase("show the whole conversation"), conversations.show),
    "resume": Command(
        "[ID]", Phrase("go on with an earlier conversation"), conversations.resume, "conversation"
    ),
    "title": Command(
        "[TEXT]", Phrase("show or change the conversation's title"), conversations.title
    ),
    "export": Command(
        "[-f] FILE", Phrase("write the conversation (.md or .json)"), exports.export, "file"
    ),
    "usage": Command("", Phrase("show tokens and cost"), conversations.usage),
    "info": Command("", Phrase("show what this chat is set to"), settings.info),
    "exit": Command("", Phrase("leave (Ctrl-D does too)"), _exit),
    "quit": Command("", Phrase("leave, as /exit does"), _exit),
}
"""By name, in the order in which the help lists them."""
