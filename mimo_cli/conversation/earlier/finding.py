"""The conversation to go on with.

`-c` and `-r` ask for something that is there. What cannot be read (it is busy, another's, a newer
version's, on a disk that fails) is an error, 12, and nothing is sent; so is a conversation that is
not there, 2. A damaged file that was set aside goes on as an empty one, with its notice: with `-c`
the question goes out without what was said before it, and says so; what `-r` named is missed, 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.conversation.turns import Conversation
from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from mimo_cli.environment import Environment
    from mimo_cli.history.store import History
    from mimo_cli.output.console import Console


def find(
    history: History,
    reference: str | None,
    environment: Environment,
    console: Console,
    *,
    looks: bool,
) -> Conversation:
    """Return the conversation that is meant, and say what is odd about it.

    `looks` is whether what was said last is shown, and so which one it is.

    Raises:
        UsageError: there is no such conversation.
        LocalIOError: it cannot be read.
    """
    conversation = _load(history, reference, console, looks=looks)
    if not looks:
        _tell_which(history, reference, conversation, environment, console)
    unanswered = (turn for turn in conversation.turns if not turn.is_answered)
    if count := sum(turn.kind == "question" for turn in unanswered):
        console.warn(_left_out(count, conversation.id))
    return conversation


def _load(
    history: History, reference: str | None, console: Console, *, looks: bool
) -> Conversation:
    """Return the conversation that is meant, without a reference the newest with an answer.

    Where damage took that, the question goes out all the same; one that was named is missed.
    """
    try:
        found = history.newest(answered=True) if reference is None else history.find(reference)
        conversation = history.load(found) if found else Conversation()
        if conversation.turns:
            return history.with_data(conversation, unanswered=looks)
    except LocalIOError as error:
        if reference is not None or not history.set_aside_if_damaged(error):
            raise
    if not history.is_partly_lost():
        raise UsageError(
            Phrase("there is no conversation to go on with"),
            hint=Phrase(
                "A conversation is kept, with history on, and gone on with once it has an answer."
            ),
        )
    console.warn(Phrase("this question goes out without what was said before it"))
    return Conversation()


def _tell_which(
    history: History,
    reference: str | None,
    chosen: Conversation,
    environment: Environment,
    console: Console,
) -> None:
    """Say which conversation goes on where that may be another than the user has in mind.

    In a script, which may well read what is said, only with `-v`.
    """
    is_shown = environment.stderr.is_terminal
    if not chosen.id or not (is_shown or console.verbose):
        return  # and the history is not asked for the newest
    tell = console.info if is_shown else console.debug
    if reference is None and history.newest() != chosen.id:
        template = "going on with {id}: {title} (the newest has no answer)"
        tell(Phrase(template, id=chosen.id, title=chosen.title))
    elif reference is not None and not _is_named(chosen, reference):
        tell(Phrase("going on with {id}: {title}", id=chosen.id, title=chosen.title))


def _is_named(chosen: Conversation, reference: str) -> bool:
    """Return whether a reference names a conversation by more than how its title begins."""
    from mimo_cli.history.search.lookup import fold_title

    wanted = fold_title(reference)
    return chosen.id.startswith(wanted) or fold_title(chosen.title) == wanted


def _left_out(count: int, conversation: str) -> Phrase:
    return counted(
        count,
        "a question without an answer in conversation {conversation} is left out",
        "{count} questions without an answer in conversation {conversation} are left out",
        conversation=conversation,
    )
