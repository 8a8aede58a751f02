"""What a question of `mimo ask` stands on, whether it begins a conversation or goes on with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.protocol.messages import Tool, ToolResult
    from mimo_cli.config import Resolved
    from mimo_cli.conversation.structured_answer import Wanted
    from mimo_cli.conversation.turns import Turn


class Ground(NamedTuple):
    """What a question stands on: settings and system prompt, and what was said before it.

    The `results` of tools go before its words, and take the place of so many of the last turns.
    """

    resolved: Resolved
    system: str | None
    said: Sequence[Turn] = ()
    tools: tuple[Tool, ...] = ()
    results: tuple[ToolResult, ...] = ()
    replacing: int = 0
    wanted: Wanted | None = None
    """What the answer to results has to be: what that to their question has."""
