"""`mimo history fork`: a copy of a conversation, which goes on by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.answers.given import parse_number
from mimo_cli.commands.history.access import named_or_newest, open_history, refused_value
from mimo_cli.conversation.rounds.questions import questions
from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.conversation.turns import Turn
    from mimo_cli.environment import Environment


def run(environment: Environment, reference: str | None, *, turns: str | None) -> int:
    """Copy a conversation, the newest if none is named, and print the id of the copy.

    `turns` is how many questions it has of it: "-1" leaves out the last, None none.

    Raises:
        UsageError: there is no such conversation, or nothing to copy.
        LocalIOError: the history cannot be used.
    """
    counts = Phrase("it is how many questions, or with a minus how many to leave out")
    number = None if turns is None else parse_number(turns, "--turns", counts)
    with open_history(environment) as history:
        chosen = named_or_newest(history, reference)
        copied = _first(history.load(chosen).turns, number)
        forked = history.fork(chosen, [turn.number for turn in copied])
        title = history.load(forked).title
    environment.stdout.write(f"{forked}\n")
    told = Phrase("{id} is a copy of {original}: {title}", id=forked, original=chosen, title=title)
    environment.console().info(told)
    return 0


def _first(turns: Sequence[Turn], number: int | None) -> list[Turn]:
    """Return the turns of the first questions.

    Raises:
        UsageError: there are not so many, or none is left.
    """
    asked = questions(turns)
    most = len(asked)
    wanted = most if number is None else number if number > 0 else most + number
    if not asked:
        raise UsageError(Phrase("there is nothing to copy"))
    if not 0 < wanted <= most:
        why = counted(
            most, "the conversation has one question", "the conversation has {count:,} questions"
        )
        raise UsageError(refused_value("--turns", str(number)), why)
    return [turn for turns in asked[:wanted] for turn in turns]
