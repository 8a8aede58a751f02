"""Writes the static shell completions beside it; `--check` exits 1 if they are not up to date.

No library does this: Click's and Typer's completions start the program at each press of Tab, and
shtab reads argparse alone and writes nothing for fish.
"""  # noqa: INP001 - a program in a folder of scripts, not a package

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import bash
import fish
import zsh
from program import read_program

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
HEADER = "Made by completions/generate.py: change that, not this."
SHELLS = {"mimo.bash": bash.script, "_mimo": zsh.script, "mimo.fish": fish.script}


def scripts() -> dict[str, str]:
    """Return the text of each file, by its name."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    program = read_program(tuple(project["scripts"]))
    return {name: script(program, HEADER) for name, script in SHELLS.items()}


def main(args: Sequence[str]) -> int:
    """Write the files, or with `--check` name those that differ. Return the exit code."""
    stale = [
        (HERE / name, text)
        for name, text in scripts().items()
        if not (HERE / name).exists() or (HERE / name).read_text("utf-8") != text
    ]
    for file, text in stale:
        if "--check" not in args:
            file.write_text(text, "utf-8")
        sys.stderr.write(f"{file.name} {'is not up to date' if '--check' in args else 'written'}\n")
    return int("--check" in args and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
