"""What the model is told of a schema."""

from __future__ import annotations

import json

import pytest

from mimo_cli.phrases import Phrase
from mimo_cli.structured import wording
from mimo_cli.structured.validation import Misfit

SCHEMA = {"title": "天\x1b\ud800", "type": "object"}


@pytest.mark.parametrize("system", [None, "", " \n"])
def test_without_a_system_prompt_the_schema_is_all(system: str | None) -> None:
    told = wording.with_schema(system, SCHEMA)
    assert told.startswith("Your answer is read by a program.")
    *_, schema = told.split("\n")
    assert json.loads(schema) == SCHEMA
    assert "天" in schema
    assert told.encode()


def test_the_schema_stands_after_the_system_prompt() -> None:
    alone = wording.with_schema(None, SCHEMA)
    assert wording.with_schema("Be brief.\n", SCHEMA) == f"Be brief.\n\n\n{alone}"


def test_each_misfit_is_a_row() -> None:
    told = wording.correction([Misfit("a[0].b", "1 is odd"), Misfit("", "it is bad")], 1)
    first, *rows = told.split("\n\n")[0].split("\n")
    assert first == "Your answer does not fit the JSON Schema:"
    assert rows == ["- a[0].b: 1 is odd", "- the value itself: it is bad"]
    assert "correction" not in told


def test_an_answer_that_is_no_json_is_told_why() -> None:
    told = wording.correction(Phrase("there is {what} in it", what="no JSON"), 2)
    assert told.startswith("Your answer cannot be read as JSON: there is no JSON in it.\n\n")
    assert "This is correction 2" in told
