"""Data that is several events: lines behind one another, events wrapped once more. Pure.

Loaded for those alone: most answers have none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mimo_cli.api.protocol import fields, sse
from mimo_cli.api.protocol.json_text.reader import is_object
from mimo_cli.api.protocol.messages import EVENT_TYPES
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIES = 8
"""How many lines are looked at that begin an object which may end in a later one."""
_DECODER = json.JSONDecoder(strict=False)


def events_within(name: str, data: str) -> list[tuple[str, str]] | None:
    """Return the events that the data of one holds; None if that is one by itself.

    Some servers forget the blank line behind a sign of life: of lines that are no JSON together,
    some are an object then, alone or with those behind them. Frameworks that are given ready-made
    lines wrap them once more.

    Raises:
        ProtocolError: it holds wrapped lines, and they such lines again.
    """
    found = [] if is_object(data) else [*split(data)]
    if any(is_whole for _, is_whole in found):
        own = name if name == "error" or name not in EVENT_TYPES else ""
        return [(name if is_whole else own, piece) for piece, is_whole in found if piece.strip()]
    return _nested_events(name, data) if data.lstrip().startswith(sse.FIELDS) else None


def split(data: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines of data, those of one object as one, and whether each is an object."""
    at, left = 0, _TRIES
    while at <= len(data):
        end = data.find("\n", at)
        end = len(data) if end < 0 else end
        line = data[at:end]
        if line.lstrip().startswith("{"):
            if is_object(line):
                yield line, True
                at = end + 1
                continue
            if left > 0 and (behind := _end_of_object(data, at)):
                yield data[at:behind], True
                at = behind + 1
                continue
            left -= 1
        yield line, False
        at = end + 1


def _end_of_object(data: str, at: int) -> int:
    """Return where the line ends in which an object does, and nothing else; 0 for none."""
    try:
        _, end = _DECODER.raw_decode(data, data.index("{", at))
    except (ValueError, RecursionError):
        return 0
    behind = data.find("\n", end)
    behind = len(data) if behind < 0 else behind
    return 0 if data[end:behind].strip() else behind


def _nested_events(name: str, data: str) -> list[tuple[str, str]]:
    """Return the events whose lines are the data of one.

    Raises:
        ProtocolError: they hold such lines again.
    """
    found = [(inside or name, more) for inside, more in lines_within(data)]
    if any(more.lstrip().startswith(sse.FIELDS) for _, more in found):
        raise fields.wrong_shape(Phrase("type of event"))
    return found


def lines_within(data: str) -> list[tuple[str, str]]:
    """Return the events that a text is the lines of, without those that have no data."""
    lines = data.strip().encode("utf-8", "replace") + b"\n\n"
    return [it for it in sse.SseDecoder().feed(lines) if it[1]]
