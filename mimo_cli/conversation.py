"""A conversation as values: its turns, and what of them the model is sent again. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from mimo_cli.api.messages import Block, Json, Message, Reply, Text, Thinking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.money import Money

Status = Literal["complete", "partial", "error"]
"""How a turn ended: with a whole answer; with a part of one, or before it could end; with none."""

_TITLE = 60
_ADDED = re.compile(r"\n\n<(?:file name=\"|stdin>)")
NO_REPLY = Reply()


Kind = Literal["text", "thinking", "signature", "restart"]


class Piece(NamedTuple):
    """A part of an answer as it came, kept while it streams.

    `restart` voids the pieces before it: the request was sent again.
    """

    block_index: int
    kind: Kind
    text: str


class Turn(NamedTuple):
    """One question, and what came of it.

    `request` is the request's JSON without its messages. `error` has `code` and `message` as in
    `--json`. `started` is in seconds since 1970, `seconds` how long the answer took and
    `first_text` after how many its first text came. `number` is the store's own, 0 before it is
    stored.
    """

    question: tuple[Block, ...]
    request: Json
    started: float
    reply: Reply = NO_REPLY
    status: Status = "partial"
    error: Json | None = None
    seconds: float | None = None
    first_text: float | None = None
    cost: Money | None = None
    number: int = 0

    @property
    def asked(self) -> str:
        """The question's words."""
        return "\n\n".join(block.text for block in self.question if isinstance(block, Text))

    @property
    def model(self) -> str:
        """The model that was asked."""
        return str(self.request.get("model", ""))

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing more to come of the answer."""
        return self.status == "complete" and self.reply.stop_reason != "max_tokens"

    @property
    def is_answered(self) -> bool:
        """Whether any words of an answer came."""
        return bool(self.reply.text.strip())


class Conversation(NamedTuple):
    """What has been said so far, in order. `id` is empty before the first turn is stored."""

    id: str = ""
    title: str = ""
    created: float = 0.0
    updated: float = 0.0
    turns: tuple[Turn, ...] = ()


def messages(turns: Iterable[Turn]) -> tuple[Message, ...]:
    """What the model is sent of earlier turns: roles alternate, every block is one it takes.

    A question that was never answered is left out: the service wants an answer after each.
    """
    return tuple(message for turn in turns for message in _exchange(turn))


def question(blocks: tuple[Block, ...]) -> Message:
    """The user's message; words alone as a plain text."""
    match blocks:
        case (Text(text),):
            return Message("user", text)
        case _:
            return Message("user", blocks)


def _exchange(turn: Turn) -> Iterator[Message]:
    if turn.is_answered and turn.asked.strip():
        yield question(turn.question)
        yield Message("assistant", tuple(_replayed(turn.reply.content)))


def _replayed(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks as they came, without what the service would refuse.

    Thinking goes back byte for byte; one that broke off before it was finished (nothing follows
    it) does not. White space alone is no text, and none may be at the end.
    """
    last = max(
        i for i, block in enumerate(blocks) if isinstance(block, Text) and block.text.strip()
    )
    for i, block in enumerate(blocks[: last + 1]):
        if isinstance(block, Text):
            text = block.text.rstrip() if i == last else block.text
            if text.strip():
                yield Text(text)
        elif not isinstance(block, Thinking) or block.thinking or block.signature:
            yield block


def pieces(reply: Reply) -> tuple[Piece, ...]:
    """A reply's words as if they had come before another's, whose blocks count from 0."""
    return tuple(_pieces(reply))


def _pieces(reply: Reply) -> Iterator[Piece]:
    for index, block in enumerate(reply.content, -len(reply.content)):
        match block:
            case Text(text):
                yield Piece(index, "text", text)
            case Thinking(thinking, signature):
                yield Piece(index, "thinking", thinking)
                if signature is not None:
                    yield Piece(index, "signature", signature)
            case _:
                pass  # a tool's: it has no words


def title_of(question: str) -> str:
    """A conversation's title: the beginning of its first question, on one line."""
    beginning = question[: 20 * _TITLE]
    alone = _ADDED.split(beginning, maxsplit=1)[0]  # without files and stdin
    words = " ".join((alone if alone.strip() else beginning).split())
    if len(words) <= _TITLE:
        return words
    cut = words[: _TITLE - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > _TITLE // 2 else cut) + "…"
