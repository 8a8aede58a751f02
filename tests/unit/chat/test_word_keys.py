"""Where the keys that go by words and by characters stop, in every script."""

from __future__ import annotations

import time
from itertools import accumulate
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.prompting import past, said, user

from mimo_cli.chat.prompt import word_boundaries
from mimo_cli.chat.prompt.documents import ReadlineDocument, ViDocument

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prompt_toolkit.document import Document

ALT_B, ALT_F, ALT_D, ALT_BACKSPACE, CTRL_W = "\x1bb", "\x1bf", "\x1bd", "\x1b\x7f", "\x17"
CTRL_LEFT, CTRL_RIGHT, LEFT, RIGHT = "\x1b[1;5D", "\x1b[1;5C", "\x1b[D", "\x1b[C"
BACKSPACE, DELETE, CTRL_A, CTRL_K = "\x7f", "\x1b[3~", "\x01", "\x0b"
ESC = "\x1b"

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAGS = "\U0001f1fa\U0001f1f8\U0001f1eb\U0001f1f7"
JAMO = "\u1112\u1161\u11ab\u1100\u1173\u11af"  # two syllables, decomposed
E_ACUTE = "e\u0301"


def parts(text: str) -> tuple[str, list[int]]:
    """A text without its bars, and where they were."""
    pieces = text.split("|")
    return "".join(pieces), [*accumulate(map(len, pieces[:-1]))]


def stops(
    document: type[Document], text: str, start: int, step: Callable[[Document], int | None]
) -> list[int]:
    """Where the cursor comes to stand, from one end of a text to the other."""
    found = []
    while (moved := step(document(text, start))) is not None and moved != 0:
        start += moved
        found.append(start)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "hello| world|",
        "a| b|",
        "foo|_bar|.baz|()|",
        "今天天气很好|，我们去公园|。|",
        "用|Python3|写|",
        "学|ぶ|カタカナ|で|漢字|",
        "ラーメン|らーめん|",
        "人々|と|",
        "한국어를| 가|-나| 1|。|",
        "「コード|」|",
        f"h{E_ACUTE}llo| w|",
        f"{FAMILY}a|{FAMILY}|",
        f"{JAMO}| x|",
        "Привет|你好|ή|",
        "one|\ntwo|",
        "这是|“引号|”|",
        "ＡＢ１| x|",
        "नमस्ते| दुनिया|",
        "สวัสดี| x|",
    ],
)
def test_forward_by_words_as_in_bash(text: str) -> None:
    text, expected = parts(text)
    assert stops(ReadlineDocument, text, 0, lambda it: it.find_next_word_ending()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "|hello |world",
        "|foo_|bar.|baz()",
        "|今天天气很好，|我们去公园。",
        "|用|Python3|写",
        "|学|ぶ|カタカナ|で|漢字",
        "|ラーメン|らーめん",
        f"|h{E_ACUTE}llo |w",
        f"|{JAMO} |x",
        "|...|a",
        "|नमस्ते |दुनिया",
    ],
)
def test_back_by_words_as_in_bash(text: str) -> None:
    text, expected = parts(text)
    found = stops(ReadlineDocument, text, len(text), lambda it: it.find_previous_word_beginning())
    assert found == expected[::-1]


@pytest.mark.parametrize(
    "text",
    [
        "|hello |world",
        "|foo_bar.baz() |--no-thinking  ",
        "|今天天气很好，|我们去公园。",
        "|用|Python3.12|写的「|コード」",
        "|hello，|world",
        "|안녕하세요 |세계",
        f"|{FAMILY}! |x",
    ],
)
def test_ctrl_w_erases_to_a_space_or_what_stands_for_one(text: str) -> None:
    text, expected = parts(text)
    found = stops(
        ReadlineDocument, text, len(text), lambda it: it.find_start_of_previous_word(WORD=True)
    )
    assert found == expected[::-1]


VIM = (
    "这是长句|，|用|Python3|写的|「|コード|」|と|カタカナ|で|，|foo_bar|(|baz|) |한국어를 |가|-|나 "
    f"|1|。|héé |{E_ACUTE}x |ラーメン |😀😀|! |Привет|你|ή |１２ab"
)
"""Where Vim 9 stops with `w`; but for a long vowel and 々, which it takes for punctuation."""


