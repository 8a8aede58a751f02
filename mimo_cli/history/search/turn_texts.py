"""What of a turn is searched: all that was said in it, by whom ever. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import ToolResult
from mimo_cli.conversation.rounds.outcomes import result_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.api.protocol.messages import ToolUse
    from mimo_cli.conversation.turns import Turn


def asked_texts(turn: Turn) -> list[str]:
    """Return the texts of a question: its files' names, its words, and what tools gave."""
    results = (result_text(it) for it in turn.question if isinstance(it, ToolResult))
    return [turn.names, turn.asked, *results]


def answered_texts(turn: Turn) -> list[str]:
    """Return the texts of an answer: its words, and the calls of tools."""
    return [turn.reply.text, *map(_call_text, turn.calls)]


def _call_text(call: ToolUse) -> str:
    """Return a call's words: its tool, and its input's names and values, without JSON's escapes."""
    return " ".join([call.name, call.broken_input or " ".join(_words(call.input))])


def _words(value: object) -> Iterator[str]:
    match value:
        case dict():
            for name, member in value.items():
                yield name
                yield from _words(member)
        case list():
            for member in value:
                yield from _words(member)
        case str() | int() | float():
            yield str(value)
        case _:
            pass  # null
