"""`mimo schema`: the JSON Schema of what `--json` and `--jsonl` print."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mimo_cli.common_phrases import either, listed
from mimo_cli.errors import UsageError
from mimo_cli.output.schemas import published
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.environment import Environment
    from mimo_cli.options.schema import SchemaOptions

DESCRIBED = {
    "ask": Phrase("an answer: mimo ask --json, chat --json, the last line of ask --jsonl"),
    "event": Phrase("a line of mimo ask --jsonl"),
    "models": Phrase("the models: mimo models --json"),
    "history": Phrase("conversations: mimo history --json, and the commands under it"),
    "doctor": Phrase("a check-up: mimo doctor --json"),
    "config": Phrase("settings and kept prompts: mimo config list --json, config prompts --json"),
}
"""What each is the shape of."""


def run(environment: Environment, options: SchemaOptions) -> int:
    """Print a schema, or without a name what there is; 0.

    Raises:
        UsageError: there is none of that name.
    """
    if not options.name:
        environment.stdout.write(_as_json() if options.json else _list(environment))
        return 0
    if options.name not in published.NAMES:
        raise _no_schema(options.name)
    schema = published.schema(options.name)
    environment.stdout.write(json.dumps(schema, indent=2) + "\n")
    return 0


def _no_schema(name: str) -> UsageError:
    from difflib import get_close_matches

    what = Phrase("there is no schema {name!r}", name=name)
    if near := get_close_matches(name, published.NAMES):
        return UsageError(what, hint=Phrase("Did you mean {names}?", names=either(near)))
    return UsageError(what, hint=Phrase("One of: {names}", names=listed(published.NAMES)))


def _list(environment: Environment) -> str:
    screen = environment.screen_of(environment.stdout)
    if screen is None:
        return "".join(f"{name}\t{DESCRIBED[name]}\n" for name in published.NAMES)
    from mimo_cli.output.columns import NAME_AND_TEXT, table

    rows = [(name, DESCRIBED[name]) for name in published.NAMES]
    return table(rows, NAME_AND_TEXT, screen, translations=environment.translations).text


def _as_json() -> str:
    from mimo_cli.output import json_output

    schemas = [
        {"name": name, "id": published.urn(name), "describes": DESCRIBED[name]}
        for name in published.NAMES
    ]
    return json_output.to_line({"schema": json_output.SCHEMA, "schemas": schemas})
