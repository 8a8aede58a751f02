"""Commands and lists of names, taken apart as a shell does."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimo_cli.phrases import reason
from mimo_cli.text import shell_words

QUOTE, BACKSLASH = "a quotation mark lacks its other", "nothing stands behind its last backslash"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("cat 'a", QUOTE),
        ('cat "a', QUOTE),
        ('"a\\', QUOTE),
        ('"a\\"', QUOTE),
        ("'a\\' 'b", QUOTE),
        ("cat a\\", BACKSLASH),
        ("\\", BACKSLASH),
        ("'a' b\\\\\\", BACKSLASH),
    ],
)
def test_what_ends_within_a_word_is_told_in_our_words(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        shell_words.split(text)
    assert reason(caught.value) == why


@settings(deadline=None, derandomize=True, max_examples=80)
@given(st.text("ab '\"\\\n", max_size=12))
def test_all_else_is_split_as_python_has_it(text: str) -> None:
    try:
        expected = shlex.split(text)
    except ValueError:
        with pytest.raises(ValueError, match=f"{QUOTE}|{BACKSLASH}"):
            shell_words.split(text)
    else:
        assert shell_words.split(text) == expected
