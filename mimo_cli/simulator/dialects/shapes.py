"""What the shapes of streams are made of. Pure.

A shape takes the events of an answer and gives those that some gateway would send instead. An
event is JSON, named by its `type`, or bytes once it is no event of the protocol any more: no
shape changes those.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mimo_cli.simulator.protocol.message_events import Json

Event = Json | bytes
Shape = Callable[[Iterable[Event]], Iterator[Event]]


def kind(event: Event) -> str:
    """Return the `type` of an event; empty for bytes."""
    return "" if isinstance(event, bytes) else str(event["type"])


def each(change: Callable[[Json], Iterable[Event]]) -> Shape:
    """Make a shape of what becomes of one event, whatever stands around it."""

    def shape(events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            yield from (event,) if isinstance(event, bytes) else change(event)

    return shape


def of_kind(name: str, change: Callable[[Json], Event]) -> Shape:
    """Make a shape that changes the events of one type."""
    return each(lambda event: (change(event) if event["type"] == name else event,))


def without(*names: str) -> Shape:
    """Make a shape that leaves out the events of these types."""
    return each(lambda event: () if event["type"] in names else (event,))


def chain(*shapes: Shape) -> Shape:
    """Make one shape of several, the first one first."""

    def shape(events: Iterable[Event]) -> Iterator[Event]:
        for one in shapes:
            events = one(events)
        yield from events

    return shape


def within(owner: str, change: Callable[[Json], Json]) -> Callable[[Json], Json]:
    """Make a change of one member out of a change of the object that it should be."""
    return lambda event: (
        {**event, owner: change(event[owner])} if isinstance(event.get(owner), dict) else event
    )


def contents(message: Json) -> list[Json]:
    """Return the content blocks of a message that is not streamed."""
    return message.get("content") or []


def block_start(index: int, block: Json) -> Json:
    """Return the event that begins a content block."""
    return {"type": "content_block_start", "index": index, "content_block": block}


def block_delta(index: Any, delta: Json) -> Json:
    """Return the event that brings more of a content block."""
    return {"type": "content_block_delta", "index": index, "delta": delta}


def block_stop(index: int) -> Json:
    """Return the event that ends a content block."""
    return {"type": "content_block_stop", "index": index}


def shift_index(event: Event, by: int) -> Event:
    """Move the block of an event, if it has one, so many places on."""
    if isinstance(event, bytes) or not isinstance(event.get("index"), int):
        return event
    return {**event, "index": event["index"] + by}


def set_index(event: Event, index: int) -> Event:
    """Move the block of an event, if it has one, to this index."""
    if isinstance(event, bytes) or "index" not in event:
        return event
    return {**event, "index": index}


def with_block_types(events: Iterable[Event]) -> Iterator[tuple[str, Event]]:
    """Yield each event with the type of the block that began last, empty before the first."""
    current = ""
    for event in events:
        if isinstance(event, dict) and event["type"] == "content_block_start":
            current = event["content_block"]["type"]
        yield current, event


def interleave(noise: Iterable[bytes]) -> Shape:
    """Make a shape that puts something of the noise, in turn, behind every event."""

    def shape(events: Iterable[Event]) -> Iterator[Event]:
        for event, sound in zip(events, itertools.cycle(noise)):
            yield event
            yield sound

    return shape
