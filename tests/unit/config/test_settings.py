from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.bulk import some

from mimo_cli.api.endpoint import Endpoint
from mimo_cli.config import audit
from mimo_cli.config.layers import Source
from mimo_cli.config.not_allowed import check_value
from mimo_cli.config.resolve import Resolved, require
from mimo_cli.config.resolve import resolve as resolve_all
from mimo_cli.config.schema import KEYS, Key, Settings, find_key
from mimo_cli.config.slips import cut
from mimo_cli.errors import AuthError, ConfigError, MimoError, UsageError
from mimo_cli.options.ask import AskOptions
from mimo_cli.options.chat import ChatOptions
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.options import Options

CANARY = "sk-CANARY-0123456789"
NAMES = [key.name for key in KEYS]
KEY_OF = {key.field: key for key in KEYS}
FILE = "/home/me/config.toml"

# key: as an option, in the environment, in the file; what they mean
VALUES: dict[str, tuple[Any, str, Any, tuple[Any, Any, Any]]] = {
    "api_key": ("sk-o", "sk-e", "sk-f", ("sk-o", "sk-e", "sk-f")),
    "api_key_command": ("o", "e", "f", ("o", "e", "f")),
    "auth": ("bearer", "x-api-key", "api-key", ("bearer", "x-api-key", "api-key")),
    "base_url": ("https://o", "https://e", "https://f", ("https://o", "https://e", "https://f")),
    "allow_http": (False, "on", False, (False, True, False)),
    "model": ("o", "e", "f", ("o", "e", "f")),
    "system": ("", "e", "", ("", "e", "")),
    "temperature": (0.0, "1.5", 1, (0.0, 1.5, 1)),
    "top_p": (1.0, "0.01", 0.5, (1.0, 0.01, 0.5)),
    "max_tokens": (1, "131072", 2, (1, 131072, 2)),
    "stop": (["a", "b"], "c", ["d"], (("a", "b"), ("c",), ("d",))),
    "thinking": (False, "YES", False, (False, True, False)),
    "stop_loops": (False, "on", True, (False, True, True)),
    "show_thinking": (True, "0", True, (True, False, True)),
    "usage": (False, "true", False, (False, True, False)),
    "currency": ("CNY", "USD", "auto", ("CNY", "USD", "auto")),
    "confirm_above_tokens": (0, "1000000000", 5, (0, 1_000_000_000, 5)),
    "color": ("never", "always", "auto", ("never", "always", "auto")),
    "live": (False, "on", False, (False, True, False)),
    "theme": ("light", "dark", "auto", ("light", "dark", "auto")),
    "code_theme": ("monokai", "friendly", "vim", ("monokai", "friendly", "vim")),
    "math": ("source", "unicode", "source", ("source", "unicode", "source")),
    "ambiguous": ("wide", "narrow", "wide", ("wide", "narrow", "wide")),
    "history": (True, "no", False, (True, False, False)),
    "editor": ("ed", "nano", "vim -u NONE", ("ed", "nano", "vim -u NONE")),
    "keymap": ("vi", "emacs", "vi", ("vi", "emacs", "vi")),
    "notify": (True, "on", False, (True, True, False)),
    "timeout": (0.001, "86400", 5, (0.001, 86400.0, 5)),
    "retries": (0, "10", 1, (0, 10, 1)),
    "default_profile": ("o", "e", "f", ("o", "e", "f")),
}
PROFILES: dict[str, Any] = {"profiles": {"o": {}, "e": {}, "f": {}}}


def resolve(
    options: dict[str, Any],
    environ: dict[str, str],
    file: dict[str, Any],
    file_name: str = "config.toml",
) -> Resolved:
    return require(resolve_all(options, environ, Source(file_name, file)))


