"""Which turns belong together: to a question, to the last answer, to a round of calls. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.protocol.messages import ToolUse
    from mimo_cli.conversation.turns import Turn


def last_question(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the turns of the last question: the user's own, and those that went on with it."""
    asked = questions(turns)
    return asked[-1] if asked else ()


def questions(turns: Sequence[Turn]) -> list[tuple[Turn, ...]]:
    """Return the turns of each question: the user's own, and those that went on with it."""
    found: list[list[Turn]] = []
    for turn in turns:
        if turn.kind == "question" or not found:
            found.append([])
        found[-1].append(turn)
    return [tuple(asked) for asked in found]


def since_answer(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the last turn that was answered, and those behind it; none if none was."""
    answered = (at for at in range(len(turns) - 1, -1, -1) if turns[at].is_answered)
    return tuple(turns[next(answered, len(turns)) :])


def pending_calls(turns: Sequence[Turn]) -> tuple[ToolUse, ...]:
    """Return the calls whose results nobody has given yet: those of the last answer, if it has any.

    Turns without an answer behind it do not count: they are asked again.
    """
    since = since_answer(turns)
    return since[0].calls if since else ()


def unfinished_round(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the last turns, if they are results to which no whole answer came; none otherwise.

    The same results may be given again in their place: to the calls that wait before them.
    """
    last = since_answer(turns)
    are_results = bool(last) and all(turn.kind == "results" for turn in last)
    return last if are_results and not last[0].is_whole else ()
