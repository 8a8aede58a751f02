"""Content blocks of types that are not known: all that came for them is kept. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.calls import broken_input, read_input
from mimo_cli.api.protocol.json_text.exact import storable
from mimo_cli.api.protocol.messages import OtherBlock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mimo_cli.api.protocol.messages import Json

UNMERGED = "unmerged_deltas"
"""Where a block of an unknown type has its deltas, if they could not be joined without loss."""


def decode_unknown(raw: Json) -> OtherBlock:
    """Return a block as it came, but for the input of a call that the server runs by itself.

    Raises:
        ProtocolError: it is nested too deeply to be kept.
    """
    kept = storable(raw)
    is_call = str(kept.get("type")).endswith("tool_use") and "input" in kept
    return OtherBlock(kept | read_input({}, kept["input"]) if is_call else kept)


def grown(raw: Mapping[str, Any], text: str, signature: str, deltas: Sequence[Json]) -> Json:
    """Return a block of an unknown type with what its deltas brought: texts and lists grow.

    Where one would take the place of another, all are kept beside it as they came.
    """
    block = dict(raw)
    if text:
        block |= read_input(raw.get("input"), text)
    if signature:
        block["signature"] = (block.get("signature") or "") + signature
    is_all = True
    for delta in deltas:
        for name, value in delta.items():
            if name == "citation":
                block["citations"] = [*(block.get("citations") or ()), value]
            elif name != "type":
                is_all = is_all and _loses_nothing(block.get(name), value)
                block[name] = _joined(block.get(name), value)
    return block if is_all else {**block, UNMERGED: [*deltas]}


def as_it_came(block: OtherBlock) -> OtherBlock:
    """Return a block without what was only kept beside it: a service takes its own blocks alone."""
    ours = (UNMERGED, fields.BROKEN_INPUT) if broken_input(block) else (UNMERGED,)
    return OtherBlock({name: value for name, value in block.raw.items() if name not in ours})


def _joined(before: Any, more: Any) -> Any:
    match before, more:
        case (str(), str()) | (list(), list()):
            return before + more
        case dict(), dict():
            return before | {name: _joined(before.get(name), more[name]) for name in more}
        case _:
            return before if more is None else more


def _loses_nothing(before: Any, more: Any) -> bool:
    """Return whether two values can both be found in what they are joined to."""
    match before, more:
        case (None, _) | (_, None) | (str(), str()) | (list(), list()):
            return True
        case dict(), dict():
            return all(_loses_nothing(before.get(name), more[name]) for name in more)
        case _:
            return type(before) is type(more) and bool(before == more)
