"""A tool's call in words: `weather(city="Rome", days=3)`. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import ToolUse


def call_text(call: ToolUse) -> str:
    """Return a call as a function's, its arguments in JSON; what broke its input, as it came.

    It holds the model's own words: they are to be made inert before they are shown.
    """
    if call.broken_input:
        return f"{call.name}({call.broken_input})"
    arguments = (
        f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in call.input.items()
    )
    return f"{call.name}({', '.join(arguments)})"
