"""What the model is told of a schema, in English. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.structured.json_text import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.protocol.messages import Json
    from mimo_cli.phrases import Phrase
    from mimo_cli.structured.validation import Misfit

_WANTED = """\
Your answer is read by a program. It must be one JSON value that is valid against the JSON Schema \
below, and nothing else: no words before or after it, no Markdown code fence.

JSON Schema:
"""
_AGAIN = """\
Answer again with the whole JSON value, corrected: the JSON alone, without any words about it and \
without a code fence."""
_FIRMLY = """\
This is correction {attempt}: go through the schema field by field before you answer."""


def with_schema(system: str | None, schema: Json) -> str:
    """Return a system prompt (None: there is none) with what the answer is to be, after it."""
    wanted = _WANTED + text_of(schema, indent=False)
    return f"{system}\n\n{wanted}" if system and not system.isspace() else wanted


def correction(problem: Sequence[Misfit] | Phrase, attempt: int) -> str:
    """Return what the model is told of its answer: in what it does not fit, or why it is no JSON.

    `attempt` is the number of this correction, from 1: from the second on it is told more firmly.
    """
    if isinstance(problem, str):
        told = f"Your answer cannot be read as JSON: {problem}."
    else:
        rows = (f"- {it.path or 'the value itself'}: {it.message}" for it in problem)
        told = "\n".join(["Your answer does not fit the JSON Schema:", *rows])
    firmly = f"\n{_FIRMLY.format(attempt=attempt)}" if attempt > 1 else ""
    return f"{told}\n\n{_AGAIN}{firmly}"
