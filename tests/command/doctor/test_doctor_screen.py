"""`mimo doctor` on a terminal: one screen where all is well, whole where something is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.checkups import at
from support.harness import Terminal

from mimo_cli.commands.doctor import in_one_row
from mimo_cli.doctor.check import Check
from mimo_cli.doctor.on_screen import abridged
from mimo_cli.phrases import Phrase, verbatim
from mimo_cli.text.widths import Screen

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.simulator import Simulator

FILE = "/home/me/mimo/config.toml"


def told(*checks: Check, home: str = "/home/me", most: int = 60) -> list[tuple[str, str]]:
    found = abridged(checks, home, lambda text: len(text) <= most)
    return [(check.name, str(check.text)) for check in found]


def well(name: str, text: Phrase) -> Check:
    return Check(name, "ok", text)


def test_a_path_is_told_once_and_from_home() -> None:
    origin = Phrase("{key} from {source}", key="sk-…", source=Phrase("file {file}", file=FILE))
    assert told(well("config", verbatim(FILE)), well("key", origin)) == [
        ("config", "~/mimo/config.toml"),
        ("key", "sk-… from file config.toml"),
    ]
    for home in ("", "/", "/home/m"):
        assert told(well("config", verbatim(FILE)), home=home) == [("config", FILE)]
    assert told(well("server", verbatim("http://home/me/x"))) == [("server", "http://home/me/x")]


def test_what_is_wrong_is_told_whole() -> None:
    wrong = Check("config", "failed", verbatim(FILE), Phrase("Look at {file}", file=FILE))
    assert list(abridged([wrong], "/home/me", bool)) == [wrong]


def test_two_share_a_row_where_both_are_well_and_it_holds_them() -> None:
    none, profile = Phrase("none"), well("profile", Phrase("none"))
    project = well("project", none)
    assert told(profile, project) == [("profile", "none · project: none")]
    assert told(profile, project, most=10) == [("profile", "none"), ("project", "none")]
    assert told(profile, Check("project", "warning", none)) == [
        ("profile", "none"),
        ("project", "none"),
    ]
    assert told(profile, well("proxy", none), well("certificates", none)) == [
        ("profile", "none"),
        ("proxy", "none · certificates: none"),
    ]
    assert told(profile) == [("profile", "none")]


@pytest.mark.parametrize(
    ("text", "kept", "shown"),
    [
        ("~/my files/config.toml", ["~/my files/config.toml"], "~/my files/config.toml"),
        ("~/my files/a/config.toml (mode 0600)", ["~/my files/a/config.toml"], None),
        (
            "~/a folder whose name is long/c.toml (mode)",
            ["~/a folder whose name is long/c.toml"],
            None,
        ),
        ("for zsh: ~/a folder/of completions/_mimo", ["~/a folder/of completions/_mimo"], ""),
        (
            "http://localhost/v1 (this machine, no key)",
            ["http://localhost/v1"],
            "http://localhost/v1 (this…",
        ),
        ("some words that are only told", [], "some words that are only…"),
    ],
)
def test_a_path_is_never_cut(text: str, kept: list[str], shown: str | None) -> None:
    row = in_one_row(text, Screen(28), kept)
    assert row == (kept[0] if shown is None else shown or text)


@pytest.mark.parametrize("columns", [60, 80])
def test_a_long_path_with_spaces_can_be_copied(
    simulator: Simulator, home: dict[str, str], tmp_path: Path, columns: int
) -> None:
    folder = tmp_path / "a folder with a long name" / "and one below it"
    folder.mkdir(parents=True)
    config = folder / "config.toml"
    config.touch(mode=0o600)
    environ = at(simulator, home, HOME="/nowhere", MIMO_CONFIG=str(config))
    with Terminal("doctor", environ=environ, columns=columns, lines=60) as terminal:
        assert terminal.wait() == 0
    assert str(config).encode() in terminal.received  # the terminal alone breaks it


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_where_only_completion_is_missing_it_fits_on_one_screen(
    simulator: Simulator, home: dict[str, str], tmp_path: Path, shell: str
) -> None:
    environ = at(simulator, home, SHELL=str(tmp_path / "bin" / shell), XDG_DATA_DIRS=str(tmp_path))
    with Terminal("doctor", environ=environ, columns=80, lines=24) as terminal:
        assert terminal.wait() == 0
        rows = terminal.text.split("\n")
    assert len(rows) <= 23
    assert rows[-1] == "1 to look at."
    [row] = (row for row in rows if " completion " in row)
    assert row.endswith(f"not found for {shell}, in the usual places · Run:")
    assert rows[rows.index(row) + 1].startswith("    mkdir -p ~/")


@pytest.mark.parametrize("more", [{}, {"NO_COLOR": "1"}])
def test_where_all_is_well_it_fits_on_one_screen(
    simulator: Simulator, home: dict[str, str], more: dict[str, str]
) -> None:
    environ = at(simulator, home, TERM="xterm-256color", **more)
    with Terminal("doctor", environ=environ, columns=80, lines=24) as terminal:
        assert terminal.wait() == 0
        rows = terminal.text.split("\n")
    assert len(rows) <= 21  # the command and the next prompt are on it too
    assert rows[-1] == "All is well."
    assert rows[0].startswith("ok ")
    assert all(row[:1] != " " for row in rows)
    assert (b"\x1b[32mok\x1b[0m" in terminal.received) is (not more)
    assert sum("config.toml" in row for row in rows) == 1
