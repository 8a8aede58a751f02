"""`/prompt` in `mimo chat`: messages made of kept prompts."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.harness import Result, environ_for, mimo

from mimo_cli.api.keys import mask_all
from mimo_cli.chat import command_completion
from mimo_cli.chat.commands.kept_prompts import Words, quote, read_words, split_name, split_typed
from mimo_cli.config import parse_template
from mimo_cli.errors import UsageError
from mimo_cli.phrases import NOTHING
from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from pathlib import Path

KEPT = r"""
temperature = 0.5
[prompts.translate]
prompt = "Translate into {language}: {input}"
system = "You translate."
model = "flash"
thinking = false
[prompts.pirate]
system = "You are a pirate."
[prompts."good day"]
prompt = "Say {greeting} {more-of-it}"
[prompts.review]
prompt = "Review this."
[prompts.bad]
prompt = "{"
[prompts."evil\u001b[2J"]
prompt = "\u001b]0;x\u0007"
"""


def chat(simulator: Simulator, folder: Path, *lines: str, **more: str) -> Result:
    file = folder / "config.toml"
    file.write_text(KEPT)
    file.chmod(0o600)
    environ = environ_for(simulator, MIMO_CONFIG=str(file), **more)
    return mimo("chat", environ=environ, stdin="\n".join(lines).encode())


def sent(simulator: Simulator) -> list[dict[str, Any]]:
    return [request.json for request in simulator.requests]


def test_a_prompt_makes_the_message_and_its_settings_hold_until_another_conversation(
    tmp_path: Path,
) -> None:
    with Simulator(answer="Bonjour.") as simulator:
        lines = ("/prompt translate language=French good day", "and formal?", "/new", "hello")
        result = chat(simulator, tmp_path, *lines)
        assert (result.code, result.out) == (0, "Bonjour.\n\nBonjour.\n\nBonjour.\n")
        first, second, third = sent(simulator)
    assert first["messages"][-1]["content"] == "Translate into French: good day"
    for it in (first, second):
        assert (it["model"], it["system"]) == ("mimo-v2.6-flash", "You translate.")
        assert (it["thinking"], it["temperature"]) == ({"type": "disabled"}, 0.5)
    assert third["model"] == "mimo-v2.6-pro"
    assert third["system"].startswith("You are MiMo")
    told = "prompt translate sets, until another conversation: model, system, thinking\n"
    assert f"mimo: {told}" in result.err


def test_one_of_settings_alone_sends_nothing_by_itself(tmp_path: Path) -> None:
    with Simulator(answer="Arr.") as simulator:
        result = chat(simulator, tmp_path, "/prompt pirate", "hi", "/prompt pirate who?")
        assert (result.code, result.out) == (0, "Arr.\n\nArr.\n")
        assert [it["system"] for it in sent(simulator)] == ["You are a pirate."] * 2
        assert sent(simulator)[1]["messages"][-1]["content"] == "who?"
        assert result.err.count("sets, until another") == 1


def test_files_that_wait_are_its_input_as_with_ask(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("some text\n")
    with Simulator(answer="Yes.") as simulator:
        lines = (f"/file {tmp_path / 'a.txt'}", "/prompt translate language=Thai", "/prompt review")
        result = chat(simulator, tmp_path, *lines)
        assert result.code == 0
        first, second = (it["messages"][-1]["content"] for it in sent(simulator))
    assert first.startswith("Translate into Thai: <file name=")
    assert first.endswith("some text\n</file>")
    assert second == "Review this."


def test_one_that_failed_can_be_asked_again_or_edited(tmp_path: Path) -> None:
    with Simulator(faults=[Fault(status=400)], answer="Yes.") as simulator:
        result = chat(simulator, tmp_path, "/prompt translate language=Thai hi", "/retry")
        assert (result.code, result.out) == (10, "Yes.\n")
        asked = [it["messages"] for it in sent(simulator)]
    assert asked == [[{"role": "user", "content": "Translate into Thai: hi"}]] * 2


def test_a_prompt_without_fields_takes_any_words() -> None:
    template = parse_template("p", "Solve {input}", lambda: NOTHING)
    assert read_words(template, "x=1 y=2") == Words({}, "x=1 y=2")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/prompt translate lang=x language=French hi", "'lang'\n  Did you mean language?"),
        ("/prompt translate language=French tone=kind hi", "'tone'\n  It has: language."),
        ("/prompt translate langauge=French hi", "'langauge'\n  Did you mean language?"),
        ("/prompt translate input=hi", "'input': {input} is what you ask"),
        ("/prompt translate ｌａｎｇ＝x hi", "'lang'\n  Did you mean language?"),
    ],
)
def test_a_field_that_it_does_not_have_is_told(line: str, told: str, tmp_path: Path) -> None:
    with Simulator() as simulator:
        result = chat(simulator, tmp_path, line)
        assert f"prompt translate has no field {told}" in result.err
        assert simulator.connections == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/prompt nobody x", "unknown prompt 'nobody'"),
        ("/prompt translat language=x y", "Did you mean translate?"),
        ("/prompt translate hello", "prompt translate needs language"),
        ("/prompt translate language=French", "prompt translate wants a question"),
        ('/prompt "good day" greeting=hi', "prompt good day needs more-of-it"),
        ("/prompt bad x", "prompt bad is not right"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_sent_or_set(
    line: str, told: str, tmp_path: Path
) -> None:
    with Simulator() as simulator:
        result = chat(simulator, tmp_path, line, "/info")
        assert told in result.err
        assert simulator.connections == 0
        assert "system prompt  You are MiMo" in result.err


def test_without_a_name_they_are_listed_inert(tmp_path: Path) -> None:
    with Simulator() as simulator:
        result = chat(simulator, tmp_path, "/prompt")
        assert result.code == 0
        assert re.search(
            r"^translate +language= +Translate into \{language\}: ", result.err, re.MULTILINE
        )
        assert "greeting= more-of-it=" in result.err
        assert "mimo: warning: prompt bad is not right" in result.err
        assert "\x1b" not in result.err
        assert "\x07" not in result.err


def test_where_none_are_kept_it_says_how() -> None:
    with Simulator() as simulator:
        result = mimo("chat", environ=environ_for(simulator), stdin=b"/prompt\n")
        assert "no prompts are kept yet: mimo config set prompts.NAME.prompt TEXT" in result.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a=x b-c=y the rest", Words({"a": "x", "b-c": "y"}, "the rest")),
        ("b-c=y a=x", Words({"a": "x", "b-c": "y"}, "")),
        ("a='one two' b-c=\"\" d==3\n  e", Words({"a": "one two", "b-c": ""}, "d==3\n  e")),
        ("a='one two' b-c=\"\"\nd=3\n  e", Words({"a": "one two", "b-c": ""}, "d=3\n  e")),
        (
            '"a=Old French" \'b-c=it = x\' "d=3"',
            Words({"a": "Old French", "b-c": "it = x"}, '"d=3"'),
        ),
        ("a=“Old French” “b-c＝y z” “d”", Words({"a": "Old French", "b-c": "y z"}, "“d”")),
        ("a=「x y」 b-c=“x", Words({"a": "x y", "b-c": "“x"}, "")),
        ("a=1 b-c=2 a=3 4", Words({"a": "3", "b-c": "2"}, "4")),
        ("a= b-c=x", Words({"a": "", "b-c": "x"}, "")),
        ("a＝x b-c=it's a=y", Words({"a": "y", "b-c": "it's"}, "")),
        ("a=x=y b-c=1", Words({"a": "x=y", "b-c": "1"}, "")),
        ("b-c=1 words a=2", None),
        ("a=x", None),
        ("", None),
    ],
)
def test_fields_come_first(words: str, expected: Words | None) -> None:
    template = parse_template("p", "{a} {b-c} {input}", lambda: NOTHING)
    if expected is None:
        with pytest.raises(UsageError, match="prompt p needs"):
            read_words(template, words)
    else:
        assert read_words(template, words) == expected


@pytest.mark.parametrize(
    ("argument", "whole", "typed"),
    [
        ("", ("", ""), ("", None)),
        ("tr", ("tr", ""), ("tr", None)),
        ("tr ", ("tr", ""), ("tr", "")),
        ("tr a=1  b", ("tr", "a=1  b"), ("tr", "a=1  b")),
        ('"good day" x', ("good day", "x"), ("good day", "x")),
        ('"good da', ('"good da', ""), ("good da", None)),
    ],
)
def test_the_name_and_what_is_behind_it(
    argument: str, whole: tuple[str, str], typed: tuple[str, str | None]
) -> None:
    assert (split_name(argument), split_typed(argument)) == (whole, typed)


def test_tab_completes_names_and_then_fields(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(KEPT)
    environment = SimpleNamespace(environ={"MIMO_CONFIG": str(file)})
    console = SimpleNamespace(without_keys=mask_all)
    talk: Any = SimpleNamespace(environment=environment, console=console)

    def offered(text: str) -> list[tuple[str, int]]:
        return [(it.text, it.start) for it in command_completion.complete(talk, text)]

    assert offered("/prompt tr") == [("translate ", 2)]
    assert offered("/prompt p") == [("pirate", 1)]
    assert offered("/prompt goo") == [('"good day" ', 3)]
    assert offered('/prompt "go') == [('"good day" ', 3)]
    names = ["translate ", "pirate", '"good day" ', "review "]
    assert [it for it, _ in offered("/prompt ")] == names  # but none that is wrong or not text
    assert offered("/prompt translate ") == [("language=", 0)]
    assert offered("/prompt translate language=French x") == []
    assert offered('/prompt "good day" greeting=hi m') == [("more-of-it=", 1)]
    assert offered("/prompt nobody ") == offered("/prompt bad ") == []
    file.write_text("[")
    assert offered("/prompt ") == []


@given(st.text(min_size=1).filter(lambda it: not {"'", '"'} & {*it} and it.isprintable()))
def test_a_quoted_name_is_that_name(name: str) -> None:
    assert split_name(f"{quote(name)} x") == (name, "x")
