"""`mimo config init`, and the offer of it at a first question."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from support.harness import KEY, Terminal, mimo
from support.permissions import keep

from mimo_cli.api.base_url import parse_base_url
from mimo_cli.commands.config import servers
from mimo_cli.simulator import Fault, ServedModels, Simulator

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.children_traced

MIMO, CN, SGP, LLAMA = (servers.PRESETS[number] for number in (0, 1, 2, 4))


MISPLACED = "sk-misplaced-0123456789"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mimo" / "config.toml"


@pytest.fixture
def environ(file: Path) -> dict[str, str]:
    return {"MIMO_CONFIG": str(file), "MIMO_HISTORY": "false"}


def answer(terminal: Terminal, *pairs: tuple[str, str]) -> None:
    for question, typed in pairs:
        terminal.wait_for(question)
        terminal.type(typed + "\n")


def test_presets_have_names_and_safe_urls() -> None:
    assert [preset.name for preset in servers.PRESETS] == [
        *("mimo", "token-plan-cn", "token-plan-sgp", "token-plan-ams"),
        *("llama.cpp", "ollama", "lm-studio"),
    ]
    for number, preset in enumerate(servers.PRESETS, start=1):
        assert parse_base_url(preset.base_url) == preset.base_url
        assert servers.find_preset(preset.name) is servers.find_preset(str(number)) is preset
    assert [servers.find_preset(answer) for answer in ("", "0", "8", "nobody", "²")] == [None] * 5


@pytest.mark.parametrize(
    ("chosen", "key", "region", "expected"),
    [
        (MIMO, "sk-x", "cn", MIMO),
        (MIMO, "tp-x", "cn", CN),
        (MIMO, "tp-x", "sgp", SGP),
        (MIMO, "other", "cn", MIMO),
        (SGP, "tp-x", "cn", SGP),
        (SGP, "sk-x", "cn", MIMO),
        (LLAMA, "tp-x", "sgp", LLAMA),
    ],
)
def test_a_key_has_the_server_of_its_family(
    chosen: servers.Preset, key: str, region: str, expected: servers.Preset
) -> None:
    assert servers.preset_for_key(chosen, key, region) == expected
    assert servers.needs_region(chosen, key) is (chosen == MIMO and key == "tp-x")


def test_a_server_is_asked_for_tried_and_kept(
    simulator: Simulator, environ: dict[str, str], file: Path
) -> None:
    with Terminal("config", "init", environ=environ, columns=120) as terminal:
        answer(
            terminal,
            ("Server (a name, number or URL) [mimo]:", MISPLACED),
            ("that looks like a key, which is asked for apart, unseen\n", "nobody"),
            ("there is no server 'nobody' in the list", "https://10.0.0.300"),
            ("10.0.0.300 is no IP address", simulator.base_url),
            ("API key, empty for none (not shown):", simulator.key),
            ("Model (a name or number) [mimo-v2.6-pro]:", MISPLACED),
            ("unseen\nModel (a name or number) [mimo-v2.6-pro]:", "9"),
            ("there is no model '9' in the list", "2"),
        )
        terminal.wait_for("it works\n")  # the model only began to think
        assert terminal.wait() == 0
        assert "  5  llama.cpp" in terminal.text
        assert "  2  mimo-v2.6-flash           cheap, for frequent use" in terminal.text
        assert f"saved in {file}" in terminal.text
        assert "try: mimo ask what is a monad" in terminal.text
        assert simulator.key.encode() not in terminal.received
        assert terminal.received.count(MISPLACED.encode()) == 2  # where it was typed
    assert tomllib.loads(file.read_text()) == {
        "base_url": simulator.base_url,
        "api_key": simulator.key,
        "model": "mimo-v2.6-flash",
    }
    assert file.stat().st_mode & 0o777 == 0o600
    assert mimo("ask", "hi", environ=environ).code == 0


def test_a_plan_key_is_asked_for_its_region_and_a_failure_can_be_saved(
    environ: dict[str, str], file: Path
) -> None:
    key = KEY.replace("sk-", "tp-")
    environ["HTTPS_PROXY"] = "http://127.0.0.1:9"  # nobody is there
    with Terminal("config", "init", environ=environ, columns=120) as terminal:
        answer(
            terminal,
            ("[mimo]:", ""),
            ("API key (not shown):", f"{key}“"),
            ("your input)\nAPI key (not shown):", key),
            ("Region: cn, sgp, ams [cn]:", "us"),
            ("there is no region 'us'", "SGP"),
            ("these are known here", ""),
            ("Save it anyway? [y/N]:", "y"),
        )
        assert "the server for this key is token-plan-sgp" in terminal.text
        assert "no list of models from token-plan-sgp.xiaomimimo.com (" in terminal.text
        before, _, _ = terminal.text.partition("Model (a name or number) [mimo-v2.6-pro]:")
        assert "Is it running? Check HTTPS_PROXY, which names it, or: unset HTTPS_PROXY" in before
        assert terminal.wait() == 0
        assert key.encode() not in terminal.received
    assert tomllib.loads(file.read_text()) == {
        "base_url": "https://token-plan-sgp.xiaomimimo.com/anthropic",
        "api_key": key,
    }


def test_what_does_not_work_is_not_saved_unasked(
    simulator: Simulator, environ: dict[str, str], file: Path
) -> None:
    with Terminal("config", "init", environ=environ, columns=120) as terminal:
        answer(
            terminal,
            ("[mimo]:", simulator.base_url),
            ("(not shown):", KEY),
            ("Model", "m"),
            ("Save it anyway? [y/N]:", ""),
        )
        assert terminal.wait() == 2
        assert "nothing was saved" in terminal.text
    assert not file.exists()


PICK, NAME = "Model (a name or number):", "Model (its name on that server):"
MANY = tuple(f"m{number}" for number in range(1500))


@pytest.mark.parametrize(
    ("ids", "faults", "told", "question"),
    [
        (("qwen3-8b",), [], "  1  qwen3-8b\n", "Model [qwen3-8b]:"),
        (MANY, [], "12  m11\nmimo: and 1,488 more, by name (", PICK),
        ((), [], "127.0.0.1 lists no models: its documentation has their names\n", NAME),
        (("a",), [Fault.http(404)], "Not Found): its documentation has their names\n", NAME),
        (("a", "a\x1b[2Jb", "\u202ec", "sk-0123456789abcdef", "", "d"), [], "2  d\n", PICK),
    ],
)
def test_the_models_of_a_server_are_told_before_one_is_asked_for(
    environ: dict[str, str], ids: tuple[str, ...], faults: list[Fault], told: str, question: str
) -> None:
    with (
        Simulator(keys=(), models=ServedModels(ids=ids), faults=faults) as server,
        Terminal("config", "init", environ=environ, columns=200, measured=False) as terminal,
    ):
        answer(terminal, ("[mimo]:", server.base_url), ("empty for none", ""))
        terminal.wait_for(told)
        terminal.wait_for(question)
        terminal.type("\x03")
        assert terminal.wait() == -2


@pytest.mark.parametrize("keys", ["\x04", "\x03"])
def test_leaving_in_the_middle_changes_nothing(
    environ: dict[str, str], file: Path, keys: str
) -> None:
    with Terminal("config", "init", environ=environ, measured=False) as terminal:
        terminal.wait_for("[mimo]:")
        terminal.type(keys)
        assert terminal.wait() == (2 if keys == "\x04" else -2)
    with Terminal("config", "init", environ=environ, measured=False) as terminal:
        answer(terminal, ("[mimo]:", "1"))
        terminal.wait_for("API key (not shown):")
        terminal.type(keys)
        assert terminal.wait() == (2 if keys == "\x04" else -2)
    assert not file.exists()


def answered_for_a_local_server(
    environ: dict[str, str], beside: tuple[str, str]
) -> tuple[str, str]:
    """Set up a server that wants no key. Return what the terminal showed, and the server's URL."""
    with (
        Simulator(keys=(), answer="Hello.", thinking="") as local,
        Terminal("config", "init", environ=environ, columns=120, measured=False) as terminal,
    ):
        answer(
            terminal,
            ("[mimo]:", local.base_url),
            ("empty for none", ""),
            ("Model", "mimo-v2.6-pro"),
            beside,
        )
        assert terminal.wait() == 0
        return terminal.text, local.base_url


