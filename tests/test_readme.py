"""What the README says of options, settings and exit codes is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from harness import mimo

import mimo_cli
from mimo_cli import errors
from mimo_cli.chat.commands.registry import COMMANDS
from mimo_cli.config import audit, toml_file
from mimo_cli.config.layers import Source
from mimo_cli.config.schema import KEYS
from mimo_cli.config.templates import read_template

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
    commands = ["ask", "chat", "doctor", "models", "simulate", "--version", "history", "config set"]
    commands += [f"history {name}" for name in ("show", "search", "export", "usage", "delete")]
    known = "".join(mimo(*command.split(), "--help", environ={}).out for command in commands)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    elsewhere = {"--extra", "--help", "--staged"}  # of other programs
    assert {name for name in named - elsewhere if name not in known} == set()


def test_every_command_of_the_chat_is_listed() -> None:
    rows = [
        f"| `{f'/{name} {it.argument}'.rstrip()}` | {it.help} |" for name, it in COMMANDS.items()
    ]
    listed = README.replace("\\|", "|")  # a bar within a cell of a table
    assert [row for row in rows if row not in listed] == []


def test_its_prompts_are_right_and_have_the_fields_it_gives_them(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```toml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    source = Source("README", toml_file.parse_text(text, tmp_path))
    assert (audit.find_unknown(source), audit.check_source(source)) == ([], ())
    fields = {name: read_template(name, source).fields for name in source.content["prompts"]}
    assert fields == {"review": (), "commit": (), "translate": ("language",)}


@pytest.mark.parametrize("words", ["mimo ask --prompt translate --set language=French"])
def test_its_example_of_a_prompt_runs(tmp_path: Path, words: str) -> None:
    (text,) = re.findall(r"^```toml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert f"    {words} < letter.md\n" in README
    file = tmp_path / "config.toml"
    file.write_text(text)
    file.chmod(0o600)
    args = [*words.split()[1:], "--dry-run"]
    result = mimo(*args, environ={"MIMO_CONFIG": str(file)}, stdin=b"Dear friend")
    assert (result.code, result.err) == (0, "")
    assert "Translate into French. Keep the formatting" in result.out


def test_every_folder_and_every_module_at_the_root_has_its_place_in_the_tree() -> None:
    (tree,) = re.findall(r"^mimo_cli/\n((?:  .*\n)+)", README, re.MULTILINE)
    package = Path(mimo_cli.__file__).parent
    named = re.findall(r"[a-z]+(?:/|\.py)", tree)
    assert [name for name in named if not [*package.rglob(name.removesuffix("/"))]] == []
    there = [it for it in package.iterdir() if it.is_dir() or it.suffix == ".py"]
    missing = {it.name + "/" * it.is_dir() for it in there} - set(named)
    assert {name for name in missing if not name.startswith("__")} == set()


def test_every_module_to_change_for_something_new_exists() -> None:
    (text,) = re.findall(r"^To add a setting: .*?\n\n", README, re.MULTILINE | re.DOTALL)
    named = re.findall(r"`([a-z_/.]+)`", text)
    assert [name for name in named if not (Path(mimo_cli.__file__).parent / name).exists()] == []
