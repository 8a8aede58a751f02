"""Kept prompts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import Terminal, environ_for, mimo

from mimo_cli.config.tables import templates
from mimo_cli.errors import ConfigError, UsageError
from mimo_cli.phrases import Phrase
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path


def filled(text: str, question: str = "Q", *given: str) -> str:
    template = templates.parse_template("p", text, lambda: Phrase("here"))
    return template.fill(template.values(given), question)


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("", [], "Q"),
        ("{input}", [], "Q"),
        ("Review:\n{input}\nThanks", [], "Review:\nQ\nThanks"),
        ("Be brief.", [], "Be brief.\n\nQ"),
        ("Be brief.\n\n", [], "Be brief.\n\nQ"),
        ("To {lang}: {input} ({lang})", ["lang=fr"], "To fr: Q (fr)"),
        ("{a}{b-c}", ["b-c=x=y", "a=1", "a="], "x=y\n\nQ"),
        ('{{"a": {a}}} {input}', ["a={input}{a}"], '{"a": {input}{a}} Q'),
        ("{{{input}}}", [], "{Q}"),
        ("To {语言}: {input}", ["语言=法语"], "To 法语: Q"),
        ("{язык} {_x}", ["язык=a", "_x=b"], "a b\n\nQ"),
        ("{変数_1} {नाम}", ["変数_1=a", "नाम=b"], "a b\n\nQ"),
        ("{e\u0301}", ["\u00e9=a"], "a\n\nQ"),
        ("{\u00e9}", ["e\u0301=a"], "a\n\nQ"),
        ("{ｌａｎｇ} {lang}", ["lang=a"], "a a\n\nQ"),
        ("{ｶﾞ}", ["ガ=a"], "a\n\nQ"),
        ("{lang}", ["ｌａｎｇ=＝a"], "＝a\n\nQ"),
        ("{ｉｎｐｕｔ}!", [], "Q!"),
        ("{{语言}}", [], "{语言}\n\nQ"),
    ],
)
def test_a_prompt_is_filled(text: str, given: list[str], expected: str) -> None:
    assert filled(text, "Q", *given) == expected


def test_a_prompt_that_takes_no_input_needs_none() -> None:
    assert filled("Tell a joke.", "") == "Tell a joke."
    assert not templates.parse_template("p", "Tell a joke.", lambda: Phrase("here")).takes_input
    assert templates.parse_template("p", "", lambda: Phrase("here")).takes_input


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{input", "its braces do not match"),
        ("a } b", "its braces do not match"),
        ("{", "its braces do not match"),
        ("{}", "{} is no field"),
        ("{0}", "{0} is no field"),
        ("{a.b}", "{a.b} is no field"),
        ("{a[0]}", "{a[0]} is no field"),
        ("{a!r}", "{a!r} is no field"),
        ('{"a": 1}', '{"a": 1} is no field'),
        ("{1语}", "{1语} is no field"),
        ("{-a}", "{-a} is no field"),
        ("{语 言}", "{语 言} is no field"),
        ("{a！r}", "{a！r} is no field"),
        ("{😀}", "{😀} is no field"),
        ("{\u0301}", "{\u0301} is no field"),
    ],
)
def test_what_is_no_field_is_refused(text: str, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        templates.parse_template("p", text, lambda: Phrase("here"))
    assert caught.value.message == f"prompt p is not right: {why} (here)"
    assert caught.value.hint == "A field is written {name}, a brace {{ or }}."


@pytest.mark.parametrize(
    ("text", "given", "message", "hint"),
    [
        ("{a}", [], "prompt p needs a", "Give it: --set a=VALUE"),
        (
            "{a} {b} {c}",
            ["b=1"],
            "prompt p needs a and c",
            "Give it: --set a=VALUE --set c=VALUE",
        ),
        ("{lang}", ["lnag=x"], "prompt p has no field 'lnag'", "Did you mean lang?"),
        ("{lang}", ["zzz=x"], "prompt p has no field 'zzz'", "It has: lang."),
        ("x", ["a=x"], "prompt p has no field 'a'", "It has none."),
        (
            "{input}",
            ["input=x"],
            "prompt p has no field 'input': {input} is what you ask",
            "It has none.",
        ),
        ("{a}", ["a"], "--set cannot be 'a': it is written --set FIELD=VALUE", ""),
        (
            "{语言}",
            ["语言＝法语"],
            "--set cannot be '语言＝法语': its ＝ is a full-width one",
            "It is written FIELD=VALUE.",
        ),
        ("{语言}", ["语音=x"], "prompt p has no field '语音'", "It has: 语言."),
    ],
)
def test_fields_that_are_missing_or_unknown_are_refused(
    text: str, given: list[str], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        filled(text, "Q", *given)
    assert (caught.value.message, caught.value.hint) == (message, hint)


@settings(derandomize=True, deadline=None)
@given(st.text(), st.text())
def test_any_text_with_its_braces_doubled_stands_for_itself(text: str, value: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert filled(escaped + "{x}{input}", "Q", f"x={value}") == f"{text}{value}Q"


# Through the program

FILE = """\
model = "top"
[prompts.review]
system = "You are a reviewer."
prompt = "Review this {kind}:\\n\\n{input}"
model = "flash"
max_tokens = 7