def test_another_server_is_kept_beside_the_first_as_a_profile(
    environ: dict[str, str], file: Path
) -> None:
    keep(file, f'# mine\napi_key = "{KEY}"\n')
    beside = ("beside it as profile 127.0.0.1? [Y/n]:", "")
    text, url = answered_for_a_local_server(environ, beside)
    assert "try: mimo ask -p 127.0.0.1 what is a monad" in text
    assert file.read_text().startswith(f'# mine\napi_key = "{KEY}"\n')
    assert tomllib.loads(file.read_text())["profiles"] == {
        "127.0.0.1": {"base_url": url, "model": "mimo-v2.6-pro"}
    }


def test_what_was_kept_of_another_server_goes(environ: dict[str, str], file: Path) -> None:
    keep(
        file,
        f'api_key = "{KEY}"\nauth = "bearer"\nusage = true\nmodel = "llama"\n'
        'default_profile = "p"\n[profiles.p]\n',
    )
    text, url = answered_for_a_local_server(environ, ("beside it as profile", "n"))
    assert "profile p still wins: mimo config unset default_profile" in text
    assert "it works: Hello." in text
    assert "xiaomimimo" not in text
    assert tomllib.loads(file.read_text()) == {
        "usage": True,
        "model": "mimo-v2.6-pro",
        "base_url": url,
        "default_profile": "p",
        "profiles": {"p": {}},
    }


def test_a_bad_proxy_and_variables_that_win_are_told(environ: dict[str, str], file: Path) -> None:
    environ |= {"ALL_PROXY": "nonsense://x", "MIMO_MODEL": "e"}
    with Terminal(
        "config", "init", "-p", "w", environ=environ, columns=120, measured=False
    ) as terminal:
        answer(
            terminal,
            ("[mimo]:", "https://llm.example.com:x"),
            ("its port is not from 1 to 65535", "https://llm.example.com"),
            ("empty for none", ""),
            ("Model", "m"),
            ("Save it anyway? [y/N]:", "y"),
        )
        assert terminal.wait() == 0
        assert "ALL_PROXY" in terminal.text
        assert "MIMO_MODEL is set too, and wins over the file" in terminal.text
    assert tomllib.loads(file.read_text())["profiles"] == {
        "w": {"base_url": "https://llm.example.com", "auth": "none", "model": "m"}
    }


