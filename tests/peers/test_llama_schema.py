"""Answers by a schema from a real model. One of its size often fails: then it has to be said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from peers.installed import Installed, error_lines
from peers.llama import MODEL

if TYPE_CHECKING:
    from pathlib import Path

FEW = "--max-tokens=100"
QUESTION = 'Say only this: {"name": "Anna"}'


@pytest.fixture
def mimo(llama_url: str, tmp_path: Path) -> Installed:
    return Installed(tmp_path, llama_url, model=MODEL, auth="bearer")


@pytest.mark.parametrize("how", [(), ("--no-stream",)])
def test_an_object_is_all_that_is_wanted(mimo: Installed, how: tuple[str, ...]) -> None:
    result = mimo("ask", FEW, *how, "--schema", '{"type": "object"}', QUESTION)
    assert (result.code, result.err) == (0, "")
    assert isinstance(json.loads(result.out), dict)
    assert result.out.count("\n") == 1


@pytest.mark.parametrize("repairs", [0, 1])
def test_what_does_not_fit_is_asked_for_again_and_then_an_error(
    mimo: Installed, repairs: int
) -> None:
    """The model is told the schema, and says that instead."""
    asked = ("ask", FEW, "--repairs", str(repairs), "--schema", "name", QUESTION)
    plain, whole = mimo(*asked), mimo(*asked, "--json")
    assert plain.code == whole.code == 13
    assert (plain.out, whole.json["data"], whole.json["repairs"]) == ("", None, repairs)
    assert whole.json["text"].strip() in plain.err
    assert "does not fit the schema" in error_lines(plain)[0]
    tries = [line for line in plain.err.splitlines() if "asking again" in line]
    assert len(tries) == repairs
