"""Patterns as ECMA-262 means them, tried by Python."""

from __future__ import annotations

import re
import warnings
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimo_cli.structured.ecma_pattern import translated


@pytest.mark.parametrize(
    ("pattern", "matched", "others"),
    [
        ("^a$", ["a"], ["a\n", "ba"]),
        (r"^a\$", ["a$b"], ["a"]),
        ("^[$]+$", ["$"], ["$\n", "Z"]),
        (r"^\\$", ["\\"], ["$"]),
        ("a$|b$", ["xa", "xb"], ["a\n", "b\nc"]),
        (r"^\d+$", ["12"], ["١", "१"]),
        (r"^[\d-]+$", ["1-2"], ["١"]),
        (r"^\w+$", ["a_1"], ["é", "天"]),
        (r"^\D$", ["é", "١"], ["1"]),
        (r"^\s$", [" ", "\n", "\u3000", "\ufeff", "\xa0"], ["x", "\x1c", "\x85"]),
        (r"^[\s,]$", ["\u3000", ","], ["x"]),
        (r"^\S$", ["x", "\x1c", "天"], ["\u3000", "\ufeff"]),
        (r"^[\s\S]$", ["x", "\n", "\u3000", "😀"], [""]),
        (r"^[^\S]$", ["\u2003"], ["x"]),
        (r"^\\d$", [r"\d"], ["1"]),
        ("^.$", ["x", "\x85"], ["\n", "\r", "\u2028"]),
        ("^[.]$", ["."], ["x"]),
        (r"^\.$", ["."], ["x"]),
        ("^[^]$", ["x", "\n", "\r", "\u2028"], [""]),
        ("[]", [], ["", "]"]),
        ("^[[]$", ["["], ["]"]),
        ("^[[^]]$", ["[]", "^]"], ["["]),
        ("^[a&&b||c~~]$", ["&", "|", "~"], ["d"]),
        (r"^[\]$]$", ["]", "$"], ["\\"]),
        (r"^[(?<]$", ["(", "?", "<"], ["P"]),
        ("^(?<y>a)(?=b)b$", ["ab"], ["a"]),
        (r"^(?<y>.)\k<y>$", ["aa"], ["ab"]),
        ("(?<=a)b(?<!c)", ["ab"], ["cb"]),
        (r"^\u{1F600}\u0061$", ["😀a"], ["a"]),
        (r"^[\u{1F600}-\u{1F64F}]$", ["😀"], ["a"]),
        ("^(?:a|b)+?$", ["abab"], ["c"]),
        (r"\bx\b", ["x", "éx"], ["ax"]),
        ("(?i)^A$", ["a"], ["b"]),  # Python's own
        ("(?P<n>a)(?P=n)", ["aa"], ["a"]),
        ("", ["", "x"], []),
    ],
)
def test_a_pattern_means_what_it_means_elsewhere(
    pattern: str, matched: list[str], others: list[str]
) -> None:
    found = translated(pattern)
    assert [it for it in [*matched, *others] if re.search(found, it)] == matched


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\p{L}", r"bad escape \p at position 0"),
        ("([", "unterminated character set at position 1"),
        ("a)", "unbalanced parenthesis at position 1"),
        ("a$b)(c", "unbalanced parenthesis at position 3"),
        (r"\u{110000}", r"incomplete escape \u at position 0"),
        ("\\", "bad escape (end of pattern) at position 0"),
    ],
)
def test_what_is_wrong_is_told_of_the_pattern_as_it_was(pattern: str, why: str) -> None:
    with pytest.raises(re.error) as caught:
        translated(pattern)
    assert str(caught.value) == why


PARTS = [
    "[",
    "]",
    "^",
    "$",
    ".",
    "\\",
    "d",
    "s",
    "S",
    "(",
    ")",
    "(?<",
    "n>",
    "{1F600}",
    "u",
    "a",
    "-",
]


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PARTS)).map("".join) | st.text())
def test_any_pattern_is_translated_or_refused(pattern: str) -> None:
    with suppress(re.error, OverflowError, RecursionError):
        found = translated(pattern)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            re.search(found, "aé\n1 ")
