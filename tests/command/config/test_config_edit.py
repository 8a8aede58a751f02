"""`mimo config edit`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from support.harness import Terminal, finish, mimo, process
from support.permissions import keep

from mimo_cli.commands.config.edit import TEMPLATE
from mimo_cli.config import audit
from mimo_cli.config.layers import Source
from mimo_cli.config.toml import toml_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOOD = '# mine\nmodel = "x"  # why\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mimo" / "config.toml"


@pytest.fixture
def edited(file: Path, tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """The environment with an editor that runs some Python on its file."""

    def environ(code: str) -> dict[str, str]:
        script = tmp_path / "editor.py"
        script.write_text(f"import sys, pathlib\nfile = pathlib.Path(sys.argv[1])\n{code}\n")
        return {"MIMO_CONFIG": str(file), "EDITOR": f"{sys.executable} {script}"}

    return environ


def test_what_was_written_takes_effect_with_its_comments(
    file: Path, edited: Callable[[str], dict[str, str]]
) -> None:
    keep(file, GOOD)
    environ = edited("file.write_text(file.read_text().replace('x', 'y') + '# end\\n')")
    result = mimo("config", "edit", environ=environ)
    assert (result.code, result.err) == (0, f"mimo: {file} is changed\n")
    assert file.read_text() == '# mine\nmodel = "y"  # why\n# end\n'
    assert file.stat().st_mode & 0o777 == 0o600


def test_without_a_file_there_is_a_template_to_begin_with(
    file: Path, edited: Callable[[str], dict[str, str]]
) -> None:
    assert mimo("config", "edit", environ=edited("assert file.suffix == '.toml'")).code == 0
    assert file.read_text() == TEMPLATE
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_examples_of_the_template_are_right(tmp_path: Path) -> None:
    text = "".join(line.removeprefix("# ") for line in TEMPLATE.splitlines(keepends=True)[2:])
    source = Source("template", toml_file.parse_text(text, tmp_path))
    assert set(source.content) >= {"model", "profiles", "aliases", "prompts"}
    assert (audit.find_unknown(source), audit.check_source(source)) == ([], ())


def test_nothing_is_written_where_nothing_was_changed(
    file: Path, edited: Callable[[str], dict[str, str]]
) -> None:
    keep(file, GOOD)
    before = file.stat().st_ino
    result = mimo("config", "edit", environ=edited(""))
    assert (result.code, result.err) == (0, "mimo: nothing was changed\n")
    assert file.stat().st_ino == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model = ", "not valid TOML: Invalid value (at end of document)"),
        ("a = 1\nretries = 99\n", "from 0 to 10 (file {}, line 2, column 11)"),
        ("[profiles.w]\ntop_p = 5\n", "from 0.01 to 1 (profile w, file {}, line 2, column 9)"),
        (
            '[aliases]\na = "pro"\n',
            "which is an alias itself: name a model (file {}, line 2, column 5)",
        ),
        ('[prompts.p]\nprompt = "{"\n', "(file {}, line 2, column 10)"),
        ("prompts = 1\n", "prompts is not a table: it must be one (file {}, line 1, column 11)"),
        ('default_profile = "w"\n', "unknown profile 'w'"),
    ],
)
def test_what_is_not_right_is_said_and_not_kept(
    file: Path, edited: Callable[[str], dict[str, str]], text: str, words: str
) -> None:
    keep(file, GOOD)
    result = mimo("config", "edit", environ=edited(f"file.write_text({text!r})"))
    assert result.code == 3
    assert words.format(file) in result.err
    assert file.read_text() == GOOD


def test_a_malformed_file_is_mended(file: Path, edited: Callable[[str], dict[str, str]]) -> None:
    keep(file, "model = \n")
    environ = edited("file.write_text(file.read_text().replace('= ', '= 1'))")
    assert mimo("config", "edit", environ=environ).code == 3
    environ = edited("file.write_text(file.read_text().replace('= ', '= \"m\"'))")
    assert mimo("config", "edit", environ=environ).code == 0
    assert file.read_text() == 'model = "m"\n'


def test_unknown_keys_are_kept_and_remarked_on(
    file: Path, edited: Callable[[str], dict[str, str]]
) -> None:
    result = mimo("config", "edit", environ=edited("file.write_text('modle = 1\\n')"))
    assert result.code == 0
    assert "unknown setting 'modle'" in result.err
    assert file.read_text() == "modle = 1\n"


def test_what_another_process_changed_meanwhile_is_not_lost(
    file: Path, edited: Callable[[str], dict[str, str]]
) -> None:
    keep(file, GOOD)
    environ = edited(f"file.write_text('a = 1'); pathlib.Path({str(file)!r}).write_text('b = 2')")
    result = mimo("config", "edit", environ=environ)
    beside = file.with_name("config.edited.toml")
    assert result.code == 3
    assert result.err == (
        f"mimo: what you wrote is in {beside}\n"
        f"mimo: {file} is left as it is: it was changed meanwhile\n"
    )
    assert (file.read_text(), beside.read_text()) == ("b = 2", "a = 1")
    assert beside.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_what_was_written_outlives_a_kill(
    file: Path, edited: Callable[[str], dict[str, str]]
) -> None:
    keep(file, GOOD)
    kill = "os.kill(os.getppid(), signal.SIGTERM)\nsignal.pause()"
    environ = edited(f"import os, signal\nfile.write_text('model = \"new\"')\n{kill}")
    result = finish(process("config", "edit", environ=environ, measured=False))
    beside = file.with_name("config.edited.toml")
    assert (result.code, result.err) == (-15, f"mimo: what you wrote is in {beside}\n")
    assert (file.read_text(), beside.read_text()) == (GOOD, 'model = "new"')


def test_an_editor_that_fails_changes_nothing(
    file: Path, edited: Callable[[str], dict[str, str]]
) -> None:
    keep(file, GOOD)
    result = mimo("config", "edit", environ=edited("file.write_text(''); sys.exit(1)"))
    assert (result.code, result.err) == (
        2,
        "mimo: nothing was done: the editor ended with code 1\n",
    )
    assert file.read_text() == GOOD
    missing = mimo("config", "edit", environ={"MIMO_CONFIG": str(file), "EDITOR": "/no/such"})
    assert missing.code == 3


def test_the_editor_of_the_settings_wins_and_without_any_a_terminal_is_needed(
    file: Path, edited: Callable[[str], dict[str, str]]
) -> None:
    environ = edited("file.write_text('retries = 1\\n')")
    keep(file, f'editor = "{environ["EDITOR"]}"\n')
    assert mimo("config", "edit", environ={"MIMO_CONFIG": str(file), "EDITOR": "false"}).code == 0
    assert file.read_text() == "retries = 1\n"
    result = mimo("config", "edit", environ={"MIMO_CONFIG": str(file)})
    assert result.code == 2
    assert "config edit needs a terminal" in result.err


@pytest.mark.slow
def test_on_a_terminal_it_can_be_edited_again(
    file: Path, edited: Callable[[str], dict[str, str]]
) -> None:
    keep(file, GOOD)
    environ = edited(
        "file.write_text('model = 5' if 'why' in file.read_text() else 'model = \"m\"')"
    )
    with Terminal("config", "edit", environ=environ, columns=200) as terminal:
        terminal.wait_for("Edit it again? [Y/n]")
        terminal.type("\n")
        terminal.wait_for("is changed")
        assert terminal.wait() == 0
    assert file.read_text() == 'model = "m"'
    assert [it for it in file.parent.iterdir() if ".edited" in it.name] == []
    keep(file, GOOD)
    with Terminal("config", "edit", environ=environ, columns=200) as terminal:
        terminal.wait_for("Edit it again? [Y/n]")
        terminal.type("n\n")
        assert terminal.wait() == 3
        assert f"nothing was changed: {file} is as it was" in terminal.text
        beside = file.with_name("config.edited.toml")
        assert f"what you wrote is in {beside}" in terminal.text
    assert (file.read_text(), beside.read_text()) == (GOOD, "model = 5")
    with Terminal("config", "edit", environ=environ, columns=200, measured=False) as terminal:
        terminal.wait_for("Go on with what was not kept, config.edited.toml? [Y/n]")
        terminal.type("n\n")
        terminal.wait_for("Edit it again? [Y/n]")
        terminal.type("n\n")
        assert terminal.wait() == 3
    assert beside.with_name("config.edited-2.toml").read_text() == "model = 5"
    with Terminal("config", "edit", environ=environ, columns=200, measured=False) as terminal:
        terminal.wait_for("Go on with what was not kept, config.edited.toml? [Y/n]")
        terminal.type("\n")
        assert terminal.wait() == 0
    assert (file.read_text(), beside.exists()) == ('model = "m"', False)
