"""What the engine forgets of open quotes, items and leaves, and that it makes no difference."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.markdown_texts import early, oneshot, quick, shown, streamed, work

from mimo_cli.markdown.engine import Engine
from mimo_cli.markdown.rules.margins import stand_in

CHILDREN = [
    "words",
    "two\nlines",
    "# heading",
    "#",
    "***",
    "```py\nx = 1\n```",
    "```\n\n\n",
    "    indented",
    "- a\n- b",
    "3. c\n4. d\n\n5. e",
    "> quoted\n> words",
    ">",
    "> [!TIP]\n> advice",
    "- [x] done\n- [ ] task",
    "| a | b |\n|---|---|\n| c | d |",
    "a | b",
    "$$\nx\n$$",
    "1. 1. x\n   2. y",
    "\n\n\n",
    "<!--\nremark\n-->",
    "title\n---",
]
CONTAINERS = [
    ("> ", "> "),
    (">", ">"),
    ("> [!NOTE]\n> ", "> "),
    ("- ", "  "),
    ("-\n  ", "  "),
    ("-   ", "    "),
    ("-\t", "\t"),
    (">\t", ">\t"),
    ("7. ", "   "),
    ("- [ ] ", "  "),
    ("> - ", ">   "),
    (">- ", ">  "),
    ("- > ", "  > "),
]


def within(text: str, container: tuple[str, str]) -> str:
    first, rest = container
    return first + text.replace("\n", "\n" + rest)


@st.composite
def nested_texts(draw: st.DrawFn) -> str:
    """Long containers of all kinds in each other."""
    children = draw(st.lists(st.sampled_from(CHILDREN), min_size=5, max_size=9))
    text = ""
    for child in children:
        text += child + draw(st.sampled_from(["\n", "\n\n"]))
        if draw(st.integers(0, 9)) > 6:
            text = within(text, draw(st.sampled_from(CONTAINERS)))
    return within(text, draw(st.sampled_from(CONTAINERS)))


@pytest.mark.untraced
@settings(quick, max_examples=some(50))
@given(nested_texts(), st.sampled_from([10, 40, 80]), st.sampled_from([7, 40, 90]))
def test_what_is_forgotten_of_a_container_makes_no_difference(
    text: str, columns: int, size: int
) -> None:
    whole = oneshot(text, columns)
    assert streamed(text, columns, [size], [True]) == whole
    engine = Engine(columns)
    rows = early(engine, text, [size], columns)
    assert rows + engine.finish() == whole


@pytest.mark.untraced
@settings(quick, max_examples=20)
@given(nested_texts(), nested_texts(), st.sampled_from([11, 60]))
def test_rows_of_a_container_are_the_first_rows_of_whatever_follows(
    text: str, suffix: str, size: int
) -> None:
    rows = early(Engine(40), text[:-2], [size])
    assert rows == oneshot(text[:-2] + suffix, 40)[: len(rows)]


NEST = "".join(" " * (2 * depth) + "- some words\n" for depth in range(30))


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize(
    ("start", "unit", "most"),
    [
        ("", "> some words of a quote\n", 60),
        ("", "> some words of a quote\n>\n", 20),
        ("", "> [!NOTE]\n> some words\n", 80),
        ("> ", "a lazy line of a quote\n", 60),
        ("", "> - an item\n", 30),
        ("", "> > words\n> >\n> words\n>\n", 30),
        ("", "> ```py\n> x = 1\n> ```\n", 30),
        ("", ">\n", 30),
        ("- ", "words of an item\n  ", 60),
        ("- ", "words of an item\n\n  ", 20),
        ("- x\n", "  - an item\n", 30),
        ("- x\n", "  1. an item\n\n     of two\n", 30),
        ("- x\n", "  > a quote\n\n", 30),
        ("- x\n  - y\n    - z\n", "      - an item\n", 30),
        ("", "\n", 10),
        ("words\n", "\n", 10),
        ("- x\n", "\n", 10),
        ("    code\n", "\n", 120),
        ("```\n", "\n", 120),
        ("> ```\n", ">\n", 240),
        ("", NEST, 80),
        ("", "[^1]: words of a footnote\n", 100),
        ("", "[name]: https://example.org/\n\n", 10),
        ("\\begin{a}\n", "\\begin{a}\n", 40),
        ("<details>\n", "some words\n\n", 15),
    ],
)
def test_work_for_what_is_open_grows_with_the_text_and_no_faster(
    start: str, unit: str, most: int
) -> None:
    text = start + unit * (8_000 // len(unit))
    once, twice = work(text, 60, most=9)
    assert once <= most * len(text) / 2
    assert twice <= 2.7 * once


@pytest.mark.slow
def test_no_line_of_a_long_container_is_kept_for_long() -> None:
    for unit in ("> words\n>\n", "- a\n\n  b\n", "> - a\n", "\n"):
        engine = Engine(80)
        engine.feed(unit * 100)
        engine.commit()
        short = engine.parsed
        for _ in range(100):
            engine.feed(unit)
            engine.commit()
        assert engine.parsed - short < 100 * 40 * len(unit)


def test_a_container_stays_what_it_was() -> None:
    twenty = [f"w{number}" for number in range(20)]
    note = "> [!NOTE]\n" + "".join(f"> {word}\n>\n" for word in twenty)
    assert [str(row.spans[0].style) for row in streamed(note, 80, [5], [True])] == [
        "alert.note"
    ] * 40
    task = "- [ ] t\n\n" + "".join(f"  {word}\n\n" for word in twenty)
    assert [row for row in shown(task) if row] == [" [ ] t", *(f"     {w}" for w in twenty)]
    items = "9. x\n" + "".join(f"   1. {word}\n" for word in twenty) + "10. y\n"
    assert streamed(items, 80, [3], [True]) == oneshot(items, 80)
    assert shown(items)[-2:] == ["    20. w19", "10. y"]


def test_a_stand_in_begins_the_same_containers() -> None:
    assert stand_in("> - > ", "x", spaced=True) == ("> - > x", ">   >")
    assert stand_in(">1. ", "[ ] x", spaced=False) == (">1. [ ] x", ">    #")


@pytest.mark.slow
@pytest.mark.parametrize("after", ["\nb\n-", "\n# b", "\n- b"])
def test_a_block_under_a_paragraph_that_was_cut_stands_apart(after: str) -> None:
    text = "a\n" * 49 + "a" + after
    assert shown(text)[50] == ""
    assert streamed(text, 80, [1], [True]) == oneshot(text, 80)


def test_an_item_that_goes_on_with_a_list_is_no_header_of_a_table() -> None:
    text = "- a\n- b | c\n--|--\n"
    assert streamed(text, 80, [1], [True]) == oneshot(text, 80)


def test_blank_lines_wait_for_code_but_not_without_end() -> None:
    assert shown("```\na" + "\n" * 40 + "```") == ["╭─", "a", "╰─"]
    for text in ("```\na" + "\n" * 90 + "b\n```", "    a" + "\n" * 90 + "    b", "$$" + "\n" * 90):
        assert streamed(text, 80, [7], [True]) == oneshot(text, 80)
    assert len(shown("```\na" + "\n" * 90 + "b\n```")) == 93
    assert shown("    a" + "\n" * 90 + "    b") == ["╭─", "a", "╰─", "", "╭─", "b", "╰─"]


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["x", "\u200d", "字"])
def test_a_word_without_end_is_many_rows_in_the_end(unit: str) -> None:
    text = unit * 26_000
    rows = shown(text)
    assert "".join(rows) == text
    assert max(map(len, rows)) <= 12_000
    assert streamed(text, 80, [1_500], [True]) == oneshot(text, 80)


@pytest.mark.untraced
@pytest.mark.slow
def test_very_long_rows_settle_the_widths_of_a_table() -> None:
    head = "| a | b |\n|---|---|\n"
    text = head + f"| {'word ' * 700}| c |\n" * 4 + "| d | a cell that is wider |\n"
    assert streamed(text, 80, [50], [True]) == oneshot(text, 80)
    engine = Engine(80)
    engine.feed(text)
    assert engine.commit() == oneshot(text, 80)
    wide = head * 1 + "| x | y |\n" * 3 + f"| {'w' * 20} | z |\n"
    assert shown(wide)[2].startswith("x" + " " * 19)


def test_the_last_live_rows_are_those_that_are_asked_for() -> None:
    engine = Engine(20)
    engine.feed("> some words of a quote that takes more than a row")
    rows = engine.live()
    assert len(rows) > 2
    assert engine.live(2) == rows[-2:]
    assert engine.live(99) == rows
