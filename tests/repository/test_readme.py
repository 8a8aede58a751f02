"""What the README says of options is so."""

from __future__ import annotations

import re

from support.folders import ROOT
from support.harness import mimo

README = (ROOT / "README.md").read_text("utf-8")


def test_every_option_it_names_exists() -> None:
    commands = [
        "ask",
        "chat",
        "doctor",
        "help",
        "models",
        "simulate",
        "--version",
        "history",
        "config set",
    ]
    commands += [f"history {name}" for name in ("show", "search", "export", "usage", "delete")]
    known = "".join(mimo(*command.split(), "--help", environ={}).out for command in commands)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    elsewhere = {"--extra", "--help", "--no-deps", "--staged"}  # of other programs
    assert {name for name in named - elsewhere if name not in known} == set()
