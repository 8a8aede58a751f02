"""Halves of characters: JSON may split an emoji over two deltas, or send one half alone. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import (
    BlockStop,
    Event,
    InputJsonDelta,
    MessageStop,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.api.protocol.ending import Came

_SURROGATE = re.compile("[\ud800-\udfff]")
_Delta = TextDelta | ThinkingDelta | SignatureDelta | InputJsonDelta


class Joiner:
    """Joins what JSON may split over two deltas: an emoji's two halves (surrogates).

    `came` is what counts the characters of texts: of two halves it counted each.
    """

    def __init__(self, came: Came | None = None) -> None:
        self._came = came
        self._held: dict[tuple[type[_Delta], int], str] = {}

    @property
    def waits(self) -> bool:
        """Whether something is held back."""
        return bool(self._held)

    def join(self, event: Event) -> Iterator[Event]:
        """Yield `event` without lone surrogates, after what no longer waits."""
        match event:
            case TextDelta(index, text):
                joined = self._join(TextDelta, index, text)
                yield event if joined is text else TextDelta(index, joined)
            case ThinkingDelta(index, thinking):
                joined = self._join(ThinkingDelta, index, thinking)
                yield event if joined is thinking else ThinkingDelta(index, joined)
            case SignatureDelta(index, signature):
                yield SignatureDelta(index, self._join(SignatureDelta, index, signature))
            case InputJsonDelta(index, partial_json):
                yield InputJsonDelta(index, self._join(InputJsonDelta, index, partial_json))
            case BlockStop(index):
                yield from [self._release(key) for key in list(self._held) if key[1] == index]
                yield event
            case MessageStop():
                yield from self.close()
                yield event
            case _:
                yield event

    def close(self) -> list[Event]:
        """Return what was held back."""
        return [self._release(key) for key in list(self._held)]

    def _join(self, kind: type[_Delta], index: int, text: str) -> str:
        """Return `text` without lone surrogates; a high half at its end waits for its low half."""
        held = self._held.pop((kind, index), "")
        if not held and (text.isascii() or not _SURROGATE.search(text)):
            return text
        if self._came and kind is TextDelta and held and "\udc00" <= text[:1] <= "\udfff":
            self._came.length -= 1
        text = held + text
        if "\ud800" <= text[-1] <= "\udbff":
            self._held[kind, index] = text[-1]
            text = text[:-1]
        return join_surrogates(text)

    def _release(self, key: tuple[type[_Delta], int]) -> Event:
        del self._held[key]
        kind, index = key
        return kind(index, "\N{REPLACEMENT CHARACTER}")


def join_surrogates(text: str) -> str:
    """Join split pairs of surrogates; a lone one, which UTF-8 lacks, becomes U+FFFD."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
