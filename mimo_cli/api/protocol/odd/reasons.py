"""Stop reasons that are none of the protocol's: what they stand for. Pure.

Loaded for those alone: most answers have none.
"""

from __future__ import annotations

import re

from mimo_cli.api.protocol.messages import FAILED_REASONS, STOP_REASONS

_MEANINGS = {
    "end_turn": ("stop", "eos", "eos_token", "complete", "completed"),
    "max_tokens": ("length", "max_output_tokens", "model_length"),
    "tool_use": ("tool_call", "tool_calls", "function_call"),
    "content_filter": (
        *("content_filtered", "safety", "recitation", "blocklist", "prohibited_content", "spii"),
        *("sensitive", "guardrail_intervened"),
    ),
    "timeout": ("timed_out", "time_out"),
    "cancelled": ("user_cancel",),
    "": (
        *("null", "none", "nil", "undefined", "unspecified", "unknown", "n/a", "na"),
        *("in_progress", "pending", "queued", "running", "streaming", "processing", "generating"),
    ),
}
"""What other servers say (OpenAI, Gemini, Bedrock, Mistral, Cohere, TGI, Zhipu), by what it means.

The last stand in the place of a reason while there is none: the answer goes on.
"""
_OF_WORD = {word: meaning for meaning, words in _MEANINGS.items() for word in words}
_PREFIX = re.compile(r"(?:finish|stop)_reason_")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where a word begins in `endTurn`."""


def usual(reason: str) -> str | None:
    """Return a reason as it is called here whatever its case; None for a placeholder."""
    name = re.sub(r"[-\s]+", "_", _HUMP.sub("_", reason.strip())).lower()
    name = _PREFIX.sub("", name, count=1) if _PREFIX.match(name) else name
    name = _OF_WORD.get(name, name)
    if not name:
        return None
    return name if name in STOP_REASONS or name in FAILED_REASONS else reason
