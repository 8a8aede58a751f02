"""What the README says of options, settings and exit codes is so."""

from __future__ import annotations

import re
from pathlib import Path

from harness import mimo

from mimo_cli import errors
from mimo_cli.repl.commands import COMMANDS
from mimo_cli.settings import KEYS

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def test_every_setting_is_listed_with_its_variable() -> None:
    listed = re.findall(r"^\| `(\w+)` \| `(MIMO_\w+)` \| ", README, re.MULTILINE)
    assert listed == [(key.name, key.variable) for key in KEYS]


def test_every_exit_code_is_listed() -> None:
    codes = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.MimoError)
    }
    listed = set(map(int, re.findall(r"^\| (\d+) \| ", README, re.MULTILINE)))
    assert listed - {0, 141} == codes


def test_every_option_it_names_exists() -> None:
    commands = ["ask", "chat", "doctor", "models", "simulate", "--version", "history"]
    commands += [f"history {name}" for name in ("show", "search", "export", "delete")]
    known = "".join(mimo(*command.split(), "--help", environ={}).out for command in commands)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    elsewhere = {"--extra", "--help"}
    assert {name for name in named - elsewhere if name not in known} == set()


def test_every_command_of_the_chat_is_listed() -> None:
    rows = [
        f"| `{f'/{name} {it.argument}'.rstrip()}` | {it.help} |" for name, it in COMMANDS.items()
    ]
    listed = README.replace("\\|", "|")  # a bar within a cell of a table
    assert [row for row in rows if row not in listed] == []
