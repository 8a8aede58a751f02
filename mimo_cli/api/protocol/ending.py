"""How near an answer is to its end, by what has come of it. Pure.

Some servers name a stop reason too early, and go on; others never end the stream after it.
"""

from __future__ import annotations

from mimo_cli.api.protocol.messages import (
    BlockStart,
    BlockStop,
    InputJsonDelta,
    MessageDelta,
    MessageStart,
    MessageStop,
    OtherBlock,
    OtherDelta,
    SignatureDelta,
    StreamItem,
    TextDelta,
    ThinkingDelta,
    ToolUse,
    has_words,
)

BLOCK_EVENTS = (
    TextDelta,
    ThinkingDelta,
    SignatureDelta,
    InputJsonDelta,
    OtherDelta,
    BlockStart,
    BlockStop,
)
"""What comes of blocks, as against the message as a whole."""


MESSAGE, TEXT, THINKING, SIGNATURE, INPUT = "message", "text", "thinking", "signature", "input"
"""Kinds of what comes; of blocks and deltas of other types these types are theirs."""

_LONGEST_START = 80
_MOST_STARTS = 64


class Came:
    """What has come of one answer, as far as it tells whether something is said again."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        """The kinds of which something has come, be it in a gateway's envelope."""
        self.plain: set[str] = set()
        """Those that came as the protocol has it."""
        self.length = 0
        """How many characters the text has; of one that is cut, each half."""
        self.starts: list[tuple[str, int]] = []
        """How each block's text begins, without white space round it, and where."""
        self.fed: set[int] = set()
        """The indices of calls of which the input has come."""
        self.calls: dict[int, str] = {}
        """The id of the last call of each index."""
        self.filled: dict[str, bool] = {}
        """Whether the input of each call has come, by its id."""
        self.last: dict[type[StreamItem], StreamItem] = {}
        """The last event of each type, if that came as the protocol has it."""
        self.last_text: StreamItem | None = None
        self.is_fresh = True
        """A block has begun, and none of its text has come."""

    def take(self, event: StreamItem, *, is_plain: bool) -> None:
        """Note what one event brings."""
        if isinstance(event, TextDelta):
            self.last_text = event if is_plain else None
        elif is_plain:
            self.last[type(event)] = event
        else:
            self.last.pop(type(event), None)
        if type(event) is ThinkingDelta and THINKING in self.plain:
            return  # nothing new: mostly there are many
        if isinstance(event, TextDelta):
            self._take_text(event.text)
        elif isinstance(event, InputJsonDelta) and event.partial_json:
            self.fed.add(event.block_index)
            self.filled[self.calls.get(event.block_index, "")] = True
        elif isinstance(event, BlockStart):
            self.fed.discard(event.block_index)
            self.is_fresh = True
            if isinstance(event.block, ToolUse):
                self.calls[event.block_index] = event.block.id
                self.filled.setdefault(event.block.id, False)
        if kind := kind_of(event):
            self.kinds.add(kind)
            if is_plain:
                self.plain.add(kind)

    def has_just_come(self, event: StreamItem) -> bool:
        """Return whether an event says nothing, or what the last one of its type said."""
        is_text = isinstance(event, TextDelta)
        last = self.last_text if is_text else self.last.get(type(event))
        return not kind_of(event) or (last is not None and last[1:] == event[1:])

    def _take_text(self, text: str) -> None:
        if self.is_fresh and (words := text.lstrip()):
            self.is_fresh = False
            if len(self.starts) < _MOST_STARTS:
                start = words[:_LONGEST_START].rstrip()
                if "\ud800" <= start[-1] <= "\udbff":
                    start = start[:-1]  # the first half of a character
                self.starts.append((start, self.length + len(text) - len(words)))
        self.length += len(text)


def kind_of(event: StreamItem) -> str:
    """Return the kind of what an event brings that says something; empty for any other."""
    match event:
        case TextDelta(_, text):
            return TEXT if text else ""
        case ThinkingDelta(_, thinking):
            return THINKING if thinking else ""
        case SignatureDelta(_, signature):
            return SIGNATURE if signature else ""
        case InputJsonDelta(_, partial_json):
            return INPUT if partial_json else ""
        case BlockStart(_, ToolUse()):
            return "tool_use"
        case BlockStart(_, OtherBlock(raw)):
            return str(raw.get("type"))
        case OtherDelta(_, delta):
            return str(delta.get("type"))
        case MessageStart():
            return MESSAGE
        case _:
            return ""


class Ending:
    """Is told of the events of one answer."""

    def __init__(self) -> None:
        self.has_begun = False
        """Something of it has come, besides the message's own start."""
        self.is_growing = False
        """It has said something, and no stop reason has come."""
        self.has_reason = False
        """A stop reason has come at any time."""
        self.is_whole = False
        """A stop reason has come, and no content since, or else the end of the stream."""
        self.is_over = False
        """Nothing is missing but the end of the stream, or it has come."""
        self.came = Came()
        self._is_usual = False  # text has come, and nothing but more of it need be looked at
        self._has_words = False
        self._has_calls = False
        self._open: set[int] = set()

    def observe(self, event: StreamItem) -> None:
        """Take the next event."""
        if self._is_usual and type(event) is TextDelta:
            self.came.length += len(event.text)  # by far the most: as it was
            self.came.last_text = event
            return
        self._observe(event, is_plain=True)

    def observe_restated(self, event: StreamItem) -> None:
        """Take the next event, which did not come as the protocol has it."""
        self._observe(event, is_plain=False)

    def _observe(self, event: StreamItem, *, is_plain: bool) -> None:
        self._see(event)
        self.came.take(event, is_plain=is_plain)
        is_known = TEXT in self.came.plain and not self.came.is_fresh
        self._is_usual = self.is_growing and is_known

    def _see(self, event: StreamItem) -> None:
        if isinstance(event, BLOCK_EVENTS):
            self._see_block(event)
        elif isinstance(event, MessageStop):
            self.has_begun = True
            self.end()
        elif isinstance(event, MessageDelta):
            self.has_begun = True
            self._see_delta(event)

    def _see_delta(self, event: MessageDelta) -> None:
        if event.stop_reason:
            self.has_reason = self.is_whole = True
            self.is_growing = False
            self.is_over = (self._has_words or self._has_calls) and not self._open

    def end(self) -> None:
        """Note that the server has said that this is all."""
        self.is_whole = self.is_over = self.has_reason

    def _see_block(self, event: StreamItem) -> None:
        self.has_begun = True
        self.is_over = False
        if isinstance(event, BlockStop):
            self._open.discard(event.block_index)
            return
        if isinstance(event, BlockStart):
            self._open.add(event.block_index)
            self._has_calls = self._has_calls or isinstance(event.block, ToolUse)
        self._has_words = self._has_words or has_words(event)
        self.is_growing = self._has_words and not self.has_reason
        if not (isinstance(event, TextDelta) and not event.text):
            self.is_whole = False
