"""Commands about what is asked: /retry, /undo, /edit, /continue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.chat import input_line, sending
from mimo_cli.chat.commands.settings import model_id
from mimo_cli.conversation import changes
from mimo_cli.errors import UsageError
from mimo_cli.input import editor
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.chat.session import Chat
    from mimo_cli.conversation.turns import Turn


def retry(chat: Chat, model: str) -> None:
    """Ask the last question again, another model if one is named."""
    chat.last_turn()
    sending.ask_again(chat, model_id(chat, model) if model else None)


def undo(chat: Chat, _: str) -> None:
    """Take the last question and its answer back: the question becomes the draft."""
    question, turn = chat.last_question(), chat.asking_turn()
    changes.drop_last(chat.recorder)
    sending.settle_thinking(chat, chat.conversation.turns)
    chat.draft = input_line.escape(question)
    _give_back_media(chat, turn)
    chat.console.info(Phrase("the last question and its answer are taken back"))


def edit(chat: Chat, _: str) -> None:
    """Open the last question in the user's editor, and ask what it becomes instead.

    Where that is called off, what was typed ahead was for the answer to it: it is not sent.

    Raises:
        UsageError: there is no terminal for the editor, or that did not end as it should.
    """
    before = chat.last_question()
    if not chat.environment.can_ask:
        why = Phrase("stdin or stderr is not one")
        raise UsageError(Phrase("/edit needs a terminal"), why)
    try:
        text = editor.write(before, chat.environment, chat.settings.editor).strip()
    finally:
        if chat.keep_unsent is not None:
            chat.keep_unsent()
    if not text or text == before.strip():
        chat.console.info(Phrase("nothing was changed, and nothing is asked"))
        return
    _give_back_media(chat, chat.asking_turn())
    sending.send_message(chat, text, replacing=True)


def _give_back_media(chat: Chat, asking: Turn) -> None:
    """Let media of a question wait again; where it got no answer they wait already."""
    if asking.is_answered:
        chat.give_back(asking.media)


def continue_answer(chat: Chat, _: str) -> None:
    """Let an answer that was cut go on.

    Raises:
        UntimelyError: there is none, or none that was cut; or it goes on with tools' results.
    """
    last = chat.last_turn()
    if last.calls:
        what = Phrase("the last answer asks for tools: there is no rest to ask for")
        raise input_line.UntimelyError(what, hint=Phrase("/retry asks for another one."))
    if last.is_whole:
        what = Phrase("the last answer is whole")
        raise input_line.UntimelyError(what, hint=Phrase("/retry asks for another one."))
    if not last.is_answered:
        what = Phrase("the last question has no answer to continue")
        raise input_line.UntimelyError(what, hint=Phrase("/retry asks it again."))
    sending.ask_for_rest(chat)
