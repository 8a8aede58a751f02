"""A turn as it was kept, from its row. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from mimo_cli.api.protocol.calls import called, tool_use
from mimo_cli.api.protocol.content_blocks import decode_block
from mimo_cli.api.protocol.messages import (
    Block,
    Correction,
    FileSource,
    Json,
    Measures,
    Media,
    Reply,
    Text,
    Thinking,
    ToolResult,
    UrlSource,
    Usage,
)
from mimo_cli.catalogue.pricing import Money
from mimo_cli.conversation.turns import NO_REPLY, Status, Turn
from mimo_cli.errors import ProtocolError
from mimo_cli.history import cells
from mimo_cli.history.losses import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimo_cli.api.protocol.messages import MediaKind

COLUMNS = (
    "number, model, status, started, seconds, first_text, cost, currency, error, request, question,"
    " reply"
)
"""What `turn` reads, in its order."""


def turn(row: Sequence[Any], pieces: Iterable[Sequence[Any]]) -> Turn:
    """Return the turn of a row of `COLUMNS`; without a reply, of its pieces (block, kind, text).

    Raises:
        UnreadableError: it holds what no version of this program has written.
    """
    (number, model, status, started, seconds, first_text, cost, currency, *texts) = row
    error, request, question, reply = texts
    try:
        return Turn(
            question=_blocks(cells.parse(question)),
            request={**_object(cells.parse(request)), "model": cells.text(model)},
            started=cells.when(started),
            reply=_assemble(pieces) if reply is None else _reply(cells.parse(_as_text(reply))),
            status=_status(status),
            error=None if error is None else _object(cells.parse(error)),
            seconds=cells.optional(cells.finite_number, seconds),
            first_text=cells.optional(cells.finite_number, first_text),
            cost=None if cost is None else Money(cells.finite_number(cost), cells.text(currency)),
            number=cells.number(number),
        )
    except (TypeError, LookupError, AttributeError, ProtocolError) as failure:  # JSON's shape
        raise UnreadableError from failure


def _object(raw: object) -> Json:
    if isinstance(raw, dict):
        return raw
    raise UnreadableError


def _status(value: object) -> Status:
    for status in get_args(Status):
        if value == status:
            return cast("Status", status)
    raise UnreadableError


def _as_text(value: object) -> object:
    """Return a cell that `long_reply` may have written as the text it stands for."""
    try:
        return str(value, "ascii") if isinstance(value, bytes) else value
    except UnicodeDecodeError as error:
        raise UnreadableError from error


def _reply(raw: Json) -> Reply:
    return Reply(
        _word(raw["model"]),
        _word(raw["id"]),
        tuple(_reply_block(block) for block in raw["content"]),
        _word(raw["stop_reason"]),
        _word(raw["stop_sequence"]),
        _usage(_object(raw["usage"])),
    )


def _usage(raw: Json) -> Usage:
    """Return the counts, as far as they are known: new ones may come, and old ones go."""
    return Usage(**{name: cells.optional(cells.count, raw.get(name)) for name in Usage._fields})


def _blocks(raw: Iterable[Json]) -> tuple[Block, ...]:
    return tuple(_block(block) for block in raw)


def _reply_block(raw: Json) -> Block:
    """Return a block of a reply: what a server calls by a name of ours is unknown as it came."""
    return _block(raw) if raw.get("type") in ("text", "thinking") else decode_block(raw)


def _block(raw: Json) -> Block:
    """`encode_block` backwards: also for blocks that only requests have."""
    match raw.get("type"):
        case "text":
            return Text(cells.text(raw["text"]), _citations(raw.get("citations")))
        case "thinking":
            return Thinking(cells.text(raw["thinking"]), _word(raw.get("signature")))
        case "correction":
            return Correction(cells.text(raw["text"]), cells.count(raw.get("misfits", 0)))
        case "image" | "audio" | "video" as kind:
            return _media(kind, raw)
        case "tool_result":
            content = raw["content"]
            return ToolResult(
                cells.text(raw["tool_use_id"]),
                content if isinstance(content, str) else _blocks(content),
                bool(raw.get("is_error", False)),
            )
        case _:
            return decode_block(raw)


def _media(kind: MediaKind, raw: Json) -> Media:
    return Media(
        kind,
        _source(_object(raw["source"])),
        cells.optional(cells.finite_number, raw.get("fps")),
        cast("Literal['default', 'max'] | None", _word(raw.get("media_resolution"))),
        _word(raw.get("name")) or "",
        Measures(
            cells.optional(cells.count, raw.get("width")),
            cells.optional(cells.count, raw.get("height")),
            cells.optional(cells.finite_number, raw.get("seconds")),
            cells.optional(bool, raw.get("sound")),
        ),
    )


def _source(raw: Json) -> UrlSource | FileSource:
    if raw["type"] == "url":
        return UrlSource(cells.text(raw["url"]))
    return FileSource(
        cells.text(raw["media_type"]), cells.count(raw["size"]), cells.text(raw["sha256"])
    )


def _citations(raw: object) -> tuple[Json, ...]:
    return tuple(map(_object, raw)) if isinstance(raw, list) else ()


def _word(value: object) -> str | None:
    return cells.optional(cells.text, value)


def _assemble(pieces: Iterable[Sequence[Any]]) -> Reply:
    """Return the reply as far as its pieces go: blocks in the order in which they began."""
    parts: dict[tuple[int, int, str], dict[str, list[str]]] = {}
    calls: Counter[int] = Counter()  # some servers give all blocks the same index
    for index, kind, text in pieces:
        if kind == "restart":
            parts.clear()
            continue
        calls[index] += kind == "call"
        block = parts.setdefault((index, calls[index], _BLOCK_OF.get(kind, "thinking")), {})
        block.setdefault(cells.text(kind), []).append(cells.text(cells.parse(text)))
    blocks = tuple(_assemble_block(texts) for texts in parts.values())
    return Reply(content=blocks) if blocks else NO_REPLY


_BLOCK_OF = {"text": "text", "call": "call", "input": "call"}


def _assemble_block(texts: dict[str, list[str]]) -> Block:
    if "text" in texts:
        return Text("".join(texts["text"]))
    if "call" in texts or "input" in texts:
        raw = _object(cells.parse("".join(texts.get("call", ("{}",)))))
        return called(tool_use(raw, raw.get("input")), "".join(texts.get("input", ())))
    signature = "".join(texts["signature"]) if "signature" in texts else None
    return Thinking("".join(texts.get("thinking", ())), signature)
