"""The files of names for Tab: written behind what changes them, and by nothing else."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

import pytest
from support.harness import environ_for, mimo

from mimo_cli.shell import caches

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.simulator import Simulator


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def environ(simulator: Simulator, tmp_path: Path, data: Path) -> dict[str, str]:
    return {
        **environ_for(simulator),
        "MIMO_DATA": str(data),
        "MIMO_CACHE": str(tmp_path / "cache"),
        "MIMO_CONFIG": str(tmp_path / "config.toml"),
    } | {"MIMO_HISTORY": ""}


@pytest.fixture
def offered(data: Path) -> Path:
    return data / caches.CONVERSATIONS


def titles(offered: Path) -> list[str]:
    return [line.split("\t")[1] for line in offered.read_text("utf-8").splitlines()]


def names_of(table: str, tmp_path: Path) -> list[list[str]]:
    name = caches.file_name(table, tmp_path / "config.toml")
    lines = (tmp_path / "cache" / name).read_text("utf-8").splitlines()
    return [line.split("\t")[:2] for line in lines]


def test_a_conversation_is_offered_as_soon_as_it_is_kept(
    environ: dict[str, str], offered: Path
) -> None:
    assert mimo("ask", "what is", "a monad", environ=environ).code == 0
    assert re.fullmatch(r"[a-z0-9]{8}\twhat is a monad\t[0-9]{10}\n", offered.read_text())
    assert stat.S_IMODE(offered.stat().st_mode) == 0o600
    assert mimo("ask", "two\x1b[31m\n\tlines", environ=environ).code == 0
    assert titles(offered) == ["two^[[31m lines", "what is a monad"]
    assert not [it for it in offered.parent.iterdir() if it.suffix == ".tmp"]


def test_what_is_deleted_is_offered_no_longer(environ: dict[str, str], offered: Path) -> None:
    for question in ("one", "two", "three"):
        assert mimo("ask", question, environ=environ).code == 0
    assert mimo("history", "delete", "two", "--yes", environ=environ).code == 0
    assert titles(offered) == ["three", "one"]
    assert mimo("history", "delete", "--older-than", "1h", "--yes", environ=environ).code == 0
    assert titles(offered) == ["three", "one"]
    assert mimo("history", "delete", "--all", "--yes", environ=environ).code == 0
    assert titles(offered) == []


@pytest.mark.parametrize("how", ["variable", "setting", "file edited"])
def test_with_the_history_off_none_are_offered(
    how: str, environ: dict[str, str], offered: Path, tmp_path: Path
) -> None:
    assert mimo("ask", "one", environ=environ).code == 0
    assert mimo("ask", "--no-history", "two", environ=environ).code == 0
    assert titles(offered) == ["one"]
    match how:
        case "variable":
            assert mimo("ask", "two", environ=environ | {"MIMO_HISTORY": "false"}).code == 0
        case "setting":
            assert mimo("config", "set", "history", "false", environ=environ).code == 0
        case "file edited":
            (tmp_path / "config.toml").write_text("history = false\n")
            assert mimo("ask", "two", environ=environ).code == 0
    assert not offered.exists()


def test_a_chat_offers_its_conversation_while_it_goes_on(
    environ: dict[str, str], offered: Path
) -> None:
    result = mimo("chat", "--json", environ=environ, stdin=b"first\nsecond\n")
    assert result.code == 0
    assert titles(offered) == ["first"]


def test_what_was_kept_by_an_earlier_version_is_offered_after_the_next_question(
    environ: dict[str, str], offered: Path
) -> None:
    assert mimo("ask", "one", environ=environ).code == 0
    offered.unlink()
    assert mimo("ask", "--no-history", "two", environ=environ).code == 0
    assert not offered.exists()
    assert mimo("ask", "three", environ=environ).code == 0
    assert titles(offered) == ["three", "one"]


def test_where_the_history_was_removed_by_hand_nothing_of_it_is_offered(
    environ: dict[str, str], offered: Path
) -> None:
    assert mimo("ask", "one", environ=environ).code == 0
    (offered.parent / "history.db").unlink()
    assert mimo("history", "delete", "--all", "--yes", environ=environ).code == 0
    assert not offered.exists()


def test_a_file_that_cannot_be_written_costs_nothing_and_is_told_with_debug(
    environ: dict[str, str], offered: Path
) -> None:
    offered.parent.mkdir(mode=0o700)
    offered.mkdir()
    (offered / "not-empty").touch()
    result = mimo("ask", "one", environ=environ)
    assert (result.code, result.err) == (0, "")
    result = mimo("ask", "--debug", "one", environ=environ)
    assert result.code == 0
    assert "the names that Tab offers are not up to date: " in result.err


def test_profiles_and_prompts_are_offered_as_soon_as_they_are_kept(
    environ: dict[str, str], tmp_path: Path
) -> None:
    for words in (
        ("-p", "work", "model", "big"),
        ("prompts.review.prompt", "Review: {input}"),
        ("prompts.$(touch oops).prompt", "evil"),
    ):
        assert mimo("config", "set", *words, environ=environ).code == 0
    assert names_of("profiles", tmp_path) == [["work", "big"]]
    assert names_of("prompts", tmp_path) == [["review", "Review: {input}"]]
    assert {it.stat().st_mode & 0o777 for it in (tmp_path / "cache").iterdir()} == {0o600}
    assert mimo("config", "unset", "prompts.review", environ=environ).code == 0
    assert names_of("prompts", tmp_path) == []


def test_a_file_that_was_edited_by_hand_is_read_behind_the_next_question(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text("[profiles.local]\nmodel = 'llama'\n")
    assert mimo("ask", "one", environ=environ).code == 0
    assert names_of("profiles", tmp_path) == [["local", "llama"]]


def test_each_configuration_has_its_own_names(environ: dict[str, str], tmp_path: Path) -> None:
    other = environ | {"MIMO_CONFIG": str(tmp_path / "other.toml")}
    assert mimo("config", "set", "-p", "work", "model", "big", environ=environ).code == 0
    assert mimo("config", "set", "-p", "play", "model", "big", environ=other).code == 0
    assert names_of("profiles", tmp_path) == [["work", "big"]]


def test_a_path_too_long_for_a_name_is_left_out(environ: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 50)
    environ["MIMO_CONFIG"] = str(folder / "config.toml")
    assert mimo("config", "set", "-p", "work", "model", "big", environ=environ).code == 0
    assert [*(tmp_path / "cache").iterdir()] == []


def test_without_a_configuration_no_folder_is_made(environ: dict[str, str], tmp_path: Path) -> None:
    assert mimo("ask", "one", environ=environ).code == 0
    assert not (tmp_path / "cache").exists()


def test_the_file_is_called_by_the_configurations_real_folder(
    environ: dict[str, str], tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    (tmp_path / "own" / "below").mkdir(parents=True)
    (tmp_path / "link").symlink_to("own/below")
    own = tmp_path / "own" / "config.toml"
    own.write_text('[profiles.work]\nmodel = "m"\n')
    for name in (own, tmp_path / "link/../config.toml", tmp_path / "own/below/../config.toml"):
        assert mimo("ask", "hi", environ={**environ, "MIMO_CONFIG": str(name)}).code == 0
    assert {it.name for it in cache.glob("*.names")} == {
        caches.file_name(table, own) for table in caches.TABLES
    }


def test_files_of_configurations_that_are_gone_go_too(
    environ: dict[str, str], tmp_path: Path
) -> None:
    cache, other = tmp_path / "cache", tmp_path / "other.toml"
    cache.mkdir()
    other.touch()
    kept = [caches.file_name("profiles", other), "conversations.names", "notes%of%mine.names"]
    gone = [
        caches.file_name("prompts", tmp_path / "gone.toml"),
        f"profiles{tmp_path}/../{tmp_path.name}/config.toml.names".replace("/", "%"),
    ]
    for name in (*kept, *gone):
        (cache / name).touch()
    (tmp_path / "config.toml").touch()
    assert mimo("ask", "hi", environ=environ).code == 0
    found = {it.name for it in cache.glob("*.names")}
    assert found >= set(kept)
    assert not found & set(gone)
