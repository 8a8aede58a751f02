"""Deltas whose type is not known: which are more of the answer, or of the thinking. Pure.

Loaded for those alone: most answers have none. A type says in its words what it is of: numbers,
progress, tools' arguments, token probabilities are no answer. Only strings are text here. A type
that says nothing of that kind is text where it has a `text` or `content`: no text may be lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import TextDelta, ThinkingDelta

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TYPES = ("text", "thinking", "signature", "input_json")
"""The types of deltas, which some servers give to the event itself."""

_THOUGHT = re.compile(r"reason|think|thought", re.IGNORECASE)
_TEXT = re.compile(r"(?<!con)text", re.IGNORECASE)
_NO_TEXT = re.compile(
    r"tool|function|arg|json|input|logprob|annotation|citation|refusal|progress|status|usage"
    r"|metric",
    re.IGNORECASE,
)
_IN_DELTA = ("text", "content")
_IN_TEXT = (*_IN_DELTA, "output_text", "output", "message", "value")
"""Where a delta that calls itself a text may have it, too."""
_IN_THOUGHT = ("thinking", "reasoning_content", "reasoning", "thought", *_IN_DELTA)


def read_delta(kind: str, index: int, delta: object) -> Iterator[TextDelta | ThinkingDelta]:
    """Read the delta, or the list of deltas, of an event of a type that is not known."""
    for one in delta if isinstance(delta, list) else [delta]:
        if (event := read(index, one, kind)) is not None:
            yield event


def read(index: int, delta: object, kind: str = "") -> TextDelta | ThinkingDelta | None:
    """Return what a delta says, None if that is no text; `kind` is the event's type."""
    own = _type_of(delta)
    kinds = [it for it in (kind, own) if it]
    if any(map(_THOUGHT.search, kinds)):
        thought = _string(delta, _IN_THOUGHT)
        return ThinkingDelta(index, thought) if thought else None
    if all(map(_is_of_text, kinds)):
        text = _string(delta, _IN_TEXT if own else _IN_DELTA)
    elif not any(map(_NO_TEXT.search, kinds)):  # a new type that says nothing of what it is of
        text = _string(delta, _IN_DELTA) if isinstance(delta, dict) else ""
    else:
        is_refusal = "refusal" in own and (not kind or _is_of_text(kind))
        text = _string(delta, ("refusal",)) if is_refusal else ""
    return TextDelta(index, text) if text else None


def of_thinking(index: int, delta: object) -> ThinkingDelta | None:
    """Return what a delta says within a block of thinking, whatever new type it has."""
    is_text = not _NO_TEXT.search(_type_of(delta))
    thought = _string(delta, _IN_THOUGHT) if is_text else ""
    return ThinkingDelta(index, thought) if thought else None


def _is_of_text(kind: str) -> bool:
    return bool(_TEXT.search(kind)) and not _NO_TEXT.search(kind)


def _type_of(delta: object) -> str:
    kind = delta.get("type") if isinstance(delta, dict) else None
    return kind if isinstance(kind, str) else ""


def _string(delta: object, names: Iterable[str]) -> str:
    match delta:
        case str():
            return delta
        case dict():
            values = (delta.get(name) for name in names)
            return next((text for value in values if (text := _text(value))), "")
        case _:
            return _text(delta)


def _text(value: object) -> str:
    """Return a string, or those of a list of texts: `{"type": "text", "text": "x"}`."""
    if isinstance(value, str):
        return value
    parts = value if isinstance(value, list) else []
    return "".join(
        part["text"]
        for part in parts
        if _is_of_text(_type_of(part)) and isinstance(part.get("text"), str)
    )
