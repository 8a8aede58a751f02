"""Tools with a real model: what it calls, and what the program makes of it.

Its own template knows no tools. The one that is used here shows it two calls first, so that a model
of this size makes a third.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from peers.installed import Installed, error_lines, json_lines
from peers.llama import MODEL, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from peers.conftest import Prepared

TOOL = {
    "name": "get_weather",
    "description": "Get the weather in a city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}
FEW = "--max-tokens=64"
QUESTION = "What is the weather in Lima?"
HOW = [(), ("--no-stream",)]


@pytest.fixture(scope="module")
def url(environment: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, home = environment("llama"), tmp_path_factory.mktemp("llama")
    with running(folder, home, "tools.jinja") as address:
        yield address


@pytest.fixture
def mimo(url: str, tmp_path: Path) -> Installed:
    (tmp_path / "tools.json").write_text(json.dumps([TOOL]), "utf-8")
    return Installed(tmp_path, url, model=MODEL, auth="bearer")


@pytest.mark.parametrize("how", HOW)
def test_a_call_and_its_result(mimo: Installed, how: tuple[str, ...]) -> None:
    asked = ("ask", FEW, "-q", *how, "--json")
    first = mimo(*asked, "--tool-definitions", "tools.json", QUESTION)
    assert (first.code, first.err, first.json["stop_reason"]) == (0, "", "tool_use")
    (call,) = first.json["tool_calls"]
    assert (call["name"], call["problem"]) == ("get_weather", None)
    assert [*call["input"]] == ["city"]
    answered = (f"--tool-result={call['id']}=rain", "-r", first.json["conversation"])
    later = mimo(*asked, *answered)
    assert later.code == 0
    assert later.json["conversation"] == first.json["conversation"]
    before, after = (
        it.json["usage"]["input_tokens"] + it.json["usage"]["cache_read_input_tokens"]
        for it in (first, later)
    )
    assert after > before + 20


def test_the_lines_of_a_streamed_call(mimo: Installed) -> None:
    result = mimo("ask", FEW, "-q", "--jsonl", "--tool-definitions", "tools.json", QUESTION)
    assert result.code == 0
    start, began, *pieces, last = json_lines(result)
    assert (start["type"], began["type"], began["name"]) == ("start", "tool_use", "get_weather")
    (call,) = last["tool_calls"]
    assert call["id"] == began["id"]
    assert {piece["type"] for piece in pieces} == {"input_json"}
    assert json.loads("".join(piece["text"] for piece in pieces)) == call["input"]


def test_a_call_that_nobody_answered_is_no_obstacle(mimo: Installed) -> None:
    asked = ("ask", FEW, "-q")
    first = mimo(*asked, "--json", "--tool-definitions", "tools.json", QUESTION).json
    assert first["tool_calls"] != []
    later = mimo(*asked, "-c", "--json", "And how are you?")
    assert (later.code, later.err) == (0, "")


@pytest.mark.parametrize("how", HOW)
def test_a_call_that_is_cut_is_an_error(mimo: Installed, how: tuple[str, ...]) -> None:
    """The server streams what there is of the input; in one piece it puts {} in its place."""
    asked = ("ask", "--max-tokens=20", "--json", *how)
    result = mimo(*asked, "--tool-definitions", "tools.json", QUESTION)
    assert (result.code, result.json["stop_reason"]) == (8, "max_tokens")
    (call,) = result.json["tool_calls"]
    assert (call["name"], call["input"], call["problem"]) == ("get_weather", None, "broken_input")
    assert "max_tokens" in error_lines(result)[0]
