"""The completion scripts in the shells they are for, with no program on the PATH."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.folders import ROOT

if TYPE_CHECKING:
    from pathlib import Path

COMPLETIONS = ROOT / "completions"
BASH = shutil.which("bash")
ZSH = shutil.which("zsh")
FISH = shutil.which("fish")

DRIVE_BASH = """
source "$1"; typed=$2; shift 2
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_mimo "$1" "$typed" "${COMP_WORDS[COMP_CWORD - 1]}"
((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
"""

# Puts all that is offered into the line, instead of what it has in common, and keeps the line.
DRIVE_ZSH = """
PROMPT=
fpath=($COMPLETIONS $fpath)
autoload -Uz compinit
compinit -u -D
offer() { _main_complete; compstate[insert]=all; compstate[list]= }
zle -C offer complete-word offer
zle-line-init() {
    (($#typed)) || exit
    BUFFER=$typed[1] CURSOR=$#BUFFER
    zle offer
    print -r -- $BUFFER >>$ZDOTDIR/offered
    shift typed
    BUFFER=
    zle accept-line
}
zle -N zle-line-init
typed=("${(@f)$(<$ZDOTDIR/typed)}")
"""


def run(
    command: list[str], home: Path, *, text: str | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Runs a shell in the folder `home`, where no program is on the PATH: Python neither."""
    environ = {"PATH": str(home / "no-programs"), "HOME": str(home), **environ}
    return subprocess.run(
        command, cwd=home, env=environ, input=text, capture_output=True, text=True, timeout=20,
        check=False,
    )  # fmt: skip


def offered_by_bash(home: Path, words: list[str], typed: str, **environ: str) -> list[str]:
    if BASH is None:
        pytest.skip("bash is not installed")
    script = str(COMPLETIONS / "mimo.bash")
    command = [BASH, "--norc", "-uc", DRIVE_BASH, "bash", script, typed, *words]
    result = run(command, home, **environ)
    assert (result.returncode, result.stderr) == (0, "")
    assert not (home / "oops").exists()
    return result.stdout.splitlines()


def assert_fish_offers(
    cases: list[tuple[list[str], list[str]]], home: Path, **environ: str
) -> None:
    if FISH is None:
        pytest.skip("fish is not installed")
    script = f"source {COMPLETIONS}/mimo.fish\n" + "".join(
        f"complete -C '{' '.join(words)}'; echo END\n" for words, _ in cases
    )
    result = run([FISH, "--no-config", "-c", script], home, **environ)
    assert result.stderr == ""
    answers = [answer.splitlines() for answer in result.stdout.split("END\n")[:-1]]
    offered = [[line.partition("\t")[0].rstrip("/") for line in answer] for answer in answers]
    assert [sorted(words) for words in offered] == [sorted(expected) for _, expected in cases]


def assert_zsh_offers(
    cases: list[tuple[list[str], list[str]]], home: Path, zsh_home: Path, **environ: str
) -> None:
    if ZSH is None:
        pytest.skip("zsh is not installed")
    (zsh_home / "typed").write_text("".join(" ".join(words) + "\n" for words, _ in cases))
    (zsh_home / ".zshrc").write_text(DRIVE_ZSH)
    terminal = f"zmodload zsh/zpty; zpty z {ZSH} -d -i; while zpty -r z line; do :; done"
    environ |= {"ZDOTDIR": str(zsh_home), "COMPLETIONS": str(COMPLETIONS)}
    run([ZSH, "-f", "-c", terminal], home, **environ)
    lines = (zsh_home / "offered").read_text().splitlines()
    pairs = zip(cases, lines, strict=True)
    assert [offered_by_zsh(words, line) for (words, _), line in pairs] == [
        sorted(expected) for _, expected in cases
    ]


def offered_by_zsh(words: list[str], line: str) -> list[str]:
    """What took the last word's place; nothing if the line is as it was typed."""
    if line.rstrip() == " ".join(words).rstrip():
        return []
    return sorted(word.rstrip("=/") for word in shlex.split(line)[len(words) - 1 :])
