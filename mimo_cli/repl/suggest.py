"""What Tab offers for the chat's commands. Files are completed by the prompt itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli import catalog
from mimo_cli.errors import MimoError
from mimo_cli.repl import line
from mimo_cli.repl.commands import CHANGEABLE, COMMANDS
from mimo_cli.repl.completion import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.repl.chat import Chat

_CONVERSATIONS = 200


def after(chat: Chat, text: str) -> Iterator[Choice]:
    """The ways the text before the cursor can go on."""
    text = line.folded(text)
    if not text.startswith("/") or text.startswith("//") or "\n" in text:
        return
    name, space, argument = text[1:].partition(" ")
    if not space:
        yield from _beginning(name, ((it, COMMANDS[it].help) for it in COMMANDS), before="/")
    elif name in COMMANDS:
        yield from _beginning(argument, _arguments(chat, COMMANDS[name].completes))


def _arguments(chat: Chat, kind: str) -> Iterator[tuple[str, str]]:
    match kind:
        case "model":
            yield from ((model.id, model.note) for model in catalog.current())
        case "setting":
            yield from ((name, "") for name in CHANGEABLE)
        case "switch":
            yield from (("on", ""), ("off", ""))
        case "conversation":
            yield from _conversations(chat)
        case _:
            return


def _conversations(chat: Chat) -> Iterator[tuple[str, str]]:
    try:
        entries = chat.history().listing(_CONVERSATIONS)
    except MimoError:
        return  # Tab is not the place for an error; /resume tells it
    for entry in entries:
        yield entry.id, entry.title
    for entry in entries:
        yield entry.title, entry.id


def _beginning(typed: str, known: Iterator[tuple[str, str]], before: str = "") -> Iterator[Choice]:
    for text, meta in known:
        if text.lower().startswith(typed.lower()):
            yield Choice(text, len(typed), f"{before}{text}", meta)
