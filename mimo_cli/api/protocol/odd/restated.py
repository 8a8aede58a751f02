"""What is new in events of which the answer may have come already. Pure.

Loaded for those alone: most answers have none. Some servers send the whole message behind its
deltas, the SDK's helper events beside them, or logs that quote them. Nothing is said twice, and
what was not said is not lost: what comes as the protocol has it always counts.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.protocol.ending import (
    BLOCK_EVENTS,
    INPUT,
    MESSAGE,
    SIGNATURE,
    TEXT,
    THINKING,
    kind_of,
)
from mimo_cli.api.protocol.messages import (
    NO_INDEX,
    BlockStart,
    BlockStop,
    InputJsonDelta,
    MessageDelta,
    MessageStart,
    MessageStop,
    OtherBlock,
    Ping,
    Restated,
    SignatureDelta,
    StreamError,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolUse,
    Unread,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mimo_cli.api.protocol.ending import Came, Ending
    from mimo_cli.api.protocol.messages import Block, Event, Json

_CALL = "tool_use"
_OF_MESSAGE = (MessageStart, MessageDelta, MessageStop)


class Known(NamedTuple):
    """What is known of an answer when some of it may be said again.

    `open_block` is the type of the block that is open where the events are of one, `place` its
    index.
    """

    ending: Ending
    open_block: type[Block] | None
    place: int


def news(found: Restated, known: Known) -> Sequence[Event]:
    """Return the events that say what has not come."""
    came = known.ending.came
    match found.form:
        case "wrapped":
            return _of_envelope(found, known)
        case "record":
            return () if came.plain - {MESSAGE} else found.events
        case "helper":
            return [*_of_helper(found, known)]
        case "closing":
            return [*_of_closing_text(found.events, known)]
        case "block":
            return [*_of_block(found.events, known)]
        case "content_block":
            kinds = came.plain
        case _:
            kinds = came.kinds
    return [*_of_message(found.events, kinds, known)] if kinds - {MESSAGE} else found.events


def _of_helper(found: Restated, known: Known) -> Iterator[Event]:
    """Yield a delta of a kind that did not come plainly, or what its snapshot has behind that."""
    snapshot = (found.told or {}).get("snapshot")
    for event in found.events:
        if _kind(event) not in known.ending.came.plain:
            yield event
        elif isinstance(event, TextDelta) and isinstance(snapshot, str):
            rest = _behind(snapshot, known, is_block=True)
            yield from [TextDelta(event.block_index, rest)] if rest else []


def in_envelope(event: Event, told: Json | None, *, is_direct: bool) -> Event:
    """Return what an event is that stands in an envelope; `told` is as `Restated` has it.

    An error of which a gateway only tells is not the end of the answer.
    """
    is_quoted = told is None
    match event:
        case Ping():
            return event
        case StreamError() if not is_direct:
            return _unread_error(event, is_failure=not is_quoted)
        case _ if is_quoted and not is_direct:
            return Restated((event,), "record")
        case Unread() | Restated():
            return event
        case StreamError() if not is_quoted:
            return event
        case _:
            return Restated((event,), "wrapped", told)


def _unread_error(error: StreamError, *, is_failure: bool) -> Unread:
    return Unread(error.message or error.type, may_be_error=True, is_failure=is_failure)


def _of_envelope(found: Restated, known: Known) -> Sequence[Event]:
    """Return an event in an envelope, if the stream is wrapped as far as this kind has come."""
    event = found.events[0]
    plain = known.ending.came.plain - {MESSAGE}
    match event:
        case StreamError():
            return [_unread_error(event, is_failure=False)] if plain else found.events
        case MessageStop():
            is_taken = not plain or (known.ending.is_over and found.told is not None)
        case BlockStop():
            is_taken = known.open_block is not None
        case BlockStart(_, Text() | Thinking() as block):
            is_taken = (TEXT if isinstance(block, Text) else THINKING) not in plain
        case MessageStart():
            is_taken = True
        case _ if _kind(event) in plain:
            is_taken = not known.ending.came.has_just_come(event)
        case _:
            is_taken = True
    return found.events if is_taken else ()


_DELTAS: dict[type[Event], str] = {
    TextDelta: TEXT,
    ThinkingDelta: THINKING,
    SignatureDelta: SIGNATURE,
    InputJsonDelta: INPUT,
}


def _kind(event: Event) -> str:
    """Return of what kind an event is, be there anything in it or not."""
    return _DELTAS.get(type(event)) or kind_of(event)


def _of_closing_text(events: Iterable[Event], known: Known) -> Iterator[Event]:
    """Yield the text beside a stop reason: the last of it, unless it is as long as all that came.

    A last piece may well begin as the first.
    """
    for event in events:
        text = event.text if isinstance(event, TextDelta) else ""
        length = _length(known)
        is_short = length < _LEAST_SAID or len(text.strip()) < length
        rest = None if is_short else _behind(text, known)
        if rest or rest is None:
            yield event if rest is None else TextDelta(NO_INDEX, rest)


_LEAST_SAID = 20
"""Characters of an answer that no last piece of it says again by chance."""


def _length(known: Known) -> int:
    """Return how long the text is that came, without the white space before it."""
    came = known.ending.came
    return came.length - came.starts[0][1] if came.starts else 0


def _of_block(events: Sequence[Event], known: Known) -> Iterator[Event]:
    """Yield what a block that is whole at its end has, and did not come."""
    came = known.ending.came
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    is_compared = TEXT in came.kinds and not came.is_fresh
    rest = _behind(text, known, is_block=True) if is_compared else None
    is_begun = known.open_block is not None
    for event in events:
        match event:
            case TextDelta(index):
                if rest is None or rest:
                    yield event if rest is None else TextDelta(index, rest)
            case ThinkingDelta() | SignatureDelta():
                if kind_of(event) not in came.kinds:
                    yield event
            case InputJsonDelta():
                if known.place not in came.fed:
                    yield event
            case BlockStart(_, ToolUse()):
                if not is_begun:
                    yield event
            case BlockStart(_, OtherBlock()):
                if not is_begun and kind_of(event) not in came.kinds:
                    yield event
            case _:
                pass


def _of_message(events: Iterable[Event], kinds: set[str], known: Known) -> Iterator[Event]:
    """Yield what a whole message says that has not come; its own data; but not that it ended."""
    kinds = {*kinds}
    found = [*events]
    text = "".join(event.text for event in found if isinstance(event, TextDelta))
    rest = _behind(text, known) if TEXT in kinds else None
    yield from (it for it in found if isinstance(it, MessageStart))
    for _, run in groupby((it for it in found if not isinstance(it, _OF_MESSAGE)), _Blocks()):
        yield from _of_whole_block([*run], kinds, known, is_text_new=rest is None)
    if rest:
        yield TextDelta(NO_INDEX, rest)
    yield from (it for it in found if isinstance(it, MessageDelta))


class _Blocks:
    """Counts the blocks of a message by their starts."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, event: Event) -> int:
        self._count += isinstance(event, BlockStart)
        return self._count


