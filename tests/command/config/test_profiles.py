"""Profiles and aliases, through the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.harness import KEY, environ_for, mimo
from support.permissions import keep

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.simulator import Simulator

NAMES = ["--dry-run", "hi"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mimo" / "config.toml"


@pytest.fixture
def environ(file: Path) -> dict[str, str]:
    return {"MIMO_CONFIG": str(file)}


def test_a_profile_is_set_got_listed_and_unset(environ: dict[str, str], file: Path) -> None:
    result = mimo("config", "set", "-p", "work", "model", "big", environ=environ)
    assert (result.code, result.err) == (0, f"mimo: profiles.work.model is set in {file}\n")
    assert file.read_text() == '[profiles.work]\nmodel = "big"\n'
    assert mimo("config", "get", "model", environ=environ).out == "mimo-v2.6-pro\n"
    assert mimo("config", "get", "-p", "work", "model", environ=environ).out == "big\n"
    assert mimo("config", "get", "profiles.work.model", environ=environ).out == "big\n"
    listed = mimo("config", "list", "-p", "work", environ=environ).out.splitlines()
    assert f"model\tbig\tprofile work, file {file}\tmimo-v2.6-pro" in listed
    assert "default_profile\twork\toption --profile\t" in listed
    assert mimo("config", "unset", "-p", "work", "model", environ=environ).code == 0
    assert file.read_text() == "[profiles.work]\n"


def test_a_default_profile_that_is_not_there_is_warned_of_when_it_is_set(
    environ: dict[str, str], file: Path
) -> None:
    result = mimo("config", "set", "default_profile", "work", environ=environ)
    assert (result.code, result.err.splitlines()) == (
        0,
        [
            f"mimo: default_profile is set in {file}",
            "mimo: warning: there is no profile 'work' yet: mimo config set -p work model MODEL",
        ],
    )
    assert mimo("ask", *NAMES, environ=environ).code == 3


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["ask", "-p", "wrok", *NAMES], 2),
        (["config", "list", "-p", "wrok"], 2),
        (["config", "get", "-p", "wrok", "model"], 2),
        (["config", "unset", "-p", "wrok", "model"], 2),
    ],
)
def test_an_unknown_profile_is_refused_with_the_nearest(
    environ: dict[str, str], file: Path, args: list[str], code: int
) -> None:
    keep(file, "[profiles.work]\n")
    result = mimo(*args, environ=environ)
    assert (result.code, result.out) == (code, "")
    assert result.err == "mimo: unknown profile 'wrok'\n  Did you mean work?\n"


@pytest.mark.parametrize("name", ["", "\udcff"])
def test_a_profile_needs_a_name(environ: dict[str, str], name: str) -> None:
    result = mimo("config", "set", "-p", name, "model", "m", environ=environ)
    assert (result.code, result.err.splitlines()[0]) == (2, "mimo: a profile needs a name")


def test_a_profile_answers_with_its_server_and_key(
    simulator: Simulator, environ: dict[str, str], file: Path
) -> None:
    keep(
        file,
        f'api_key = "{KEY}"\n[profiles.sim]\nbase_url = "{simulator.base_url}"\n'
        f'api_key = "{simulator.key}"\nmodel = "flash"\nusage = true\n',
    )
    result = mimo("ask", "-v", "-p", "sim", "hi", environ=environ)
    assert result.code == 0
    assert "mimo: profile: sim (option --profile)\n" in result.err
    assert f"mimo: key: profile sim, file {file}\n" in result.err
    assert f"mimo: asking mimo-v2.6-flash at {simulator.base_url}/v1/messages\n" in result.err
    chosen = mimo("ask", "--json", "hi", environ={**environ, "MIMO_PROFILE": "sim"})
    assert (chosen.code, chosen.json["model"]) == (0, "mimo-v2.6-flash")


def test_a_key_is_withheld_from_the_server_of_a_profile_and_that_is_said(
    environ: dict[str, str], file: Path
) -> None:
    keep(file, f'api_key = "{KEY}"\n[profiles.w]\nmodel = "m"\n')
    kept = mimo("config", "set", "-p", "w", "base_url", "llm.example.com", environ=environ)
    assert kept.err.splitlines()[1] == (
        f"mimo: warning: withheld: the key (file {file}) is for api.xiaomimimo.com. "
        "This profile needs its own: mimo config set -p w api_key (or … auth none)"
    )
    asked = mimo("ask", "-p", "w", "hi", environ=environ)
    assert (asked.code, asked.err) == (
        4,
        (
            f"mimo: no API key for llm.example.com: withheld: the key (file {file}) is for "
            "api.xiaomimimo.com\n"
            "  Run: mimo config set -p w api_key (or … auth none, if it needs no key)\n"
        ),
    )
    shown = mimo("ask", "-p", "w", *NAMES, environ=environ)
    assert "api-key" not in shown.out
    mimo("config", "set", "-p", "w", "auth", "none", environ=environ)
    listed = mimo("config", "list", "-p", "w", environ=environ).out
    assert "api_key\t\twithheld: " in listed
    assert KEY not in listed + asked.err + kept.err


def test_a_local_server_gets_no_key_of_another_place(
    simulator: Simulator, environ: dict[str, str], file: Path
) -> None:
    keep(file, f'api_key = "{KEY}"\n[profiles.l]\nbase_url = "{simulator.base_url}"\n')
    shown = mimo("ask", "-p", "l", *NAMES, environ=environ)
    assert (shown.code, "api-key" in shown.out) == (0, False)


def test_the_key_of_a_profile_is_read_from_stdin_and_masked(
    environ: dict[str, str], file: Path
) -> None:
    args = ("config", "set", "-p", "w", "api_key")
    refused = mimo(*args, KEY, environ=environ)
    assert refused.code == 2
    assert "Run: mimo config set -p w api_key" in refused.err
    assert mimo(*args, environ=environ, stdin=KEY.encode()).code == 0
    assert file.read_text() == f'[profiles.w]\napi_key = "{KEY}"\n'
    assert mimo("config", "get", "profiles.w.api_key", environ=environ).out == "sk-…cdef\n"


# Aliases


def test_an_alias_is_set_got_used_listed_and_unset(environ: dict[str, str], file: Path) -> None:
    assert mimo("config", "get", "aliases.fast", environ=environ).out == "\n"
    assert mimo("config", "get", "aliases.pro", environ=environ).out == "mimo-v2.6-pro\n"
    assert mimo("config", "set", "aliases.fast", "other-1", environ=environ).code == 0
    assert file.read_text() == '[aliases]\nfast = "other-1"\n'
    assert mimo("config", "get", "aliases.fast", environ=environ).out == "other-1\n"
    assert '"model": "other-1"' in mimo("ask", "-m", "fast", *NAMES, environ=environ).out
    listed = mimo("config", "list", environ=environ)
    assert f"aliases.fast\tother-1\tfile {file}\t" in listed.out.splitlines()
    assert "aliases.flash\tmimo-v2.6-flash\tdefault\tmimo-v2.6-flash" in listed.out.splitlines()
    assert mimo("config", "unset", "aliases.fast", environ=environ).code == 0
    assert mimo("config", "get", "aliases.fast", environ=environ).out == "\n"


@pytest.mark.parametrize(
    ("name", "model", "words"),
    [
        ("fast", "flash", "alias fast cannot be 'flash', which is an alias itself: name a model"),
        ("fast", "", "alias cannot be '': it must be text that is not empty"),
        ("", "x", "unknown setting 'aliases.': it is written aliases.NAME"),
    ],
)
def test_an_alias_that_names_no_model_is_refused(
    environ: dict[str, str], file: Path, name: str, model: str, words: str
) -> None:
    result = mimo("config", "set", f"aliases.{name}", model, environ=environ)
    assert result.code in (2, 3)
    assert words in result.err
    assert not file.exists()


# What is wrong is said with its place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("# a\ntemperature = 9\n", "(file {}, line 2, column 15)"),
        ('[profiles.w]\ntop_p = "x"\n', "(profile w, file {}, line 2, column 9)"),
        ("retries = 1\n  max_tokens=0", "(file {}, line 2, column 14)"),
        ("model = 5\n", "(file {}, line 1, column 9)"),
        ("profiles = 5\n", "(file {}, line 1, column 12)"),
    ],
)
def test_a_value_that_is_not_right_is_found_in_the_file(
    environ: dict[str, str], file: Path, text: str, place: str
) -> None:
    keep(file, text)
    result = mimo("ask", "-p", "w" if "[" in text else "", *NAMES, environ=environ)
    assert result.code == 3
    assert place.format(file) in result.err
    assert file.read_text() == text


def test_all_commands_tell_the_same_of_a_wrong_value(environ: dict[str, str], file: Path) -> None:
    keep(file, "[profiles.other]\ntop_p = 9\n[profiles.work]\ntemperature = 9\n")
    told = (
        "temperature cannot be 9: it must be a number from 0 to 1.5 "
        f"(profile work, file {file}, line 4, column 15)"
    )
    assert mimo("ask", "-p", "work", "hi", environ=environ).err == f"mimo: {told}\n"
    listed = mimo("config", "list", "-p", "work", environ=environ)
    assert (listed.code, listed.err.splitlines()[1]) == (3, f"mimo: {told}")
    checked = mimo("doctor", "--offline", environ={**environ, "MIMO_PROFILE": "work"})
    assert f" {told}\n" in checked.out


def test_unknown_keys_are_named_with_line_and_nearest_and_kept(
    simulator: Simulator, file: Path
) -> None:
    text = 'modle = "x"\n[profiles.w]\nfuture = 1\n'
    keep(file, text)
    environ = environ_for(simulator, MIMO_CONFIG=str(file))
    result = mimo("ask", "hi", environ=environ)
    assert (result.code, result.err.splitlines()) == (
        0,
        [
            (
                "mimo: warning: unknown setting 'modle' in the configuration, line 1, column 9. "
                "Did you mean model?"
            ),
            "mimo: warning: unknown setting 'future' in profiles.w, line 3, column 10.",
        ],
    )
    assert mimo("ask", "-q", "hi", environ=environ).err == ""
    mimo("config", "set", "retries", "1", environ=environ)
    assert file.read_text() == 'modle = "x"\nretries = 1\n\n[profiles.w]\nfuture = 1\n'
    mimo("config", "unset", "modle", environ=environ)
    mimo("config", "unset", "-p", "w", "future", environ=environ)
    assert file.read_text() == "retries = 1\n\n[profiles.w]\n"
    assert mimo("config", "unset", "profiles.w", environ=environ).code == 0
    assert "profiles" not in file.read_text()


@pytest.mark.slow
def test_a_key_in_the_wrong_place_is_not_shown(environ: dict[str, str], file: Path) -> None:
    for text in (
        f'[profiles]\napi_key = "{KEY}"\n',
        f'profiles = "{KEY}"\n',
        f'[profiles.w]\napi_kee = "{KEY}"\n',
        f'[profiles.w]\napi_key = ["{KEY}"]\n',
        f'api_key = {{x = "{KEY}"}}\n',
        f'[prompts.p]\napi_key = "{KEY}"\n',
        f'prompts.p = "{KEY}"\n',
    ):
        keep(file, text)
        for args in (
            ["ask", "--debug", "--dry-run", "-p", "w" if ".w" in text else "", "hi"],
            ["config", "list"],
            ["config", "set", "-p", "w", "model", "m"],
            ["config", "prompts"],
        ):
            result = mimo(*args, environ=environ)
            assert KEY not in result.out + result.err, (text, args)


def test_a_value_that_is_wrong_elsewhere_does_not_keep_one_from_being_set(
    environ: dict[str, str], file: Path
) -> None:
    keep(file, "temperature = 99\n")
    assert mimo("config", "set", "-p", "w", "model", "m", environ=environ).code == 0
    assert mimo("config", "set", "temperature", "1", environ=environ).code == 0
    assert mimo("config", "list", "-p", "w", environ=environ).code == 0
