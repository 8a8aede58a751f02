"""Every command of the chat: its arguments, its help, and the function that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mimo_cli.chat import manual
from mimo_cli.chat.commands import composing, conversations, exports, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.chat.session import Chat

Completion = Literal["", "model", "conversation", "file", "setting", "switch"]
"""What Tab offers for an argument; empty: nothing."""


class Command(NamedTuple):
    """What a command takes, what it does, and what Tab offers after it."""

    argument: str
    """As the help writes it: `[ID]` may be left out. Empty: it takes none."""
    help: str
    run: Callable[[Chat, str], None]
    """Runs it with the argument as it was typed, without the space around it.

    Raises a MimoError for what is refused: an UsageError for what another argument would mend.
    """
    completes: Completion = ""


def _help(chat: Chat, _: str) -> None:
    rows = [(f"/{name} {it.argument}".rstrip(), it.help) for name, it in COMMANDS.items()]
    chat.console.write(manual.text(rows, chat.columns))


def _exit(chat: Chat, _: str) -> None:
    chat.over = True


COMMANDS: dict[str, Command] = {
    "help": Command("", "list the commands and the keys", _help),
    "new": Command("", "begin a new conversation", conversations.begin_new),
    "clear": Command("", "begin a new conversation, as /new does", conversations.begin_new),
    "model": Command("[ID]", "let another model answer; alone: list them", settings.model, "model"),
    "system": Command("[TEXT|@FILE|none]", "show or change the system prompt", settings.system),
    "thinking": Command(
        "[on|off]", "let the model think before it answers", settings.thinking, "switch"
    ),
    "set": Command(
        "[OPTION [VALUE]]", "show or change an option for this chat", settings.set_option, "setting"
    ),
    "file": Command(
        "PATH...|none",
        "add text files (*, **, ?, […] too) to what comes next",
        composing.attach_files,
        "file",
    ),
    "retry": Command("[MODEL]", "ask the last question again", composing.retry, "model"),
    "undo": Command("", "take the last question and its answer back", composing.undo),
    "edit": Command("", "edit the last question, then ask again", composing.edit),
    "continue": Command("", "let a cut answer go on", composing.continue_answer),
    "copy": Command("[N]", "copy the answer, or its Nth code block", exports.copy),
    "save": Command(
        "[-f] [N] FILE", "write the answer, or its Nth code block", exports.save, "file"
    ),
    "history": Command("", "show the whole conversation", conversations.show),
    "resume": Command(
        "[ID]", "go on with an earlier conversation", conversations.resume, "conversation"
    ),
    "title": Command("[TEXT]", "show or change the conversation's title", conversations.title),
    "export": Command("[-f] FILE", "write the conversation (.md or .json)", exports.export, "file"),
    "usage": Command("", "show tokens and cost", conversations.usage),
    "info": Command("", "show what this chat is set to", settings.info),
    "exit": Command("", "leave (Ctrl-D does too)", _exit),
    "quit": Command("", "leave, as /exit does", _exit),
}
"""By name, in the order in which the help lists them."""
