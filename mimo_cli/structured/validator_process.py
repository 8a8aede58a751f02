"""Checks one schema, or one value by a schema: the process that `validation` starts.

It reads its question as JSON from stdin, and prints its answer as JSON. jsonschema is given its own
metaschemas, and nothing that would fetch any other; it is imported in this process alone.
"""

from __future__ import annotations

import json
import math
import signal
import sys
from typing import Any

from mimo_cli.input import own_process
from mimo_cli.structured.validation import OUT_OF_MEMORY, Cost

_FRAMES = 6000
"""Python's frames: some ten for each of the levels of a value, and of its schema."""


def serve() -> None:
    """Answer: the process."""
    own_process.end_with_the_reader()
    question = json.load(sys.stdin)
    cost = Cost(*question["cost"])
    own_process.limit(frames=_FRAMES, processor=math.ceil(cost.in_all), memory=cost.memory)
    try:
        found = _answer(question, cost.seconds)
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    json.dump(found, sys.stdout)


def _answer(question: dict[str, Any], seconds: float) -> Any:
    """Return a problem with the schema, or the misfits of a value, in some seconds."""
    # A tenth of a second, before the time is counted: with them comes all that is needed.
    from mimo_cli.structured import schema_check, unknown_keywords

    _end_after(seconds)
    if "value" in question:
        return _misfits(question["schema"], question["value"])
    problem = schema_check.problem(question["schema"])
    unknown = () if problem else unknown_keywords.unknown(question["schema"])
    return {"problem": problem, "unknown": unknown}


def _misfits(schema: Any, value: Any) -> Any:
    """Return in what a value does not fit; None where that has no end."""
    from jsonschema_specifications import REGISTRY

    from mimo_cli.structured import drafts, misfits
    from mimo_cli.structured.spelling import as_json

    validator = drafts.validator_of(schema)
    if validator is None:
        raise ValueError("$schema")  # of a schema that nobody checked
    schema = drafts.with_patterns(as_json(schema))
    check = validator(schema, registry=REGISTRY, format_checker=validator.FORMAT_CHECKER)
    try:
        return misfits.misfits(check.iter_errors(as_json(value)))
    except RecursionError:
        return None


def _end_after(seconds: float) -> None:
    """Let the system end this process: while a pattern is tried no code of ours runs."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
        signal.setitimer(signal.ITIMER_REAL, seconds)
