"""What Tab offers for the chat's commands. Files are completed by the prompt itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.attachments import reading
from mimo_cli.catalogue import models
from mimo_cli.chat import conversation_list, input_line
from mimo_cli.chat.commands import kept_prompts, options, waiting_files
from mimo_cli.chat.commands.registry import COMMANDS
from mimo_cli.chat.prompt import path_completion
from mimo_cli.chat.prompt.path_completion import Candidate
from mimo_cli.config import every_template
from mimo_cli.errors import MimoError
from mimo_cli.history.search import folding
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import NOTHING, Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.chat.session import Chat

_CONVERSATIONS = 200
_WORDS = 40  # characters of a prompt


def complete(chat: Chat, text: str) -> Iterator[Candidate]:
    """Yield the ways the text before the cursor can go on."""
    text = input_line.fold_command(text)
    if not text.startswith("/") or text.startswith("//") or "\n" in text:
        return
    name, space, argument = text[1:].partition(" ")
    if not space:
        yield from _starting_with(name, ((it, COMMANDS[it].help) for it in COMMANDS), before="/")
    elif name in COMMANDS:
        yield from _arguments(chat, COMMANDS[name].completes, argument.lstrip())


def _arguments(chat: Chat, kind: str, typed: str) -> Iterator[Candidate]:
    match kind:
        case "model":
            known = ((model.id, verbatim(model.note)) for model in models.current())
            yield from _starting_with(typed, known)
        case "setting":
            yield from _starting_with(typed, ((name, NOTHING) for name in options.NAMES))
        case "switch":
            yield from _starting_with(typed, (("on", NOTHING), ("off", NOTHING)))
        case "attachment":
            yield from _attachments(chat, typed)
        case "prompt":
            yield from _prompts(chat, typed)
        case "conversation":
            yield from _conversations(chat, typed)
        case _:
            return


def _attachments(chat: Chat, typed: str) -> Iterator[Candidate]:
    """Yield what is no file and can be attached, and what can be taken back."""
    if chat.files:
        yield from _waiting_files(chat, typed)
    if begun := typed.rpartition(" ")[2]:
        on_it = Phrase("the picture or text on the clipboard")
        yield from _starting_with(begun, [(reading.CLIPBOARD, on_it)])


def _waiting_files(chat: Chat, typed: str) -> Iterator[Candidate]:
    """Yield the names of files that wait, behind the word that takes one back."""
    word, space, rest = typed.partition(" ")
    if not space:
        yield from _starting_with(word, [(waiting_files.DROP, Phrase("take one back"))])
    if not space or word != waiting_files.DROP:
        return
    begun = rest.lstrip()
    for it in chat.files:
        if it.name.startswith(begun) or it.name.rpartition("/")[2].startswith(begun):
            shown = chat.console.without_keys(it.name)
            yield Candidate(path_completion.escape(it.name), len(begun), shown)


def _prompts(chat: Chat, typed: str) -> Iterator[Candidate]:
    """Yield the names of kept prompts; behind one, its fields that have no value yet."""
    name, rest = kept_prompts.split_typed(typed)
    hide = chat.console.without_keys
    try:
        kept = [*every_template(kept_prompts.read_prompts(chat))]
    except MimoError:
        return  # Tab is not the place for an error; /prompt tells it
    for it in kept:
        if isinstance(it.template, MimoError) or not it.name.isprintable():
            continue
        if rest is None and it.name.startswith(name):
            text = kept_prompts.quote(it.name) + " " * bool(it.template.parts)
            yield Candidate(text, len(typed), it.name, verbatim(one_line(hide(it.text), _WORDS)))
        elif rest is not None and it.name == name:
            begun = rest.rpartition(" ")[2]
            left = (field for field in it.template.fields if f"{field}=" not in rest)
            yield from _starting_with(begun, ((f"{field}=", NOTHING) for field in left))


def _conversations(chat: Chat, typed: str) -> Iterator[Candidate]:
    """Yield the ids of conversations that begin so, or whose titles do."""
    try:
        entries = chat.history().listing(_CONVERSATIONS)
    except MimoError:
        return  # Tab is not the place for an error; /resume tells it
    now = chat.environment.clock.now()
    wanted = folding.fold(typed)
    for entry in entries:
        if entry.id.startswith(wanted) or folding.fold(entry.title).startswith(wanted):
            shown = entry._replace(title=chat.console.without_keys(entry.title))
            yield Candidate(entry.id, len(typed), entry.id, conversation_list.summarize(shown, now))


def _starting_with(
    typed: str, known: Iterable[tuple[str, Phrase]], before: str = ""
) -> Iterator[Candidate]:
    for text, meta in known:
        if text.lower().startswith(typed.lower()):
            yield Candidate(text, len(typed), f"{before}{text}", meta)
