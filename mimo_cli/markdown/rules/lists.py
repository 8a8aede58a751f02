"""Lists of which only the last item is left: the others are out, and their lines forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.rules_block import list_block

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

ITEMS = "items"
"""The key in the parser's environment of the lines whose item goes on with a list: to its number,
None for a bullet. Each counts for the outermost list that begins with the line."""


def shortened_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a list, which may go on with one before it: a block rule of markdown-it-py."""
    items = state.env.get(ITEMS, {})
    if silent or start not in items:
        return list_block(state, start, end, silent)
    number = items.pop(start)
    opening = len(state.tokens)
    found = list_block(state, start, end, silent)
    if found and number is not None:
        state.tokens[opening].attrs["start"] = number
    return found
