"""`mimo completions` and `mimo help --man`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.folders import ROOT
from support.harness import Terminal, mimo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("shell", "script"), [("bash", "mimo.bash"), ("zsh", "_mimo"), ("fish", "mimo.fish")]
)
def test_the_script_of_a_shell_is_printed(shell: str, script: str) -> None:
    result = mimo("completions", shell, environ={})
    assert (result.code, result.err) == (0, "")
    assert result.out == (ROOT / "completions" / script).read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "shell", "said"),
    [
        ([], "/bin/zsh", "it is not said for which shell\n  For yours: mimo completions zsh\n"),
        ([], "", "it is not said for which shell\n  One of: bash, zsh, fish\n"),
        (
            ["tcsh"],
            "/usr/bin/fish",
            "there is no completion for 'tcsh'\n  For yours: mimo completions fish\n",
        ),
    ],
)
def test_another_shell_is_a_usage_error(args: list[str], shell: str, said: str) -> None:
    result = mimo("completions", *args, environ={"SHELL": shell})
    assert (result.code, result.out, result.err) == (2, "", f"mimo: {said}")


PAGE = (ROOT / "mimo_cli/shell/mimo.1").read_text("utf-8")


@pytest.mark.parametrize("args", [["--man"], ["--man", "ask"], ["ask", "--man"]])
def test_in_a_pipe_the_manual_is_its_source(args: list[str]) -> None:
    result = mimo("help", *args, environ={})
    assert (result.code, result.out, result.err) == (0, PAGE, "")


def test_the_help_of_help_names_the_manual() -> None:
    assert "--man" in mimo("help", "--help", environ={}).out


def test_on_a_terminal_man_shows_the_manual(tmp_path: Path) -> None:
    man = tmp_path / "man"
    man.write_text('#!/bin/sh\nhead -2 "$1" | tail -1\n')
    man.chmod(0o700)
    environ = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    with Terminal("help", "--man", environ=environ) as terminal:
        assert terminal.wait() == 0
        assert terminal.text.startswith(".TH MIMO 1 ")


@pytest.mark.parametrize("man", ["", "#!/bin/sh\nexit 3\n"])
def test_where_man_cannot_show_it_the_manual_is_plain_text(man: str, tmp_path: Path) -> None:
    if man:
        (tmp_path / "man").write_text(man)
        (tmp_path / "man").chmod(0o700)
    with Terminal("help", "--man", environ={"PATH": str(tmp_path)}, columns=50) as terminal:
        assert terminal.wait() == 0
        text = terminal.text
    assert text.startswith("NAME\n    mimo, mimo-cli - chat with Xiaomi's MiMo\n    models from")
    assert "\\" not in text.replace("Ctrl-\\", "")
