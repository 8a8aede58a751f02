"""Loops in a growing text: the thresholds, however it is cut, and what must not count."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimo_cli.text.repetition import BLOCK, LONGEST, SHORTEST, Loop, LoopDetector


def found(text: str, *cuts: int) -> Loop | None:
    """The loop in a text that comes in pieces, cut at these places."""
    detector = LoopDetector()
    ends = [*sorted(cuts), len(text)]
    for start, end in zip([0, *ends], ends, strict=False):
        detector.feed(text[start:end])
    return detector.loop


def by_trying(text: str) -> Loop | None:
    """The same by the definition, for whole blocks."""
    whole = text[: len(text) - len(text) % BLOCK]
    spans = dict.fromkeys(range(SHORTEST, LONGEST + 1), 0)
    for end in range(1, len(whole) + 1):
        for period in spans:
            repeats = end > period and whole[end - 1] == whole[end - 1 - period]
            spans[period] = spans[period] + 1 if repeats else min(period, end)
            least = 100 if period <= 5 else 26 * period
            unit = whole[end - spans[period] :][:period]
            if spans[period] >= least and any(char.isalpha() for char in unit):
                return Loop(end, unit)
    return None


@st.composite
def looping_texts(draw: st.DrawFn) -> str:
    """Texts of few letters, with stretches that repeat, nearly long enough or longer."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        unit = draw(st.text("ab- ", min_size=1, max_size=draw(st.sampled_from([2, 5, 8, 20, 64]))))
        parts.append(unit * draw(st.integers(0, 110 // len(unit) + 28)))
        parts.append(draw(st.text("ab- ", max_size=60)))
    return "".join(parts)[:2600]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(looping_texts(), st.data())
def test_it_is_the_first_loop_however_the_text_is_cut(text: str, data: st.DataObject) -> None:
    expected = by_trying(text)
    assert found(text) == expected
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=40))
    assert found(text, *cuts) == expected
    step = data.draw(st.integers(1, 130))
    assert found(text, *range(0, len(text), step)) == expected


@pytest.mark.parametrize("period", [2, 3, 5, 6, 7, 31, 63, 64])
@pytest.mark.parametrize("before", [0, 1, 47, 100])
def test_a_loop_begins_at_its_threshold(period: int, before: int) -> None:
    unit = "xyz".ljust(period, "-")[:period]
    least = 100 if period <= 5 else 26 * period
    endless, rest = unit * 900, "." * 2 * BLOCK
    assert found("#" * before + endless[:least] + rest) == Loop(before + least, unit)
    assert found("#" * before + endless[: least - 1] + rest) is None


def test_what_is_too_long_for_a_unit_is_none() -> None:
    assert found("x".ljust(65, "-") * 100) is None


LINES = {
    "a line of code": "    total += 1\n" * 30,
    "Chinese": "\u54c8\u54c8" * 80,
    "a sentence in Chinese": "\u6211\u4eec\u518d\u8bd5\u4e00\u6b21\u3002" * 40,
    "laughter": "ha ha " * 40,
    "a sentence": "Let me check that once more. " * 30,
    "cells with words": "| no " * 40,
    "letters with marks": "e\u0301 " * 60,
    "an emoji": "\U0001f602" * 4000,
    "emoji and a space": "\U0001f389\U0001f389\u2728 " * 2000,
    "an emoji of several characters": "\U0001f468\u200d\U0001f469\u200d\U0001f467 " * 60,
    "hearts, which are shown as pictures": "\u2764\ufe0f" * 100,
    "ticks": "\u2713 " * 200,
}


@pytest.mark.parametrize("text", LINES.values(), ids=LINES.keys())
def test_a_unit_with_letters_over_and_over_is_a_loop(text: str) -> None:
    assert found(f"First some words.\n{text}") is not None


def table() -> str:
    """A table with different cells."""
    rows = [f"| {number} | {number * number} | no |" for number in range(200)]
    return "\n".join(["| n | square | seen |", "| --- | ---: | :---: |", *rows])


def hex_dump() -> str:
    """What `hexdump -C` prints of a page with nothing in it, all rows of it."""
    zeros = " ".join(["00"] * 8)
    return "\n".join(f"{at:08x}  {zeros}  {zeros}  |{'.' * 16}|" for at in range(0, 4096, 16))


def sha256(number: int) -> bytes:
    """Bytes without any order."""
    return hashlib.sha256(bytes([number])).digest()


NUMBERS = range(200)

PLAIN = {
    "a ruler": "-" * 5000,
    "a ruler of signs": "=+" * 900,
    "empty cells": "|   | | |\n" * 300,
    "a table's second row": "| --- | :---: " * 200,
    "zeros": "0" * 4000,
    "digits": "01 " * 500,
    "a number": "3" * 10 + "142857" * 100,
    "blank lines": "\n" * 2000,
    "spaces": " \t" * 2000,
    "a progress bar": "\u2588" * 300 + "\u2591" * 300,
    "a ruler of lines": "\u2500" * 5000,
    "a box": ("\u2502" + " " * 20 + "\u2502\n") * 100,
    "squares and circles": "\u25a0\u25a1\u25cf\u25cb" * 200,
    "Braille": "\u28ff" * 500 + "\u2800" * 500,
    "the blocks of old": "\U0001fb00" * 400,
    "signs of mathematics": "\u2264\u2211 " * 200,
    "progress": "\n".join(f"[{'#' * n}{'.' * (50 - n)}] {2 * n:3} %" for n in range(51)),
    "a table": table(),
    "a hex dump": hex_dump(),
    "base64": base64.b64encode(b"".join(map(sha256, NUMBERS))).decode(),
    "laughter that ends": "ha " * 33,
    "a line of code, twenty times": "    total += 1\n" * 20,
    "lines that differ": "\n".join(f"    value_{n} = read({n})" for n in range(100)),
    "a ruler with a scale": "".join(f"{n:-<10}" for n in range(100)),
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN.keys())
def test_what_repeats_for_a_reason_is_no_loop(text: str) -> None:
    assert found(text) is None


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Well: " + "ha " * 50, "ha "),
        ("Well, aha " + "ha " * 50, "ha "),
        ("Well:" + "haha" * 50, "ha"),
        ("And once more. " + "I will try that once more. " * 40, "I will try that once more. "),
        ("Once more. " + "No. Wait. " * 40, "No. Wait. "),
        ("Total:\n" + "    total += 1\n" * 40, "    total += 1\n"),
        ("is no \n" + "| no | yes |\n" * 40, "| no | yes |\n"),
        ("first\n\n" + "- a b\n\n- c d\n\n" * 40, "- a b\n\n- c d\n\n"),
        ("一次。" + "我们再试一次。" * 40, "我们再试一次。"),
        ("我们再试一次，" * 40, "我们再试一次，"),
    ],
)
def test_its_unit_is_seen_from_the_start_of_a_row_a_sentence_or_a_word(
    text: str, seen: str
) -> None:
    loop = found(text)
    assert loop is not None
    assert loop.seen == seen


def test_after_a_loop_nothing_is_kept_of_what_comes() -> None:
    detector = LoopDetector()
    assert not detector.feed("ha " * 16)
    assert detector.feed("ha " * 40)
    loop = detector.loop
    assert detector.feed("and something else")
    assert detector.loop is loop
