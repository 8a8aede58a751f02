"""Tab in the real shells, in a terminal, with titles that mean something to a shell."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from support import kept_names
from support.folders import ROOT
from support.harness import Terminal

if TYPE_CHECKING:
    from pathlib import Path

SHELLS = {
    "bash": (
        ["--rcfile", ".bashrc", "-i"],
        ".bashrc",
        "PS1='> '\nsource SHELL/mimo.bash\nbind 'set page-completions off'\n",
    ),
    "zsh": (
        ["-d", "-i"],
        ".zshrc",
        "PS1='> '\nautoload -Uz compinit\ncompinit -u -D\nLISTMAX=999\nsource SHELL/_mimo\n",
    ),
    "fish": (
        ["-i"],
        "fish/config.fish",
        """
        function fish_prompt; echo '> '; end
        function fish_greeting; end
        source SHELL/mimo.fish
        """,
    ),
}
TYPED = [
    ("mimo hist", "mimo history"),
    ("mimo ask --no-sys", "--no-system"),
    ("mimo ask -r b", "-r b0000000"),
    ("mimo-cli history show c", "show c0000000"),
    ("mimo ask -p wo", "-p work-1"),
    ("mimo ask --prompt rev", "--prompt review"),
    ("mimo ask -f pict", "-f picture.png"),
]
KILL_LINE = "\x15"


@pytest.mark.untraced
@pytest.mark.parametrize("shell", SHELLS)
def test_tab_inserts_names_and_shows_titles(
    shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    args, start, text = SHELLS[shell]
    (tmp_path / start).parent.mkdir(exist_ok=True)
    (tmp_path / start).write_text(text.replace("SHELL", str(ROOT / "mimo_cli/shell")))
    (tmp_path / "picture.png").touch()
    home = str(tmp_path)
    environ = {"HOME": home, "ZDOTDIR": home, "XDG_CONFIG_HOME": home, **kept_names.keep(tmp_path)}
    monkeypatch.chdir(tmp_path)
    environ["PATH"] = "/usr/bin:/bin"
    with Terminal(
        command=[program, *args], environ=environ, columns=120, lines=60, measured=False
    ) as terminal:
        terminal.wait_for(">")
        for typed, completed in TYPED:
            terminal.type(f"{typed}\t")
            terminal.wait_for(completed)
            terminal.type(KILL_LINE)
        terminal.type("mimo ask -r \t\t")
        shown = terminal.wait_for("w0000000")
    assert [title for title in kept_names.HOSTILE[:2] if title not in shown] == []
    assert "\x1b[31m" not in shown
    assert not (tmp_path / "oops").exists()
