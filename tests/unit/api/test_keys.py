"""What looks like a key, and what only looks like the beginning of one."""

from __future__ import annotations

import random
import string
import time
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.bulk import part
from support.harness import environ_in, mimo

from mimo_cli.api.keys import is_like_key, mask_all

TAIL = "c7x2q9w4e1r8t5y3u6i0p2a9s4d7f1g8"
ALNUM = string.ascii_letters + string.digits


@pytest.mark.parametrize(
    "text",
    [
        f"sk-{TAIL}",
        f"--api-keysk-{TAIL}",
        f"mimosk-{TAIL}",
        f"keysk-{TAIL}",
        f"-ksk-{TAIL}",
        f"api_keytp-{TAIL}",
        f"api_key=tp-{TAIL}",
        f"MIMO_API_KEY_sk-{TAIL}",
        f"\u5bc6\u94a5\u662fsk-{TAIL}\u5bf9\u5417",
        f"tasksk-{TAIL}",
        f"tasktask-sk-{TAIL}",
        f"0sk-{TAIL}",
        f"keysk-proj-{TAIL}",
        f"keysk-{TAIL[:16]}",
        f"keysk-{string.ascii_lowercase}",
        "keysk-aB3_x-9Zq1-Lm4p_0Kd7-w2",
        f"sk-{string.ascii_lowercase[:12]}",
        "sk-1234567890123456",
        "sk-550e8400-e29b-41d4-a716-446655440000",
        "sk-proj-550e8400-e29b-41d4-a716-446655440000",
        "tp-live_550e8400-e29b-41d4-a716-446655440000",
        "sk-48213377-90210456-55512399",
        f"\uff53\uff4b\uff0d{TAIL}",
        f"sk\u2011{TAIL}",
        f"sk\u2013{TAIL}",
        f"sk-{TAIL[:16]}-550e8400-e29b-41d4-a716-446655440000",
        f"tp-link-router-{TAIL[:16]}",
    ],
)
def test_a_key_is_hidden_wherever_it_is_glued(text: str) -> None:
    assert is_like_key(text)
    shown = mask_all(text)
    assert TAIL[4:12] not in shown
    assert "\u2026" in shown
    assert mask_all(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "task-force-and-others-of-the-kind",
        "risk-management-framework-overview",
        "desk-1234",
        "http-strict-transport-security",
        "ftp-server-name",
        "ftp-server-name-with-2-parts.example.com",
        "disk-image-2024.iso",
        "disk-internationalization-2024",
        "disk-backup-20240101T120000Z",
        "task-a1-b2-c3-version-x86-sha256-utf8",
        "desk-myLongFunctionName",
        "https://example.com/http-headers-explained-in-depth",
        "sk-short",
        "sk-\u4efb\u52a1\u7ba1\u7406\u7cfb\u7edf\u7684\u8bf4\u660e\u548c\u4f7f\u7528",
        "mask-" * 30,
        "tp-link-router-manual.pdf",
        "tp-link-archer-ax50.txt",
        "tp-link-tl-wr841n-manual.pdf",
        "tp-server-configuration.yaml",
        "notes/sk-learn-notes-2024.md",
        "sk-learn-contrib-extensions",
        "sk-telecom-annual-report-2025.pdf",
        "sk-hynix-earnings-q3-2026.xlsx",
        "sk-SK-translations.json",
        "http-session-550e8400-e29b-41d4-a716-446655440000",
        "task-550e8400-e29b-41d4-a716-446655440000.json",
        "task-report-550E8400-E29B-41D4-A716-446655440000",
        "task-runner-7d9f8b6c5d-x2x4z",
        "task-a1b2c3d4e5f6",
        "task-20261126T123456Z.json",
        "flask-internationalization-support",
        "risk-model-XGBoostClassifier",
        "desk-photo-IMG_20261126_123456.jpg",
    ],
)
def test_ordinary_words_are_no_keys(text: str) -> None:
    assert not is_like_key(text)
    assert mask_all(text) == text


