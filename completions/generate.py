"""Writes the shell completions, here and into the package; `--check` exits 1 if they are old.

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
PLACES = (HERE, HERE.parent / "mimo_cli" / "shell")
"""Where they stand: for a checkout, and in the package, which prints them."""

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
        (place / name, text)
        for name, text in scripts().items()
        for place in PLACES
        if not (place / name).exists() or (place / name).read_text("utf-8") != text
    ]
    for file, text in stale:
        if "--check" not in args:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        named = file.relative_to(HERE.parent)
        sys.stderr.write(f"{named} {'is not up to date' if '--check' in args else 'written'}\n")
    return int("--check" in args and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
