"""Stop reasons that are none of the protocol's: what they stand for. Pure.

Loaded for those alone: most answers have none.
"""

from __future__ import annotations

from mimo_cli.api.protocol.messages import FAILED_REASONS, STOP_REASONS

_OPENAIS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
}
"""Those that gateways in front of OpenAI's protocol hand on, by what they mean here."""

_NONE = frozenset(
    {
        *("", "null", "none", "nil", "undefined", "in_progress", "pending"),
        *("unspecified", "finish_reason_unspecified", "stop_reason_unspecified"),
    }
)
"""What stands in the place of a reason while there is none: the answer goes on."""


def usual(reason: str) -> str | None:
    """Return a reason as it is called here whatever its case; None for a placeholder."""
    name = reason.strip().lower().replace("-", "_")
    name = _OPENAIS.get(name, name)
    if name in _NONE:
        return None
    return name if name in STOP_REASONS or name in FAILED_REASONS else reason
