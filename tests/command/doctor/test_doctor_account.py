"""The key, the server and the model, as `mimo doctor` judges them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.checkups import SKIPPED, Check, doctor, offline, states
from support.harness import KEY

from mimo_cli.simulator import Simulator

PLAN = "https://token-plan-cn.xiaomimimo.com/anthropic"


def test_without_a_key_nothing_is_asked(home: dict[str, str]) -> None:
    del home["MIMO_API_KEY"]
    checks = offline(home)
    assert checks["key"] == Check(
        "key",
        "failed",
        "none is set",
        "Run: mimo config set api_key (or set MIMO_API_KEY)",
    )
    assert states(checks) == {**SKIPPED, "key": "failed"}


def test_a_server_on_this_machine_needs_no_key(home: dict[str, str]) -> None:
    del home["MIMO_API_KEY"]
    with Simulator(keys=()) as simulator:
        checks = doctor(environ={**home, "MIMO_BASE_URL": simulator.base_url})
    assert checks["key"].text == "none, which is right for a server on this machine"
    assert states(checks) == {"tls": "skipped"}


def test_it_says_which_key_wins(home: dict[str, str]) -> None:
    file = Path(home["MIMO_CONFIG"])
    file.write_text(f'api_key = "{KEY}"\n')
    assert offline(home)["key"].text == (
        "sk-…cdef from environment MIMO_API_KEY, which wins over that in the file"
    )
    del home["MIMO_API_KEY"]
    assert offline(home)["key"].text == f"sk-…cdef from file {file}"


@pytest.mark.parametrize(
    ("key", "base_url", "advice"),
    [
        (
            "tp-0123456789abcdef",
            "https://api.xiaomimimo.com/anthropic",
            "This is a Token Plan key (tp-…) on the pay-as-you-go host.",
        ),
        (KEY, PLAN, "This is a pay-as-you-go key (sk-…) on a Token Plan host."),
    ],
)
def test_a_key_of_the_other_family_is_said(
    key: str, base_url: str, advice: str, home: dict[str, str]
) -> None:
    checks = offline({**home, "MIMO_API_KEY": key, "MIMO_BASE_URL": base_url})
    assert checks["server"].text.endswith(": the key is of the other family")
    assert checks["server"].advice.startswith(advice)
    assert states(checks) == {**SKIPPED, "server": "failed"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "check", "text"),
    [
        ("MIMO_API_KEY", f"{KEY}\u201d", "key", "it contains character U+201D at 27"),
        ("MIMO_BASE_URL", "ftp://x", "server", "base_url is not right: its scheme is 'ftp'"),
        ("MIMO_BASE_URL", "http://example.org", "server", "base_url is not safe: plain http"),
        ("MIMO_BASE_URL", "https://xn--.com", "server", "base_url is not right: xn--.com is no"),
    ],
)
def test_a_key_or_url_that_is_none_does_not_end_it(
    name: str, value: str, check: str, text: str, home: dict[str, str]
) -> None:
    checks = doctor(environ={**home, "MIMO_BASE_URL": "https://nowhere.invalid", name: value})
    assert text in checks[check].text
    assert (checks[check].state, checks["request"].state) == ("failed", "skipped")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "base_url", "found"),
    [
        (
            "mimo-v2.5-pro",
            PLAN,
            (
                "failed",
                "mimo-v2.5-pro (option --model) was retired on 2026-10-21",
                "Its replacement is mimo-v2.6-pro: mimo config set model, or -m",
            ),
        ),
        (
            "mimo-v2.5-pro",
            "https://example.org",
            (
                "warning",
                (
                    "mimo-v2.5-pro (option --model) was retired on 2026-10-21 by Xiaomi; "
                    "this server may have it"
                ),
                "Its replacement is mimo-v2.6-pro: mimo config set model, or -m",
            ),
        ),
        (
            "mimo-v2.6-por",
            PLAN,
            (
                "warning",
                "mimo-v2.6-por (option --model) is not in the catalogue",
                "Did you mean mimo-v2.6-pro? mimo models lists them.",
            ),
        ),
        (
            "qwen3:8b",
            "localhost:8080",
            ("ok", "qwen3:8b (option --model); the catalogue knows Xiaomi's own alone", ""),
        ),
    ],
)
def test_the_model_is_looked_up(
    model: str, base_url: str, found: tuple[Any, str, str], home: dict[str, str]
) -> None:
    environ = {**home, "MIMO_API_KEY": "tp-0123456789abcdef", "MIMO_BASE_URL": base_url}
    assert offline(environ, "-m", model)["model"] == Check("model", *found)
