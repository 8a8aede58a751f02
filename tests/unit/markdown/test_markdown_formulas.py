"""Formulas: not a character of one changes, whatever Markdown would make of it."""

from __future__ import annotations

from functools import partial

import pytest
from support.markdown_texts import oneshot, streamed
from support.markdown_texts import shown as drawn

from mimo_cli.markdown.engine import Engine
from mimo_cli.markdown.rules.literal import opening
from mimo_cli.markdown.styled_rows import row_text

shown = partial(drawn, math=False)

MARKS = ["+ b", "- c", "* d", "= e", "=", "---", "> f", "1. g", "# h", "| i |", "```", "*j* **k**"]
"""Rows of a formula that begin as something else in Markdown."""

PAIRS = [
    ("$$", "$$"),
    ("\\[", "\\]"),
    ("\\begin{aligned}", "\\end{aligned}"),
    ("$$ a", "z $$"),
    ("\\begin{matrix*} a", "\\end{matrix*}."),
]


@pytest.mark.parametrize(("first", "last"), PAIRS)
@pytest.mark.parametrize("prefix", ["", "> ", "  "])
def test_rows_of_a_display_formula_stay_as_they_are(first: str, last: str, prefix: str) -> None:
    rows = [first, *MARKS, "", "\\\\ l_1 * m_2", "    n", last]
    text = "".join(f"{prefix}{row}\n" for row in rows)
    bar = {"> ": "│ "}.get(prefix, "")
    expected = [f"{bar}{row}".rstrip() for row in rows]
    assert shown(f"before\n{text}\nafter") == ["before", "", *expected, "", "after"]
    assert shown(text) == expected
    for size in (1, 7):
        assert streamed(text, 80, [size], [True]) == oneshot(text, 80)


def test_a_formula_stands_in_a_list_item_even_where_its_rows_do_not() -> None:
    text = "1. a\n   $$\n   - x\n   $$\n   b\n2. \\[\n- y\n"
    assert shown(text) == [" 1. a", "    $$", "    - x", "    $$", "    b", " 2. \\[", "", " • y"]
    lazy = "- \\[\n= y\n\\]\n- c"
    assert shown(lazy) == [" • \\[", "   = y", "   \\]", " • c"]


@pytest.mark.parametrize("text", ["$$\n- a\n- b", "\\[\n# a\n\n\n- b", "> $$\n> 1. a"])
def test_an_open_formula_is_literal_while_it_streams_and_after_an_interrupt(text: str) -> None:
    expected = [line.replace("> ", "│ ").rstrip() for line in text.split("\n")]
    assert shown(text) == expected
    engine = Engine(80)
    engine.feed(text)
    assert engine.commit() == []
    assert [row_text(row) for row in engine.live()] == expected


@pytest.mark.parametrize(
    "line",
    [
        "$$ is the process",
        "$$ - moderate",
        "$$$ dear",
        "$$a$$ is a formula",
        "\\[link](address)",
        "\\[1] A note",
        "\\[ ] a task",
        "\\(a",
        "\\beginning",
    ],
)
def test_what_only_looks_like_a_display_formula_is_none(line: str) -> None:
    assert opening(line) is None
    assert shown(f"{line}\n# b")[-2:] == ["", "b"]


@pytest.mark.parametrize("line", ["$$x$$", "$$ x = 1 $$.", "\\[ a \\],", "\\begin{a} b \\end{a}。"])
def test_a_formula_of_one_line_is_a_block_too(line: str) -> None:
    assert shown(f"a\n{line}\nb") == ["a", "", line, "", "b"]


def test_dollars_at_the_start_of_a_line_may_close_a_formula_within_the_paragraph() -> None:
    assert shown("a `$$` b $$\nx\n$$\n\n# c")[-1] == "c"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("$a*b*c$ *d*", "$a*b*c$ d"),
        ("$a_1$ and $b_1$", "$a_1$ and $b_1$"),
        ("\\(a*b*c\\) \\[ d*e*f \\]", "\\(a*b*c\\) \\[ d*e*f \\]"),
        ("so $$a*b*c$$ *d*", "so $$a*b*c$$ d"),
        ("so \\begin{a}*b*\\end{a}", "so \\begin{a}*b*\\end{a}"),
        ("$x\\$*y*$ *z*", "$x\\$*y*$ z"),
        ("*$5* and *$10*", "$5 and $10"),
        ("$5 *and* $10", "$5 and $10"),
        ("$5-*a*-$10", "$5-a-$10"),
        ("\\$5 *and* 6$", "$5 and 6$"),
        ("$ 5 *a* 6 $", "$ 5 a 6 $"),
        ("$5 for `a$b*` and *c*", "$5 for a$b* and c"),
        ("\\\\(*a*\\\\)", "\\(a\\)"),
    ],
)
def test_marks_within_a_formula_do_not_count_and_money_is_none(text: str, row: str) -> None:
    assert shown(text) == [row]
