"""Whether each call of a tool has its result, and each result its call. Pure.

The service's own words for what it refuses here were never seen. The rules are those of the
protocol: all results of a message's calls come in the next message, before anything else in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimo_cli.simulator.refusal import Refusal, require

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Block = dict[str, Any]


def check_pairs(messages: Sequence[dict[str, Any]]) -> None:
    """Check the calls and results of messages whose blocks have the right shape.

    Raises:
        Refusal: A call without its result, a result without its call or behind other blocks, an
            id that comes twice, or either from the wrong side.
    """
    waiting: list[str] = []
    called: set[str] = set()
    for at, message in enumerate(messages):
        where = f"messages[{at}]"
        blocks = [] if isinstance(message["content"], str) else message["content"]
        answered = _results(blocks, where, message["role"], waiting)
        _require_all(waiting, answered, at)
        waiting = _calls(blocks, where, message["role"], called)
    _require_all(waiting, [], len(messages))


def _results(blocks: Sequence[Block], where: str, role: str, waiting: Sequence[str]) -> list[str]:
    """Return what the results of a message answer, each checked."""
    answered: list[str] = []
    for at, block in enumerate(blocks):
        if block["type"] != "tool_result":
            continue
        place = f"{where}.content[{at}]"
        require(role == "user", f"{place}: a tool_result is the user's")
        require(at == len(answered), f"{place}: a tool_result stands before all other blocks")
        one = block["tool_use_id"]
        require(one in waiting, f"{place}: there is no tool_use {one} in the message before")
        require(one not in answered, f"{place}: a second tool_result for {one}")
        answered.append(one)
    return answered


def _calls(blocks: Sequence[Block], where: str, role: str, called: set[str]) -> list[str]:
    """Return the ids of a message's calls, and add them to those that were used."""
    ids: list[str] = []
    for at, block in enumerate(blocks):
        if block["type"] == "tool_use":
            place = f"{where}.content[{at}]"
            require(role == "assistant", f"{place}: a tool_use is the assistant's")
            require(block["id"] not in called, f"{place}: a second tool_use with id {block['id']}")
            called.add(block["id"])
            ids.append(block["id"])
    return ids


def _require_all(waiting: Iterable[str], answered: Sequence[str], at: int) -> None:
    missing = [one for one in waiting if one not in answered]
    if missing:
        raise Refusal(
            f"messages[{at - 1}]: tool_use without a tool_result right behind it: "
            + ", ".join(missing)
        )