def test_w_of_vi_stops_where_vims_does() -> None:
    text, expected = parts(VIM)
    assert stops(ViDocument, text, 0, lambda it: it.find_next_word_beginning()) == expected


def test_b_of_vi_stops_where_vims_does() -> None:
    text, expected = parts(VIM)
    found = stops(ViDocument, text, len(text), lambda it: it.find_previous_word_beginning())
    assert found == [*expected[::-1], 0]


def test_e_and_ge_of_vi_stop_where_vims_do() -> None:
    text, starts = parts(VIM)
    ends = [len(text[:start].rstrip()) for start in starts] + [len(text)]
    found, place = [], 0
    while (end := ViDocument(text, place).find_next_word_ending()) is not None:
        found.append(place + end)
        place = word_boundaries.left(text, place + end)  # as the cursor comes to stand
    assert found == [it for it in ends if it > word_boundaries.right(text, 0)]
    back = []
    while (end := ViDocument(text, place).find_previous_word_ending()) is not None:
        back.append(place + end)
        place = word_boundaries.left(text, place + end)
    assert back == ends[-2::-1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "keys", "left"),
    [
        ("今天天气，好", "0dw", "，好"),
        ("今天天气，好", "0wdw", "今天天气好"),
        ("用Python3写的", "0wdiw", "用写的"),
        ("用Python3写的", "0wlldiw", "用写的"),
        ("one two three", "0wdaw", "one three"),
        ("one two", "0cwx", "x two"),  # Vim's exception
        ("a b c", "0cwx", "x b c"),
        ("今天 好", "0cwx", "x 好"),
        ("今天天气，好", "bx", "今天天气好"),
        ("one two three", "02cwx", "x three"),
        ("今天，天气", "0edl", "今，天气"),
        ("hello", "0xx", "llo"),
        ("hello", "0lsX", "hXllo"),
        ("hello", "$X", "helo"),
        ("hello", "03x", "lo"),
        (f"a{E_ACUTE}b", "0lx", "ab"),
        (f"a{FAMILY}b", "0lx", "ab"),
        (f"ab{E_ACUTE}", "x", "ab"),  # the cursor is on the last character
        (f"ab{E_ACUTE}", "hx", f"a{E_ACUTE}"),
        (f"{FLAGS}", "hx", FLAGS[2:]),
        (f"a{E_ACUTE}b", "$X", "ab"),
    ],
)
def test_vi_changes_words_and_whole_characters(text: str, keys: str, left: str) -> None:
    assert said((text + ESC), ("", keys + "\r"), vi=True) == left


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "keys", "left"),
    [
        ("今天天气，我们去。", ALT_BACKSPACE, "今天天气，"),
        ("！今天天气，我们去。", ALT_BACKSPACE * 2, "！"),
        ("今天天气，我们去", ALT_B + "|", "今天天气，|我们去"),
        ("今天天气，我们去", CTRL_LEFT + "|", "今天天气，|我们去"),
        ("今天天气，我们去", CTRL_A + ALT_F + "|", "今天天气|，我们去"),
        ("今天天气，我们去", CTRL_A + CTRL_RIGHT + "|", "今天天气|，我们去"),
        ("今天天气，我们去", CTRL_A + ALT_D, "，我们去"),
        ("用Python3写", ALT_B * 2 + "|", "用|Python3写"),
        ("我们去，公园", CTRL_W, "我们去，"),
        ("a b", CTRL_A + ALT_F + "|", "a| b"),
        ("one two", CTRL_A + "\x1bu", "ONE two"),
        ("one two three", ALT_B + "\x1b2" + ALT_B + "|", "|one two three"),
        (f"a{E_ACUTE}b", LEFT * 2 + "|", f"a|{E_ACUTE}b"),
        (f"a{E_ACUTE}b", CTRL_A + RIGHT * 2 + "|", f"a{E_ACUTE}|b"),
        (f"a{E_ACUTE}", BACKSPACE, "a"),
        (f"a{E_ACUTE}b", CTRL_A + RIGHT + DELETE, "ab"),
        (f"a{E_ACUTE}b", CTRL_A + RIGHT + "\x04", "ab"),
        (f"x{FAMILY}", BACKSPACE, "x"),
        (f"x{FAMILY}", LEFT + "|", f"x|{FAMILY}"),
        (FLAGS, BACKSPACE, FLAGS[:2]),
        (FLAGS, LEFT + "|", f"{FLAGS[:2]}|{FLAGS[2:]}"),
        (JAMO, BACKSPACE, JAMO[:3]),
        ("x\u2764\ufe0f", LEFT + "|", "x|\u2764\ufe0f"),
        ("x字\U000e0100", BACKSPACE, "x"),
        (f"{E_ACUTE * 3}\nabc", "\x1b[A" + "|", f"{E_ACUTE}|{E_ACUTE * 2}\nabc"),
        (f"x{E_ACUTE}\nab", "\x1b[A" + "|", f"x|{E_ACUTE}\nab"),
        ("ab\nc", CTRL_A + BACKSPACE, "abc"),
        ("ab\nc", "\x1b[A\x05" + DELETE, "abc"),
        (f"a{E_ACUTE}b", LEFT + "\x1b[1;2D" + "x", "axb"),  # Shift-Left takes a character
    ],
)
def test_the_keys_of_emacs_go_by_words_and_whole_characters(
    text: str, keys: str, left: str
) -> None:
    typed = text.replace("\n", "\x1b\r")
    assert said(typed, ("", keys + "\r")) == left


