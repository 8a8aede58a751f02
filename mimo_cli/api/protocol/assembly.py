"""Events in, a `Reply` out. The order of events is not trusted: servers get it wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.ending import Ending
from mimo_cli.api.protocol.messages import (
    FAILED_REASONS,
    Block,
    BlockStart,
    BlockStop,
    InputJsonDelta,
    Json,
    MessageDelta,
    MessageStart,
    OtherBlock,
    OtherDelta,
    Reply,
    Retrying,
    SignatureDelta,
    StreamItem,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolUse,
    Unread,
    Usage,
)
from mimo_cli.text.text_buffer import TextBuffer

if TYPE_CHECKING:
    from collections.abc import Iterable


_LASTING = FAILED_REASONS | {
    *("max_tokens", "model_context_window_exceeded", "repetition_truncation"),
    *("content_filter", "refusal"),
}
"""Stop reasons that still hold where the server says `end_turn` after them, as some always do."""


class _Draft:
    """A block that is still growing."""

    def __init__(self, start: Block, *, is_started: bool) -> None:
        self.start = start
        self.is_started = is_started  # by the server's own word, not by the first delta
        self.text = TextBuffer()
        self.signature = TextBuffer()
        self.deltas: list[Json] = []

    def block(self) -> Block | None:
        """Return the block so far; None for one that is nothing yet."""
        match self.start:
            case Text():
                text = str(self.text)
                return Text(text, self._citations()) if text else None
            case Thinking():
                signature = str(self.signature) if self.signature else None
                return Thinking(str(self.text), signature)
            case ToolUse() as call:
                from mimo_cli.api.protocol import calls  # most answers have none, nor the others

                return calls.called(call, str(self.text))
            case OtherBlock(raw):
                from mimo_cli.api.protocol import unknown_blocks

                text, signature = str(self.text), str(self.signature)
                return OtherBlock(unknown_blocks.grown(raw, text, signature, self.deltas))
            case other:
                return other

    def _citations(self) -> tuple[Json, ...]:
        found = (delta.get("citation") for delta in self.deltas)
        return tuple(citation for citation in found if isinstance(citation, dict))


def _is_again(start: Block, block: Block) -> bool:
    """Return whether a block that begins is the open one: of a call its input may have come."""
    if isinstance(start, ToolUse) and isinstance(block, ToolUse):
        return start[:2] == block[:2]
    return start == block


class Assembly:
    """Collects the events of one answer.

    When a request is sent again its answer begins anew; but should that bring less, what came of
    the earlier one is not lost.
    """

    def __init__(self) -> None:
        self._earlier = Reply()
        self._restart()

    def _restart(self) -> None:
        self._drafts: list[_Draft] = []
        self._open: dict[int, _Draft] = {}
        self._last: dict[int, _Draft] = {}  # of each index, be it open or not
        self._model: str | None = None
        self._id: str | None = None
        self._stop_reason: str | None = None
        self._stop_sequence: str | None = None
        self._usage = Usage()
        self._ending = Ending()
        self._unread: Unread | None = None

    def add(self, events: Iterable[StreamItem]) -> None:
        """Take the next events."""
        for event in events:
            self._add(event)

    def reply(self) -> Reply:
        """Return the answer so far; while it is not whole, the longest of all attempts."""
        reply = self._reply()
        if reply.stop_reason is None and len(reply.text) < len(self._earlier.text):
            return self._earlier
        return reply

    def _reply(self) -> Reply:
        blocks = (draft.block() for draft in self._drafts)
        return Reply(
            self._model,
            self._id,
            tuple(block for block in blocks if block is not None),
            self._stop_reason,
            self._stop_sequence,
            self._usage,
            self._ending.is_over,
            self._is_call_whole(),
            self._unread,
        )

    def _is_call_whole(self) -> bool:
        """Return whether the last block is a call whose input was sent, be it an empty one."""
        last = self._drafts[-1] if self._drafts else None
        return last is not None and isinstance(last.start, ToolUse) and bool(str(last.text).strip())

    def _add(self, event: StreamItem) -> None:
        self._ending.observe(event)
        match event:
            case TextDelta(index, text):
                self._draft(index, Text("")).text.append(text)
            case ThinkingDelta(index, thinking):
                self._draft(index, Thinking("")).text.append(thinking)
            case SignatureDelta(index, signature):
                self._signed(index).signature.append(signature)
            case InputJsonDelta(index, partial_json):
                self._called(index).text.append(partial_json)
            case OtherDelta(index, delta):
                self._other(index).deltas.append(delta)
            case BlockStart(index, block):
                self._start(index, block)
            case BlockStop(index):
                self._open.pop(index, None)
            case MessageStart(id_, model, usage):
                self._id, self._model = self._id or id_, self._model or model
                self._usage = self._usage.merged(usage)
            case MessageDelta(stop_reason, stop_sequence, usage):
                if self._stop_reason not in _LASTING or stop_reason != "end_turn":
                    self._stop_reason = stop_reason or self._stop_reason
                self._stop_sequence = stop_sequence or self._stop_sequence
                self._usage = self._usage.merged(usage)
            case Unread():
                self._unread = event
            case Retrying():
                self._earlier = self.reply()
                self._restart()
            case _:
                pass

    def _start(self, index: int, block: Block) -> None:
        """Begin a block, or say what the one is that began with a delta before its start."""
        draft = self._open.get(index)
        is_same = draft is not None and type(draft.start) is type(block)
        if draft is None or not is_same or (draft.is_started and not _is_again(draft.start, block)):
            self._begin(index, block, is_started=True)
        elif not draft.is_started:
            draft.start, draft.is_started = block, True

    def _begin(self, index: int, block: Block, *, is_started: bool = False) -> _Draft:
        draft = self._open[index] = self._last[index] = _Draft(block, is_started=is_started)
        self._drafts.append(draft)
        return draft

    def _draft(self, index: int, start: Block) -> _Draft:
        """Return the open block of that index and kind, opened if the server forgot to."""
        draft = self._open.get(index)
        if draft is None or type(draft.start) is not type(start):
            draft = self._begin(index, start)
        return draft

    def _signed(self, index: int) -> _Draft:
        """Return the block that a signature belongs to: the open one, else the last thinking."""
        draft = self._open.get(index)
        if draft is not None and isinstance(draft.start, Thinking | OtherBlock):
            return draft
        thoughts = (it for it in reversed(self._drafts) if isinstance(it.start, Thinking))
        return next(thoughts, None) or self._begin(index, Thinking(""))

    def _called(self, index: int) -> _Draft:
        """Return the block whose input grows: the open one, if it can have any, else a tool's.

        That may be the last one, if it has ended without any input.
        """
        draft = self._open.get(index)
        if draft is not None and isinstance(draft.start, ToolUse | OtherBlock):
            return draft
        last = self._last.get(index)
        if draft is None and last is not None and isinstance(last.start, ToolUse) and not last.text:
            return last
        return self._begin(index, ToolUse("", "", {}))

    def _other(self, index: int) -> _Draft:
        """Return the block that something unknown belongs to: the open one, else one of no kind."""
        return self._open.get(index) or self._begin(index, OtherBlock({}))
