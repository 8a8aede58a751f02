"""Where things are kept, whatever the environment says of home."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

import pytest
from support.harness import environ_for, finish, mimo, process

from mimo_cli.config import paths
from mimo_cli.errors import ConfigError
from mimo_cli.simulator import Simulator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have other places")

SYSTEM = pwd.getpwuid(os.getuid()).pw_dir
NOWHERE = {"XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "XDG_CACHE_HOME": ""}


@pytest.mark.parametrize(
    ("home", "xdg", "base"),
    [
        ("/home/me", {}, "/home/me/{}"),
        ("/home/me", {"XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_CACHE_HOME": "/e"}, ""),
        (
            "/home/me",
            {"XDG_CONFIG_HOME": "c", "XDG_DATA_HOME": "./d", "XDG_CACHE_HOME": "~/e"},
            None,
        ),
        ("", {}, SYSTEM + "/{}"),
        (None, {}, SYSTEM + "/{}"),
        ("relative", {}, SYSTEM + "/{}"),
        ("relative", {"XDG_CONFIG_HOME": "c", "XDG_DATA_HOME": "d"}, SYSTEM + "/{}"),
    ],
)
def test_a_path_that_is_not_absolute_does_not_count(
    home: str | None, xdg: dict[str, str], base: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**NOWHERE, **xdg}.items():
        monkeypatch.setenv(name, value)
    if home is None:
        monkeypatch.delenv("HOME", raising=False)
    else:
        monkeypatch.setenv("HOME", home)
    base = "/home/me/{}" if base is None else base
    defaults = [base.format(it) for it in (".config", ".local/share", ".cache")]
    config, data, cache = defaults if base else ["/c", "/d", "/e"]
    assert paths.config_file({}) == Path(config, "mimo-cli", "config.toml")
    assert paths.data({}) == Path(data, "mimo-cli")
    assert paths.cache({}) == Path(cache, "mimo-cli")


@pytest.mark.slow
def test_a_home_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    home = tmp_path / "nonexistent"
    with Simulator(answer="Yes.") as simulator:
        environ = {**environ_for(simulator), **NOWHERE, "HOME": str(home)}
        del environ["MIMO_CONFIG"], environ["MIMO_HISTORY"]
        asked = finish(process("ask", "hi", environ=environ))
        models = finish(process("models", "--remote", environ=environ))
    written = finish(process("config", "set", "model", "x", environ=environ))
    assert (asked.code, asked.out, models.code, written.code) == (0, "Yes.\n", 0, 3)
    for result in (asked, models, written):
        assert "there is no home folder" in result.err
    assert not home.exists()
    home.mkdir()
    assert finish(process("config", "set", "model", "x", environ=environ)).code == 0


def test_without_any_home_there_is_no_configuration_and_the_rest_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)  # a container's made-up user
    monkeypatch.delenv("HOME", raising=False)
    for name in NOWHERE:
        monkeypatch.setenv(name, "")
    assert paths.config_file({}) == Path(os.devnull)
    with pytest.raises(ConfigError, match="there is no home folder"):
        paths.data({})
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator)
        del environ["MIMO_CONFIG"], environ["MIMO_HISTORY"]
        result = mimo("ask", "hi", environ=environ)
        assert (result.code, result.out) == (0, "Yes.\n")
        assert result.err.count("\n") == 1
        assert "there is no home folder" in result.err
        assert mimo("models", environ=environ).err == ""
        assert mimo("history", environ=environ).code == 3
        doctor = mimo("doctor", "--offline", environ=environ)
        assert "there is no home folder" in doctor.out


@pytest.mark.slow
@pytest.mark.parametrize(
    "home",
    [
        {"HOME": "/dev/null"},
        {"HOME": __file__},
        {"HOME": "/proc/nowhere"},
        {"HOME": "relative", "XDG_DATA_HOME": "relative", "MIMO_HISTORY": "false"},
        {"HOME": "/home/me", "XDG_CONFIG_HOME": "/dev/null", "XDG_DATA_HOME": "/dev/null"},
    ],
    ids=lambda home: home["HOME"],
)
def test_a_question_is_answered_wherever_home_is(
    home: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator(answer="Yes.") as simulator:
        environ = {**environ_for(simulator), **NOWHERE}
        del environ["MIMO_CONFIG"], environ["MIMO_HISTORY"]
        environ |= {**home, "MIMO_CACHE": str(tmp_path / "cache")}
        result = finish(process("ask", "hi", environ=environ))
    assert (result.code, result.out) == (0, "Yes.\n")
    is_off = "MIMO_HISTORY" in home
    assert result.err.count("\n") == (0 if is_off else 1)
    assert is_off or "This conversation is no longer kept." in result.err
    assert list(tmp_path.iterdir()) == []
