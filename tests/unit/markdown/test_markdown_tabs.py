"""Tabs within lines: columns that do not run together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text
from support.bulk import some
from support.markdown_texts import oneshot, quick, shown, streamed

from mimo_cli.markdown.engine import Engine
from mimo_cli.markdown.glyphs import WIDE
from mimo_cli.markdown.styled_rows import row_text
from mimo_cli.markdown.tabs import align_tabs
from mimo_cli.text.widths import cell_width

GRIDS = [
    (
        "名称\t数量\t价\n香蕉香蕉\t3\t5\na\t\tlast",
        ["名称      数量  价", "香蕉香蕉  3     5", "a               last"],
    ),
    ("表头\tA\tB\n\t1\t2\n\t\t3\n\tx", ["表头  A  B", "      1  2", "3", "x"]),
    ("a\tb\nplain\nlonger\tc", ["a  b", "plain", "longer  c"]),
    ("- a\tb\n  longer\tc", [" • a       b", "   longer  c"]),
    ("-\ta\n-\tb", [" • a", " • b"]),
    ("1.\ta\tb", [" 1. a  b"]),
    ("# a\tb", ["a  b"]),
    ("> a\tb", ["│ a  b"]),
    (
        "| a\tb | c |\n|--|--|\n| longer\t2 | 北\t京 |",
        [
            "a  b      │ c",
            "──────────┼───────",
            "longer  2 │ 北  京",
        ],
    ),
    ("`a\tb`\tc", ["a  b  c"]),
    ("[a](u 'b\tc')", ['a (u "b c")']),
    ("a\t", ["a"]),
]


@pytest.mark.parametrize(("text", "rows"), GRIDS)
def test_what_stands_behind_tabs_is_lined_up(text: str, rows: list[str]) -> None:
    assert shown(text) == rows
    assert streamed(text, 80, [3], [True]) == oneshot(text, 80)


def test_a_grid_too_wide_for_its_rows_is_kept_apart() -> None:
    assert shown("a\tb\nmuch longer\tc", 20) == ["a            b", "much longer  c"]
    assert shown("a\tb\nmuch longer\tc", 16) == ["a  b", "much longer  c"]
    assert shown("名\t一二三四五六七八九十\n香蕉\tb", 20) == [
        "名    一二三四五六",
        "七八九十",
        "香蕉  b",
    ]


def test_styles_stay_with_their_words() -> None:
    row = oneshot("a **b\tc** *d*\nlonger\t`e`", 80)[0]
    assert row.plain == "a b     c d"
    assert [(row.plain[start:end], role) for start, end, role in row.spans] == [
        ("b     c", "strong"),
        ("d", "emph"),
    ]


def test_ambiguous_characters_count_as_they_are_drawn() -> None:
    engine = Engine(80, glyphs=WIDE)
    engine.feed("★★\ta\nbcde\tf")
    assert [*map(row_text, engine.finish())] == ["★★  a", "bcde  f"]


@settings(quick, max_examples=some(200))
@given(st.lists(st.lists(st.sampled_from(["", "a", "甲", "bc", "丁，"]), min_size=2), min_size=1))
def test_each_cell_begins_where_the_others_of_its_column_do(grid: list[list[str]]) -> None:
    lines = align_tabs(Text("\n".join("\t".join(cells) for cells in grid))).plain.split("\n")
    starts: dict[int, int] = {}
    for cells, line in zip(grid, lines, strict=True):
        assert line.split() == [cell for cell in cells if cell]
        start = cell_width(line) - cell_width(cells[-1])
        assert starts.setdefault(len(cells), start) == start
