"""Ids for tools' calls: each call of a conversation has one, and no other has the same. Pure.

A result names its call by the id alone. Some servers give none, or the same to all, or begin again
at `call_0` with each answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import BlockStart, BlockStop, Retrying, ToolUse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mimo_cli.api.protocol.messages import Message, StreamItem


def used_in(messages: Iterable[Message]) -> frozenset[str]:
    """Return the ids of the calls in messages."""
    return frozenset(
        block.id
        for message in messages
        if not isinstance(message.content, str)
        for block in message.content
        if isinstance(block, ToolUse)
    )


def with_ids(
    groups: Iterable[Sequence[StreamItem]], used: frozenset[str]
) -> Iterator[Sequence[StreamItem]]:
    """Yield the events of an answer, in which no call has an id of those `used`, or of another."""
    ids = _CallIds(used)
    for group in groups:
        yield [ids.seen(event) for event in group] if any(map(_matters, group)) else group


def _matters(event: StreamItem) -> bool:
    return isinstance(event, BlockStart | BlockStop | Retrying)


class _CallIds:
    def __init__(self, used: frozenset[str]) -> None:
        self._used = used
        self._taken = {*used}
        self._open: dict[int, tuple[ToolUse, ToolUse]] = {}  # as they came, and with their ids

    def seen(self, event: StreamItem) -> StreamItem:
        match event:
            case BlockStart(index, ToolUse() as call):
                return BlockStart(index, self._with_id(index, call))
            case BlockStart(index, _) | BlockStop(index):
                self._open.pop(index, None)
            case Retrying():
                self._taken, self._open = {*self._used}, {}
            case _:
                pass
        return event

    def _with_id(self, index: int, call: ToolUse) -> ToolUse:
        begun = self._open.get(index)
        if begun is not None and begun[0][:2] == call[:2]:
            return call._replace(id=begun[1].id)  # it begins again: some do before each delta
        id_ = call.id if call.id and call.id not in self._taken else self._new()
        self._taken.add(id_)
        self._open[index] = (call, call._replace(id=id_))
        return self._open[index][1]

    def _new(self) -> str:
        number = 1
        while f"call_{number}" in self._taken:
            number += 1
        return f"call_{number}"
