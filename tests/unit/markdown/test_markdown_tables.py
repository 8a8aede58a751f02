"""Tables that are out before they end: what their columns do when later rows need more."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.markdown_texts import early, oneshot, quick, shown, streamed

from mimo_cli.markdown.blocks import Parser, Table
from mimo_cli.markdown.engine import Engine
from mimo_cli.markdown.leaf_blocks import LeafRenderer
from mimo_cli.markdown.styled_rows import row_of, row_text, row_width
from mimo_cli.markdown.tables import (
    FROZEN_ROWS,
    Measures,
    Widths,
    columns_of,
    loose_widths,
    needed_width,
    widen,
)

NUMBERED = "| n | name | 说明 |\n|--:|---|---|\n" + "".join(
    f"| {number} | item {number} | 说明文字{number} some words |\n" for number in range(600)
)
AMOUNTS = "| Nr | Betrag | Status |\n|---|--:|---|\n" + "".join(
    f"| {number * 7} | {number * 311} € | ok |\n" for number in range(60)
)
LATE = (
    "| id | note |\n|---|---|\n"
    + "".join(f"| {number} | ok |\n" for number in range(40))
    + "| 41 | see https://example.org/some/page and implementation |\n| 1048576 | incompatible |\n"
)


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.parametrize("columns", [40, 80, 120])
def test_numbers_that_grow_keep_to_their_row(columns: int) -> None:
    assert len(shown(NUMBERED, columns)) == 602
    assert [line.split("│")[0].strip() for line in shown(NUMBERED, columns)[2:]] == [
        str(number) for number in range(600)
    ]
    amounts = shown(AMOUNTS, columns)
    assert len(amounts) == 62
    assert any(" 10885 € │ ok" in line for line in amounts)


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_later_row_widens_its_columns_and_a_line_marks_it(columns: int) -> None:
    assert shown(LATE, columns)[:4] == [
        "id    │ note",
        "──────┼──────",
        "0     │ ok",
        "1     │ ok",
    ]
    assert shown(LATE, columns)[41:] == [
        "39    │ ok",
        "──────┼──────────────────────────────",
        "41    │ see",
        "      │ https://example.org/some/page",
        "      │ and implementation",
        "────────┼──────────────────────────────",
        "1048576 │ incompatible",
    ]


def test_the_line_of_a_change_comes_before_the_row_though_none_breaks() -> None:
    rows = "".join(f"| {number} | ok |\n" for number in range(26))
    text = "| id | note |\n|---|---|\n" + rows + "| 1048576 | no |\n| 1 | ok |\n"
    assert shown(text, 40)[27:] == [
        "25    │ ok",
        "────────┼──────",
        "1048576 │ no",
        "1       │ ok",
    ]


def test_a_row_that_is_not_whole_yet_moves_no_columns_before_they_are_settled() -> None:
    engine = Engine(40)
    engine.feed("| a | b |\n|---|---|\n| x | y |\n| word | y")
    assert [row_text(row) for row in engine.live()][:3] == ["a │ b", "──┼──", "x │ y"]
    assert [row_text(row) for row in engine.live()][3].startswith("w │ y")


def test_a_row_whose_cell_breaks_stands_between_lines() -> None:
    text = LATE + "| 1 | two two | \n| 2 | " + "word " * 16 + "|\n| 3 | ok |\n| 4 | ok |\n"
    assert shown(text, 40)[48:] == [
        "1       │ two two",
        "────────┼──────────────────────────────",
        "2       │ word word word word word word",
        "        │ word word word word word word",
        "        │ word word word word",
        "────────┼──────────────────────────────",
        "3       │ ok",
        "4       │ ok",
    ]


def test_a_table_without_room_breaks_its_later_cells_as_before() -> None:
    first = "".join(f"| {number} | {'w' * 15} |\n" for number in range(FROZEN_ROWS))
    rows = shown("| a | b |\n|---|---|\n" + first + "| 12345 | x |\n| 3 | 4 |\n", 21)
    assert rows[FROZEN_ROWS + 2 :] == [
        "───┼────────────────",
        "12 │ x",
        "34 │",
        "5  │",
        "───┼────────────────",
        "3  │ 4",
    ]


def test_a_table_that_ends_before_its_widths_are_settled_is_tight() -> None:
    head = "| n | w |\n|---|---|\n"
    rows = [f"| {number} | {'w' * (number % 3)} |\n" for number in range(FROZEN_ROWS)]
    assert shown(head + "".join(rows[:-1]), 80)[1] == "───┼───"
    assert shown(head + "".join(rows), 80)[1] == "──────┼──────"
    lines = shown(head + "| one<br>two | x |\n" * 3, 80)
    assert lines == ["n   │ w", "────┼──", *["one │ x", "two │"] * 3]


def test_a_table_that_is_squeezed_has_no_slack_and_lines_between_all_rows() -> None:
    text = "| a | b |\n|---|---|\n" + f"| x | {'word ' * 12}|\n" * 26
    assert shown(text, 40)[1::3] == ["──┼─" + "─" * 35] * 26


NEEDED = [
    ("", 0),
    ("ok", 2),
    ("10885 €", 7),
    ("some words of a remark", 8),
    ("see https://example.org/some/page now", 29),
    ("one<br>two".replace("<br>", "\n"), 3),
    ("字" * 30, 20),
    ("第12章 很长", 6),
    ("ประเทศไทยรวมเลือดเนื้อชาติเชื้อไทยเป็นประชารัฐ", 13),
    ("Donaudampfschifffahrtsgesellschaftskapitän", 42),
]


@pytest.mark.parametrize(("text", "width"), NEEDED)
def test_a_later_cell_needs_room_for_its_words_and_a_third_of_its_text(
    text: str, width: int
) -> None:
    assert needed_width(row_of(text)) == width


WIDENED = [
    ((2, 4), (5, 7), 80, (5, 7)),
    ((2, 4), (5, 7), 11, (3, 5)),
    ((2, 4), (3, 90), 40, (3, 34)),
    ((2, 4), (90, 5), 40, (32, 5)),
    ((2, 4), (9, 9), 9, (2, 4)),
    ((2, 4), (9, 9), 5, (2, 4)),
    ((2, 4), (1, 4), 80, (2, 4)),
]


@pytest.mark.parametrize(("columns", "wanted", "total", "widened"), WIDENED)
def test_columns_widen_as_far_as_there_is_room(
    columns: Widths, wanted: Widths, total: int, widened: Widths
) -> None:
    assert widen(columns, wanted, total) == widened
    assert widen(widened, wanted, total) == widened


def test_slack_is_for_what_rows_may_need_and_not_for_their_head() -> None:
    assert loose_widths((2, 20, 40), [(1, 2, 40), (2, 3, 8)]) == (5, 20, 50)
    assert columns_of(Measures((2, 20), (5, 20), ((9, 20),)), 80) == (9, 20)
    assert columns_of(Measures((2, 20), (5, 20), ((9, 20),)), 26) == (3, 20)
    assert columns_of(Measures((20, 20), (25, 25)), 20) == ()


SLACK = [
    ((2, 4), (5, 7), 80, (5, 7)),
    ((2, 4), (5, 7), 15, (4, 6)),
    ((2, 4), (5, 7), 11, (3, 5)),
    ((2, 4), (5, 7), 9, (2, 4)),
    ((2, 4), (2, 7), 14, (2, 7)),
]


@pytest.mark.parametrize(("natural", "loose", "total", "columns"), SLACK)
def test_half_of_the_room_is_left_to_rows_that_need_it(
    natural: Widths, loose: Widths, total: int, columns: Widths
) -> None:
    assert columns_of(Measures(natural, loose), total) == columns


_cells = st.sampled_from(
    ["", "x", "1048576", "10885 €", "字字字字字", "a few words", "w" * 30, "word " * 9]
)
_rows = st.lists(st.tuples(_cells, _cells, _cells), min_size=4, max_size=40)


def _table(rows: list[tuple[str, str, str]], first: int, margin: str) -> str:
    start = ["| a | b | c |", "|---|--:|---|", *["| x | yy | z |"] * first]
    lines = [*start, *(f"| {' | '.join(row)} |" for row in rows)]
    return "".join(f"{margin}{line}\n" for line in lines)


_tables = st.builds(_table, _rows, st.sampled_from([0, 20, 30]), st.sampled_from(["", "> "]))


@pytest.mark.untraced
@settings(quick, max_examples=some(60))
@given(_tables, _rows, st.sampled_from([14, 30, 60, 120]), st.sampled_from([7, 40, 300]))
def test_rows_of_a_growing_table_depend_on_what_is_above_them_alone(
    text: str, more: list[tuple[str, str, str]], columns: int, size: int
) -> None:
    whole = oneshot(text, columns)
    assert streamed(text, columns, [size], [True]) == whole
    engine = Engine(columns)
    rows = early(engine, text, [size], columns)
    suffix = _table(more, 0, "> " if text[0] == ">" else "").split("\n", 2)[2]
    assert rows == oneshot(text + suffix, columns)[: len(rows)]
    assert rows + engine.finish() == whole


@pytest.mark.untraced
@settings(quick, max_examples=40)
@given(_tables, st.sampled_from([60, 120]))
def test_a_growing_table_keeps_its_letters_and_the_width(text: str, columns: int) -> None:
    def letters(line: str) -> Counter[str]:
        return Counter(letter for letter in line if letter.isalnum() or letter == "€")

    rows = oneshot(text, columns)
    assert all(row_width(row) < columns for row in rows)
    assert letters("".join(map(row_text, rows))) == letters(text)


def test_columns_that_grew_hold_at_another_width_when_their_rows_are_forgotten() -> None:
    engine = Engine(120)
    engine.feed(LATE + "| 1 | x |\n" * 30)
    engine.commit()
    for columns, line in ((80, "2       │ y"), (20, "2     │ y")):
        engine.resize(columns)
        engine.feed("| 2 | y |\n")
        assert [row_text(row) for row in engine.commit()] == [line]


def test_few_widths_are_kept_of_many_rows_that_are_forgotten() -> None:
    parser = Parser()
    head, growing = "| a | b |\n|---|---|\n", [f"| {'w' * n} | {n % 7} |\n" for n in range(60)]
    for rows, steps in ((["| 1 | 2 |\n"] * 90, 0), (growing, 36), (growing * 9, 36)):
        (table,) = parser.parse_blocks((head + "".join(rows)).splitlines())
        assert isinstance(table, Table)
        kept = LeafRenderer(parser).carry_table(table, None)
        assert len(kept.measures.wanted) == steps
        assert LeafRenderer(parser).carry_table(table, kept) == kept
