"""Answers by a schema in a terminal: the wait, a repair, and the JSON, indented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.harness import Terminal, environ_for

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path

GOOD = '{"name": "Ann", "likes": ["*tea*", "`rain`"]}'
SHOWN = '{\n  "name": "Ann",\n  "likes": [\n    "*tea*",\n    "`rain`"\n  ]\n}'


def test_ask_and_chat_show_the_json_as_it_is(tmp_path: Path) -> None:
    answers = ["I would rather not.", GOOD, "No.", f"```json\n{GOOD}\n```", "It is *so*."]
    environment = {"LANG": "C.UTF-8", "MIMO_HISTORY": "true", "MIMO_DATA": str(tmp_path)}
    with Simulator(answer=lambda _: answers.pop(0), delay=0.005) as simulator:
        environ = environ_for(simulator, **environment)
        schema = "name, likes [str]"
        with Terminal("ask", "--schema", schema, "who?", environ=environ, columns=100) as terminal:
            terminal.wait_for("asking again (1 of 2)")
            assert terminal.wait() == 0
            assert SHOWN in terminal.text
            assert "rather not" not in terminal.text
        with Terminal("chat", environ=environ, columns=100) as terminal:
            terminal.wait_for("\n›")
            terminal.type(f"/set schema {schema}\r")
            terminal.wait_for("/set schema")
            terminal.type("who?\r")
            terminal.wait_for("asking again (1 of 2)")
            terminal.wait_for(f"{SHOWN}\n\n›")
            terminal.type("/set schema none\r")
            terminal.type("is it?\r")
            terminal.wait_for("It is so.")
            terminal.wait_for("thinking on")
            terminal.type("\x04")
            assert terminal.wait() == 0
