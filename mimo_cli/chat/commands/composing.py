"""Commands about what is asked: /file, /retry, /undo, /edit, /continue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import token_estimate
from mimo_cli.chat import attaching, input_line, sending
from mimo_cli.chat.commands.settings import model_id
from mimo_cli.input import editor
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from mimo_cli.chat.session import Chat

_NAMED = 10  # files that are told by name


def attach_files(chat: Chat, argument: str) -> None:
    """Add files to what is asked next, or drop those that wait (`none`), or list them.

    Raises:
        UsageError: there is no such file, or it is not to be sent.
    """
    names = attaching.split_names(argument)
    if not names:
        waiting = chat.waiting_files
        chat.console.info(Phrase("files that go with the next message: {files}", files=waiting))
        return
    if [*map(input_line.keyword, names)] == ["none"]:
        chat.files = []
        chat.console.info(Phrase("no file goes with the next message"))
        return
    added, left_out = attaching.read(names, chat.text_format)
    names = [name for name, _ in added]
    chat.files = [it for it in chat.files if it[0] not in names] + added
    size = sum(token_estimate.tokens(text) for _, text in added)
    template = "with the next message: {files} (about {tokens:,} tokens)"
    chat.console.info(Phrase(template, files=_some(names), tokens=size))
    if left_out:
        why = Phrase("no text, or what looks like a key; a file's own name adds it")
        chat.console.info(Phrase("left out: {files} ({why})", files=_some(left_out), why=why))


def retry(chat: Chat, model: str) -> None:
    """Ask the last question again, another model if one is named."""
    chat.last_turn()
    sending.ask_again(chat, model_id(chat, model) if model else None)


def undo(chat: Chat, _: str) -> None:
    """Take the last question and its answer back: the question becomes the draft."""
    question = chat.last_question()
    chat.recorder.drop_last()
    chat.draft = input_line.escape(question)
    chat.console.info(Phrase("the last question and its answer are taken back"))


def edit(chat: Chat, _: str) -> None:
    """Open the last question in the user's editor, and ask what it becomes instead."""
    before = chat.last_question()
    text = editor.write(before, chat.environment, chat.settings.editor).strip()
    if not text or text == before.strip():
        chat.console.info(Phrase("nothing was changed, and nothing is asked"))
        return
    sending.send_message(chat, text, replacing=True)


def continue_answer(chat: Chat, _: str) -> None:
    """Let an answer that was cut go on.

    Raises:
        UntimelyError: there is none, or none that was cut.
    """
    last = chat.last_turn()
    if last.is_whole:
        what = Phrase("the last answer is whole")
        raise input_line.UntimelyError(what, hint=Phrase("/retry asks for another one."))
    if not last.is_answered:
        what = Phrase("the last question has no answer to continue")
        raise input_line.UntimelyError(what, hint=Phrase("/retry asks it again."))
    sending.ask_for_rest(chat)


def _some(names: list[str]) -> Phrase:
    """Return names in words, of many the first."""
    more, first = len(names) - _NAMED, ", ".join(names[:_NAMED])
    if more <= 0:
        return verbatim(first)
    return Phrase("{names} and {count:,} more", names=first, count=more)
