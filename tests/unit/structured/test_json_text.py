"""The JSON of an answer, and JSON as it is written."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mimo_cli.output.sanitize import sanitize
from mimo_cli.structured.json_text import held_by, text_of
from mimo_cli.structured.strict_json import NoJsonError

AROUND = "there are words around the JSON"
FENCED = "Here it is:\n\n```json\n{}\n```\nDone."


def value_of(text: str) -> Any:
    return held_by(text).value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('\ufeff \n{"a": [1.5, null]}\u3000\n', {"a": [1.5, None]}),
        ("5", 5),
        ('"text"', "text"),
        ("null", None),
        ('"```\\n{}\\n```"', "```\n{}\n```"),
        ("1e-999", 0.0),
        ("9" * 4000, int("9" * 4000)),
        ("[" * 100 + "]" * 100, json.loads("[" * 100 + "]" * 100)),
        ("```json\n{}\n```", {}),
        ("```JSON\n5\n```", 5),
        ("~~~\n[1]\n~~~", [1]),
        ("```\n5\n```", 5),
        ("```json\n{}", {}),
        (FENCED, {}),
        ("[1 of 3] {see}:\n```\n[1]\n```", [1]),
        ("- Here:\n  ```json\n  {}\n  ```", {}),
        ('<think>{"a": 2}?\n```json\n{}\n```</think>\n{"a": 1}', {"a": 1}),
        ('\n<Thinking>\nHm.\n</thinking>\n```json\n{"a": 1}\n```', {"a": 1}),
        ('{"a": "<think>x</think>"}', {"a": "<think>x</think>"}),
        ('Perhaps {"a": 2}?\n```json\n{}\n```</think>\n\n{"a": 1}', {"a": 1}),
        ('Hm.</Thinking>```json\n{"a": 1}\n```', {"a": 1}),
        ('{"a": "</think>[1]"}', {"a": "</think>[1]"}),
        ('{"a": "\\ud800"}', {"a": "\ud800"}),
        ('{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
    ],
)
def test_the_value_of_an_answer(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "has_words"),
    [
        ("{}", False),
        ("```json\n{}\n```", False),
        ("<think>Hm.</think>\n\n```\n{}\n```\n", False),
        (FENCED, True),
        ("```json\n{}\n```\n.", True),
    ],
)
def test_it_is_known_whether_it_stood_among_words(text: str, *, has_words: bool) -> None:
    assert held_by(text).has_words is has_words


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the answer is empty"),
        (" \ufeff\n", "the answer is empty"),
        ("I cannot say.", "there is no JSON in it"),
        ("```python\nx\n```", "there is no JSON in it"),
        ('{"a": 1} {"a": 2}', "there is more than one JSON value in it"),
        ('{"a": 1}\n{"a": 1}\n', "there is more than one JSON value in it"),
        ('The answer is {"a": {"b": [1]}}. Fine.', AROUND),
        ("It is [1, 2].", AROUND),
        ('{see} [the page](x) for {"a": 1}', AROUND),
        ('{"a": 1} is the answer', AROUND),
        ("```python\nx = 5\n```\n```\n[1]\n```", "there is more than one code block in it"),
        ('In `{"a": 2}` form:\n```json\n{"a": 1}\n```', "there is more than one JSON value in it"),
        ('{"a": 2,}\nas in\n```json\n{"a": 1}\n```', "there is more than one JSON value in it"),
        ("```json\n{}\n```\n[]", "there is more than one JSON value in it"),
        ("It is\n```\n5\n```", "there is no JSON in it"),
        ("```\n5\n```\n{}", AROUND),
        ('```python\nx = 5\n```\n{"a": 1}', AROUND),
        ('<think>{"a": 1}', "the answer is empty"),
        ('Hm: {"a": 1}</think>', "the answer is empty"),
        ('Hm: ```json\n{"a": 1}\n```</think>\nI cannot.', "there is no JSON in it"),
        ("</think>x" * 5000, "there is no JSON in it"),
        ('<think>{"a": 1}</think>', "the answer is empty"),
        ("{} or [true]", "there is more than one JSON value in it"),
        ("[1] or [1.0] or [true]", "there is more than one JSON value in it"),
        (f"{FENCED}\n```\n[]\n```", "there is more than one code block in it"),
        ("NaN", "JSON has no number NaN"),
        ('{"a": -Infinity}', "JSON has no number -Infinity"),
        ("It is [NaN].", "there is no JSON in it"),
        ("1e999", "the number 1e999 is too large"),
        ('```\n{"a": 1e999}\n```', "the number 1e999 is too large"),
        ("9" * 5000, "a number has more than 4,000 digits"),
        ('{"a": 1, "a": 1}', 'the name "a" stands twice in one object'),
        ("[" * 101 + "]" * 101, "it is nested deeper than 100 levels"),
        ("[" * 10_000 + "]" * 10_000, "it is nested deeper than 100 levels"),
        ('{"a":' * 10_000, "it is nested deeper than 100 levels"),
        ('x {"a": [1], "b": }', "it is not valid JSON (line 1, column 19: expecting value)"),
        (
            '{"a": [1],\n "b": {"c": 2},}',
            "it is not valid JSON (line 2, column 16: expecting property name",
        ),
        ('[{"a": 1}, {"a', "it is not valid JSON (line 1, column 13: unterminated string"),
        (
            "```json\n{'a': 1}\n```\n{}",
            "it is not valid JSON (line 1, column 2: expecting property",
        ),
        ('{"a": "\n"}', "it is not valid JSON (line 1, column 8: invalid control character at)"),
    ],
)
def test_what_cannot_be_used_is_told(text: str, why: str) -> None:
    with pytest.raises(NoJsonError) as caught:
        value_of(text)
    assert caught.value.why.startswith(why)


@pytest.mark.untraced
@pytest.mark.parametrize(
    "part", ["{", "[", '["', "[1,", "[1x", '{"', '{"a":', "[ ", "{ ", "```", "```json\n", "[[1,"]
)
def test_no_answer_takes_long(part: str) -> None:
    begun = time.monotonic()
    with pytest.raises(NoJsonError):
        value_of("x" + part * 100_000)
    assert time.monotonic() - begun < 3


SOME = st.lists(
    st.sampled_from(
        [
            *('{"a":', "[", "]", "}", "{", '"', ",", "1", "null", "NaN", "1e999", "\n", " ", ":"),
            *("```", "```json\n", "\n```\n", "x", "\\", "\ud800", "\ufeff", "\x1b", "-", "{}"),
        ]
    )
).map("".join)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150, deadline=None)
@given(SOME | st.text())
def test_an_answer_has_a_value_or_is_told_to_have_none(text: str) -> None:
    with contextlib.suppress(NoJsonError):
        value = value_of(text)
        assert value_of(text_of(value, indent=True)) == value


CHARACTERS = st.characters(exclude_categories=["Cs"]) | st.sampled_from(
    "\0\x07\x1b\x7f\x85\x9b\u061c\u200b\u200d\u200e\u2028\u202e\u2066\ufeff\ufe0f\U000e0041\U000e0101"
    '\u0301天ß\\"'
)
TEXTS = st.text(CHARACTERS) | st.just("\ud800") | st.just("a" + "\u0301" * 12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda it: st.lists(it, max_size=4) | st.dictionaries(TEXTS, it, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=100, deadline=None)
@example(value={"b": "\x1b[31m\u202e", "a": ["天", "❤️\u200d🔥"]}, indent=True)
@given(value=VALUES, indent=st.booleans())
def test_what_is_written_is_the_same_value_and_inert(value: Any, *, indent: bool) -> None:
    text = text_of(value, indent=indent)
    assert json.loads(text) == value
    assert sanitize(text) == sanitize(text, terminal=False) == text
    assert text.encode().decode() == text
    assert indent or "\n" not in text


def test_what_is_written_can_be_read_and_keeps_its_order() -> None:
    value = {"b": "天 ß", "a": ["\x1b\x7f\u202e\u200b\U000e0041", 1.5, True], "c": {}}
    assert text_of(value, indent=False) == (
        '{"b": "天 ß", "a": ["\\u001b\\u007f\\u202e\\u200b\\udb40\\udc41", 1.5, true], "c": {}}'
    )
    assert text_of({"a": ["天"]}, indent=True) == '{\n  "a": [\n    "天"\n  ]\n}'
