"""What the model is told of a schema, in English. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.protocol.messages import Json
    from mimo_cli.phrases import Phrase
    from mimo_cli.structured.validation import Misfit


def with_schema(system: str | None, schema: Json) -> str:
    """Return a system prompt (None: there is none) with what the answer is to be, after it."""
    raise NotImplementedError


def correction(problem: Sequence[Misfit] | Phrase, attempt: int) -> str:
    """Return what the model is told of its answer: in what it does not fit, or why it is no JSON.

    `attempt` is the number of this correction, from 1: from the second on it is told more firmly.
    """
    raise NotImplementedError
