"""Formulas: not a character of one changes, whatever Markdown would make of it."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.markdown_texts import chunk_sizes, chunks, oneshot, quick, streamed
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


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("故 \\[\nx^2\n- b\n\\] 后\n- c", ["故 x² - b 后", "", " • c"]),
        ("故 $$\nx^2\n- b\n= c\n$$\n后", ["故 x² - b = c", "后"]),
        ("- 故 \\[\n  x^2\n  - b\n  \\] 后\n- c", [" • 故 x² - b 后", " • c"]),
        ("> 故 $$\n> x^2\n> - b\n> $$\n\n# h", ["│ 故 x² - b", "", "h"]),
        ("so \\[\nx_1\n=\ny\n---\nz\n\\]\n\n- a", ["so x₁ = y --- z", "", " • a"]),
        ("故 $$\n- b^2 = 0\n- c\n$$，其中 \\[\n+ d^2\n\\]。", ["故 - b² = 0 - c，其中 + d²。"]),
        ("so \\[ x^2\n- b\n\\] z", ["so x² - b z"]),
        ("用 $$ a $$ 和 $$\n- c^2\n$$", ["用 $$ a $$ 和 - c²"]),
        ("so \\[\nx^2\n> 0\n# 3\n1. 2", ["so [", "x^2", "> 0", "# 3", "1. 2"]),
        ("so $$\nx^2$$\n- b", ["so x²", "", " • b"]),
        ("so $$ |x^2|\n- b$$", ["so |x²| - b"]),
        ("价格是 $$\n- 苹果\n- 梨", ["价格是 $$", "", " • 苹果", " • 梨"]),
        ("价格是 $$\n- a\n- b", ["价格是 $$", "", " • a", " • b"]),
        (
            "shell echo $$\n- item one\n# heading",
            ["shell echo $$", "", " • item one", "", "heading"],
        ),
        ("$$ 表示 PID\n- a", ["$$ 表示 PID", "", " • a"]),
        ("故 $$\nx^2\n- b\n- 列表", ["故 $$", "x^2", "- b", "", " • 列表"]),
        ("so \\[\nx\n```\n- b\n```", ["so [", "x", "", "╭─", "- b", "╰─"]),
        ("- so \\[\nx\n- y", [" • so [", "   x", " • y"]),
        ("see arr\\[\n- y", ["see arr[", "", " • y"]),
        ("Tip: $$\n- A/B\n- UK: $$", ["Tip: $$", "", " • A/B", " • UK: $$"]),
        ("Rating $$\n- 4/5\n- 3/5 $$", ["Rating $$", "", " • 4/5", " • 3/5 $$"]),
        ("Range: $$ A/B\n- US/UK\n- EU", ["Range: $$ A/B", "", " • US/UK", " • EU"]),
        ("costs $$\n- [x] A^2", ["costs $$", "", " [x] A^2"]),
        ("Ends in $$\n# A^2", ["Ends in $$", "", "A^2"]),
        ("see $$\n> a^2", ["see $$", "", "│ a^2"]),
        ("see $$\n| a^2 |\n|-|", ["see $$", "", "a^2", "───"]),
        ("Level: \\[\n- go\n- up", ["Level: [", "", " • go", " • up"]),
        ("so \\[\n- A/B \\] x^2\n- c", ["so [", "", " • A/B ] x^2", " • c"]),
        ("pid=$$\n- x=1\n- C:\\go [^1] a_bc", ["pid=$$", "", " • x=1", " • C:\\go [^1] a_bc"]),
        ("in $$\n- C:\\go [^1] a_bc", ["in $$", "", " • C:\\go [^1] a_bc"]),
    ],
)
def test_a_display_formula_may_begin_at_the_end_of_a_line(text: str, rows: list[str]) -> None:
    assert drawn(text) == rows
    for size in (1, 6):
        assert streamed(text, 80, [size], [True]) == oneshot(text, 80)


PARTS = [
    *("故 \\[\n", "so $$\n", "x^2\n", "- b\n", "= c\n", "=\n", "---\n", "> 0\n", "1. 2\n", "# h\n"),
    *(
        "\\]",
        "$$",
        " 后\n",
        "\n",
        "\n\n",
        "- ",
        "> ",
        "  ",
        "- 词\n",
        "```\n",
        "\\begin{a}\n",
        "\\[ y",
    ),
]


@quick
@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join), chunk_sizes)
def test_what_is_final_of_such_formulas_depends_on_nothing_behind_it(
    text: str, sizes: list[int]
) -> None:
    engine = Engine(40)
    whole, final = oneshot(text, 40), []
    for piece in chunks(text, sizes):
        engine.feed(piece)
        final += engine.commit()
        assert final == whole[: len(final)]
    assert final + engine.finish() == whole