[prompts.short]
system = "Be short."

[prompts.joke]
prompt = "Tell a joke \\u001b[2J."
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "config.toml"
    file.write_text(FILE)
    file.chmod(0o600)
    return {"MIMO_CONFIG": str(file)}


def sent(*args: str, environ: dict[str, str], stdin: bytes = b"") -> dict[str, Any]:
    result = mimo("ask", "--dry-run", *args, environ=environ, stdin=stdin)
    assert (result.code, result.err) == (0, "")
    body: dict[str, Any] = json.loads(result.out.partition("\n\n")[2])
    return body


def test_a_kept_prompt_asks_with_its_own_model_and_options(environ: dict[str, str]) -> None:
    args = ("--prompt", "review", "--set", "kind=diff")
    assert sent(*args, environ=environ, stdin=b"+ a\n- b\n") == {
        "model": "mimo-v2.6-flash",
        "messages": [{"role": "user", "content": "Review this diff:\n\n+ a\n- b\n"}],
        "max_tokens": 7,
        "system": "You are a reviewer.",
        "stream": True,
    }
    louder = sent(*args, "-m", "o", "--max-tokens", "9", "x", environ=environ)
    assert (louder["model"], louder["max_tokens"]) == ("o", 9)
    assert sent(*args, "x", environ={**environ, "MIMO_MODEL": "e"})["model"] == "mimo-v2.6-flash"
    assert "system" not in sent(*args, "--no-system", "x", environ=environ)


def test_words_and_piped_text_are_put_where_the_question_goes(environ: dict[str, str]) -> None:
    body = sent("--prompt", "review", "--set", "kind=text", "why?", environ=environ, stdin=b"T")
    assert body["messages"] == [
        {"role": "user", "content": "Review this text:\n\nwhy?\n\n<stdin>\nT\n</stdin>"}
    ]
    short = sent("--prompt", "short", "why?", environ=environ)
    assert (short["system"], short["model"]) == ("Be short.", "top")
    assert short["messages"] == [{"role": "user", "content": "why?"}]


def test_a_prompt_without_a_place_for_a_question_needs_none(environ: dict[str, str]) -> None:
    (message,) = sent("--prompt", "joke", environ=environ)["messages"]
    assert message["content"] == "Tell a joke \x1b[2J."
    (message,) = sent("--prompt", "joke", "of cats", environ=environ)["messages"]
    assert message["content"] == "Tell a joke \x1b[2J.\n\nof cats"


