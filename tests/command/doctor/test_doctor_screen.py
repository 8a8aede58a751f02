"""`mimo doctor` on a terminal: one screen where all is well, whole where something is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.checkups import at
from support.harness import Terminal

from mimo_cli.doctor.check import Check
from mimo_cli.doctor.on_screen import abridged
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
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


@pytest.mark.parametrize("more", [{}, {"NO_COLOR": "1"}])
def test_where_all_is_well_it_fits_on_one_screen(
    simulator: Simulator, home: dict[str, str], more: dict[str, str]
) -> None:
    environ = at(simulator, home, TERM="xterm-256color", **more)
    with Terminal("doctor", environ=environ, columns=80, lines=24) as terminal:
        assert terminal.wait() == 0
        rows = terminal.text.split("\n")
    assert len(rows) <= 22  # the command and the next prompt are on it too
    assert rows[-1] == "All is well."
    assert rows[0].startswith("ok ")
    assert all(row[:1] != " " for row in rows)
    assert (b"\x1b[32mok\x1b[0m" in terminal.received) is (not more)
    assert sum("config.toml" in row for row in rows) == 1