ALPHABETS = {
    "hex": string.hexdigits[:16],
    "base32": string.ascii_uppercase + "234567",
    "base36": string.ascii_lowercase + string.digits,
    "base62": ALNUM,
    "base64url": ALNUM + "-_",
}


@pytest.mark.parametrize("before", ["", "--key"])
@pytest.mark.parametrize("alphabet", ALPHABETS.values(), ids=ALPHABETS)
def test_next_to_no_random_tail_passes_for_a_name(alphabet: str, before: str) -> None:
    chosen = random.Random(7)  # noqa: S311 - the same ones each time
    tried = 3000
    for length in (24, 32, 48):
        texts = (f"{before}sk-{''.join(chosen.choices(alphabet, k=length))}" for _ in range(tried))
        missed = [text for text in texts if text in mask_all(text)]
        assert len(missed) <= tried / 1000, missed


def test_every_key_of_a_text_is_hidden_and_nothing_else() -> None:
    text = f"task-force, keysk-{TAIL} and tp-{TAIL}: http-only-cookies"
    assert mask_all(text) == "task-force, keysk-\u2026f1g8 and tp-\u2026f1g8: http-only-cookies"


def test_a_long_text_of_beginnings_takes_no_long_time() -> None:
    begun = time.monotonic()
    mask_all("asktask-" * 8000 + "aA" * 8000)
    assert time.monotonic() - begun < 2


