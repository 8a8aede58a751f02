"""Signs of life: what servers send to keep a connection, and records that all is well. Pure.

Loaded for what is no event of the protocol alone: most answers have none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.json_text.exact import is_too_deep
from mimo_cli.api.protocol.json_text.reader import object_or_none
from mimo_cli.api.replies import success

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json

LIFE = re.compile(
    r"keep[- ]?alive|keep|alive|ping|pong|heart[- ]?beat|heart|beat|hb|tick|processing|waiting"
    r"|pending|queued|still|working|ok|null|none|noop",
    re.IGNORECASE,
)
"""The words that servers are known to send to keep a connection. Any other may be an error's."""
_GOING_ON = re.compile(
    rf"{LIFE.pattern}|in_progress|running|started|streaming|success|200", re.IGNORECASE
)
FAILED = re.compile("err|fail|abort|cancel", re.IGNORECASE)

METADATA = frozenset(
    {
        *("type", "id", "model", "object", "index", "usage", "created", "time", "timestamp", "ts"),
        *("event", "ping", "pong", "heartbeat", "keepalive", "keep_alive", "position", "eta"),
    }
)


def says_nothing(body: Json) -> bool:
    """Return whether an event without a type is a known sign of life, or has metadata alone."""
    states = [body[name] for name in ("status", "state") if body.get(name) is not None]
    if not all(_GOING_ON.fullmatch(_word(state)) for state in states):
        return False
    others = {name: value for name, value in body.items() if name not in ("status", "state")}
    if states and isinstance(body.get("message"), str):
        del others["message"]
    if FAILED.search(str(body.get("event"))):
        return False
    return all(name in METADATA or _is_empty(name, value) for name, value in others.items())


def _word(state: object) -> str:
    """Return a state as a word; JSON's true is none."""
    return str(state).removesuffix(".") if isinstance(state, str | int) else ""


def _is_empty(name: str, value: object) -> bool:
    return not value and not (value is False and name in ("success", "ok"))


def is_life(data: str) -> bool:
    """Return whether data is a word that is known to be a sign of life, and no text or error."""
    return LIFE.fullmatch(data.strip(" \t\r\n:.\"'")) is not None


def tells(line: str) -> bool:
    """Return whether a line of JSON that is no event tells more than that all is well."""
    body = object_or_none(line)
    if body is None or is_too_deep(body):
        return True
    is_ping = body.get("type") == "ping"
    return not is_ping and not (
        "type" not in body and (says_nothing(body) or success.is_record(body))
    )
