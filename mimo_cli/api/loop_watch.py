"""Watch an answer for loops: a model that repeats itself goes on until its tokens are used up.

Its text and its thinking are watched apart. What a loop is, `text.repetition` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Looping, Retrying, StreamItem, TextDelta, ThinkingDelta
from mimo_cli.errors import RepetitionError
from mimo_cli.phrases import Phrase
from mimo_cli.text.repetition import LoopDetector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mimo_cli.text.repetition import Loop


def watch_for_loops(
    groups: Iterable[Sequence[StreamItem]], *, stops: bool
) -> Iterator[Sequence[StreamItem]]:
    """Pass the events of an answer on, and with the first loop `Looping`.

    With `stops` the answer ends there instead: what came before, in the same group, is passed on.

    Raises:
        RepetitionError: there is a loop, and `stops`.
    """
    text, thinking, has_told = LoopDetector(), LoopDetector(), False
    for events in groups:
        for event in events:
            match event:
                case TextDelta():
                    text.feed(event.text)
                case ThinkingDelta():
                    thinking.feed(event.thinking)
                case Retrying():
                    text, thinking = LoopDetector(), LoopDetector()
                case _:
                    pass
        loop = text.loop or thinking.loop
        if loop is None or has_told:
            yield events
        elif stops:
            yield events
            raise _stopped(loop)
        else:
            yield [*events, Looping("thinking" if text.loop is None else "text")]
            has_told = True


def _stopped(loop: Loop) -> RepetitionError:
    unit = " ".join(loop.seen.split())
    return RepetitionError(
        Phrase("the answer was stopped"),
        Phrase("it repeats '{text}' over and over (stop_loops)", text=unit),
        Phrase("Ask again, or in other words."),
    )