def test_every_key_has_a_setting_and_every_setting_a_key() -> None:
    assert set(Settings._fields) == {key.field for key in KEYS}
    assert set(VALUES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_option_wins_over_the_environment_and_that_over_the_file(name: str) -> None:
    option, variable, value, meanings = VALUES[name]
    key = find_key(name)
    origins = [f"option {key.option}", f"environment {key.variable}", f"file {FILE}"]
    for as_option, in_environment, in_file in product((True, False), repeat=3):
        places = (as_option, in_environment, in_file)
        expected = Settings()
        origin = {}
        source = ""
        if any(places):
            winner = places.index(True)
            change: dict[str, Any] = {key.field: meanings[winner]}
            expected = expected._replace(**change)
            origin = {key.field: origins[winner]}
            source = {
                "api_key": origins[winner],
                "api_key_command": f"api_key_command, {origins[winner]}",
            }.get(name, "")
        resolved = resolve(
            {key.field: option if as_option else None},
            {key.variable: variable} if in_environment else {},
            {**PROFILES, **({name: value} if in_file else {})},
            FILE,
        )
        assert resolved.settings == expected
        assert {name: str(it) for name, it in resolved.origins.items()} == origin
        assert (resolved.key.source, resolved.remarks) == (source, ())


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_variable_counts_as_unset(name: str) -> None:
    _, _, value, meanings = VALUES[name]
    key = find_key(name)
    resolved = resolve({}, {key.variable: ""}, {**PROFILES, name: value})
    assert getattr(resolved.settings, key.field) == meanings[2]
    assert str(resolved.origins[key.field]) == "file config.toml"


@pytest.mark.parametrize(
    ("name", "good", "bad", "wanted"),
    [
        ("temperature", [0, 1.5, "0", " 1.5 ", 1], [-0.1, 1.51, "x"], "a number from 0 to 1.5"),
        ("top_p", [0.01, 1, "1e-1"], [0, 0.009, 1.1], "a number from 0.01 to 1"),
        (
            "max_tokens",
            [1, 131_072, "1"],
            [0, -1, 131_073, 10**9, 1.5, "1.5", "abc", "9" * 5000],
            "a whole number from 1 to 131072",
        ),
        ("retries", [0, 10, "2"], [-1, 11, 1.0], "a whole number from 0 to 10"),
        ("timeout", [0.001, 86400], [0, 0.0001, 86401, 10**400], "a number from 0.001 to 86400"),
        *(
            (name, [], ["nan", math.nan, "inf", math.inf, "-inf", True, [], {}, "1,5"], "number")
            for name in ("temperature", "top_p", "max_tokens", "timeout", "retries")
        ),
        (
            "auth",
            ["bearer"],
            ["basic", "BEARER", 5, ["bearer"]],
            "one of api-key, bearer, x-api-key, none",
        ),
        ("color", ["auto"], ["sometimes", True], "one of auto, always, never"),
        *(
            (
                name,
                [True, False, "TRUE", "no", "off", "1"],
                [1, 0, "2", "maybe", [], " true"],
                "true or false",
            )
            for name in ("allow_http", "thinking", "stop_loops", "show_thinking", "usage")
        ),
        ("stop", ["a", ["a"], ("a", "b"), []], [5, ["a", 5], {"a": 1}, ["\udcff"]], "a list of"),
        ("model", ["é"], [5, True, ["m"], "caf\udce9"], "it must be text"),
        ("system", ["", "@f"], [5, "\ud800"], "it must be text"),
    ],
)
def test_a_value_out_of_range_or_of_another_type_is_refused(
    name: str, good: list[Any], bad: list[Any], wanted: str
) -> None:
    variable = f"MIMO_{name.upper()}"
    for value in good:
        resolve({name: value}, {}, {})
        resolve({}, {}, {name: value})
    for value in bad:
        with pytest.raises(UsageError) as caught:
            resolve({name: value}, {}, {})
        assert caught.value.what == f"{name} cannot be {cut(repr(value), 120)}"
        assert wanted in caught.value.why
        assert f"(option --{name.replace('_', '-')})" in caught.value.why
        with pytest.raises(ConfigError, match=f"file {FILE}"):
            resolve({}, {}, {name: value}, FILE)
        if isinstance(value, str):
            with pytest.raises(ConfigError, match=f"environment {variable}"):
                resolve({}, {variable: value}, {})


@pytest.mark.parametrize("value", [5, [CANARY], {"x": CANARY}, True])
def test_a_key_of_a_wrong_type_is_refused_and_not_shown(value: object) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve({}, {}, {"api_key": value})
    assert caught.value.message == (
        "api_key cannot be that value: it must be text (file config.toml)"
    )


def test_a_key_is_not_in_what_python_prints_of_settings() -> None:
    assert CANARY not in repr(resolve({}, {"MIMO_API_KEY": CANARY}, {}))


@pytest.mark.parametrize(
    ("environ", "file", "endpoint"),
    [
        ({}, {}, Endpoint("https://api.xiaomimimo.com/anthropic")),
        (
            {"MIMO_API_KEY": f" {CANARY}\n"},
            {"auth": "bearer", "base_url": "token-plan-cn.xiaomimimo.com/anthropic/v1/messages"},
            Endpoint(
                "https://token-plan-cn.xiaomimimo.com/anthropic",
                CANARY,
                Phrase("environment MIMO_API_KEY"),
                "bearer",
            ),
        ),
        (
            {},
            {"allow_http": True, "base_url": "http://box:8080", "api_key": CANARY},
            Endpoint("http://box:8080", CANARY, Phrase("file config.toml")),
        ),
    ],
)
def test_settings_name_an_endpoint(
    environ: dict[str, str], file: dict[str, Any], endpoint: Endpoint
) -> None:
    assert resolve({}, environ, file).endpoint() == endpoint


def test_a_bad_key_or_url_is_found_when_the_endpoint_is_named() -> None:
    with pytest.raises(ConfigError, match="would send the key unencrypted"):
        resolve({}, {"MIMO_BASE_URL": "http://box"}, {}).endpoint()
    with pytest.raises(AuthError, match="it contains character U\\+DCFF at 1"):
        resolve({}, {"MIMO_API_KEY": "\udcff"}, {}).endpoint()


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_found_by_its_name_with_dashes_too(name: str) -> None:
    key = find_key(name)
    assert find_key(name.replace("_", "-")) is key
    word = "profile" if name == "default_profile" else name
    assert (key.name, key.variable, key.option) == (
        name,
        f"MIMO_{word.upper()}",
        f"--{word.replace('_', '-')}",
    )
    assert key.help


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("modle", "Did you mean model?"),
        ("api-kye", "Did you mean api_key?"),
        ("zzz", ""),
        ("", ""),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_name(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_key(name)
    assert (caught.value.message, caught.value.hint) == (f"unknown setting {name!r}", hint)


def test_unknown_keys_of_a_file_are_remarked_on_and_ignored() -> None:
    file = {"model": "m", "modle": "x", "future": {"a": 1}}
    assert audit.find_unknown(Source("config.toml", file)) == [
        "unknown setting 'modle' in the configuration. Did you mean model?",
        "unknown setting 'future' in the configuration.",
    ]
    resolved = resolve({}, {}, file)
    assert resolved.settings == Settings(model="m")
    assert {name: str(it) for name, it in resolved.origins.items()} == {"model": "file config.toml"}


def test_what_the_help_says_of_bounds_and_defaults_is_so() -> None:
    for name in ("temperature", "top_p"):
        key = find_key(name)
        assert key.help.startswith(f"{key.low:g} to {key.high:g};")
    assert find_key("retries").help.endswith(f"({Settings().retries}).")
    assert find_key("color").help.endswith(": {}, {} or {}.".format(*find_key("color").choices))


@pytest.mark.parametrize("options", [AskOptions, ChatOptions])
def test_an_option_with_the_name_of_a_setting_is_made_from_it(options: type[Options]) -> None:
    names = {key.field for key in KEYS}
    shared = [field for field in options.parameters() if field.name in names]
    assert len(shared) == 15
    for field in shared:
        (option,) = get_args(field.annotation)[1:]
        key = KEY_OF[field.name]
        assert option.default.partition("/")[0] == key.option  # Typer's name for the first
        if field.name != "profile":
            assert option.help.startswith(key.help.rstrip("."))


ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.lists(st.text(max_size=3) | st.integers(), max_size=3)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)


@settings(deadline=None, derandomize=True, max_examples=some(150))
@given(st.sampled_from(KEYS), ANYTHING)
def test_any_value_of_any_key_is_understood_or_refused(key: Key, value: object) -> None:
    try:
        found = check_value(key, value, Phrase("here"))
    except MimoError:
        return
    if key.kind in ("number", "integer"):
        assert key.low <= found <= key.high
        assert not isinstance(found, bool)
    again = check_value(key, found, Phrase("here"))
    assert again == found


@settings(deadline=None, derandomize=True, max_examples=some(150))
@given(
    st.sampled_from(["prompt", *(key.field for key in KEYS)]),
    ANYTHING,
    st.dictionaries(st.sampled_from(["prompts", "profiles", "aliases", "model"]), ANYTHING),
)
@example("prompt", 0, {})
@example("prompt", {}, {"prompts": {}})
@example("prompt", [], {"prompts": {"a": 1}})
def test_resolving_raises_nothing(option: str, value: object, content: dict[str, Any]) -> None:
    resolved = resolve_all({option: value}, {}, Source("config.toml", content))
    is_text = value is None or isinstance(value, str)
    assert resolved.problems or is_text or option != "prompt"
