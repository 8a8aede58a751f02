"""What the program prints with `--json` and `--jsonl`, held to the schemas that it publishes.

`harness` puts every run through `check`, so that no test has to ask for it.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from mimo_cli.cli.table import COMMANDS
from mimo_cli.output.schemas import published

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jsonschema import Draft202012Validator

_OTHER_OUTPUT = ("--help", "-h", "--version", "-V")

OF_COMMAND = {
    "ask": "ask",
    "chat": "ask",
    "models": "models",
    "doctor": "doctor",
    "history": "history#list",
    "history list": "history#list",
    "history show": "history#conversation",
    "history search": "history#matches",
    "history usage": "history#spending",
    "config list": "config#settings",
    "config prompts": "config#prompts",
}
"""The schema of what a command's `--json` is; behind # the definition of it that is meant."""

_LINES = ("chat", "history export")
"""Commands that print an object a line."""


def check(args: Sequence[str], out: str, code: int) -> None:
    """Hold a run's output to the schema that is published for it.

    Of one that did not end well the last line may be cut, or nothing have come at all.
    """
    words = [*args[: args.index("--")]] if "--" in args else [*args]
    if not out or {*_OTHER_OUTPUT} & {*words} or any(it.startswith("--dry-run") for it in words):
        return
    command = _command(words)
    form = _form(command, words)
    if form is None:
        return
    with _untraced():
        assert out.isascii(), out
        if code and not out.endswith("\n"):
            out = out[: out.rfind("\n") + 1]
        values = [json.loads(it) for it in out.splitlines()] if form == "lines" else [_whole(out)]
        for value in values:
            _check_one(_name(command, words, value), value)
        if "--jsonl" in words and command == "ask" and not code:
            assert values[-1]["type"] == "result"


def _command(words: Sequence[str]) -> str:
    names = [word for word in words if not word.startswith("-")]
    first = names[0] if names else ""
    if first not in COMMANDS:
        return "ask"  # which it was meant for
    if first in ("history", "config") and len(names) > 1 and f"{first} {names[1]}" in _SUBCOMMANDS:
        return f"{first} {names[1]}"
    return first


_SUBCOMMANDS = {*OF_COMMAND, "history export"}


def _form(command: str, words: Sequence[str]) -> str | None:
    """How a run prints JSON: as one value, or a value a line; None if it prints something else."""
    if command == "history export":
        forms = ["".join(pair) for pair in zip(words, [*words[1:], ""], strict=True)]
        if "--formatjson" in forms or "--format=json" in words:
            return "whole"
        return "lines" if "--formatjsonl" in forms or "--format=jsonl" in words else None
    if "--jsonl" in words and command == "ask":
        return "lines"
    if "--json" not in words or command == "schema":  # which prints schemas, or lists them
        return None
    return "lines" if command in _LINES else "whole"


def _whole(out: str) -> Any:
    assert out.endswith("\n"), out
    return json.loads(out)


def _name(command: str, words: Sequence[str], value: Any) -> str:
    if command == "history export":
        return "history#conversations" if isinstance(value, list) else "history#conversation"
    if command == "ask" and "--jsonl" in words:
        kind = "ask" if value["type"] == "result" else value["type"]
        assert kind in EVENTS, value
        return f"event#{kind}"
    return OF_COMMAND[command]


EVENTS = [it["$ref"].rpartition("/")[2] for it in published.schema("event")["oneOf"]]
"""The definitions of a line of `--jsonl`: they are called as its `type`, but for the answer."""


def _check_one(name: str, value: Any) -> None:
    if validator(name).is_valid(value):
        return
    from jsonschema.exceptions import best_match

    error = best_match(validator(name).iter_errors(value))
    assert error is None, f"{name}: {error.json_path}: {error.message[:1000]}"


@cache
def validator(name: str) -> Draft202012Validator:
    """What checks values by a schema that has no other fields than those it describes."""
    from jsonschema import Draft202012Validator

    schema, _, part = name.partition("#")
    whole = closed(published.schema(schema))
    if part:
        whole = {"$defs": whole["$defs"], "$ref": f"#/$defs/{part}"}
    return Draft202012Validator(whole)


def closed(schema: Any) -> Any:
    """A schema whose objects have no other fields than those that it names: a new one is told."""
    match schema:
        case {"properties": dict(), "type": "object", **others} if (
            "additionalProperties" not in others
        ):
            whole = {**schema, "additionalProperties": False}
            return {name: closed(it) for name, it in whole.items()}
        case dict():
            return {name: closed(it) for name, it in schema.items()}
        case list():
            return [closed(it) for it in schema]
        case _:
            return schema


@contextmanager
def _untraced() -> Iterator[None]:
    """Spare coverage what is not the program's: it would take twice as long."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
