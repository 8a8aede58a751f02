"""The user's editor, whatever it does with its file: in `ask -e`, in the chat, in `config edit`."""

from __future__ import annotations

import sys
import termios
from typing import TYPE_CHECKING

import pytest
from support.harness import Terminal, asked, environ_for, hint_of, mimo

from mimo_cli.environment import Environment
from mimo_cli.errors import LocalIOError, MimoError, UsageError
from mimo_cli.input import editor
from mimo_cli.output.output_stream import Output
from mimo_cli.signals import Signals
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGE = "1_000_000_000"  # bytes; a sparse file
EDITORS = {
    "gone": ("file.unlink()", "nothing was done: the editor's file is gone"),
    "folder": (
        "file.unlink(); file.mkdir()",
        "nothing was done: the editor left a folder where its file was",
    ),
    "link": (
        "file.unlink(); file.symlink_to('/etc/passwd')",
        "nothing was done: the editor left a link where its file was",
    ),
    "pipe": (
        "file.unlink(); os.mkfifo(file)",
        "nothing was done: the editor left a pipe where its file was",
    ),
    "with its folder": (
        "file.unlink(); file.parent.rmdir()",
        "nothing was done: the editor's file is gone",
    ),
    "code": ("sys.exit(3)", "nothing was done: the editor ended with code 3"),
    "signal": ("os.kill(os.getpid(), 9)", "nothing was done: the editor was ended by signal 9"),
    "large": (f"os.truncate(file, {LARGE})", "the text is too large: more than 10 MB"),
    "latin-1": (
        "file.write_bytes('é'.encode('latin-1'))",
        "the text is not utf-8 text: byte 0xE9 at offset 0",
    ),
    "utf-16": ("file.write_text('é', encoding='utf-16-le')", "the text looks binary: a NUL byte"),
    "binary": ("file.write_bytes(b'a' + bytes(1))", "the text looks binary: a NUL byte at offset"),
}


def edges_of(environ: dict[str, str]) -> Environment:
    return Environment(environ, None, Output(None, "output"), Output(None, "stderr"), Signals())


@pytest.fixture
def editing(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """The environment with an editor that runs some Python on its file."""

    def environ(code: str) -> dict[str, str]:
        script = tmp_path / "editor.py"
        script.write_text(f"import os, pathlib, sys\nfile = pathlib.Path(sys.argv[1])\n{code}\n")
        (tmp_path / "tmp").mkdir(exist_ok=True)
        return {"EDITOR": f"{sys.executable} -S {script}", "TMPDIR": str(tmp_path / "tmp")}

    return environ


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITORS)
def test_whatever_an_editor_leaves_is_said_in_words(
    name: str,
    editing: Callable[[str], dict[str, str]],
    tmp_path: Path,
) -> None:
    code, message = EDITORS[name]
    environ = editing(code)
    environment = edges_of(environ)
    with pytest.raises(MimoError) as caught:
        editor.edit("words", environment, name="prompt.md")
    assert caught.value.message.startswith(message)
    (*kept,) = (tmp_path / "tmp").glob("*/prompt.md")
    if name in ("large", "latin-1", "utf-16", "binary"):  # what was written is not lost
        assert hint_of(caught.value).endswith(f"What you wrote is in {kept[0]}")
    else:
        assert kept == []
        assert list((tmp_path / "tmp").iterdir()) == []


