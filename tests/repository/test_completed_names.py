"""The user's own names at Tab: ids alone are inserted, and titles are never expanded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support import kept_names
from support.kept_names import IDS, PLAIN
from support.shells import (
    COMPLETIONS,
    ZSH,
    assert_fish_offers,
    assert_zsh_offers,
    offered_by_bash,
    run,
)

from mimo_cli.shell import caches

if TYPE_CHECKING:
    from collections.abc import Mapping

CASES = [
    (["mimo", "ask", "-r", ""], [*IDS]),
    (["mimo", "ask", "-r", "b"], ["b0000000"]),
    (["mimo-cli", "chat", "--resume", "c0"], ["c0000000"]),
    (["mimo", "history", "show", "d"], ["d0000000"]),
    (["mimo", "history", "export", "e"], ["e0000000"]),
    (["mimo", "history", "delete", "a0000000", "f"], ["f0000000"]),
    (["mimo", "history", "delete", "a0000000", "c0000000", ""], [*IDS[1:2], *IDS[3:]]),
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


ATTACHED = [
    (["mimo", "ask", "-rb"], ["-rb0000000"]),
    (["mimo", "ask", "-qvrb"], ["-qvrb0000000"]),
    (["mimo", "ask", "-pw"], ["-pwork-1"]),
    (["mimo", "ask", "-qr", "b"], ["b0000000"]),
    (["mimo", "ask", "-rx", "-p", "w"], ["work-1"]),
    (["mimo", "ask", "-x2", "-pw"], ["-pwork-1"]),
    (["mimo", "ask", "-oown", "-tw"], []),
    (["mimo", "ask", "-owor"], []),
    (["mimo", "ask", "-oda"], ["-odata/"]),
]


def test_bash_completes_a_value_that_is_attached(home: Path, kept: Mapping[str, str]) -> None:
    for words, expected in ATTACHED:
        assert offered_by_bash(home, words, words[-1], **kept) == expected


FOREIGN = (
    "k3jq8z2m\tlate\t9999999999999999999999\n"
    "m3jq8z2m\tright \u202eto\u2066 left\u200f \u5929\u6c14\t17000000001234\n"
)
"""Lines that the program would not write: times that no shell can count to, and marks."""
BOTH = [(["mimo", "history", "show", ""], ["k3jq8z2m", "m3jq8z2m"])]


@pytest.fixture
def foreign(kept: Mapping[str, str]) -> Mapping[str, str]:
    (Path(kept["MIMO_DATA"]) / caches.CONVERSATIONS).write_text(FOREIGN, "utf-8")
    return kept


def test_bash_takes_a_file_as_it_is(home: Path, foreign: Mapping[str, str]) -> None:
    words = ["mimo", "history", "show", ""]
    assert offered_by_bash(home, words, "", **foreign) == BOTH[0][1]
    shown = offered_by_bash(home, words, "", COMP_TYPE="63", COLUMNS="80", **foreign)
    assert shown == ["k3jq8z2m  late", "m3jq8z2m  right to left \u5929\u6c14"]


def test_fish_takes_a_file_as_it_is(home: Path, foreign: Mapping[str, str]) -> None:
    assert_fish_offers(BOTH, home, **foreign)


def test_zsh_takes_a_file_as_it_is(
    home: Path, foreign: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert_zsh_offers(BOTH, home, tmp_path_factory.mktemp("zsh"), **foreign)


DESCRIBED_BY_ZSH = """
setopt extendedglob # as in a completion
source $COMPLETIONS/_mimo
_describe() { print -rl -- "${(@P)3}" }
words=(mimo history show '') CURRENT=4
_mimo_names conversation
"""


@pytest.mark.skipif(ZSH is None, reason="zsh is not installed")
def test_zsh_shows_what_a_file_holds_and_nothing_of_its_own(
    home: Path, foreign: Mapping[str, str]
) -> None:
    command = [str(ZSH), "-f", "-c", DESCRIBED_BY_ZSH]
    result = run(command, home, COMPLETIONS=str(COMPLETIONS), **foreign)
    assert result.stderr == ""
    assert result.stdout == "k3jq8z2m:late\nm3jq8z2m:right to left \u5929\u6c14\n"


@pytest.fixture(params=["own/c.toml", "./own/c.toml", "own/../own/c.toml", "link/../c.toml"])
def spelled(request: pytest.FixtureRequest, home: Path) -> Mapping[str, str]:
    """A configuration by another name than its own; `link` leads to beside it."""
    own = home / "own" / "c.toml"
    (home / "own" / "below").mkdir(parents=True)
    (home / "link").symlink_to("own/below")
    own.touch()
    (home / "cache").mkdir()
    (home / "cache" / caches.file_name("profiles", own)).write_text("local\tmodel\t0\n")
    return {"MIMO_CONFIG": request.param, "MIMO_CACHE": str(home / "cache")}


OF_PROFILE = [(["mimo", "ask", "-p", ""], ["local"])]


def test_bash_finds_names_however_the_configuration_is_spelled(
    home: Path, spelled: Mapping[str, str]
) -> None:
    assert offered_by_bash(home, OF_PROFILE[0][0], "", **spelled) == ["local"]


def test_fish_finds_names_however_the_configuration_is_spelled(
    home: Path, spelled: Mapping[str, str]
) -> None:
    assert_fish_offers(OF_PROFILE, home, **spelled)


def test_zsh_finds_names_however_the_configuration_is_spelled(
    home: Path, spelled: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert_zsh_offers(OF_PROFILE, home, tmp_path_factory.mktemp("zsh"), **spelled)


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
