"""What a terminal shows while an answer streams, and after it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import part, some
from support.markdown_texts import ANSWERS, FAMILY, chunk_sizes, chunks, oneshot, quick, texts
from support.screens import THEME, Clock, Screen, printed

from mimo_cli.markdown.styled_rows import Row, fold, inert, row_of, row_text, row_width
from mimo_cli.phrases import Phrase
from mimo_cli.screen.colors import Colors
from mimo_cli.screen.live import Live
from mimo_cli.screen.painter import Painter, most_live_rows
from mimo_cli.screen.theme import Theme

SIZES = [(20, 5), (40, 8), (80, 24), (10, 3), (30, 2), (12, 1), (1, 4)]


def stream(screen: Screen, pieces: list[str], *, pause: float = 0.04) -> Live:
    """An answer in pieces, with a frame for each."""
    clock = Clock()
    live = Live(screen.write, lambda: screen.size, clock, THEME)
    for piece in pieces:
        live.text(piece)
        clock.now += pause
        live.tick()
    return live


@pytest.mark.untraced
@settings(quick, max_examples=some(120))
@given(texts, st.sampled_from(SIZES), chunk_sizes)
def test_the_scrollback_is_that_of_the_answer_printed_in_one_go(
    text: str, size: tuple[int, int], sizes: list[int]
) -> None:
    screen = Screen(*size)
    stream(screen, chunks(text, sizes)).finish()
    assert screen.rows() == printed(oneshot(text, size[0]), *size)
    assert screen.below() == []


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize(
    ("name", "size"),
    [
        (name, size)
        for turn, name in enumerate(sorted(ANSWERS))
        for size in part([(40, 10), (80, 24), (200, 60)], turn)
    ],
)
def test_an_answer_leaves_the_scrollback_of_one_go(name: str, size: tuple[int, int]) -> None:
    screen = Screen(*size)
    stream(screen, chunks(ANSWERS[name], [23])).finish()
    assert screen.rows() == printed(oneshot(ANSWERS[name], size[0]), *size)
    assert screen.written < 10 * len(ANSWERS[name].encode())


@pytest.mark.untraced
@settings(quick, max_examples=60)
@given(texts, st.sampled_from([(20, 5), (80, 24)]), st.integers(0, 200), st.booleans())
def test_an_answer_cut_anywhere_leaves_a_sane_terminal_and_the_text_so_far(
    text: str, size: tuple[int, int], at: int, abandoned: bool
) -> None:
    screen = Screen(*size)
    live = stream(screen, chunks(text[:at], [3]))
    if abandoned:
        live.abandon()
        assert live.seconds_until_tick() is None
    else:
        live.finish(Phrase("interrupted"))
        assert screen.rows() == printed(
            [*oneshot(text[:at], size[0]), row_of("interrupted")], *size
        )
    assert screen.is_sane()
    assert screen.below() == []


class BrokenError(Exception):
    """The write that fails half-way."""


@pytest.mark.untraced
@settings(quick, max_examples=60)
@given(st.sampled_from(sorted(ANSWERS)), st.integers(1, 3_000))
def test_a_frame_cut_at_any_byte_leaves_a_sane_terminal(name: str, left: int) -> None:
    screen = Screen(40, 10)
    room = left

    def write(text: str) -> None:
        nonlocal room
        # The emulator does not know that ESC ends a sequence that was begun: end it here.
        screen.feed(re.sub(r"\x1b\[?[?0-9;]*$", "", text[:room]))
        room -= len(text)
        if room < 0:
            room = 10_000
            raise BrokenError

    painter = Painter(write, lambda: (40, 10), THEME.render)
    rows = oneshot(ANSWERS[name], 40)
    try:
        for index in range(0, len(rows), 2):
            painter.paint(rows[index : index + 2], rows[index + 2 : index + 9])
    except BrokenError:
        painter.close()
        assert screen.is_sane()


@pytest.mark.slow
@pytest.mark.parametrize("emoji", [1, 2])
@pytest.mark.parametrize("ambiguous", [1, 2])
@pytest.mark.parametrize("size", [(30, 6), (60, 20)])
def test_text_is_there_once_and_in_order_whatever_width_the_terminal_gives_its_glyphs(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], ambiguous: int, emoji: int
) -> None:
    from pyte import screens

    true = screens.wcwidth

    def other(glyph: str) -> int:
        if glyph in "─│•╭╰—“”…¶":
            return ambiguous
        return emoji if ord(glyph) >= 0x1F000 else int(true(glyph))

    monkeypatch.setattr(screens, "wcwidth", other)
    text = (
        "“Quoted” words — with dashes — and so on… " * 4
        + "\n\n| ¶ | 🎉 two |\n|---|---|\n"
        + "".join(f"| “{n}”—— | 🎉🎉 party {n} |\n" for n in range(5))
        + "\n- • one 🎉\n- ── two ── two ── two ── two ── two\n\n> “a” … “b” … “c” … “d” … “e”\n"
    )
    screen = Screen(*size)
    stream(screen, chunks(text, [5])).finish()
    expected = "".join(row_text(row) for row in oneshot(text, size[0]))
    assert "".join(screen.rows()).replace(" ", "") == expected.replace(" ", "")


@pytest.mark.untraced
@settings(quick, max_examples=some(150))
@given(
    st.lists(
        st.tuples(
            st.lists(
                st.sampled_from(
                    ["", "a", "abc", "abcdefghijkl", "é—é—é—é", "中文中文中", "x" * 30]
                ),
                max_size=3,
            ),
            st.lists(
                st.sampled_from(
                    ["", "a", "abd", "abcdefghijkl", "é—é—é—é", "中文中文中", "x" * 30]
                ),
                max_size=8,
            ),
        ),
        max_size=8,
    ),
    st.sampled_from([(10, 3), (13, 6), (40, 9), (5, 1)]),
)
def test_frames_of_any_rows_end_as_their_final_rows(
    frames: list[tuple[list[str], list[str]]], size: tuple[int, int]
) -> None:
    screen = Screen(*size)
    painter = Painter(screen.write, lambda: size, THEME.render)
    final: list[Row] = []
    for done, live in frames:
        painter.paint([row_of(text) for text in done], [row_of(text, "dim") for text in live])
        final += [row_of(text) for text in done]
        cap = most_live_rows(size[1])
        pieces = [piece for text in live for piece in fold(row_of(text), size[0])][-cap:]
        assert screen.below() == [text for text in map(row_text, pieces) if text][1:]
    painter.paint([])
    painter.close()
    assert screen.rows() == printed(final, *size)


def test_a_frame_without_a_change_writes_nothing() -> None:
    screen = Screen(40, 10)
    painter = Painter(screen.write, lambda: screen.size, THEME.render)
    painter.paint([row_of("a")], [row_of("b")])
    before = screen.written
    painter.paint([], [row_of("b")])
    assert screen.written == before


def test_a_growing_row_costs_what_is_new() -> None:
    frames: list[str] = []
    painter = Painter(frames.append, lambda: (80, 24), THEME.render)
    painter.paint([], [row_of("Hello"), row_of("and 中文")])
    painter.paint([], [row_of("Hello"), row_of("and 中文中文")])
    painter.paint([], [row_of("Hello"), row_of("and 中文中文字")])
    painter.paint([], [row_of("Hello"), row_of("• and 中文中文字")])
    painter.paint([], [row_of("Hello"), row_of("• and 中文中文字, too")])
    assert frames == [
        "\x1b[?25l\x1b[?7lHello\r\nand 中文\r\x1b[A",
        "\nand 中文中文\r\x1b[A",
        "\n\x1b[12C字\r\x1b[A",
        "\n• and 中文中文字\x1b[K\r\x1b[A",
        "\n•\x1b[15C, too\r\x1b[A",
    ]


def test_a_row_that_becomes_final_is_written_in_full_but_for_the_cursors_own() -> None:
    frames: list[str] = []
    painter = Painter(frames.append, lambda: (12, 24), THEME.render)
    rows = [row_of(f"The row {number}") for number in range(4)]
    painter.paint([], [*rows[:2], row_of("The row ")])
    painter.paint(rows[:2], rows[2:])
    painter.paint(rows[2:])
    assert frames[1:] == [
        "\r\n\x1b[?7h\x1b[JThe row 1\r\n\x1b[?7lThe row 2\r\nThe row 3\r\x1b[A",
        "\r\n\x1b[?7h\x1b[JThe row 3\r\n\x1b[?7l",
    ]


def test_the_cursor_rests_below_blank_rows() -> None:
    frames: list[str] = []
    painter = Painter(frames.append, lambda: (20, 24), THEME.render)
    painter.paint([], [row_of(""), row_of("a")])
    painter.paint([row_of("")], [row_of("ab")])
    painter.paint([], [row_of(""), row_of("abc")])
    painter.paint([], [row_of("abc")])
    painter.clear()
    assert frames == [
        "\x1b[?25l\x1b[?7l\r\na\r",
        "ab\r",
        "\x1b[K\r\nabc\r",
        "\x1b[Aabc\r\n\x1b[J\x1b[A",
        "\x1b[0m\x1b[?7h\r\x1b[K\x1b[C\x1b[J\r\x1b[?25h",
    ]


def test_a_tall_tail_scrolls_by_deleting_lines() -> None:
    frames: list[str] = []
    painter = Painter(frames.append, lambda: (20, 9), THEME.render)
    rows = [row_of(f"row {number}") for number in range(10)]
    painter.paint([], rows[:8])
    painter.paint([], rows[:9])
    assert frames[1] == "\x1b[M\n\n\n\n\nrow 8\r\x1b[5A"


def test_without_live_rows_the_cursor_never_moves() -> None:
    screen = Screen(40, 10)
    written: list[str] = []
    clock = Clock()
    live = Live(written.append, lambda: (40, 10), clock, Theme(Colors.PLAIN), live=False)
    live.thinking("hm")
    for piece in chunks(ANSWERS["travel"], [11]):
        live.text(piece)
        clock.now += 1
        live.tick()
    live.suspend()
    live.resume()
    live.finish()
    live.abandon()
    text = "".join(written)
    assert "\x1b" not in text
    rows = [row_text(row) for row in oneshot(ANSWERS["travel"], 40)]
    assert text == "".join(f"{row}\r\n" for row in ["thought for less than a second", "", *rows])
    screen.write(text)


@pytest.mark.parametrize("row", ["x" * 200, "中" * 50, f"{FAMILY}ab" * 9, "e\u0301" * 90, ""])
@pytest.mark.parametrize("width", [1, 2, 7, 80])
def test_a_folded_row_is_the_same_text_in_rows_that_fit(row: str, width: int) -> None:
    folded = fold(row_of(row, "dim") + row_of(row), width)
    assert "".join(map(row_text, folded)) == row + row
    assert all(row_width(each) <= max(width, 2) for each in folded)


def test_a_control_in_a_note_is_inert() -> None:
    assert inert("a\x1b[2J\x07\u202e") == "a\ufffd[2J\ufffd\ufffd"