def test_what_was_written_in_an_editor_that_failed_is_kept(
    editing: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    environ = editing("file.write_text('a long text'); sys.exit(1)")
    environment = edges_of(environ)
    with pytest.raises(UsageError) as caught:
        editor.edit("words", environment, name="prompt.md")
    (kept,) = (tmp_path / "tmp").glob("*/prompt.md")
    assert caught.value.hint == f"What you wrote is in {kept}"
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == ("a long text", 0o600)


def test_a_place_that_cannot_hold_its_file_is_no_bug(tmp_path: Path) -> None:
    environment = edges_of({"TMPDIR": str(tmp_path / "none")})
    with pytest.raises(LocalIOError, match="cannot make a file to edit: no such file"):
        editor.edit("words", environment, "true", name="prompt.md")


@pytest.mark.slow
def test_an_editor_that_ends_at_once_sends_nothing(simulator: Simulator) -> None:
    for words in ([], ["some", "words"]):
        environ = environ_for(simulator, VISUAL=" ", EDITOR="true")
        with Terminal("ask", "-e", *words, environ=environ) as terminal:
            assert terminal.wait() == 2
            assert "nothing was changed: the editor ended at once" in terminal.text
            assert "code --wait" in terminal.text
    assert simulator.connections == 0


@pytest.mark.slow
def test_an_editor_draws_on_the_terminal_and_not_into_the_answer(
    simulator: Simulator, tmp_path: Path
) -> None:
    program = tmp_path / "editor"
    program.write_text('#!/bin/sh\ntest -t 1 && echo drawn && echo hi > "$1"\n')
    program.chmod(0o755)
    environ = environ_for(simulator, EDITOR=str(program))
    script = f'exec "$0" -m mimo_cli ask -e > {tmp_path / "answer"}'
    with Terminal(command=["sh", "-c", script, sys.executable], environ=environ) as terminal:
        assert terminal.wait() == 0
        assert "drawn" in terminal.text
    assert "drawn" not in (tmp_path / "answer").read_text()
    assert asked(simulator) == "hi\n"


@pytest.mark.slow
def test_a_terminal_that_a_crashed_editor_left_behind_is_restored(simulator: Simulator) -> None:
    environ = environ_for(simulator, EDITOR="sh -c 'stty raw -echo && kill -9 $$'")
    with Terminal("ask", "-e", environ=environ) as terminal:
        assert terminal.wait() == 2
        assert termios.tcgetattr(terminal.slave)[3] & (termios.ECHO | termios.ICANON)
    assert simulator.connections == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", [*EDITORS, "missing"])
def test_config_edit_leaves_the_file_as_it_was(
    name: str, editing: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    code, message = EDITORS.get(name, ("", "cannot start the editor /no/such"))
    folder = tmp_path / "config"
    folder.mkdir(mode=0o700)
    file = folder / "config.toml"
    file.write_text('model = "x"\n')
    file.chmod(0o600)
    environ = editing(code if name != "with its folder" else "file.unlink()")
    if name == "missing":
        environ["EDITOR"] = "/no/such"
    result = mimo("config", "edit", environ={**environ, "MIMO_CONFIG": str(file)})
    assert result.code == (3 if name == "missing" else 2)
    assert f"mimo: {message}" in result.err
    assert file.read_text() == 'model = "x"\n'


@pytest.mark.slow
@pytest.mark.children_traced
def test_the_chat_goes_on_and_what_was_typed_is_there_again(
    editing: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    # Each time it does something else, as many things as there are.
    script = "\n".join(
        [
            f"count = len(list(pathlib.Path({str(tmp_path)!r}).glob('run*')))",
            f"pathlib.Path({str(tmp_path)!r}, f'run{{count}}').touch()",
            *(f"if count == {number}: {code}" for number, (code, _) in enumerate(EDITORS.values())),
        ]
    )
    with Simulator(answer="Fine.") as simulator:
        environ = environ_for(simulator, LANG="C.UTF-8", **editing(script))
        with Terminal("chat", environ=environ, lines=60, columns=200) as terminal:
            terminal.wait_for("thinking on")
            terminal.type("some words")
            terminal.wait_for("› some words")
            for number, (_, message) in enumerate(EDITORS.values()):
                terminal.type("\x18\x05")
                while len(list(tmp_path.glob("run*"))) <= number:
                    terminal.read()
                terminal.wait_for(f"warning: {message}")
                while "› some words" not in terminal.text.rpartition(message)[2]:
                    terminal.read()  # until the prompt is there again
            terminal.type("\x18\x05")
            at_once = "nothing was changed: the editor ended at once"
            terminal.wait_for(f"warning: {at_once}.")
            while "› some words" not in terminal.text.rpartition(at_once)[2]:
                terminal.read()
            terminal.type("!\r")
            terminal.wait_for("Fine.\n\n›")
            terminal.wait_for("thinking on")
            terminal.type("/edit\r")
            terminal.wait_for(f"mimo: {at_once}")
            while "›" not in terminal.text.rpartition(at_once)[2]:
                terminal.read()
            terminal.type("\x15/exit\r")
            assert terminal.wait() == 0
        assert asked(simulator) == "some words!"
