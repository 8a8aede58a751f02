"""`file.py:10-40`: some lines of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimo_cli.attachments import line_range
from mimo_cli.attachments.line_range import LineRange
from mimo_cli.errors import UsageError

TEXT = "one\ntwo\r\nthree\rfour"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.py:10-40", ("a.py", LineRange(10, 40))),
        ("a.py:10", ("a.py", LineRange(10, 10))),
        ("a.py:10-", ("a.py", LineRange(10, None))),
        ("a.py:-40", ("a.py", LineRange(None, 40))),
        ("a.py:0", ("a.py", LineRange(0, 0))),
        ("C:/x/a.py:3", ("C:/x/a.py", LineRange(3, 3))),
        ("a:1:2", ("a:1", LineRange(2, 2))),
        ("a\nb:2", ("a\nb", LineRange(2, 2))),
        ("a.py", None),
        ("a.py:", None),
        ("a.py:-", None),
        ("a.py:x", None),
        ("a.py:1-2-3", None),
        ("a.py:１", None),
        ("a.py:1\n", None),
        (":10", None),
        ("a.py:99999999999", None),
    ],
)
def test_lines_stand_behind_a_colon(name: str, expected: tuple[str, LineRange] | None) -> None:
    assert line_range.split(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a:1", "one\n"),
        ("a:2-3", "two\r\nthree\r"),
        ("a:4", "four"),
        ("a:3-", "three\rfour"),
        ("a:-2", "one\ntwo\r\n"),
        ("a:1-4", TEXT),
    ],
)
def test_lines_are_cut_with_their_ends(name: str, expected: str) -> None:
    found = line_range.split(name)
    assert found is not None
    assert line_range.cut(TEXT, found[1], name) == expected


@pytest.mark.parametrize(
    ("name", "text", "why", "hint"),
    [
        ("a:5", TEXT, "the file has 4 lines", ""),
        ("a:5-", TEXT, "the file has 4 lines", ""),
        ("a:3-5", TEXT, "the file has 4 lines", "a:3- goes to its end."),
        ("a:-5", TEXT, "the file has 4 lines", "a:1- goes to its end."),
        ("a:2", "x\n", "the file has one line", ""),
        ("a:0", TEXT, "lines are counted from 1", ""),
        ("a:-0", TEXT, "lines are counted from 1", ""),
        ("a:3-2", TEXT, "the first line comes after the last", ""),
    ],
)
def test_lines_that_are_not_there_are_a_usage_error(
    name: str, text: str, why: str, hint: str
) -> None:
    found = line_range.split(name)
    assert found is not None
    with pytest.raises(UsageError) as caught:
        line_range.cut(text, found[1], name)
    assert (caught.value.what, caught.value.why, caught.value.hint) == (
        f"cannot read {name}",
        why,
        hint,
    )


@given(st.lists(st.sampled_from("ab\n\r\u2028\f"), min_size=1).map("".join))
def test_all_lines_are_the_whole_text(text: str) -> None:
    assert line_range.cut(text, LineRange(1, None), "a:1-") == text
