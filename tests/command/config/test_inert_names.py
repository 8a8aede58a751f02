"""Names and paths that the user's or a project's file holds never drive a terminal."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from mimo_cli.cli import app
from mimo_cli.environment import Environment
from mimo_cli.output.output_stream import Output
from mimo_cli.signals import Signals
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARK = "\u0301"
CANARY = f"x\x1b]0;t\x07\x1b[2J\x9b2J\x85\rb\u202er\u2066\u200b\u061c\U000e0041{MARK * 20}"
NAME = f"n\n{CANARY}"
ACTIVE = re.compile(
    "\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\u061c"
    f"\U000e0000-\U000e007f]|{MARK}{{9}}"
)


class Place(NamedTuple):
    """Folders with such names, and files with such names in them."""

    environ: dict[str, str]
    cwd: Path


class Screen(Output):
    """Keeps what a terminal would have received."""

    def __init__(self, name: str) -> None:
        super().__init__(None, name)
        self.is_terminal = True
        self.received = ""

    def write(self, text: str) -> None:
        self.received += text


def quoted(text: str) -> str:
    """Return a text as TOML, which knows no pairs of surrogates."""
    return json.dumps(text).replace("\\udb40\\udc41", "\\U000e0041")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    base = tmp_path_factory.mktemp("base") / CANARY
    base.mkdir()
    own, project = base / "config.toml", base / ".mimo.toml"
    name, other, value = quoted(NAME), quoted(f"{NAME}x"), quoted(CANARY)
    own.write_text(
        f"{name} = 1\nmodel = {value}\nsystem = {value}\neditor = {value}\nstop = [{value}]\n"
        f"[aliases]\n{name} = {value}\n"
        f"[profiles.{name}]\nmodel = {value}\n{name} = 2\n"
        f"[prompts.{name}]\nprompt = {value}\n{name} = 3\n"
        f"[prompts.{other}]\nprompt = 4\n"
        f"[{other}.{name}]\na = 1\n"
    )
    own.chmod(0o644)
    project.write_text(f"{name} = 1\nmodel = {value}\nstop = [{value}]\nbase_url = {value}\n")
    with Simulator() as simulator:
        environ = {
            "MIMO_CONFIG": str(own),
            "MIMO_DATA": str(base / "data"),
            "MIMO_CACHE": str(base / "cache"),
            "MIMO_BASE_URL": simulator.base_url,
            "MIMO_API_KEY": simulator.key,
            "PATH": str(base),
            "SHELL": "/bin/bash",
            "HOME": str(base),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "COLUMNS": "200",
        }
        found = Place(environ, base)
        code, said = run(found, "ask", "-m", "pro", f"{CANARY} who?")
        assert code == 0, said
        yield found


def run(place: Place, *args: str, **environ: str) -> tuple[int, str]:
    """Run the program with a terminal for both of its outputs; what that received."""
    stdout, stderr = Screen("output"), Screen("stderr")
    code = app.main(
        args,
        Environment({**place.environ, **environ}, None, stdout, stderr, Signals(), cwd=place.cwd),
    )
    return code, stdout.received + stderr.received


BROKEN = {"MIMO_CONFIG": "no\x1b[2J\u202esuch/config.toml"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        *(("config", "list"), ("config", "list", "-p", NAME), ("config", "list", "-p", CANARY)),
        *(("config", "get", name) for name in ("model", "system", "stop", "editor", NAME)),
        ("config", "get", f"aliases.{NAME}"),
        ("config", "get", f"profiles.{NAME}.model"),
        ("config", "get", f"profiles.{NAME}.{NAME}"),
        *(("config", "prompts"), ("config", "path"), ("config", "edit"), ("config", "init")),
        *(("config", "unset", CANARY), ("config", "set", CANARY, "x"), ("config", "set")),
        ("config", "set", "retries", CANARY),
        *(("models",), ("models", "--all"), ("models", CANARY), ("models", NAME)),
        ("models", "--remote"),
        *(("history",), ("history", "list"), ("history", "path"), ("history", "search", "who")),
        *(("history", "show"), ("history", "show", CANARY), ("history", "usage", "--by", "model")),
        *(("history", "export", "--all"), ("history", "usage", "--by", "conversation")),
        ("history", "export", "--all", "-o", f"/{CANARY}/x"),
        *(("doctor", "--offline"), ("doctor", "-p", NAME), ("doctor", "-p", CANARY)),
        *(("ask", "--dry-run", "hi"), ("ask", "-p", NAME, "hi"), ("ask", "-p", CANARY, "hi")),
        *(("ask", "--prompt", NAME, "hi"), ("ask", "--prompt", f"{NAME}x", "hi")),
        *(("ask", "-m", CANARY, "-u", "-v", "hi"), ("ask", "-m", NAME, "-v", "hi")),
        *(("ask", "-f", CANARY, "hi"), ("ask", "-s", f"@{CANARY}", "hi"), ("ask", "-r", CANARY)),
        ("ask", "-o", f"/{CANARY}/x", "hi"),
        *(("ask", "--set", f"{CANARY}=1", "--prompt", NAME), ("ask", "--encoding", CANARY, "x")),
        *(
            ("ask", f"--{CANARY}"),
            (CANARY,),
            ("config", CANARY),
            ("ask", "--base-url", CANARY, "x"),
        ),
        *(("chat", "--dry-run"), ("chat", CANARY), ("chat", "-r", CANARY)),
    ],
    ids=repr,
)
def test_nothing_of_a_name_is_a_control_code_on_a_terminal(
    place: Place, command: tuple[str, ...]
) -> None:
    code, received = run(place, *command)
    assert ACTIVE.search(received) is None, (code, received)
    assert "a bug" not in received
    if command[0] in ("doctor", "config", "models", "history"):
        code, received = run(place, *command, **BROKEN)
        assert ACTIVE.search(received) is None, (code, received)
        assert "a bug" not in received