def _of_whole_block(
    run: list[Event], kinds: set[str], known: Known, *, is_text_new: bool
) -> Iterator[Event]:
    first = run[0]
    block = first.block if isinstance(first, BlockStart) else None
    match block:
        case Text():
            is_new = is_text_new
        case Thinking():
            if SIGNATURE in kinds:
                run = [it for it in run if not isinstance(it, SignatureDelta)]
            if THINKING in kinds:  # what is signed is the last of it
                run = [it for it in run if isinstance(it, SignatureDelta)]
                kinds.add(SIGNATURE)
            is_new = any(map(kind_of, run))
        case ToolUse(id_) if id_ in known.ending.came.filled:
            yield from _input_of_call(run, id_, known.ending.came)
            return
        case ToolUse(id_):
            is_new = bool(id_) or not kinds & {_CALL, INPUT}
        case _:
            is_new = kind_of(first) not in kinds
    if is_new:
        yield from map(_of_new_block, run)


def _input_of_call(run: Iterable[Event], id_: str, came: Came) -> Iterator[Event]:
    """Yield the input of a call that has come without any."""
    index = next((index for index, last in came.calls.items() if last == id_), None)
    if index is not None and not came.filled[id_]:
        for event in run:
            if isinstance(event, InputJsonDelta):
                yield event._replace(block_index=index)


def _of_new_block(event: Event) -> Event:
    """Return an event of a block that comes behind those that came, whatever index it has."""
    return event._replace(block_index=NO_INDEX) if isinstance(event, BLOCK_EVENTS) else event


def _behind(text: str, known: Known, *, is_block: bool = False) -> str | None:
    """Return what stands in a text behind what came; None if it does not begin like that.

    White space at the ends makes no difference. What is one block is the last one.
    """
    came: Came = known.ending.came
    said = text.lstrip()
    if not said:
        return ""
    for start, place in came.starts[-1:] if is_block else came.starts:
        if said.startswith(start) or start.startswith(said.rstrip()):
            at = len(text) - len(said) + came.length - place
            rest = text[at:]
            return rest if rest.strip() else ""
    return None
