"""Events whose lines have no `data:`. Pure.

Loaded for those alone: most answers have none.
"""

from __future__ import annotations

import re

from mimo_cli.api.protocol.json_text.reader import object_or_none
from mimo_cli.api.protocol.messages import EVENT_TYPES

_CUT = re.compile(r'\s*\{\s*"type"\s*:\s*"(?:content_block|message)_')
"""How an event begins whose JSON is broken."""


def begins_stream(line: str) -> bool:
    """Return whether a line without `data:` is the first event of a stream."""
    return (object_or_none(line) or {}).get("type") in ("message_start", "ping") or (
        is_bare_event(line, "")
    )


def is_bare_event(line: str, name: str) -> bool:
    """Return whether a line without `data:` is an event all the same, be it a broken one.

    That is what stands behind the `name` of one. But a line that tells of an error is none without
    its name: such lines are what servers say of themselves.
    """
    body = object_or_none(line)
    if name in EVENT_TYPES and (name == "error" or "error" not in (body or {})):
        return True
    kind = (body or {}).get("type")
    is_of_answer = isinstance(kind, str) and kind in EVENT_TYPES - {"error", "message"}
    return is_of_answer or _CUT.match(line) is not None
