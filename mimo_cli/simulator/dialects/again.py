"""Shapes that say again what was said: the SDK's helper events, and the whole message. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.simulator.dialects.shapes import Event
    from mimo_cli.simulator.protocol.message_events import Json

_HELPERS = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "signature_delta": ("signature", "signature"),
    "input_json_delta": ("input_json", "partial_json"),
}
"""The types of the SDK's own events, and what they say again, by the delta they stand behind."""


class _Snapshot:
    """A message as far as its events have come."""

    def __init__(self) -> None:
        self.message: Json = {}
        self._blocks: dict[Any, Json] = {}
        self._inputs: dict[Any, str] = {}

    def take(self, event: Json) -> None:
        """Take the next event."""
        index = event.get("index")
        match event:
            case {"type": "message_start", "message": dict(message)}:
                self.message = message
            case {"type": "content_block_start", "content_block": block}:
                self._blocks[index] = dict(block)
                self._inputs[index] = ""
            case {"type": "content_block_delta", "delta": delta} if index in self._blocks:
                self._grow(index, delta)
            case {"type": "message_delta", "delta": dict(delta)}:
                counts = (it.get("usage") for it in (self.message, event))
                usage = {
                    name: it for one in counts if isinstance(one, dict) for name, it in one.items()
                }
                self.message = {**self.message, **delta, "usage": usage}

    def _grow(self, index: Any, delta: Json) -> None:
        block = self._blocks[index]
        _, name = _HELPERS.get(str(delta.get("type")), ("", ""))
        if name == "partial_json":
            self._inputs[index] += delta.get(name) or ""
        elif name:
            block[name] = (block.get(name) or "") + (delta.get(name) or "")

    def block(self, index: Any) -> Json:
        """Return a block so far; the input of a call is there once it is whole."""
        block = self._blocks.get(index, {})
        try:
            return {**block, "input": json.loads(self._inputs.get(index, ""))}
        except ValueError:
            return {**block}

    def whole(self) -> Json:
        """Return the message so far."""
        return {**self.message, "content": [self.block(index) for index in self._blocks]}


def sdk_events(events: Iterable[Event]) -> Iterator[Event]:
    """Put the SDK's helper event behind each delta, and the whole of what ends where it does."""
    for event, snapshot in _followed(events):
        match event:
            case bytes():
                yield event
            case {"type": "content_block_stop"}:
                yield {**event, "content_block": snapshot.block(event.get("index"))}
            case {"type": "message_stop"}:
                yield {**event, "message": snapshot.whole()}
            case {"type": "content_block_delta", "delta": dict(delta)}:
                yield event
                yield from _helpers(delta, snapshot.block(event.get("index")))
            case _:
                yield event


def _helpers(delta: Json, block: Json) -> Iterator[Json]:
    kind, name = _HELPERS.get(str(delta.get("type")), ("", ""))
    if kind == "signature":
        yield {"type": kind, name: delta.get(name)}
    elif kind:
        held = "input" if name == "partial_json" else name
        yield {"type": kind, name: delta.get(name), "snapshot": block.get(held)}


def whole_message(events: Iterable[Event]) -> Iterator[Event]:
    """Put the whole message before the event that ends it."""
    for event, snapshot in _followed(events):
        match event:
            case {"type": "message_stop"}:
                yield snapshot.whole() | {"type": "message"}
        yield event


def _followed(events: Iterable[Event]) -> Iterator[tuple[Event, _Snapshot]]:
    """Yield each event, be it one of ready-made bytes, with the message as far as it has come."""
    snapshot = _Snapshot()
    for event in events:
        if not isinstance(event, bytes):
            snapshot.take(event)
        yield event, snapshot
