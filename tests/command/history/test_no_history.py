"""`--no-history` keeps nothing, anywhere."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from support.harness import Terminal, environ_for, mimo

from mimo_cli.shell.caches import CONVERSATIONS
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path

WAYS = [
    pytest.param(["--no-history"], "", {}, id="option"),
    pytest.param([], "history = false\n", {}, id="setting"),
    pytest.param([], "", {"MIMO_HISTORY": "false"}, id="variable"),
]


STEPS = [
    ("a secret message", "Fine."),
    ("two words", ""),
    ("/retry", "Fine."),
    ("/title a title", ""),
    ("/info", "not kept"),
    ("/file /etc/passwd", "with the next message"),
]


def everything(folder: Path) -> dict[str, object]:
    """All that is in a folder: when it was changed, its mode, and what is in it.

    Of the history what it says: whoever reads it may move pages from SQLite's log into the file.
    """
    found: dict[str, object] = {}
    for path in [folder, *folder.rglob("*")]:
        if path.name == "tmp" or path.name.startswith("history.db-"):
            continue
        if path.name == "history.db":
            with closing(sqlite3.connect(path)) as connection:
                found[str(path)] = list(connection.iterdump())
            continue
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        changed = 0 if path.name == "data" else status.st_mtime_ns
        found[str(path)] = (changed, status.st_mode, content)
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which everything was used before."""
    for name in ("config", "data", "cache", "tmp", "work"):
        (tmp_path / name).mkdir()
    with Simulator(answer="Yes.") as simulator:
        environ = surroundings(simulator, tmp_path)
        for command in (["ask", "an earlier question"], ["models", "--remote"]):
            assert mimo(*command, environ=environ).code == 0
        with Terminal("chat", environ=environ) as terminal:
            terminal.wait_for("thinking on")
            terminal.type("earlier words\r")
            terminal.wait_for("Yes.\n\n›")
            terminal.wait_for("thinking on")
            terminal.type("\x04")
            assert terminal.wait() == 0
    assert {"history.db", "input.history"} <= {it.name for it in (tmp_path / "data").iterdir()}
    return tmp_path


def surroundings(simulator: Simulator, home: Path, **more: str) -> dict[str, str]:
    environ = environ_for(simulator, LANG="C.UTF-8", MIMO_CONFIG=str(home / "config/config.toml"))
    del environ["MIMO_HISTORY"]
    environ |= {"HOME": str(home), "TMPDIR": str(home / "tmp"), "EDITOR": "perl -pi -e s/two/2/"}
    environ |= {"MIMO_DATA": str(home / "data"), "MIMO_CACHE": str(home / "cache")}
    return {**environ, **more}


@pytest.mark.slow
@pytest.mark.parametrize(("options", "config", "variables"), WAYS)
def test_neither_a_chat_nor_a_question_changes_any_file(
    options: list[str],
    config: str,
    variables: dict[str, str],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if config:
        (home / "config/config.toml").write_text(config)
        (home / "config/config.toml").chmod(0o600)
    monkeypatch.chdir(home / "work")
    before = everything(home)
    if not options:  # with the history off Tab offers none of it
        del before[str(home / "data" / CONVERSATIONS)]
    with Simulator(answer="Fine.") as simulator:
        environ = surroundings(simulator, home, **variables)
        with Terminal("chat", *options, environ=environ) as terminal:
            terminal.wait_for("thinking on")
            for words, then in STEPS if options else STEPS[:1]:
                terminal.type(f"{words}\x18\x05" if words == "two words" else f"{words}\r")
                shown, rest = f"› {words.replace('two', '2')}", ""
                terminal.wait_for(shown)
                while "thinking on" not in rest or then not in rest:
                    terminal.read()
                    rest = terminal.text.rpartition(shown)[2]
                if words == "two words":
                    terminal.type("\x15")
            terminal.type("a draft\x03\x04")
            assert terminal.wait() == 0
        for command in (
            ["ask", *options, "a secret question"],
            ["ask", *options, "--json", "-m", "no-such-model", "a secret question"],
            ["chat", *options, "a secret message"],
        ):
            mimo(*command, environ=environ, stdin=b"a secret line\n")
    assert list((home / "tmp").iterdir()) == []  # where the editor's file was for a while
    assert everything(home) == before


@pytest.mark.slow
def test_what_was_typed_then_is_not_offered_to_another_chat(home: Path) -> None:
    with Simulator(answer="Fine.") as simulator:
        environ = surroundings(simulator, home)
        with Terminal("chat", "--no-history", environ=environ) as terminal:
            terminal.wait_for("thinking on")
            terminal.type("a secret message\r")
            terminal.wait_for("Fine.\n\n›")
            terminal.wait_for("thinking on")
            terminal.type("\x1b[A")  # this chat itself has it
            terminal.wait_for("› a secret message")
            terminal.type("\x15\x04")
            assert terminal.wait() == 0
        with Terminal("chat", environ=environ) as terminal:
            terminal.wait_for("thinking on")
            terminal.type("\x1b[A")
            terminal.wait_for("› earlier words")
            assert "secret" not in terminal.text
            terminal.type("\x15\x04")
            assert terminal.wait() == 0


@pytest.mark.slow
@pytest.mark.children_traced
@pytest.mark.parametrize("command", ["/resume\r", "/resume \t", "/resume earlier\r"])
def test_looking_for_an_earlier_conversation_makes_no_file(command: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Simulator(answer="Fine.") as simulator:
        environ = environ_for(simulator, LANG="C.UTF-8", MIMO_DATA=str(data))
        with Terminal("chat", "--no-history", environ=environ) as terminal:
            terminal.wait_for("thinking on")
            terminal.type(command)
            terminal.type("\x15\x04")
            assert terminal.wait() == 0
    assert not data.exists()