@pytest.mark.parametrize(
    ("args", "code", "err"),
    [
        (["--prompt", "reveiw"], 2, "unknown prompt 'reveiw'\n  Did you mean review?\n"),
        (["--prompt", "review"], 2, "prompt review needs kind\n  Give it: --set kind=VALUE\n"),
        (
            ["--prompt", "joke", "--set", "kind=x"],
            2,
            "prompt joke has no field 'kind'\n  It has none.\n",
        ),
        (
            ["--set", "kind=x", "hi"],
            2,
            "--set needs --prompt: it gives a field of a kept prompt its value\n",
        ),
        (["--prompt", "short"], 2, 'the prompt is empty\n  Try: mimo ask "your question"\n'),
    ],
)
def test_a_wrong_use_is_refused_before_anything_is_sent(
    environ: dict[str, str], args: list[str], code: int, err: str
) -> None:
    result = mimo("ask", *args, environ=environ)
    assert (result.code, result.out, result.err) == (code, "", f"mimo: {err}")


def test_a_prompt_that_is_not_right_is_found_in_the_file(
    environ: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "config.toml"
    for text, why in (
        ('prompt = "{"', "its braces do not match"),
        ("prompt = 5", "prompt cannot be 5: it must be text"),
        ('temperature = "x"', "temperature cannot be 'x': it must be a number from 0 to 1.5"),
    ):
        file.write_text(f"[prompts.p]\n{text}\n")
        result = mimo("ask", "--prompt", "p", "hi", environ=environ)
        column = text.index("=") + 3
        assert result.code == 3
        assert why in result.err
        assert f"file {file}, line 2, column {column})" in result.err


def test_a_field_of_any_script_is_kept_and_filled(environ: dict[str, str]) -> None:
    kept = mimo("config", "set", "prompts.译.prompt", "译成{语言}：{input}", environ=environ)
    assert kept.code == 0
    with Simulator() as simulator:
        environ = environ_for(simulator, **environ)
        asked = ("ask", "-m", "pro", "--prompt", "译", "--set", "语言=法语", "你好")
        assert mimo(*asked, environ=environ).code == 0
        assert simulator.requests[-1].json["messages"][-1]["content"] == "译成法语：你好"
    assert "语言" in mimo("config", "prompts", environ=environ).out


@pytest.mark.slow
def test_prompts_are_listed_with_their_fields(environ: dict[str, str]) -> None:
    assert mimo("config", "prompts", environ=environ).out == (
        "review\tReview this {kind}: {input}\tkind\n"
        "short\tBe short.\t\n"
        "joke\tTell a joke ^[[2J.\t\n"
    )
    listed = mimo("config", "prompts", "--json", environ=environ)
    assert listed.json["review"] == {
        "system": "You are a reviewer.",
        "prompt": "Review this {kind}:\n\n{input}",
        "model": "flash",
        "max_tokens": 7,
        "fields": ["kind"],
    }
    with Terminal("config", "prompts", environ=environ) as terminal:
        assert terminal.wait() == 0
        assert terminal.text.splitlines()[0].split() == ["prompt", "text", "fields"]


def test_that_there_are_no_prompts_is_said(tmp_path: Path) -> None:
    result = mimo("config", "prompts", environ={"MIMO_CONFIG": str(tmp_path / "none.toml")})
    assert (result.code, result.out) == (0, "")
    assert result.err == (
        "mimo: no prompts are kept yet: mimo config set prompts.NAME.prompt TEXT\n"
    )


def test_a_prompt_is_kept_by_set(tmp_path: Path) -> None:
    environ = {"MIMO_CONFIG": str(tmp_path / "config.toml")}
    mimo("config", "set", "prompts.tr.prompt", "To {lang}: {input}", environ=environ)
    mimo("config", "set", "prompts.tr.thinking", "off", environ=environ)
    body = sent("--prompt", "tr", "--set", "lang=fr", "hi", environ=environ)
    assert body["messages"] == [{"role": "user", "content": "To fr: hi"}]
    assert body["thinking"] == {"type": "disabled"}
