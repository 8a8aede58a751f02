"""Which place wins, for every setting and every two places; and where a key may go."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bulk import some

from mimo_cli.api.base_url import is_same_owner
from mimo_cli.config import address, audit
from mimo_cli.config.key_policy import KeyFromCommand, KeyKnown, KeyRefused, KeyUnwanted
from mimo_cli.config.layers import KeyPath, Origin, Position, Source
from mimo_cli.config.ownership import Distrust
from mimo_cli.config.resolve import Resolved, require
from mimo_cli.config.resolve import resolve as resolve_all
from mimo_cli.config.schema import ASKED, KEYS, find_key
from mimo_cli.config.tables.aliases import right_aliases
from mimo_cli.errors import ConfigError, MimoError, UsageError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = "/home/me/config.toml"
PROJECT = "/src/.mimo.toml"
PLACES = ("option", "prompt", "environment", "chosen", "project", "fallback", "top")
WORDS = {
    "prompt": f"prompt p, file {FILE}",
    "chosen": f"profile chosen, file {FILE}",
    "project": f"project {PROJECT}",
    "fallback": f"profile fallback, file {FILE}",
    "top": f"file {FILE}",
}

# For each kind of setting, a value for each place; as text in the environment.
NUMBERS = dict(zip(PLACES, (0.1, 0.2, "0.3", 0.4, 0.5, 0.6, 0.7), strict=True))
WHOLE = dict(zip(PLACES, (1, 2, "3", 4, 5, 6, 7), strict=True))
TEXTS = {place: f"https://{place}" for place in PLACES}
FLAGS: dict[str, dict[str, Any]] = {
    # Two values for seven places: each place differs from all that are set below it.
    place: {**dict.fromkeys(PLACES, False), place: "on" if place == "environment" else True}
    for place in PLACES
}


def resolve(
    options: dict[str, Any],
    environ: dict[str, str],
    source: Source,
    project: Source | None = None,
) -> Resolved:
    """What is in force, where nothing is wrong."""
    return require(resolve_all(options, environ, source, project))


def numbered(*paths: KeyPath) -> Callable[[KeyPath], Position | None]:
    """Where keys stand: the first of those given in line 1, the second in line 2, column 2."""
    return {path: (number, number) for number, path in enumerate(paths, start=1)}.get


def values(name: str, winner: str) -> dict[str, Any]:
    key = find_key(name)
    match key.kind:
        case "number":
            return NUMBERS
        case "integer":
            return WHOLE
        case "flag":
            return FLAGS[winner]
        case "choice":
            return {**dict.fromkeys(PLACES, key.choices[0]), winner: key.choices[-1]}
        case _:
            return TEXTS


def meaning(name: str, value: Any) -> Any:
    match find_key(name).kind:
        case "number":
            return float(value)
        case "integer":
            return int(value)
        case "flag":
            return value in (True, "on")
        case "list":
            return (value,)
        case _:
            return value


def settled(name: str, given: dict[str, Any], default_profile: bool) -> Resolved:
    """The settings with a value at each of the given places."""
    key = find_key(name)
    profiles = [place for place in ("chosen", "fallback") if place in given]
    file: dict[str, Any] = {
        "profiles": {place: {name: given[place]} for place in profiles},
        "prompts": {"p": {name: given["prompt"]}} if "prompt" in given else {},
        **({name: given["top"]} if "top" in given else {}),
    }
    options = {name: given.get("option"), "prompt": "p" if "prompt" in given else None}
    if "fallback" in given and default_profile:
        file["default_profile"] = "fallback"
    if "chosen" in given:
        options["profile"] = "chosen"
    environ = {key.variable: given["environment"]} if "environment" in given else {}
    project = Source(PROJECT, {name: given["project"]}) if "project" in given else None
    return resolve(options, environ, Source(FILE, file), project)


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.parametrize("name", [key.name for key in KEYS if key.name != "default_profile"])
def test_the_place_that_wins_wins_over_all_below_it_and_over_each_alone(name: str) -> None:
    counted = PLACES if name in ASKED else [p for p in PLACES if p not in ("prompt", "project")]
    for present in product((True, False), repeat=len(PLACES)):
        there = {place for place, is_there in zip(PLACES, present, strict=True) if is_there}
        # A profile that was chosen takes the place of the default one: there is one at a time.
        in_play = there - {"fallback"} if "chosen" in there else there
        winner = next((place for place in counted if place in in_play), None)
        used = values(name, winner or "top")
        chosen = settled(name, {place: used[place] for place in there}, default_profile=True)
        if winner is None:
            assert name not in chosen.origins
            continue
        key = find_key(name)
        words = {
            **WORDS,
            "option": f"option {key.option}",
            "environment": f"environment {key.variable}",
        }
        assert getattr(chosen.settings, name) == meaning(name, used[winner]), (winner, there)
        assert str(chosen.origins[name]) == words[winner]


# Profiles


def test_a_profile_is_named_by_option_then_environment_then_file() -> None:
    file = {"profiles": {name: {"model": name} for name in "oef"}, "default_profile": "f"}
    source = Source(FILE, file)
    for options, environ, expected in (
        ({"profile": "o"}, {"MIMO_PROFILE": "e"}, "o"),
        ({}, {"MIMO_PROFILE": "e"}, "e"),
        ({}, {"MIMO_PROFILE": ""}, "f"),
        ({"profile": ""}, {"MIMO_PROFILE": "e"}, "mimo-v2.6-pro"),
    ):
        assert resolve(options, environ, source).settings.model == expected


@pytest.mark.parametrize(
    ("options", "environ", "file", "error", "why"),
    [
        ({"profile": "wrok"}, {}, {}, UsageError, ""),
        ({}, {"MIMO_PROFILE": "wrok"}, {}, ConfigError, ": environment MIMO_PROFILE"),
        ({}, {}, {"default_profile": "wrok"}, ConfigError, f": file {FILE}, line 1, column 1"),
    ],
)
def test_an_unknown_profile_is_an_error_that_names_the_nearest(
    options: dict[str, str],
    environ: dict[str, str],
    file: dict[str, Any],
    error: type[MimoError],
    why: str,
) -> None:
    content = {**file, "profiles": {"work": {}, "home": {}}}
    source = Source(FILE, content, numbered(("default_profile",)))
    with pytest.raises(MimoError) as caught:
        resolve(options, environ, source)
    assert type(caught.value) is error
    assert caught.value.message == f"unknown profile 'wrok'{why}"
    assert caught.value.hint == "Did you mean work?"


def test_where_no_profile_is_near_all_are_named() -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "There are none yet. One is made by: mimo config init -p NAME"),
        ({"profiles": {"a": {}}}, "There are: a."),
    ]
    for file, hint in cases:
        with pytest.raises(UsageError) as caught:
            resolve({"profile": "zzzz"}, {}, Source(FILE, file))
        assert caught.value.hint == hint


TABLE_POSITIONS = numbered(
    *(("profiles",), ("profiles", "w"), ("profiles", "w", "retries"), ("aliases",)),
    ("aliases", "pro"),
)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ({"profiles": 5}, "profiles is not a table: it must be one (file F, line 1, column 1)"),
        (
            {"profiles": {"w": [1]}},
            "profiles.w is not a table: it must be one (file F, line 2, column 2)",
        ),
        (
            {"profiles": {"w": {"retries": "x"}}},
            (
                "retries cannot be 'x': it must be a whole number from 0 to 10 "
                "(profile w, file F, line 3, column 3)"
            ),
        ),
        ({"aliases": "x"}, "aliases is not a table: it must be one (file F, line 4, column 4)"),
        (
            {"aliases": {"pro": 5}},
            "alias pro cannot be 5: name a model (file F, line 5, column 5)",
        ),
        (
            {"aliases": {"pro": "flash"}},
            (
                "alias pro cannot be 'flash', which is an alias itself: name a model "
                "(file F, line 5, column 5)"
            ),
        ),
    ],
)
def test_what_is_wrong_in_a_table_is_said_with_its_place(
    file: dict[str, Any], message: str
) -> None:
    source = Source("F", file, TABLE_POSITIONS)
    with pytest.raises(ConfigError) as caught:
        resolve({"profile": "w" if "profiles" in file else None, "model": "pro"}, {}, source)
    assert caught.value.message == message


# What is wrong


def test_what_is_wrong_counts_as_not_set_and_is_told_with_its_place() -> None:
    file = {"retries": 3, "usage": 5, "profiles": {"w": {"retries": -1, "usage": True}}}
    resolved = resolve_all({"profile": "w"}, {"MIMO_TIMEOUT": "soon"}, Source("F", file))
    chosen = resolved.settings
    assert (chosen.retries, chosen.usage, chosen.timeout) == (3, True, None)
    assert [(type(it.error), str(it.origin), it.origin.path) for it in resolved.problems] == [
        (ConfigError, "environment MIMO_TIMEOUT", ()),
        (ConfigError, "profile w, file F", ("profiles", "w", "retries")),
    ]
    with pytest.raises(ConfigError, match="timeout cannot be 'soon'"):
        require(resolved)


def test_a_profile_that_is_not_there_leaves_the_next_that_is_named() -> None:
    file = {"profiles": {"b": {"model": "m"}}, "default_profile": "b"}
    resolved = resolve_all({"profile": "a"}, {"MIMO_PROFILE": "c"}, Source("F", file))
    assert (resolved.settings.profile, resolved.settings.model) == ("b", "m")
    assert [str(it.origin) for it in resolved.problems] == [
        "option --profile",
        "environment MIMO_PROFILE",
    ]


def test_where_the_users_aliases_are_wrong_the_built_in_ones_hold() -> None:
    for aliases in (5, {"flash": "pro"}):
        source = Source("F", {"model": "flash", "aliases": aliases})
        resolved = resolve_all({}, {}, source)
        assert resolved.settings.model == "mimo-v2.6-flash"
        assert str(resolved.origin("model")) == "file F, alias flash"
        assert [problem.origin.path[0] for problem in resolved.problems] == ["aliases"]


def test_a_command_that_others_may_have_named_is_refused() -> None:
    distrust = Distrust(Phrase("others can change F"), Phrase("Run: x"))
    source = Source("F", {"api_key_command": "c", "editor": "e"}, distrust=distrust)
    resolved = resolve({}, {}, source)
    assert (resolved.key, resolved.settings.editor) == (
        KeyRefused(distrust, Origin("file", "", "F", ("api_key_command",))),
        "",
    )
    assert resolve({}, {"MIMO_EDITOR": "vi"}, source).settings.editor == "vi"


def test_where_no_key_is_wanted_it_is_known_what_would_be_done_about_one() -> None:
    resolved = resolve({}, {}, Source("F", {"api_key_command": "c", "auth": "none"}))
    origin = Origin("file", "", "F", ("api_key_command",))
    assert resolved.key == KeyUnwanted(KeyFromCommand("c", origin))
    assert resolved.key.source == "api_key_command, file F"
    assert resolve({}, {}, Source("F", {})).is_without_key
    assert not resolved.is_without_key


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just("w")
)
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=2), SCALARS)
NAMES = st.sampled_from([*(key.name for key in KEYS), "prompt", "odd"])
TABLES = st.dictionaries(NAMES, VALUES, max_size=4)
INNER = VALUES | st.dictionaries(st.sampled_from(["w", "v", "pro"]), TABLES | VALUES, max_size=3)
FILES = st.builds(
    lambda top, tables: {**top, **tables},
    TABLES,
    st.dictionaries(st.sampled_from(["profiles", "aliases", "prompts"]), INNER, max_size=3),
)


@settings(
    deadline=None,
    derandomize=True,
    max_examples=some(150),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    FILES,
    TABLES,
    st.dictionaries(st.sampled_from([key.variable for key in KEYS]), st.text(max_size=4)),
    st.dictionaries(st.sampled_from([*(key.field for key in KEYS), "prompt"]), VALUES, max_size=3),
)
def test_nothing_that_files_and_variables_may_hold_is_raised(
    file: dict[str, Any], project: dict[str, Any], environ: dict[str, str], options: dict[str, Any]
) -> None:
    if not isinstance(options.get("prompt"), str):  # the command line gives texts alone
        options.pop("prompt", None)
    source = Source("F", file)
    resolved = resolve_all(options, environ, source, Source("P", project))
    places = [problem.origin.identity for problem in resolved.problems]
    assert len(set(places)) == len(places)
    for key in KEYS:
        value = getattr(resolved.settings, key.field)
        if resolved.origin(key.field).kind != "default" and key.kind in ("number", "integer"):
            assert key.low <= value <= key.high
    wrong = {problem.origin.identity for problem in audit.check_source(source)}
    assert {place for place in places if place[0] == "F"} - {("F", ("default_profile",))} <= wrong
    assert all(isinstance(model, str) for model in right_aliases(source).values())
    audit.find_unknown(source)


# Aliases


@pytest.mark.parametrize(
    ("file", "options", "expected", "origin"),
    [
        ({}, {"model": "flash"}, "mimo-v2.6-flash", "option --model, alias flash"),
        ({"model": "pro"}, {}, "mimo-v2.6-pro", "file F, alias pro"),
        ({"aliases": {"pro": "x"}, "model": "pro"}, {}, "x", "file F, alias pro"),
        ({"aliases": {"pro": "pro"}}, {"model": "pro"}, "pro", "option --model, alias pro"),
        ({"aliases": {"a": "x"}, "profiles": {"p": {"model": "a"}}}, {"profile": "p"}, "x",
         "profile p, file F, alias a"),
        ({"aliases": {"a": "x"}}, {"model": "b"}, "b", "option --model"),
    ],
)  # fmt: skip
def test_an_alias_stands_for_a_model_wherever_one_is_named(
    file: dict[str, Any], options: dict[str, Any], expected: str, origin: str
) -> None:
    chosen = resolve(options, {}, Source("F", file))
    assert (chosen.settings.model, str(chosen.origins["model"])) == (expected, origin)


# Where a key may go

MIMO = "https://api.xiaomimimo.com/anthropic"
PLAN = "https://token-plan-cn.xiaomimimo.com/anthropic"
OTHER = "https://llm.example.com"
IN_P = {"profile": "p"}


def key_of(
    file: dict[str, Any], environ: dict[str, str] | None = None, **options: str
) -> tuple[str | None, tuple[str, ...]]:
    chosen = resolve(options, environ or {}, Source("F", file))
    return chosen.endpoint().key, chosen.remarks


@pytest.mark.parametrize(
    ("profile", "key"),
    [
        ({"base_url": OTHER}, None),
        ({"base_url": "http://localhost:8080"}, None),
        ({"base_url": "https://xiaomimimo.com.example.com"}, None),
        ({"base_url": MIMO.replace("https", "http"), "allow_http": True}, None),
        ({"base_url": MIMO.replace(".com", ".com:8443")}, None),
        ({"base_url": PLAN}, "sk-top"),
        ({"base_url": MIMO}, "sk-top"),
        ({"model": "x"}, "sk-top"),
        ({"base_url": OTHER, "api_key": "sk-own"}, "sk-own"),
    ],
)
def test_the_key_of_the_top_level_does_not_go_to_a_profiles_other_server(
    profile: dict[str, Any], key: str | None
) -> None:
    file = {"api_key": "sk-top", "profiles": {"p": profile}}
    assert key_of(file, profile="p") == (key, ())
    assert key_of({**file, "default_profile": "p"}) == (key, ())


def test_a_key_that_is_withheld_is_said_to_be_so() -> None:
    file = {"api_key": "sk-top", "profiles": {"p": {"base_url": OTHER}}}
    chosen = resolve({"profile": "p"}, {}, Source("F", file))
    assert chosen.settings.api_key is None
    assert chosen.key.source == "withheld: the key (file F) is for api.xiaomimimo.com"


def test_a_command_for_the_key_is_withheld_as_the_key_is() -> None:
    file = {"api_key_command": "pass x", "profiles": {"p": {"base_url": OTHER}}}
    chosen = resolve({"profile": "p"}, {}, Source("F", file))
    assert (chosen.settings.api_key, chosen.settings.api_key_command) == (None, None)
    assert chosen.key.source == (
        "withheld: the key (api_key_command, file F) is for api.xiaomimimo.com"
    )


def test_a_top_level_key_goes_to_its_own_server_in_a_profile() -> None:
    file = {"api_key": "sk-top", "base_url": OTHER, "profiles": {"p": {"base_url": OTHER + "/x"}}}
    assert key_of(file, profile="p") == ("sk-top", ())
    file["profiles"] = {"p": {"base_url": MIMO}}
    assert key_of(file, profile="p") == (None, ())


def test_a_server_that_the_user_names_gets_the_key_and_that_is_said() -> None:
    file = {"api_key": "sk-top"}
    said = "the key (file F) is used for llm.example.com, as the {} says"
    assert key_of(file, base_url=OTHER) == ("sk-top", (said.format("option --base-url"),))
    environ = {"MIMO_BASE_URL": OTHER}
    assert key_of(file, environ) == ("sk-top", (said.format("environment MIMO_BASE_URL"),))
    assert key_of(file, base_url=PLAN) == ("sk-top", ())
    assert key_of(file, base_url="http://localhost:8080") == ("sk-top", ())
    assert key_of({}, {"MIMO_API_KEY": "sk-e", **environ}) == ("sk-e", ())


def test_of_a_key_that_is_not_sent_nothing_is_said() -> None:
    file = {"api_key": "sk-top", "auth": "none"}
    assert key_of(file, base_url=OTHER) == (None, ())
    profile = {"base_url": OTHER, "api_key": "sk-own", "auth": "none"}
    assert key_of({"profiles": {"p": profile}}, {"MIMO_API_KEY": "sk-e"}, profile="p")[1] == ()


@pytest.mark.parametrize("url", ["“http://x.example”", "ftp://x", "http://x.example", "https://"])
def test_of_a_server_that_is_not_asked_nothing_is_said(url: str) -> None:
    assert resolve({"base_url": url}, {}, Source("F", {"api_key": "sk-top"})).remarks == ()
    file = {"profiles": {"p": {"base_url": url}}}
    chosen = resolve({"profile": "p"}, {"MIMO_API_KEY": "sk-e"}, Source("F", file))
    assert chosen.remarks == ()


def test_of_a_server_that_is_asked_unencrypted_it_is_said() -> None:
    file = {"api_key": "sk-top", "allow_http": True}
    assert len(key_of(file, base_url="http://x.example")[1]) == 1


def test_a_variable_that_takes_the_place_of_a_profiles_own_key_is_remarked_on() -> None:
    profile = {"base_url": OTHER, "api_key": "sk-own"}
    file = {"profiles": {"p": profile}}
    environ = {"MIMO_API_KEY": "sk-e"}
    said = "the key (environment MIMO_API_KEY) wins over that of profile p for {}"
    assert key_of(file, environ, profile="p") == ("sk-e", (said.format("llm.example.com"),))
    del profile["api_key"]
    said = "the key (environment MIMO_API_KEY) is used for llm.example.com, as profile p says"
    assert key_of(file, environ, profile="p") == ("sk-e", (said,))
    profile["base_url"] = "http://localhost:8080"
    assert key_of(file, environ, profile="p") == ("sk-e", ())


def test_what_is_no_url_is_nobodys() -> None:
    file = {"api_key": "sk-top", "profiles": {"p": {"base_url": "ftp://x"}}}
    chosen = resolve({"profile": "p"}, {}, Source("F", file))
    assert chosen.settings.api_key is None
    file = {"api_key": "sk-top", "base_url": "ftp://x", "profiles": {"p": {"base_url": OTHER}}}
    chosen = resolve({"profile": "p"}, {}, Source("F", file))
    assert chosen.key.source == "withheld: the key (file F) is for ftp://x"


def test_no_key_is_sent_where_none_is_wanted() -> None:
    assert key_of({"api_key": "sk-top", "auth": "none"}) == (None, ())


@pytest.mark.parametrize(
    ("file", "environ", "options", "key", "command"),
    [
        ({"api_key": "k", "api_key_command": "c"}, {}, {}, "k", "c"),
        ({"api_key": "k"}, {"MIMO_API_KEY_COMMAND": "c"}, {}, None, "c"),
        ({"api_key_command": "c"}, {"MIMO_API_KEY": "k"}, {}, "k", "c"),
        ({"api_key": "k", "profiles": {"p": {"api_key_command": "c"}}}, {}, IN_P, None, "c"),
        ({"api_key_command": "c", "profiles": {"p": {"api_key": "k"}}}, {}, IN_P, "k", "c"),
    ],
)
def test_the_most_specific_place_with_a_key_or_a_command_for_it_wins(
    file: dict[str, Any], environ: dict[str, str], options: dict[str, str], key: str, command: str
) -> None:
    chosen = resolve(options, environ, Source("F", file))
    assert (chosen.settings.api_key, chosen.settings.api_key_command) == (key, command)
    match chosen.key:
        case KeyKnown(known):
            assert known == key
        case KeyFromCommand(known):
            assert known == command
        case decision:
            pytest.fail(str(decision))


def test_the_owner_of_a_server_is_its_origin() -> None:
    assert is_same_owner("example.com", "https://EXAMPLE.com:443/x")
    assert not is_same_owner("https://example.com", "https://example.com:8443")
    assert not is_same_owner("http://localhost:1", "http://localhost:2")


# What may stand where


def test_unknown_keys_of_tables_are_remarked_on_with_line_and_nearest() -> None:
    file = {
        "modle": 1,
        "profiles": {"w": {"tempreature": 1, "default_profile": "x", "model": "m"}},
        "prompts": {"r": {"promt": "x", "base_url": "y", "system": "s"}},
        "aliases": {"anything": "m"},
    }
    positions = numbered(("modle",), ("profiles", "w", "tempreature"), ("prompts", "r", "promt"))
    source = Source("F", file, positions)
    assert audit.find_unknown(source) == [
        "unknown setting 'modle' in the configuration, line 1, column 1. Did you mean model?",
        (
            "unknown setting 'tempreature' in profiles.w, line 2, column 2. "
            "Did you mean temperature?"
        ),
        "unknown setting 'default_profile' in profiles.w.",
        "unknown setting 'promt' in prompts.r, line 3, column 3. Did you mean prompt?",
        "unknown setting 'base_url' in prompts.r.",
    ]


@pytest.mark.parametrize(
    ("name", "profile", "path"),
    [
        ("model", "", ("model",)),
        ("top-p", "work", ("profiles", "work", "top_p")),
        ("aliases.gpt-4.1", "", ("aliases", "gpt-4.1")),
        ("profiles.a.b.model", "", ("profiles", "a.b", "model")),
        ("prompts.review.prompt", "", ("prompts", "review", "prompt")),
    ],
)
def test_a_name_means_a_place_in_the_file(name: str, profile: str, path: tuple[str, ...]) -> None:
    assert address.find_address(name, profile).path == path


@pytest.mark.parametrize(
    ("name", "profile", "message", "hint"),
    [
        ("modle", "", "unknown setting 'modle'", "Did you mean model?"),
        ("modle", "work", "unknown setting 'modle'", "Did you mean model?"),
        ("default_profile", "work", "unknown setting 'default_profile'", ""),
        ("aliases", "", "unknown setting 'aliases': it is written aliases.NAME", ""),
        ("aliases.", "", "unknown setting 'aliases.': it is written aliases.NAME", ""),
        ("profiles.x", "", "unknown setting 'profiles.x': it is written profiles.NAME.SETTING", ""),
        ("profiles.x.modle", "", "unknown setting 'modle'", "Did you mean model?"),
        ("prompts.x.base_url", "", "unknown setting 'base_url'", ""),
        ("colour.x", "", "unknown setting 'colour.x'", ""),
    ],
)
def test_a_name_that_means_nothing_is_refused(
    name: str, profile: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        address.find_address(name, profile)
    assert caught.value.message == message
    if hint:
        assert caught.value.hint == hint
