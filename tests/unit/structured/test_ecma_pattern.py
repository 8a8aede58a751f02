"""Patterns as ECMA-262 means them, tried by Python."""

from __future__ import annotations

import re
import warnings
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimo_cli.structured.patterns.ecma_pattern import ForeignError, UnknownPropertyError, translated


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
        (r"\D", ["é", "a"], ["1"]),
        (r"\W", ["é", "-"], ["a_1"]),
        (r"[\W]|[\D]x", ["é", "_x"], ["_1", "1x"]),
        (r"^[^\W]$", list("a_1Z"), [*"é@[`{/:"]),
        (r"^[^\D]$", list("09"), [*"é/:١"]),
        (r"\B", ["", "ab", "-"], ["a"]),
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
        (r"^\uD83D\uDE00$", ["😀"], ["a"]),
        (r"^[\ud83d\ude00-\uD83D\uDE4F]$", ["😀"], ["a"]),
        (r"^\cJ[\ca]$", ["\n\x01"], ["J\x01"]),
        (r"^\-\_\@\ \#\/\"$", ['-_@ #/"'], [""]),  # only the flag u forbids some of these
        ("^a{x}{$", ["a{x}{"], ["a"]),
        (r"^\++[+]+[*+]*\{2}+$", ["++{2}}", "++*{2}"], ["+"]),
        (r"^(a)\1\0$", ["aa\0"], ["a"]),
        ("^(?:a)+?b??c*?$", ["ac"], ["c"]),
        (r"^[(?i)]\(?i\)$", ["?(i)"], ["?"]),
        (r"^[{,3}]\{,3}$", ["3{,3}"], ["a"]),
        (r"^\\A\\Z$", [r"\A\Z"], [""]),
        ("", ["", "x"], []),
        (r"^\p{L}+$", ["Ünï", "天地", "ж"], ["a1", "é-", "١"]),
        (r"^\P{L}$", ["1", "-", "\n", "\U0010ffff"], ["a", "天"]),
        (r"^[\p{L}\d]+$", ["é1"], ["é1-", "١"]),
        (r"^[^\p{L}\P{ASCII}_]$", ["1"], ["a", "_"]),
        (r"^[\P{Lu}A]$", ["a", "A", "1"], ["B"]),
        (r"^\p{Lu}\p{Lowercase_Letter}$", ["Éa"], ["éa", "ÉA"]),
        (r"^\p{gc=Nd}\p{General_Category=Punctuation}$", ["١!"], ["a!"]),
        (r"^\p{LC}$", ["a", "A", "ǅ"], ["天", "ª"]),
        (r"^\p{Sc}\p{Z}\p{White_Space}$", ["€\xa0\n"], ["€\n\n"]),
        (r"^\p{Script=Han}+$", ["漢字", "々"], ["ひ", "a"]),
        (r"^[\p{sc=Hira}\p{Script=Kana}ー]+$", ["ひカー"], ["漢"]),
        (r"^\p{Script=Cyrillic}\p{sc=Grek}\p{Script=Latin}$", ["жΩé"], ["zzz"]),
        (r"^\p{ASCII}\p{Assigned}\p{Any}$", ["aé\n"], ["ééé", "a\u0378a"]),
        (r"^[\d-x]$", ["1", "-", "x"], ["a", "w"]),
        (r"^[\w-.]+@[a-\d]$", ["a.-b@-", "a@a", "a@1"], ["a/@1", "a@b"]),
        (r"^[\d-a-z]$", ["1", "-", "a", "z"], ["m"]),
        (r"^[\d-a--/]$", ["1", "a", "-", ".", "/"], [",", "b"]),
        (r"^[\s-\d--]$", [" ", "1", "-"], ["a"]),
        (r"^[+--\d]$", ["+", ",", "-", "1"], ["."]),
        (r"^[\\d-x]$", ["\\", "g"], ["1", "-"]),
        (r"^[\p{L}-]$", ["é", "-"], ["1"]),
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
        (r"\y", r"bad escape \y at position 0"),
        (r"[\d-x]**", "multiple repeat"),
        (r"\p{L}(", "missing ), unterminated subpattern"),
        (r"(?<n>\p{L})(", "missing ), unterminated subpattern"),
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


@pytest.mark.parametrize(
    ("pattern", "name", "place"),
    [
        (r"^\p{Script=Tamil}", r"\p{Script=Tamil}", 1),
        (r"[\P{Emoji}]", r"\P{Emoji}", 1),
        (r"\p{lu}", r"\p{lu}", 0),
        (r"\p{Script=Lu}", r"\p{Script=Lu}", 0),
        (r"\p{Latin}", r"\p{Latin}", 0),
        (r"a\pL", r"\p", 1),
        (r"\p{}", r"\p{}", 0),
        (r"\p{L", r"\p", 0),
    ],
)
def test_a_property_that_is_not_known_is_named(pattern: str, name: str, place: int) -> None:
    with pytest.raises(UnknownPropertyError) as caught:
        translated(pattern)
    assert str(caught.value) == f"{name} at position {place}"


def test_every_character_is_in_one_category() -> None:
    short = ["L", "M", "N", "P", "S", "Z", "C"]
    patterns = [re.compile(translated(rf"\p{{{it}}}")) for it in short]
    for point in range(0, 0x110000, 97):
        assert sum(1 for it in patterns if it.search(chr(point))) == 1


@pytest.mark.parametrize(
    ("pattern", "foreign", "place"),
    [
        (r"\Aa", r"\A", 0),
        (r"a\Z", r"\Z", 1),
        (r"\\\Z", r"\Z", 2),
        ("a{,3}", "{,3}", 1),
        ("a{,}", "{,}", 1),
        ("(?i)a", "(?i", 0),
        ("(?i:a)", "(?i", 0),
        ("(?-i:a)", "(?-", 0),
        ("a(?s)", "(?s", 1),
        ("(?u)a", "(?u", 0),
        ("a++", "++", 1),
        ("a*+", "*+", 1),
        ("a?+", "?+", 1),
        ("a+?+", "?+", 2),
        ("[ab]{1}+", "{1}+", 4),
        ("a{1,}+", "{1,}+", 1),
        ("a{1,2}+", "{1,2}+", 1),
        ("(?>a)", "(?>", 0),
        ("(?P<n>a)", "(?P<", 0),
        ("(?<n>a)(?P=n)", "(?P=", 7),
        ("(?P>n)", "(?P>", 0),
        ("(a)?(?(1)b|c)", "(?(", 4),
        ("(?#c)a", "(?#", 0),
        (r"\N{BULLET}", r"\N", 0),
        (r"[\N{BULLET}]", r"\N", 1),
        (r"\a", r"\a", 0),
        (r"[\a]", r"\a", 1),
        (r"\U0001F600", r"\U", 0),
        (r"[\U0001F600]", r"\U", 1),
        (r"\012", r"\01", 0),
        (r"\123", r"\123", 0),
        (r"[\1]", r"\1", 1),
        (r"[\08]", r"\08", 1),
    ],
)
def test_what_only_python_has_is_refused(pattern: str, foreign: str, place: int) -> None:
    with pytest.raises(ForeignError) as caught:
        translated(pattern)
    assert str(caught.value) == f"unknown {foreign} at position {place}"


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
    "+",
    "{,2}",
    "(?i)",
    "(?:",
    "1",
    "\\p{Lu}",
    "\\P",
]


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PARTS)).map("".join) | st.text())
def test_any_pattern_is_translated_or_refused(pattern: str) -> None:
    with suppress(re.error, OverflowError, RecursionError):
        found = translated(pattern)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            re.search(found, "aé\n1 ")
