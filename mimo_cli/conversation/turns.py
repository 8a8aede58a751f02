"""A conversation as values: its turns, and what comes of an answer piece by piece. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from mimo_cli.api.protocol.messages import (
    Block,
    Correction,
    Json,
    Media,
    Message,
    Reply,
    Text,
    ToolResult,
    ToolUse,
    UrlSource,
)
from mimo_cli.api.replies.finished.reply_check import is_cut
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from mimo_cli.catalogue.pricing import Money
    from mimo_cli.errors import Failure

Status = Literal["complete", "partial", "error"]
"""How a turn ended: with a whole answer; with a part of one, or before it could end; with none."""

TurnKind = Literal["question", "results", "correction"]
"""What a turn's question is: the user's own; what tools answered to the calls of the turn before;
or what this program says of an answer that does not fit its schema."""

_TITLE = 60
_ADDED = re.compile(r"\n\n<(?:file(?:-\d+)? name=\"|stdin(?:-\d+)?>)")
NO_REPLY = Reply()


Kind = Literal["text", "thinking", "signature", "call", "input", "restart"]


class Piece(NamedTuple):
    """A part of an answer as it came, kept while it streams.

    `call` begins a tool's call, its text the block's JSON; `input` is more of the JSON text of its
    input. `restart` voids the pieces before it: the request was sent again.
    """

    block_index: int
    kind: Kind
    text: str


class Turn(NamedTuple):
    """One question, and what came of it: the same value from before it is sent to the history.

    Known before the request: `question`, the blocks of its message; `request`, its JSON without its
    messages; `started`, seconds since 1970. `number` is the store's own, where the turn is one of a
    conversation that is kept; else 0.

    While the answer comes the rest is as it is by default; on the disk the reply grows.

    When it has ended, whole or not: `reply`, as far as it came (an earlier one that it goes on from
    is its beginning); `status`; `seconds`, from the request to the end (0.0 if nothing was sent);
    `first_text`, from the request to the first visible text, None if none came; `cost`, None where
    no price is known. `error`, None for an answer that is what was asked for, is the JSON object
    for what ended it or what it amounts to (a refusal, say), as in `--json`.

    `failure` is that error itself, or a signal that came just after: for whoever asked, until it
    is told. It holds a traceback, and what is kept or was loaded has none.
    """

    question: tuple[Block, ...]
    request: Json
    started: float
    reply: Reply = NO_REPLY
    status: Status = "partial"
    error: Json | None = None
    failure: Failure | None = None
    seconds: float | None = None
    first_text: float | None = None
    cost: Money | None = None
    number: int = 0

    @property
    def asked(self) -> str:
        """The question's words."""
        return "\n\n".join(block.text for block in self.question if isinstance(block, Text))

    @property
    def kind(self) -> TurnKind:
        """What its question is: the user's, or what goes on with the one before."""
        for block in self.question:
            if isinstance(block, ToolResult):
                return "results"
            if isinstance(block, Correction):
                return "correction"
        return "question"

    @property
    def calls(self) -> tuple[ToolUse, ...]:
        """The tools that the model asks for."""
        return self.reply.calls

    @property
    def media(self) -> tuple[Media, ...]:
        """The question's pictures, recordings and films."""
        return tuple(block for block in self.question if isinstance(block, Media))

    @property
    def title(self) -> str:
        """What a conversation is called that begins with it: its words, else its files' names."""
        return title_of(self.asked if self.asked.strip() else self.names)

    @property
    def names(self) -> str:
        """What its pictures, recordings and films are called, or where or what they are."""
        return ", ".join(map(_called, self.media))

    @property
    def model(self) -> str:
        """The model that was asked."""
        return str(self.request.get("model", ""))

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing more to come of the answer."""
        return self.status == "complete" and not is_cut(self.reply.stop_reason)

    @property
    def is_checked(self) -> bool:
        """Whether its answer has to fit a schema, and counts once it is known to."""
        return "schema" in self.request

    @property
    def is_answered(self) -> bool:
        """Whether anything of an answer came: words, or a tool's call."""
        return bool(self.reply.text.strip() or self.calls)


def _called(media: Media) -> str:
    source = media.source
    return media.name or (source.url if isinstance(source, UrlSource) else media.kind)


class Conversation(NamedTuple):
    """What has been said so far, in order. `id` is empty before the first turn is stored."""

    id: str = ""
    title: str = ""
    created: float = 0.0
    updated: float = 0.0
    turns: tuple[Turn, ...] = ()


def user_message(blocks: tuple[Block, ...]) -> Message:
    """Return a question as a message; words alone as a plain text."""
    match blocks:
        case (Text(text),):
            return Message("user", text)
        case _:
            return Message("user", blocks)


def title_of(question: str) -> str:
    """Return a conversation's title: the beginning of its first question, on one line."""
    beginning = question[: 20 * _TITLE]
    alone = _ADDED.split(beginning, maxsplit=1)[0]  # without files and stdin
    words = " ".join((alone if alone.strip() else beginning).split())
    if len(words) <= _TITLE:
        return words
    cut = words[: _TITLE - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > _TITLE // 2 else cut) + "…"
