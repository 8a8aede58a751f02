"""Turns as rows. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol.encode import encode_block
from mimo_cli.api.protocol.messages import (
    Block,
    Json,
    Reply,
    Text,
    Thinking,
)
from mimo_cli.api.protocol.surrogates import join_surrogates
from mimo_cli.catalogue import pricing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.conversation.turns import Turn

LAST_NUMBER = 1 << 47
"""Numbers of turns are below: the index needs the bits above them."""

LATEST = 253_370_764_800.0  # seconds since 1970: in the year 9999 in every time zone
_LAST_MOMENT = LATEST - 1.0
_LONG = 32 * 1024  # characters of one of its texts


def question_columns(turn: Turn) -> dict[str, Any]:
    """Return what of a turn is stored before it is sent."""
    return {
        "model": storable(turn.model),
        "status": "partial",
        "started": clamp_time(turn.started),
        "request": json.dumps(turn.request),
        "question": _text_of(turn.question),
    }


def is_long(reply: Reply) -> bool:
    """Return whether a reply is one for `long_reply` to write."""
    return any(isinstance(it, Text | Thinking) and len(it[0]) > _LONG for it in reply.content)


def answer_columns(turn: Turn) -> dict[str, Any]:
    """Return what of a turn is stored when it has ended; not a reply that is long."""
    cost = turn.cost
    return {
        "status": turn.status,
        "seconds": turn.seconds,
        "first_text": turn.first_text,
        "cost": None if cost is None else cost.amount,
        "currency": None if cost is None else storable(cost.currency),
        "error": None if turn.error is None else json.dumps(turn.error),
        **({} if is_long(turn.reply) else {"reply": json.dumps(reply_json(turn.reply))}),
    }


def spent_columns(turn: Turn) -> dict[str, Any]:
    """Return what of a turn is stored for adding up, when it has ended."""
    usage = turn.reply.usage
    costs = pricing.add_up([turn.cost])
    return {
        "input": usage.uncached_input_tokens,
        "cached": usage.cache_read_input_tokens,
        "output": usage.output_tokens,
        **{name.lower(): costs.get(name) for name in pricing.CURRENCIES},
    }


def reply_json(reply: Reply) -> Json:
    """Return a reply as JSON, whole."""
    return {
        "id": reply.id,
        "model": reply.model,
        "content": [encode_block(block) for block in reply.content],
        "stop_reason": reply.stop_reason,
        "stop_sequence": reply.stop_sequence,
        "usage": reply.usage._asdict(),
    }


def clamp_time(seconds: float) -> float:
    """Return a clock's time as one that can be read again: a wrong clock may say anything."""
    return min(max(seconds, 0.0), _LAST_MOMENT)


def storable(text: str) -> str:
    """Return a text as SQLite takes it: no half of a character, no NUL."""
    return join_surrogates(text).replace("\0", "\N{REPLACEMENT CHARACTER}")


def _text_of(blocks: Iterable[Block]) -> str:
    return json.dumps([encode_block(block) for block in blocks])