def test_a_malformed_file_is_found_before_any_question(environ: dict[str, str], file: Path) -> None:
    keep(file, "model =\n")
    with Terminal("config", "init", environ=environ, measured=False) as terminal:
        assert terminal.wait() == 3
        assert "Server" not in terminal.text
    assert file.read_text() == "model =\n"


def test_a_script_is_asked_nothing_and_told_how(environ: dict[str, str]) -> None:
    result = mimo("config", "init", environ=environ)
    assert result.code == 2
    assert result.err == (
        "mimo: config init needs a terminal: it asks questions\n"
        "  In a script: mimo config set api_key < FILE (and: mimo config set base_url URL)\n"
    )


def accept_offer(terminal: Terminal, simulator: Simulator) -> None:
    answer(
        terminal,
        ("No API key yet. Set one up now? [Y/n]:", ""),
        ("[mimo]:", simulator.base_url),
        ("(not shown):", simulator.key),
        ("Model", "mimo-v2.6-pro"),
    )


def test_a_first_question_offers_to_set_up_and_goes_on(
    simulator: Simulator, environ: dict[str, str], file: Path
) -> None:
    with Terminal("ask", "please introduce yourself", environ=environ, columns=120) as terminal:
        accept_offer(terminal, simulator)
        terminal.wait_for("I'm MiMo, an AI assistant")
        assert terminal.wait() == 0
    assert file.exists()


def test_a_first_chat_offers_to_set_up_and_begins(
    simulator: Simulator, environ: dict[str, str], file: Path
) -> None:
    environ |= {"LANG": "C.UTF-8"}
    with Terminal("chat", environ=environ, columns=120) as terminal:
        accept_offer(terminal, simulator)
        terminal.wait_for("listens")
        terminal.wait_for("\n›")
        terminal.type("please introduce yourself\r")
        terminal.wait_for("I'm MiMo, an AI assistant")
        terminal.wait_for("\n\n›")
        terminal.type("\x04")
        assert terminal.wait() == 0
        assert simulator.key not in terminal.text
    kept = tomllib.loads(file.read_text())
    assert (kept["base_url"], kept["api_key"]) == (simulator.base_url, simulator.key)


def test_a_chat_without_a_key_says_so_when_the_offer_is_declined(
    environ: dict[str, str], file: Path
) -> None:
    with Terminal("chat", environ=environ, columns=120) as terminal:
        answer(terminal, ("No API key yet. Set one up now? [Y/n]:", "n"))
        assert terminal.wait() == 4
        assert "mimo: no API key: none is set" in terminal.text
    assert not file.exists()


def test_whoever_declines_is_told_both_ways(environ: dict[str, str], file: Path) -> None:
    with Terminal("ask", "hi", environ=environ, columns=120) as terminal:
        answer(terminal, ("Set one up now? [Y/n]:", "n"))
        assert terminal.wait() == 4
        assert "mimo config set api_key (or set MIMO_API_KEY" in terminal.text
    assert not file.exists()


@pytest.mark.parametrize(
    ("args", "more", "code"),
    [
        (["ask"], {}, 2),
        (["ask", "--dry-run", "hi"], {}, 0),
        (["ask", "--base-url", "https://llm.example.com", "hi"], {}, 4),
        (["ask", "hi"], {"MIMO_API_KEY_COMMAND": "false"}, 4),
    ],
)
def test_nothing_is_offered_where_a_key_is_not_what_is_missing(
    environ: dict[str, str], args: list[str], more: dict[str, str], code: int
) -> None:
    with Terminal(
        *args, environ={**environ, "PATH": "/usr/bin:/bin", **more}, measured=False
    ) as terminal:
        assert terminal.wait() == code
        assert "Set one up now?" not in terminal.text


def test_a_profile_says_what_it_would_otherwise_inherit(
    environ: dict[str, str], file: Path, simulator: Simulator
) -> None:
    keep(file, 'base_url = "http://localhost:1"\nmodel = "llama3"\nauth = "none"\n')
    with Terminal(
        "config", "init", "-p", "two", environ=environ, columns=120, measured=False
    ) as terminal:
        answer(
            terminal,
            ("[mimo]:", simulator.base_url),
            ("(not shown):", simulator.key),
            ("Model", "mimo-v2.6-pro"),
        )
        assert terminal.wait() == 0
    assert tomllib.loads(file.read_text())["profiles"]["two"] == {
        "base_url": simulator.base_url,
        "api_key": simulator.key,
        "auth": "api-key",
        "model": "mimo-v2.6-pro",
    }
    asked = mimo("ask", "-p", "two", "hi", environ={**environ, "MIMO_HISTORY": "false"})
    assert asked.code == 0