def test_a_word_of_the_suggestion_is_taken(tmp_path: Path) -> None:
    past(tmp_path / "history", "今天天气很好，我们去公园")
    with user(history_file=tmp_path / "history") as somebody:
        assert somebody.say("今", ("我们", ALT_F), ("", "\r")) == "今天天气很好"
        assert somebody.say("今", ("今", ALT_F), ("", "\r")) in ("今", "今天天气很好")


def test_ctrl_w_of_vi_erases_a_word() -> None:
    assert said("今天天气，我们去" + CTRL_W + "\r", vi=True) == "今天天气，"


@settings(max_examples=some(200), suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(["a", "_", " ", "\n", "，", "字", "ー", "カ", "ら", "가", E_ACUTE, FAMILY])
        | st.sampled_from([FLAGS, JAMO, "\u200d", "\u0301", "\ufe0f", "."])
    ).map("".join)
)
def test_every_stop_is_between_two_characters(text: str) -> None:
    bounds = {0, len(text)}
    place = 0
    while place < len(text):
        place = word_boundaries.right(text, place)
        bounds.add(place)
    for place in sorted(bounds):
        runs = [*word_boundaries.runs_after(text, place)]
        assert [it.start for it in runs[:1]] == [place] * bool(runs)
        assert {it.end for it in runs} <= bounds
        assert [it.end for it in runs[:-1]] == [it.start for it in runs[1:]]
        before = [*word_boundaries.runs_before(text, place)]
        assert {it.start for it in before} <= bounds
        assert [it.start for it in before[:-1]] == [it.end for it in before[1:]]
    for place in range(len(text) + 1):
        start, end = word_boundaries.around(text, place)
        assert (start == end) is (place in bounds)
        assert {start, end} <= bounds


def test_a_tower_of_marks_is_passed_in_a_few_steps() -> None:
    text = "x" + "a" + "\u0301" * 2000
    assert word_boundaries.left(text, len(text), 10) == 0
    assert word_boundaries.right(text, 0, 2) == len(text)


@pytest.mark.slow
@pytest.mark.untraced
def test_a_word_of_a_megabyte_is_passed_at_once() -> None:
    text = "字" * 300_000 + "é" * 300_000
    with user() as somebody:
        started = time.monotonic()
        keys = ALT_B * 3 + LEFT + RIGHT + ALT_F + CTRL_K + "\r"
        assert somebody.say(("x", keys), draft=text + "，x") == "字" * 300_000
        assert time.monotonic() - started < 15  # quadratic, it would be hours
