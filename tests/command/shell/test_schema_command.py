"""`mimo schema`."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.harness import Terminal, environ_for, mimo
from support.json_contract import OF_COMMAND

from mimo_cli.output.schemas import published

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.simulator import Simulator


@pytest.mark.parametrize("name", published.NAMES)
def test_a_schema_is_printed(name: str) -> None:
    result = mimo("schema", name, environ={})
    assert (result.code, result.err) == (0, "")
    assert result.json == published.schema(name)
    assert mimo("schema", name, "--json", environ={}).out == result.out


def test_without_a_name_they_are_listed() -> None:
    rows = [line.split("\t") for line in mimo("schema", environ={}).out.splitlines()]
    assert [name for name, _ in rows] == [*published.NAMES]
    listed = mimo("schema", "--json", environ={}).json["schemas"]
    assert [(it["name"], it["describes"]) for it in listed] == [(a, b) for a, b in rows]
    assert all(it["id"] == published.schema(it["name"])["$id"] for it in listed)


def test_they_are_listed_on_a_terminal() -> None:
    with Terminal("schema", environ={}, columns=60) as terminal:
        assert terminal.wait() == 0
        assert "event    a line of mimo ask --jsonl\n" in terminal.text
        assert "chat --json, the last\n         line of" in terminal.text


@pytest.mark.parametrize(
    ("name", "hint"),
    [("askk", "Did you mean ask?"), ("x", f"One of: {', '.join(published.NAMES)}")],
)
def test_another_name_is_a_usage_error(name: str, hint: str) -> None:
    result = mimo("schema", name, environ={})
    assert (result.code, result.out) == (2, "")
    assert result.err == f"mimo: there is no schema '{name}'\n  {hint}\n"


@pytest.mark.parametrize("command", sorted({*OF_COMMAND, "schema"} - {"ask", "chat"}))
def test_on_failure_a_command_prints_its_own_shape_or_nothing(command: str) -> None:
    result = mimo(*command.split(), "--json", "--no-such-option", environ={})  # the harness looks
    assert result.code == 2
    if command in ("models", "doctor"):
        assert result.json["error"]["code"] == "usage"
    else:
        assert result.out == ""


@pytest.mark.slow
def test_a_program_of_others_can_check_an_answer(simulator: Simulator, tmp_path: Path) -> None:
    schema = tmp_path / "ask.schema.json"
    schema.write_text(mimo("schema", "ask", environ={}).out)
    answer = mimo("ask", "--json", "hi", environ=environ_for(simulator)).out
    for text, code in ((answer, 0), (json.dumps({**json.loads(answer), "usage": 1}), 1)):
        program = [sys.executable, "-W", "ignore", "-m", "jsonschema", str(schema)]
        done = subprocess.run(program, input=text.encode(), capture_output=True, check=False)
        assert done.returncode == code, done
