"""Events in, a `Reply` out. The order of events is not trusted: servers get it wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.decode import decode_block, parse
from mimo_cli.api.messages import (
    Block,
    BlockStart,
    BlockStop,
    InputJsonDelta,
    MessageDelta,
    MessageStart,
    Reply,
    Retrying,
    Signal,
    SignatureDelta,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolUse,
    Usage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Draft:
    """A block that is still growing."""

    def __init__(self, start: Block) -> None:
        self.start = start
        self.text: list[str] = []
        self.signature: list[str] = []
        self.tool: Block | None = None  # a tool's block, once it is whole

    def block(self) -> Block | None:
        """The block so far; None for one that cannot be shown or sent back unfinished."""
        match self.start:
            case Text():
                text = "".join(self.text)
                return Text(text) if text else None
            case Thinking():
                signature = "".join(self.signature) if self.signature else None
                return Thinking("".join(self.text), signature)
            case ToolUse():
                return self.tool
            case other:
                return other

    def finish(self) -> None:
        """Takes what came for the whole block."""
        match self.start:
            case ToolUse(id_, name):
                tool_input = parse("".join(self.text) or "{}")
                raw = {"type": "tool_use", "id": id_, "name": name, "input": tool_input}
                self.tool = decode_block(raw)
            case _:
                pass


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
        self._model: str | None = None
        self._id: str | None = None
        self._stop_reason: str | None = None
        self._stop_sequence: str | None = None
        self._usage = Usage()

    def add(self, events: Iterable[Signal]) -> None:
        """Takes the next events.

        Raises:
            ProtocolError: a finished tool input is not a JSON object.
        """
        for event in events:
            self._add(event)

    def reply(self) -> Reply:
        """The answer so far; while it is not whole, the longest of all attempts."""
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
        )

    def _add(self, event: Signal) -> None:
        match event:
            case TextDelta(index, text):
                self._draft(index, Text("")).text.append(text)
            case ThinkingDelta(index, thinking):
                self._draft(index, Thinking("")).text.append(thinking)
            case SignatureDelta(index, signature):
                self._draft(index, Thinking("")).signature.append(signature)
            case InputJsonDelta(index, partial_json):
                self._draft(index, ToolUse("", "", {})).text.append(partial_json)
            case BlockStart(index, block):
                self._draft(index, block).start = block  # a delta may have come before it
            case BlockStop(index):
                self._finish(index)
            case MessageStart(id_, model, usage):
                self._id, self._model = self._id or id_, self._model or model
                self._usage = self._usage.merged(usage)
            case MessageDelta(stop_reason, stop_sequence, usage):
                self._stop_reason = stop_reason or self._stop_reason
                self._stop_sequence = stop_sequence or self._stop_sequence
                self._usage = self._usage.merged(usage)
            case Retrying():
                self._earlier = self.reply()
                self._restart()
            case _:
                pass

    def _draft(self, index: int, start: Block) -> _Draft:
        """The open block of that index and kind, opened if the server forgot to."""
        draft = self._open.get(index)
        if draft is None or type(draft.start) is not type(start):
            draft = self._open[index] = _Draft(start)
            self._drafts.append(draft)
        return draft

    def _finish(self, index: int) -> None:
        draft = self._open.pop(index, None)
        if draft is not None:
            draft.finish()
