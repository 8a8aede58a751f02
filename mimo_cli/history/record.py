"""Turns as rows and rows as turns. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, cast

from mimo_cli import money
from mimo_cli.api.decode import decode_block
from mimo_cli.api.encode import encode_block
from mimo_cli.api.messages import Block, Json, Media, Reply, Text, Thinking, ToolResult, Usage
from mimo_cli.api.surrogates import whole
from mimo_cli.conversation import NO_REPLY, Status, Turn
from mimo_cli.errors import LocalIOError, ProtocolError
from mimo_cli.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS = (
    "number, model, status, started, seconds, first_text, cost, currency, error, request, question,"
    " reply"
)
"""What `turn` reads, in its order."""


def turn(row: Sequence[Any], pieces: Iterable[Sequence[Any]]) -> Turn:
    """The turn of a row of `COLUMNS`; without a reply, that of its pieces (block, kind, text).

    Raises:
        LocalIOError: it holds what no version of this program has written.
    """
    (number, model, status, started, seconds, first_text, cost, currency, *texts) = row
    error, request, question, reply = texts
    try:
        return Turn(
            question=_blocks(json.loads(question)),
            request={**json.loads(request), "model": model},
            started=started,
            reply=_patched(pieces) if reply is None else _reply(json.loads(reply)),
            status=cast("Status", status),
            error=None if error is None else json.loads(error),
            seconds=seconds,
            first_text=first_text,
            cost=None if cost is None else Money(cost, currency),
            number=number,
        )
    except (ValueError, TypeError, LookupError, AttributeError, ProtocolError) as failure:
        what = f"cannot read turn {number} of the history"
        raise LocalIOError(what, "it holds something else than a turn") from failure


def question_columns(turn: Turn) -> dict[str, Any]:
    """What of a turn is stored before it is sent."""
    return {
        "model": plain(turn.model),
        "status": "partial",
        "started": turn.started,
        "request": json.dumps(turn.request),
        "question": _text_of(turn.question),
    }


def answer_columns(turn: Turn) -> dict[str, Any]:
    """What of a turn is stored when it has ended."""
    cost = turn.cost
    return {
        "status": turn.status,
        "seconds": turn.seconds,
        "first_text": turn.first_text,
        "cost": None if cost is None else cost.amount,
        "currency": None if cost is None else plain(cost.currency),
        "error": None if turn.error is None else json.dumps(turn.error),
        "reply": json.dumps(reply_json(turn.reply)),
    }


def spent_columns(turn: Turn) -> dict[str, Any]:
    """What of a turn is stored for adding up, when it has ended."""
    usage = turn.reply.usage
    costs = money.added([turn.cost])
    return {
        "input": usage.uncached_input_tokens,
        "cached": usage.cache_read_input_tokens,
        "output": usage.output_tokens,
        **{name.lower(): costs.get(name) for name in money.CURRENCIES},
    }


def reply_json(reply: Reply) -> Json:
    """A reply as JSON, whole."""
    return {
        "id": reply.id,
        "model": reply.model,
        "content": [encode_block(block) for block in reply.content],
        "stop_reason": reply.stop_reason,
        "stop_sequence": reply.stop_sequence,
        "usage": reply.usage._asdict(),
    }


def plain(text: str) -> str:
    """A text as SQLite takes it: no half of a character, no NUL."""
    return whole(text).replace("\0", "\N{REPLACEMENT CHARACTER}")


def _text_of(blocks: Iterable[Block]) -> str:
    return json.dumps([encode_block(block) for block in blocks])


def _reply(raw: Json) -> Reply:
    return Reply(
        raw["model"],
        raw["id"],
        _blocks(raw["content"]),
        raw["stop_reason"],
        raw["stop_sequence"],
        Usage(**raw["usage"]),
    )


def _blocks(raw: Iterable[Json]) -> tuple[Block, ...]:
    return tuple(_block(block) for block in raw)


def _block(raw: Json) -> Block:
    """`encode_block` backwards: also for blocks that only requests have."""
    match raw.get("type"):
        case "text":
            return Text(raw["text"], tuple(raw.get("citations", ())))
        case "thinking":
            return Thinking(raw["thinking"], raw.get("signature"))
        case "image" | "audio" | "video" as kind:
            return _media(kind, raw)
        case "tool_result":
            content = raw["content"]
            return ToolResult(
                raw["tool_use_id"],
                content if isinstance(content, str) else _blocks(content),
                bool(raw.get("is_error", False)),
            )
        case _:
            return decode_block(raw)


def _media(kind: Literal["image", "audio", "video"], raw: Json) -> Media:
    source = raw["source"]
    return Media(
        kind,
        source.get("media_type"),
        source.get("data"),
        source.get("url"),
        raw.get("fps"),
        raw.get("media_resolution"),
    )


def _patched(pieces: Iterable[Sequence[Any]]) -> Reply:
    """The reply as far as its pieces go: blocks in the order in which they began."""
    parts: dict[tuple[int, bool], dict[str, list[str]]] = {}
    for index, kind, text in pieces:
        if kind == "restart":
            parts.clear()
            continue
        block = parts.setdefault((index, kind == "text"), {})
        block.setdefault(kind, []).append(json.loads(text))
    blocks = tuple(_patched_block(texts) for texts in parts.values())
    return Reply(content=blocks) if blocks else NO_REPLY


def _patched_block(texts: dict[str, list[str]]) -> Block:
    if "text" in texts:
        return Text("".join(texts["text"]))
    signature = "".join(texts["signature"]) if "signature" in texts else None
    return Thinking("".join(texts.get("thinking", ())), signature)
