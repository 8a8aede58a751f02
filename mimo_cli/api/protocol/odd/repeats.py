"""Text that a stream gives outside of its deltas, and may give in them, too. Pure.

Loaded for that alone: most answers have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import (
    BlockStop,
    Event,
    GivenText,
    MessageDelta,
    MessageStop,
    TextDelta,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.api.protocol.surrogates import Joiner

_LEAST = 5
"""Characters of a text that is taken for the one before when it comes again: "ha" may be "haha"."""


class Repeats:
    """Stands before a `Joiner`, and drops deltas that are all that the start has given already.

    Until that is known they are held back: what is not said again as a whole is more of the text.
    """

    def __init__(self, joiner: Joiner) -> None:
        self._joiner = joiner
        self._given = ""
        self._is_of_block = False
        self._at = 0  # so much of it was said again
        self._held: list[Event] = []
        self._late = ""

    @property
    def waits(self) -> bool:
        """Whether something is held back, or may be."""
        return bool(self._given) or self._joiner.waits

    def text(self, given: GivenText, *, has_words: bool) -> str:
        """Return what is new of a text that was given; `has_words`: the answer has some already."""
        text = given.text
        if given.place == "end":
            is_new = text not in self._late if self._late else not has_words
            self._late += text * is_new
            return text * is_new
        is_again = self._given == text and not self._is_of_block
        if not is_again:
            is_one = given.place == "block" or self._is_of_block
            self._given, self._is_of_block = text if is_one else self._given + text, is_one
            self._at = 0
        return "" if is_again else text

    def join(self, event: Event, *, is_given: bool = False) -> Iterator[Event]:
        """Yield an event, as a `Joiner` does, after what is no longer held back."""
        if not self._given or is_given:
            yield from self._joiner.join(event)
            return
        is_end = isinstance(event, MessageStop)
        is_end = is_end or (isinstance(event, MessageDelta) and self._at > 0)
        is_end = is_end or (isinstance(event, BlockStop) and self._is_of_block)
        if isinstance(event, TextDelta):
            is_end = not self._given.startswith(event.text, self._at)
            self._at += len(event.text)
        self._held.append(event)
        if self._at == len(self._given) and not is_end:
            is_again = len(self._given.strip()) >= _LEAST
            self._held = [it for it in self._held if not (is_again and isinstance(it, TextDelta))]
            is_end = True
        if is_end:
            self._given = ""
        if is_end or not self._at:
            yield from self._released()

    def close(self) -> list[Event]:
        """Return what was held back."""
        return [*self._released(), *self._joiner.close()]

    def _released(self) -> Iterator[Event]:
        held, self._held = self._held, []
        for event in held:
            yield from self._joiner.join(event)