glue = st.text(ALNUM + "-_=:./@ \u5bc6\u94a5", max_size=12)
keys = st.builds(
    "{}-{}{}".format,
    st.sampled_from(("sk", "tp")),
    st.sampled_from(("", "proj-", "ant-api03-")),
    st.text(ALNUM, min_size=32, max_size=64),
)
lines = st.sampled_from(
    [
        ["{}"],
        ["--{}"],
        ["-k{}"],
        ["ask", "hi", "--{}"],
        ["ask", "hi", "--max-tokens", "{}"],
        ["ask", "hi", "--json", "--temperature={}"],
        ["chat", "-{}"],
        ["config", "set", "{}"],
        ["config", "set", "{}", "value"],
        ["config", "get", "{}"],
        ["history", "show", "{}"],
        ["models", "{}"],
        ["help", "{}"],
        ["completions", "{}"],
    ]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(line=["chat", "-{}"], before="", key=f"tp-{TAIL}", behind="")  # -t takes a value
@given(line=lines, before=glue, key=keys, behind=glue)
def test_no_usage_error_repeats_a_key(line: list[str], before: str, key: str, behind: str) -> None:
    words = [it.format(f"{before}{key}{behind}") for it in line]
    with TemporaryDirectory() as folder:
        result = mimo(*words, environ=environ_in(Path(folder)))
    tail = key.rpartition("-")[2]
    assert result.code not in (0, 1)
    assert not any(tail[at : at + 12] in result.err + result.out for at in range(len(tail) - 11))


def fold(text: str) -> str:
    """Return a text without what a program changes that takes a word for a name."""
    return text.lower().replace("_", "-")


def repeats(text: str, key: str) -> bool:
    """Return whether a text has a part of a key, also where its case or its signs were changed."""
    text, tail = fold(text), fold(key[3:])
    return any(tail[at : at + 8] in text for at in range(len(tail) - 7))


ONES = (f"sk-{TAIL}{TAIL[:16]}", "tp-W02707bQ7x6EqiTuahK61f2e_ewea5hh95k-8tyh7Y86", f"sk-{TAIL}")


@pytest.mark.parametrize("key", ONES)
@pytest.mark.parametrize(
    "line",
    [
        "/set {}",
        "/set {} 1",
        "/set temperature{} 1",
        "/set temperature={}",
        "/set temperature {}",
        "/set Max{}-tokens 5",
        "/set theme {}",
        "/set stop [{}",
        "/set schema {}",
        "/set model {}",
        "/set api_key {}",
        "/set code_theme {}",
        "/{}",
        "/{} x",
        "/temp{} 1",
        "/set{}",
        "/" + "x" * 28 + "{}",
        "/model/{}",
        "/model a {}",
        "/thinking {}",
        "/system @{}",
        "/prompt {} a",
        "/prompt tr {}=x",
        "/prompt tr lang={} x",
        "/file {}",
        "/file drop {}",
        "/file https://10.0.0.1/" + "y" * 30 + "{}",
        "/file image:" + "y" * 190 + "{}",
        "/undo {}",
        "/fork {}",
        "/copy {}",
        "/save {}",
        "/resume {}",
        "/retry a {}",
        "/help /{} x",
    ],
)
def test_no_line_of_a_chat_repeats_a_key(line: str, key: str, tmp_path: Path) -> None:
    environ = environ_in(tmp_path)
    result = mimo("chat", environ=environ, stdin=f"{line.format(key)}\nhi\n".encode())
    assert result.code not in (0, 1)
    assert not repeats(result.err + result.out, key)


COMMAND_LINES = [
    ("ask", "hi", "--color", "{}"),
    ("ask", "hi", "--prompt", "{}"),
    ("ask", "hi", "--prompt", "x", "--set", "{}"),
    ("ask", "hi", "--encoding", "{}"),
    ("ask", "hi", "--schema", "{}"),
    ("ask", "hi", "-f", "https://10.0.0.1/{}"),
    ("ask", "hi", "-f", "htps://{}"),
    ("ask", "hi", "-f", "image:{}"),
    ("ask", "hi", "--tool-result", "{}"),
    ("ask", "hi", "-r", "a", "--tool-result", "{}=v"),
    ("ask", "hi", "-x{}"),
    ("ask", "hi", "-p", "{}"),
    ("config", "set", "{}", "1"),
    ("config", "set", "timeout", "{}"),
    ("config", "set", "stop", "[{}"),
    ("config", "set", "theme", "{}"),
    ("config", "set", "aliases.{}", ""),
    ("config", "set", "loaders.{}", "x"),
    ("config", "set", "prompts.{}.x", "x"),
    ("config", "get", "{}"),
    ("config", "unset", "{}"),
    ("history", "show", "{}"),
    ("history", "show", "--answer", "{}"),
    ("history", "--since", "{}"),
    ("help", "{}"),
    ("schema", "{}"),
    ("simulate", "--dialect", "{}"),
    ("completions", "{}"),
    ("{}",),
    ("{}", "what", "is", "it"),
]
BEFORE = ["", "x" * 46, "y" * 106, "y" * 186, "temperature"]


@pytest.mark.parametrize(("words", "before", "key"), part([*product(COMMAND_LINES, BEFORE, ONES)]))
def test_no_command_line_repeats_a_part_of_a_key(
    words: tuple[str, ...], before: str, key: str, tmp_path: Path
) -> None:
    typed = [word.format(f"{before}{key}") for word in words]
    result = mimo(*typed, environ=environ_in(tmp_path))
    assert result.code != 1
    assert not repeats(result.err + result.out, key)


@pytest.mark.parametrize("key", ONES)
@pytest.mark.parametrize("name", ["{}", "TIMEOUT{}", "MODEL_{}"])
def test_no_name_of_a_variable_or_setting_repeats_a_key(
    name: str, key: str, tmp_path: Path
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'"{name.format(key).lower()}" = 1\n[prompts.{key}]\nx = 1\n')
    file.chmod(0o600)
    environ = {**environ_in(tmp_path), f"MIMO_{name.format(key)}": "1", "MIMO_CONFIG": str(file)}
    for words in (["ask", "hi", "--dry-run"], ["config", "list"], ["config", "list", "--json"]):
        result = mimo(*words, environ=environ)
        assert result.code != 1
        assert not repeats(result.err + result.out, key), words
