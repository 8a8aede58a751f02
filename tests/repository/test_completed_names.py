"""The user's own names at Tab: ids alone are inserted, and titles are never expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support import kept_names
from support.kept_names import IDS, PLAIN
from support.shells import assert_fish_offers, assert_zsh_offers, offered_by_bash

from mimo_cli.shell import caches

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CASES = [
    (["mimo", "ask", "-r", ""], [*IDS]),
    (["mimo", "ask", "-r", "b"], ["b0000000"]),
    (["mimo-cli", "chat", "--resume", "c0"], ["c0000000"]),
    (["mimo", "history", "show", "d"], ["d0000000"]),
    (["mimo", "history", "export", "e"], ["e0000000"]),
    (["mimo", "history", "delete", "a0000000", "f"], ["f0000000"]),
    (["mimo", "ask", "-r", "9"], []),
    (["mimo", "ask", "-p", ""], [*PLAIN["profiles"]]),
    (["mimo", "doctor", "--profile", "w"], ["work-1"]),
    (["mimo", "config", "set", "default_profile", "l"], ["local"]),
    (["mimo", "config", "set", "-p", "l"], ["local"]),
    (["mimo", "ask", "--prompt", ""], [*PLAIN["prompts"]]),
    (["mimo", "ask", "--prompt", "r"], ["review"]),
    (["mimo", "ask", "--resume=g"], ["--resume=g0000000"]),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def kept(home: Path) -> Mapping[str, str]:
    return kept_names.keep(home)


def test_bash_offers_the_users_own_names(home: Path, kept: Mapping[str, str]) -> None:
    for words, expected in CASES:
        assert sorted(offered_by_bash(home, words, words[-1], **kept)) == sorted(expected)


def test_bash_shows_titles_where_it_inserts_nothing(home: Path, kept: Mapping[str, str]) -> None:
    words = ["mimo", "ask", "-r", ""]
    for inserts in ("9", "37", "42"):  # Tab, menu-complete, insert-completions
        assert offered_by_bash(home, words, "", COMP_TYPE=inserts, **kept) == [*IDS]
    shown = offered_by_bash(home, words, "", COMP_TYPE="63", COLUMNS="60", **kept)
    assert [row[:10] for row in shown] == [f"{id_}  " for id_ in IDS]
    assert shown[0].startswith("a0000000  $(touch oops)")
    assert "\x1b" not in "".join(shown)
    assert max(map(len, shown)) <= 60
    one = offered_by_bash(home, ["mimo", "ask", "-r", "b"], "b", COMP_TYPE="63", **kept)
    assert one == ["b0000000"]


def test_fish_offers_the_users_own_names(home: Path, kept: Mapping[str, str]) -> None:
    assert_fish_offers(CASES, home, **kept)
    assert not (home / "oops").exists()


def test_zsh_offers_the_users_own_names(
    home: Path, kept: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert_zsh_offers(CASES, home, tmp_path_factory.mktemp("zsh"), **kept)
    assert not (home / "oops").exists()


PLACES = {
    "the system's": (".local/share/mimo-cli", ".cache/mimo-cli", ".config/mimo-cli/config.toml"),
    "a Mac's": (
        "Library/Application Support/mimo-cli",
        "Library/Caches/mimo-cli",
        "Library/Application Support/mimo-cli/config.toml",
    ),
    "XDG": ("xdg data/mimo-cli", "xdg cache/mimo-cli", "xdg config/mimo-cli/config.toml"),
    "~": ("own data", "own cache", "own.toml"),
}
VARIABLES = {
    "XDG": {"XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache", "XDG_CONFIG_HOME": "config"},
    "~": {"MIMO_DATA": "~/own data", "MIMO_CACHE": "~/own cache", "MIMO_CONFIG": "~/own.toml"},
}
FOUND = [(["mimo", "ask", "-r", ""], ["k3jq8z2m"]), (["mimo", "ask", "-p", ""], ["local"])]


@pytest.fixture(params=PLACES)
def placed(request: pytest.FixtureRequest, home: Path) -> Mapping[str, str]:
    """Files of names in a place; the variables that name it."""
    data, cache, config = (home / place for place in PLACES[request.param])
    for folder in (data, cache, config.parent):
        folder.mkdir(parents=True, exist_ok=True)
    config.touch()
    (data / caches.CONVERSATIONS).write_text("k3jq8z2m\ttitle\t1700000000\n")
    (cache / caches.file_name("profiles", config)).write_text("local\tmodel\t0\n")
    named = VARIABLES.get(request.param, {})
    return {
        name: value if value[:1] == "~" else str(home / f"xdg {value}")
        for name, value in named.items()
    }


def test_bash_finds_the_names_where_they_are_kept(home: Path, placed: Mapping[str, str]) -> None:
    for words, expected in FOUND:
        assert offered_by_bash(home, words, "", **placed) == expected


def test_fish_finds_the_names_where_they_are_kept(home: Path, placed: Mapping[str, str]) -> None:
    assert_fish_offers(FOUND, home, **placed)


def test_zsh_finds_the_names_where_they_are_kept(
    home: Path, placed: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert_zsh_offers(FOUND, home, tmp_path_factory.mktemp("zsh"), **placed)
