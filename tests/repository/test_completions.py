"""The shell completions: what they offer, and that they are made from the commands as they are."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.folders import ROOT
from support.shells import (
    COMPLETIONS,
    assert_fish_offers,
    assert_zsh_offers,
    offered_by_bash,
    run,
)

from mimo_cli.catalogue import models, remote_models
from mimo_cli.cli.table import COMMANDS
from mimo_cli.config import schema

if TYPE_CHECKING:
    from pathlib import Path

MODELS = [model.id for model in models.current()]
NAMES = [key.name for key in schema.KEYS]
HISTORY = ["list", "show", "search", "export", "usage", "rename", "fork", "delete", "path"]
COLORS = ["auto", "always", "never"]
FILES = ["folder", "notes one", "notes2"]

# What is typed (the last word is the one to complete), and all that is offered for it.
CASES = [
    (["mimo", "as"], ["ask"]),
    (["mimo", "dem"], ["demo"]),
    (["mimo", "config", ""], ["init", "set", "get", "unset", "list", "prompts", "edit", "path"]),
    (["mimo", "ask", "conf"], []),
    (["mimo", "ask", "--col"], ["--color"]),
    (["mimo", "ask", "--no-sys"], ["--no-system"]),
    (["mimo", "ask", "--hide"], ["--hide-thinking"]),
    (["mimo", "ask", "--color", ""], COLORS),
    (["mimo-cli", "ask", "--color", "al"], ["always"]),
    (["mimo", "ask", "--encoding", ""], []),
    (["mimo", "ask", "-m", ""], MODELS),
    (["mimo", "ask", "2020", "words", "--model", "mimo-v2.6-f"], ["mimo-v2.6-flash"]),
    (["mimo", "ask", "-f", ""], FILES),
    (["mimo", "ask", "--output", "fol"], ["folder"]),
    (["mimo", "ask", "-s", "notes"], []),
    (["mimo", "ask", "--schema", "fol"], ["folder"]),
    (["mimo", "ask", "--schema", ""], FILES),
    (["mimo", "ask", "--tool-result-file", "xyz"], []),
    (["mimo", "ask", "--tool-result", "c1=fol"], []),
    (["mimo", "ask", "--", "-"], []),
    (["mimo", "ask", "--", ""], FILES),
    (["mimo", "ask", "a", "--", "-m", "fol"], ["folder"]),
    (["mimo", "config", "get", ""], NAMES),
    (["mimo", "config", "unset", "top"], ["top_p"]),
    (["mimo", "config", "set", "max"], ["max_tokens"]),
    (["mimo", "config", "set", "model", ""], MODELS),
    (["mimo", "config", "set", "auth", ""], ["api-key", "bearer", "x-api-key", "none"]),
    (["mimo", "config", "set", "usage", ""], ["true", "false"]),
    (["mimo", "config", "set", "--help", "usage", "t"], ["true"]),
    (["mimo", "config", "set", "timeout", ""], []),
    (["mimo", "config", "set", "api_key", ""], []),
    (["mimo", "history", "s"], ["show", "search"]),
    (["mimo", "history", "export", "--format", ""], ["markdown", "json", "jsonl"]),
    (["mimo", "history", "delete", "--older"], ["--older-than"]),
    (["mimo", "models", ""], MODELS),
    (["mimo", "help", ""], list(COMMANDS)),
    (["mimo", "help", "hist"], ["history"]),
    (["mimo", "help", "history", ""], HISTORY),
    (["mimo", "help", "config", "un"], ["unset"]),
    (["mimo", "help", "ask", ""], []),
    (["mimo", "help", "--m"], ["--man"]),
    (["mimo", "simulate", "--dialect", "nu"], ["nulls", "null-start"]),
    (["mimo", "simulate", "--dialect", "list", "--dialect", "li"], ["list", "litellm-errors"]),
]

# What `mimo models --remote` leaves, and what of it is offered.
LISTED = "mimo-v2.6-pro\nhouse-model\n$(touch${IFS}oops)\nbad\x1b[2J\n\nx/llama3:8b\nx/llama3:70b\n"
CASES_LISTED = [
    (["mimo", "ask", "-m", "h"], ["house-model"]),
    (["mimo", "ask", "--model=h"], ["--model=house-model"]),
    (["mimo", "ask", "-m", ""], [*MODELS, "house-model", "x/llama3:8b", "x/llama3:70b"]),
    (["mimo", "config", "set", "model", "h"], ["house-model"]),
    (["mimo", "models", "h"], ["house-model"]),
]
BROKEN_LISTED = [
    (["mimo", "ask", "-m", "x/llama3", ":"], "", ["8b", "70b"]),
    (["mimo", "ask", "-m", "x/llama3", ":", "7"], "7", ["70b"]),
    (["mimo", "ask", "--model", "=", "x/llama3", ":", "7"], "7", ["70b"]),
    (["mimo", "ask", "-m", "x/llama3", ":", "7b", "--col"], "--col", ["--color"]),
    (["mimo", "ask", "-m", "x", "why", ":", "--col"], "--col", ["--color"]),
]

# Values that are part of a word: bash breaks these words, and replaces only what is after the =.
ATTACHED = [
    (["mimo", "ask", "--color=al"], ["--color=always"]),
    (["mimo", "ask", "--dry-run=c"], ["--dry-run=curl"]),
    (["mimo", "ask", "--output=fol"], ["--output=folder"]),
    (["mimo", "ask", "-s", "@fol"], ["@folder"]),
    (["mimo", "ask", "--system=@fold"], ["--system=@folder"]),
    (["mimo", "ask", "--schema", "@fol"], ["@folder"]),
    (["mimo", "ask", "--schema=@fol"], ["--schema=@folder"]),
    (["mimo", "ask", "--tool-result-file", "c1=fol"], ["c1=folder"]),
    (["mimo", "simulate", "--answer", "@no"], ["@notes one", "@notes2"]),
]
BROKEN = [
    (["mimo", "ask", "--color", "=", "al"], "al", ["always"]),
    (["mimo", "ask", "--color", "="], "", COLORS),
    (["mimo", "ask", "--dry-run", "="], "", ["curl"]),
    (["mimo", "ask", "--dry-run", ""], "", []),
    (["mimo", "ask", "-s", "@", "fol"], "@fol", ["@folder/"]),
    (["mimo", "ask", "--system", "=@", "notes2"], "@notes2", ["@notes2"]),
    (["mimo", "ask", "-s", "@", "folder", "-m", "mimo-v2.6-f"], "mimo-v2.6-f", ["mimo-v2.6-flash"]),
    (["mimo", "ask", "--color", "=", "never", "--col"], "--col", ["--color"]),
    (["mimo", "ask", "--schema", "@", "fol"], "@fol", ["@folder/"]),
    (["mimo", "ask", "--schema", "=", "fol"], "fol", ["folder"]),
    (["mimo", "ask", "--tool-result-file", "c1", "=", "fol"], "fol", ["folder"]),
    (["mimo", "ask", "--tool-result-file", "c1", "="], "", FILES),
    (["mimo", "ask", "--tool-result-file", "c", ":", "1", "=", "fol"], "fol", ["folder"]),
    (["mimo", "ask", "--tool-result-file", "=", "c1", "=", "fol"], "fol", ["folder"]),
    (
        ["mimo", "ask", "--tool-result-file", "c1", "=", "folder", "--color", "=", "al"],
        "al",
        ["always"],
    ),
    (["mimo", "ask", "--tool-result", "c1", "=", "fol"], "fol", []),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    for name in ("notes one", "notes2"):
        (tmp_path / name).touch()
    return tmp_path


def generate(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, folder / "completions/generate.py", *args],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip


def test_the_completions_are_made_from_the_commands_as_they_are() -> None:
    result = generate(ROOT, "--check")
    assert (result.returncode, result.stderr) == (0, "")


def test_a_script_that_differs_is_named_and_written_anew(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(COMPLETIONS, tmp_path / "completions")
    shutil.copytree(ROOT / "mimo_cli/shell", tmp_path / "mimo_cli/shell")
    script = tmp_path / "completions/mimo.fish"
    script.write_text("complete -c mimo -a something-else\n")

    result = generate(tmp_path, "--check")
    assert (result.returncode, result.stderr) == (1, "completions/mimo.fish is not up to date\n")

    result = generate(tmp_path)
    assert (result.returncode, result.stderr) == (0, "completions/mimo.fish written\n")
    assert script.read_bytes() == (COMPLETIONS / "mimo.fish").read_bytes()


@pytest.mark.parametrize(
    ("shell", "script"), [("bash", "mimo.bash"), ("zsh", "_mimo"), ("fish", "mimo.fish")]
)
def test_each_script_is_written_in_its_shells_syntax(shell: str, script: str, home: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    result = run([program, "-n", str(COMPLETIONS / script)], home)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(("words", "expected"), CASES + ATTACHED[:8])
def test_bash_offers_what_can_stand_there(
    words: list[str], expected: list[str], home: Path
) -> None:
    offered = [word.rstrip("/") for word in offered_by_bash(home, words, words[-1])]
    assert sorted(offered) == sorted(expected)


@pytest.mark.parametrize(("words", "typed", "expected"), BROKEN)
def test_bash_completes_words_that_readline_has_broken(
    words: list[str], typed: str, expected: list[str], home: Path
) -> None:
    assert sorted(offered_by_bash(home, words, typed)) == sorted(expected)


CACHES = ["XDG_CACHE_HOME", "MIMO_CACHE", "HOME", "HOME on a Mac"]


def listed(home: Path, place: str) -> dict[str, str]:
    """Leaves a list of models where a variable says; gives that variable."""
    cache = {
        "XDG_CACHE_HOME": home / "xdg" / "mimo-cli",
        "MIMO_CACHE": home / "own",
        "HOME": home / ".cache" / "mimo-cli",
        "HOME on a Mac": home / "Library" / "Caches" / "mimo-cli",
    }[place]
    cache.mkdir(parents=True)
    (cache / remote_models.IDS_FILE).write_text(LISTED)
    folders = {"XDG_CACHE_HOME": str(cache.parent), "MIMO_CACHE": str(cache)}
    return {place: folders[place]} if place in folders else {}


@pytest.mark.parametrize("place", CACHES)
def test_bash_offers_what_the_server_listed_too(place: str, home: Path) -> None:
    environ = listed(home, place)
    for words, expected in CASES_LISTED:
        assert sorted(offered_by_bash(home, words, words[-1], **environ)) == sorted(expected)


@pytest.mark.parametrize(("words", "typed", "expected"), BROKEN_LISTED)
def test_bash_completes_a_model_that_readline_has_broken(
    words: list[str], typed: str, expected: list[str], home: Path
) -> None:
    environ = listed(home, "MIMO_CACHE")
    assert sorted(offered_by_bash(home, words, typed, **environ)) == sorted(expected)


def test_fish_offers_what_can_stand_there(home: Path) -> None:
    assert_fish_offers(CASES + ATTACHED, home)


@pytest.mark.parametrize("place", CACHES)
def test_fish_offers_what_the_server_listed_too(place: str, home: Path) -> None:
    environ = listed(home, place)
    assert_fish_offers(CASES_LISTED, home, **environ)


def test_no_help_is_run_as_a_command() -> None:
    names = ("_mimo", "mimo.bash", "mimo.fish")
    texts = [(COMPLETIONS / name).read_text() for name in names]
    lines = [line for text in texts for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if "`" in line] == []


def test_zsh_offers_what_can_stand_there(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert_zsh_offers(CASES + ATTACHED, home, tmp_path_factory.mktemp("zsh"))


@pytest.mark.parametrize("place", CACHES)
def test_zsh_offers_what_the_server_listed_too(
    place: str, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    environ = listed(home, place)
    assert_zsh_offers(CASES_LISTED, home, tmp_path_factory.mktemp("zsh"), **environ)
