"""What came of tools' calls: each beside its result, in words. Pure."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Correction, Text, ToolResult
from mimo_cli.conversation.rounds.questions import since_answer
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimo_cli.api.protocol.messages import ToolUse
    from mimo_cli.conversation.turns import Turn


class Given(NamedTuple):
    """A tool's result, and the call that it answers: None where no call of its id is known."""

    call: ToolUse | None
    result: ToolResult


class Round(NamedTuple):
    """A turn, with the results that its question gives, and the calls that nobody answered."""

    turn: Turn
    given: tuple[Given, ...]
    not_run: tuple[ToolUse, ...]


def rounds(turns: Sequence[Turn]) -> Iterator[Round]:
    """Yield turns in their order, with what came of calls. Of one id the first is the first's."""
    waiting: tuple[ToolUse, ...] = ()
    for at, turn in enumerate(turns):
        calls = list(waiting)
        given = tuple(
            Given(_take(calls, block.tool_use_id), block)
            for block in turn.question
            if isinstance(block, ToolResult)
        )
        yield Round(turn, given, _not_run(turn, islice(turns, at + 1, None)))
        waiting = turn.calls if turn.is_answered else waiting


def _take(calls: list[ToolUse], id_: str) -> ToolUse | None:
    found = next((call for call in calls if call.id == id_), None)
    if found is not None:
        calls.remove(found)
    return found


def never_answered(turns: Sequence[Turn]) -> tuple[ToolUse, ...]:
    """Return the calls of the last answer for which nobody has ever given a result."""
    since = since_answer(turns)
    return _not_run(since[0], iter(since[1:])) if since else ()


def told_of_not_run(calls: Sequence[ToolUse]) -> Phrase:
    """Return what to say of calls that get no result with a question. One at least."""
    return counted(
        len(calls),
        "no result is given for one call: the model is told that it was not run",
        "no result is given for {count} calls: the model is told that they were not run",
    )


def _not_run(turn: Turn, later: Iterator[Turn]) -> tuple[ToolUse, ...]:
    """Return the calls of an answer for which there are no results before the next answer."""
    calls = list(turn.calls)
    if not calls:
        return ()
    given: Counter[str] = Counter()
    for other in later:
        given |= Counter(it.tool_use_id for it in other.question if isinstance(it, ToolResult))
        if other.is_answered:
            break
    for id_ in given.elements():
        _take(calls, id_)
    return tuple(calls)


def describe(result: ToolResult | None) -> Phrase:
    """Return what came of a call in words: how much its tool gave, or that it was not run."""
    if result is None:
        return Phrase("not run")
    size = counted(len(result_text(result)), "1 character", "{count:,} characters")
    return Phrase("error, {size}", size=size) if result.is_error else size


def result_text(result: ToolResult) -> str:
    """Return the words of a result."""
    content = result.content
    if isinstance(content, str):
        return content
    return "\n\n".join(block.text for block in content if isinstance(block, Text))


def corrections(turn: Turn) -> tuple[Phrase, ...]:
    """Return in words what this program itself said of an answer before the turn."""
    found = (block for block in turn.question if isinstance(block, Correction))
    return tuple(
        counted(
            it.misfits,
            "asked again: 1 thing did not fit",
            "asked again: {count:,} things did not fit",
        )
        if it.misfits
        else Phrase("asked again: the answer did not fit")
        for it in found
    )
