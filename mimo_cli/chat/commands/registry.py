"""Every command of the chat: its arguments, its help, and the function that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mimo_cli.chat import manual
from mimo_cli.chat.commands import (
    composing,
    conversations,
    exports,
    kept_prompts,
    settings,
    waiting_files,
)
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.chat.session import Chat

Completion = Literal[
    "", "model", "conversation", "file", "attachment", "prompt", "setting", "switch"
]
"""What Tab offers for an argument; empty: nothing."""


class ChatCommand(NamedTuple):
    """What a command takes, what it does, and what Tab offers after it."""

    argument: str
    """As the help writes it: `[ID]` may be left out. Empty: it takes none."""
    help: Phrase
    run: Callable[[Chat, str], None]
    """Runs it with the argument as it was typed, without the space around it.

    Raises a MimoError for what is refused: an UsageError for what another argument would mend.
    """
    completes: Completion = ""
    takes_lines: bool = False
    """Whether its argument may have several, as a text has and a list of names."""


def _help(chat: Chat, _: str) -> None:
    rows = [(f"/{name} {it.argument}".rstrip(), it.help) for name, it in COMMANDS.items()]
    text = manual.text(rows, chat.screen, chat.console.translations)
    chat.console.write(text)


def _exit(chat: Chat, _: str) -> None:
    chat.is_over = True


COMMANDS: dict[str, ChatCommand] = {
    "help": ChatCommand("", Phrase("list the commands and the keys"), _help),
    "new": ChatCommand("", Phrase("begin a new conversation"), conversations.begin_new),
    "clear": ChatCommand("", Phrase("clear the screen alone"), conversations.clear_screen),
    "model": ChatCommand(
        "[ID]", Phrase("let another model answer; alone: list them"), settings.model, "model"
    ),
    "system": ChatCommand(
        "[TEXT|@FILE|none]",
        Phrase("show or change the system prompt"),
        settings.system,
        takes_lines=True,
    ),
    "thinking": ChatCommand(
        "[on|off]", Phrase("let the model think before it answers"), settings.thinking, "switch"
    ),
    "prompt": ChatCommand(
        "[NAME FIELD=... TEXT]",
        Phrase("ask by a kept prompt; alone: list them"),
        kept_prompts.ask_by,
        "prompt",
        takes_lines=True,
    ),
    "set": ChatCommand(
        "[OPTION [VALUE]]",
        Phrase("show or change an option for this chat"),
        settings.set_option,
        "setting",
    ),
    "file": ChatCommand(
        "WHAT...|drop NAME|none",
        Phrase(
            "add texts, folders, pictures, recordings, films, pages (--exclude GLOB leaves out)"
        ),
        waiting_files.attach_files,
        "attachment",
        takes_lines=True,
    ),
    "paste": ChatCommand(
        "", Phrase("add the picture or text on the clipboard"), waiting_files.paste
    ),
    "retry": ChatCommand(
        "[MODEL]", Phrase("ask the last question again"), composing.retry, "model"
    ),
    "undo": ChatCommand("", Phrase("take the last question and its answer back"), composing.undo),
    "edit": ChatCommand("", Phrase("edit the last question, then ask again"), composing.edit),
    "continue": ChatCommand("", Phrase("let a cut answer go on"), composing.continue_answer),
    "copy": ChatCommand("[N]", Phrase("copy the answer, or its Nth code block"), exports.copy),
    "save": ChatCommand(
        "[-f] [N] FILE", Phrase("write the answer, or its Nth code block"), exports.save, "file"
    ),
    "history": ChatCommand("", Phrase("show the whole conversation"), conversations.show),
    "resume": ChatCommand(
        "[ID|TITLE]",
        Phrase("go on with an earlier conversation; alone: list them"),
        conversations.resume,
        "conversation",
    ),
    "title": ChatCommand(
        "[TEXT]",
        Phrase("show or change the conversation's title"),
        conversations.title,
        takes_lines=True,
    ),
    "fork": ChatCommand("", Phrase("go on in a copy of the conversation"), conversations.fork),
    "export": ChatCommand(
        "[-f] FILE", Phrase("write the conversation (.md or .json)"), exports.export, "file"
    ),
    "usage": ChatCommand("", Phrase("show tokens and cost"), conversations.usage),
    "info": ChatCommand("", Phrase("show what this chat is set to"), settings.info),
    "exit": ChatCommand("", Phrase("leave (Ctrl-D does too)"), _exit),
    "quit": ChatCommand("", Phrase("leave, as /exit does"), _exit),
}
"""By name, in the order in which the help lists them."""
