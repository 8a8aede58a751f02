"""What a model is sent of a conversation: the turns so far, then the question. Pure.

Roles alternate, every tool's call is answered exactly once, in the message after it, and every
block is one that the service takes, whatever a server gave and wherever a turn ended.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import (
    Block,
    Correction,
    Message,
    OtherBlock,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
)
from mimo_cli.api.protocol.unknown_blocks import as_it_came
from mimo_cli.conversation.turns import user_message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Reply
    from mimo_cli.conversation.turns import Turn

NOT_RUN = "The tool was not run."
NO_OUTPUT = "(no output)"
_UNNAMED = "unnamed"


def messages(
    before: Iterable[Turn], question: tuple[Block, ...], *, model: str, endpoint: Endpoint
) -> tuple[Message, ...]:
    """Return a whole conversation: what came before, and the question.

    Calls that wait for results which nobody has given are told not to have been run. A question
    that was never answered is left out, and so are corrections: the service wants an answer after
    each. Results that got no answer are sent with the next question. What this program does not
    know goes back to the model it came from, and never to MiMo's service, whose reference names
    the blocks that it takes.
    """
    pairing = _Pairing()
    earlier = tuple(_earlier(before, pairing, model, endpoint))
    return (*earlier, user_message(pairing.question(question) or question))


def _earlier(
    turns: Iterable[Turn], pairing: _Pairing, model: str, endpoint: Endpoint
) -> Iterator[Message]:
    for turn in turns:
        if turn.is_answered and (question := pairing.question(turn.question)):
            takes_unknown = not endpoint.is_mimo and turn.model == model
            yield user_message(question)
            yield Message("assistant", _replayed(turn.reply, pairing, takes_unknown))
        else:
            pairing.keep(turn.question)


class _Pairing:
    """Which results answer which calls, from one message to the next.

    Ids are the calls' own, but where a server gave none, or one for the second time: such a call,
    and its result, are sent under another. Of results for one id the first is the first call's.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._waiting: list[tuple[str, str]] = []  # ids, as they came and as they are sent
        self._kept: dict[str, list[ToolResult]] = {}  # given in vain, to those that wait

    def call(self, call: ToolUse) -> ToolUse:
        """Return a call as it is sent; it waits for its result."""
        id_ = call.id
        if not id_.strip() or id_ in self._known:
            made = (f"call_{number}" for number in count(len(self._known) + 1))
            id_ = next(one for one in made if one not in self._known)
        self._known.add(id_)
        self._waiting.append((call.id, id_))
        return ToolUse(id_, call.name or _UNNAMED, {} if call.broken_input else call.input)

    def question(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """Return a question as it is sent: the results of all calls that wait, then the rest."""
        blocks = tuple(blocks)
        self.keep(blocks)
        results = [_result(id_, self._kept.get(came)) for came, id_ in self._waiting]
        rest = [it for it in blocks if not (isinstance(it, ToolResult) or _is_blank(it))]
        self._waiting.clear()
        self._kept = {}
        return (*results, *rest)

    def keep(self, blocks: Iterable[Block]) -> None:
        """Keep the results among the blocks of a question, the last that were given for an id."""
        given: dict[str, list[ToolResult]] = {}
        for block in blocks:
            if isinstance(block, ToolResult):
                given.setdefault(block.tool_use_id, []).append(block)
        self._kept |= given


def _result(id_: str, given: list[ToolResult] | None) -> ToolResult:
    if not given:
        return ToolResult(id_, NOT_RUN, is_error=True)
    result = given.pop(0)
    return result._replace(tool_use_id=id_, content=_with_words(result.content))


def _with_words(content: str | tuple[Block, ...]) -> str | tuple[Block, ...]:
    """Return what a tool gave as the service takes it: it refuses a text that is empty."""
    if isinstance(content, str):
        return content if content.strip() else NO_OUTPUT
    return tuple(block for block in content if not _is_blank(block)) or NO_OUTPUT


def _is_blank(block: Block) -> bool:
    return isinstance(block, Text | Correction) and not block.text.strip()


def _replayed(reply: Reply, pairing: _Pairing, takes_unknown: bool) -> tuple[Block, ...]:
    """Return the blocks of an answer as they came, without what the service would refuse.

    Thinking goes back byte for byte; one that broke off before it was finished (nothing follows
    it) does not. White space alone is no text, and none may be at the end.
    """
    sent: list[Block] = []
    for block in reply.content[: _length(reply)]:
        match block:
            case Text(text, citations) if text.strip():
                sent.append(Text(text, citations if takes_unknown else ()))
            case ToolUse():
                sent.append(pairing.call(block))
            case Thinking(thinking, signature) if thinking or signature:
                sent.append(block)
            case OtherBlock(raw) if takes_unknown and isinstance(raw.get("type"), str):
                sent.append(as_it_came(block))
    if sent and isinstance(last := sent[-1], Text):
        sent[-1] = last._replace(text=last.text.rstrip())
    return tuple(sent)


def _length(reply: Reply) -> int:
    """Return how many of an answer's blocks count: all if it came to its end with tools' calls.

    Else those up to the last words or call.
    """
    kinds = [_is_said(block) for block in reply.content]
    if reply.calls and reply.stop_reason is not None:
        return len(kinds)
    return max((at for at, is_said in enumerate(kinds, 1) if is_said), default=0)


def _is_said(block: Block) -> bool:
    return isinstance(block, ToolUse) or (isinstance(block, Text) and bool(block.text.strip()))
