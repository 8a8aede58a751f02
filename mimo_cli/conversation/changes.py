"""What changes of a conversation that is kept: its last answer, its last question, its title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.conversation.rounds.questions import last_question
from mimo_cli.conversation.rounds.standing import may_come_back, numbers_of
from mimo_cli.errors import UsageError
from mimo_cli.history.changes import conversations
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json
    from mimo_cli.conversation.recorder import Recorder
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.history.journal import Journal


def take_place(recorder: Recorder) -> None:
    """Let what came of the last question, which fits, take the place of the answer before.

    Nothing is done where it has it.

    Raises:
        Interrupted: it is done all the same.
    """
    with recorder.held():
        held, recorder.replaced = recorder.held_place(), None
        if held is None:
            return
        numbers = [it.number for it in recorder.conversation.turns]
        known, new = numbers[: held.kept], numbers[held.kept :]
        old = numbers_of(held.old)
        recorder.keep(
            lambda history: conversations.take_place(
                history, held.id, new, known=known, instead_of=old
            )
        )


def judge(recorder: Recorder, turn: Turn, error: Json) -> None:
    """Keep what the answer of a turn amounts to that was found out once it was kept.

    Nothing is done where it is not the last turn: where the answer before it stayed.

    Raises:
        Interrupted: it is kept all the same.
    """
    with recorder.held():
        turns = recorder.conversation.turns
        if not turns or (turns[-1].started, turns[-1].reply) != (turn.started, turn.reply):
            return
        judged = turns[-1]._replace(error=error)
        recorder.conversation = recorder.conversation._replace(turns=(*turns[:-1], judged))
        if judged.number:
            id_ = recorder.conversation.id
            recorder.on_disk(lambda history: history.finish(id_, judged))


def put_back(recorder: Recorder) -> None:
    """Put back the answer that the last one took the place of, if it is whole, with no error.

    That of another question is not put back. This is for when what came of the question proves
    to be worse. Nothing is done where others have changed the conversation meanwhile.

    Raises:
        Interrupted: it is done all the same.
    """
    with recorder.held():
        replaced, recorder.replaced = recorder.replaced, None
        if replaced is None or replaced.id != recorder.conversation.id:
            return
        turns = recorder.conversation.turns
        before, new = turns[: replaced.kept], turns[replaced.kept :]
        may_come = may_come_back(replaced.old, new[0])
        if may_come and (
            replaced.holds or _put_back_on_disk(recorder, replaced.old, instead_of=new)
        ):
            restored = (*before, *replaced.old)
            recorder.conversation = recorder.conversation._replace(turns=restored)
            recorder.console.info(Phrase("the answer before stays: this one does not fit"))


def _put_back_on_disk(
    recorder: Recorder, old: tuple[Turn, ...], *, instead_of: tuple[Turn, ...]
) -> bool:
    """Return whether all is there as it was, or was never there."""
    here, there = numbers_of(instead_of), numbers_of(old)
    if recorder.history is None or not (here or there):
        return True
    if len(here) < len(instead_of) or len(there) < len(old):
        return False
    id_ = recorder.conversation.id
    found = recorder.on_disk(
        lambda history: conversations.put_back(history, id_, there, instead_of=here)
    )
    return found is not False


def drop_last(recorder: Recorder) -> Turn | None:
    """Take the last question back, and return its first turn; None if there is none.

    The model is not sent it again, nor what came of it. All of it stays in the file.

    Raises:
        RuntimeError: a question is under way.
    """
    with recorder.held():
        if not recorder.is_idle:
            raise RuntimeError("a question is under way")
        return _drop_last(recorder)


def _drop_last(recorder: Recorder) -> Turn | None:
    recorder.replaced = None
    taken = recorder.take_out(last_question(recorder.conversation.turns))
    if not taken:
        return None
    before, first = recorder.conversation, taken[0]
    if not before.turns and before.title == first.title:
        recorder.conversation = before._replace(title="")  # the next question gives it its own
    if numbers := numbers_of(taken):
        recorder.on_disk(lambda history: conversations.drop(history, before.id, numbers))
    return first


def rename(recorder: Recorder, title: str) -> None:
    """Give the conversation another title."""
    recorder.conversation = recorder.conversation._replace(title=title)
    named = recorder.conversation.id
    if named:
        recorder.on_disk(lambda history: _rename(history, named, title))


def _rename(history: Journal, conversation: str, title: str) -> None:
    try:
        conversations.rename(history, conversation, title)
    except UsageError:
        return  # it was deleted elsewhere: the next question says so, and takes the title with it
