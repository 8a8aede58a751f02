"""Rows as rich's `Text`: what has to hold of them, and what rich does that would spoil them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.text import Span, Text
from support.bulk import some
from support.markdown_texts import ANSWERS, EXAMPLES, chunks, oneshot, quick, texts

from mimo_cli.markdown.engine import Engine
from mimo_cli.markdown.inline import wrap
from mimo_cli.markdown.styled_rows import Row, fold, join_rows, row_of, row_part, strip_end
from mimo_cli.output.view import Awaited
from mimo_cli.phrases import verbatim
from mimo_cli.screen.colors import Colors
from mimo_cli.screen.frame import Pen
from mimo_cli.screen.live import Live
from mimo_cli.screen.painter import Painter
from mimo_cli.screen.theme import Theme
from mimo_cli.screen.thinking import ThinkingPhase, WaitingPhase
from mimo_cli.text.widths import Screen, cell_width

if TYPE_CHECKING:
    from pyte.screens import Char
    from rich.style import Style

DEEP = Theme(Colors.TRUE)
ALL = [*ANSWERS.values(), *EXAMPLES]


def check(row: Row) -> None:
    """What has to hold of every row."""
    assert row.style == "", "two rows that differ in it are equal"
    starts = [(span.start, -span.end) for span in row.spans]
    assert [start for start, _ in starts] == sorted(start for start, _ in starts)
    for span in row.spans:
        assert 0 <= span.start < span.end <= len(row.plain)
        assert isinstance(span.style, str)
        assert span.style in DEEP.roles.styles or span.style.startswith("Token")


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("columns", [12, 80])
def test_rows_are_styled_by_spans_of_roles_in_the_order_in_which_they_begin(columns: int) -> None:
    for text in ALL:
        for row in oneshot(text, columns):
            check(row)
            for piece in fold(row, 7):
                check(piece)


@pytest.mark.untraced
@settings(quick, max_examples=80)
@given(texts, st.sampled_from([5, 30, 80]))
def test_live_rows_are_such_rows_too(text: str, columns: int) -> None:
    engine = Engine(columns)
    for piece in chunks(text, [7]):
        engine.feed(piece)
        for row in [*engine.commit(), *engine.live()]:
            check(row)


def drawn_by_rich(row: Row, theme: Theme) -> str:
    console = Console(theme=theme.roles)
    segments = Segment.simplify(row.render(console))
    return "".join(style.render(text) if style else text for text, style, _ in segments)


@pytest.mark.slow
@pytest.mark.untraced
def test_a_row_is_drawn_as_rich_draws_it() -> None:
    theme = Theme(Colors.ANSI256)
    for text in ANSWERS.values():
        for row in oneshot(text, 60):
            assert theme.render(row) == drawn_by_rich(row, theme)


NESTED = st.lists(
    st.tuples(
        st.integers(0, 9), st.integers(1, 9), st.sampled_from(["strong", "code", "none", "url"])
    ),
    max_size=6,
)


@settings(quick, max_examples=some(200))
@given(NESTED)
def test_a_row_of_any_spans_is_drawn_as_rich_draws_it(spans: list[tuple[int, int, str]]) -> None:
    theme = Theme(Colors.ANSI16)
    row = Text("abcdef ghi", spans=[Span(at, min(10, at + size), role) for at, size, role in spans])
    row.spans.sort(key=lambda span: span.start)
    assert theme.render(row) == drawn_by_rich(row, theme)


def test_a_row_that_only_looks_different_is_painted() -> None:
    """`Text("a", "bold") == Text("a")`: the style of a whole `Text` is not compared."""
    frames: list[str] = []
    painter = Painter(frames.append, lambda: (40, 24), Theme(Colors.ANSI16).render)
    for role in ("", "strong", "emph"):
        painter.paint([], [row_of("same words", *([role] if role else []))])
    assert frames[1:] == [
        "\x1b[1msame words\x1b[0m\x1b[K\r",
        "\x1b[3msame words\x1b[0m\x1b[K\r",
    ]
    painter.paint([], [row_of("same words", "emph")])
    assert len(frames) == 3


def test_only_what_looks_different_is_written_again() -> None:
    frames: list[str] = []
    painter = Painter(frames.append, lambda: (60, 24), Theme(Colors.ANSI16).render)
    head = row_of("unchanged words ", "strong")
    painter.paint([], [join_rows([head, row_of("code", "code"), " plain"])])
    painter.paint([], [join_rows([head, row_of("code plain", "code")])])
    painter.paint([], [join_rows([head, "code ", row_of("plain", "strong")])])
    assert frames[1:] == [
        "\x1b[20C\x1b[33m plain\x1b[0m\x1b[K\r",
        "\x1b[16Ccode \x1b[1mplain\x1b[0m\x1b[K\r",
    ]


PIECES = st.lists(
    st.tuples(
        st.sampled_from(["a", "bc", " ", "a long word ", "\u00e9"]),
        st.sets(st.sampled_from(["strong", "emph", "link", "code", "marker"]), max_size=2),
    ),
    max_size=5,
)


def on_screen(text: str) -> list[Char]:
    screen = pyte.Screen(80, 1)
    pyte.Stream(screen).feed(text)
    return [screen.buffer[0][column] for column in range(80)]


@pytest.mark.untraced
@settings(quick, max_examples=some(150))
@given(PIECES, PIECES, PIECES)
def test_a_row_over_another_leaves_every_character_with_its_looks(
    same: list[tuple[str, set[str]]],
    before: list[tuple[str, set[str]]],
    after: list[tuple[str, set[str]]],
) -> None:
    theme = Theme(Colors.ANSI16)
    pen = Pen(80, theme.render)
    old, new = (
        strip_end(join_rows(row_of(text, *sorted(roles)) for text, roles in [*same, *others]))
        for others in (before, after)
    )
    drawn = on_screen(f"{theme.render(old)}\r{pen.update(old, new)}")
    assert drawn == on_screen(theme.render(new))


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_who_changes_rows_does_not_change_those_that_come_later(name: str) -> None:
    """`Text` can be changed in place, and what is laid out is kept for the next frame."""
    engine = Engine(50)
    rows: list[str] = []
    looks: list[list[Span]] = []
    for piece in chunks(ANSWERS[name], [11]):
        engine.feed(piece)
        done = engine.commit()
        rows += [row.plain for row in done]
        looks += [[*row.spans] for row in done]
        for _ in range(2):
            for row in [*done, *engine.live()]:
                row.append("spoilt", "error")
                row.stylize("error")
    done = engine.finish()
    expected = oneshot(ANSWERS[name], 50)
    assert rows + [row.plain for row in done] == [row.plain for row in expected]
    assert looks + [row.spans for row in done] == [row.spans for row in expected]


def test_two_blank_rows_are_not_one_object() -> None:
    first, *rest = (row for row in oneshot("a\n\nb\n\nc\n\n> d\n>\n> e", 40) if not row)
    first.append("x")
    assert [row.plain for row in rest] == [""] * len(rest)


CONTROLS = [chr(code) for code in (*range(9), *range(11, 32), *range(0x7F, 0xA0))]


@pytest.mark.parametrize("control", CONTROLS, ids=repr)
def test_a_control_is_seen_wherever_text_is_drawn(control: str) -> None:
    """`Text` drops BEL, VT and others, and says nothing; all of them are inert before it."""
    thinking = ThinkingPhase(0, Screen(40), "keep")
    thinking.feed(f"a{control}b")
    frames: list[str] = []
    live = Live(frames.append, lambda: (40, 9), lambda: 0.0, Theme(Colors.PLAIN), live=False)
    live.note(f"a{control}b")
    live.finish(verbatim(f"a{control}b"))
    code = f"```a{control}b\na{control}b\n```\n\n# a{control}b\n\n| a{control}b |\n|--|\n"
    shown = [
        *(row.plain for row in oneshot(code, 40) if "a" in row.plain),
        thinking.rows(0)[0].plain,
        WaitingPhase(0, Screen(80), Awaited(f"a{control}b")).rows(20)[0].plain,
        *"".join(frames).split("\r\n")[:2],
    ]
    assert len(shown) == 8
    assert all("a\ufffdb" in text for text in shown), shown


def test_one_theme_after_another_has_its_own_depth_of_colours() -> None:
    """A `Style` keeps the codes of the first depth it was rendered in, and styles are shared."""
    row = join_rows([row_of("if", "strong", "Token.Keyword"), row_of("x", "Token.Keyword")])
    depths = [Colors.TRUE, Colors.ANSI256, Colors.ANSI16, Colors.NONE, Colors.PLAIN]
    for _ in range(2):
        assert [Theme(depth).render(row) for depth in depths] == [
            "\x1b[1;38;2;255;173;102mif\x1b[0m\x1b[38;2;255;173;102mx\x1b[0m",
            "\x1b[1;38;5;215mif\x1b[0m\x1b[38;5;215mx\x1b[0m",
            "\x1b[1;94mif\x1b[0m\x1b[94mx\x1b[0m",
            "\x1b[1mif\x1b[0mx",
            "ifx",
        ]


def test_markup_emoji_codes_and_addresses_are_text() -> None:
    text = "[bold]x[/bold] [red]:smile: :warning: 'a' 12 True https://a.example /tmp/x [/]"
    (row,) = oneshot(text, 200)
    assert (row.plain, row.spans) == (text, [])
    rows = oneshot("[label](https://a.example) <https://b.example>", 200)
    drawn = "".join(map(DEEP.render, rows))
    assert "\x1b]" not in drawn
    assert not any(look.link for look in DEEP.roles.styles.values())


def test_an_ideographic_space_at_the_end_of_a_row_stays() -> None:
    """`Text.rstrip` takes it away, and it is two cells that can be seen."""
    assert strip_end(row_of("中\u3000  ", "strong")) == row_of("中\u3000", "strong")
    assert strip_end(join_rows(["中", row_of("  ", "line")])).spans == []
    assert [row.plain for row in wrap(row_of("中\u3000 "), 20)] == ["中\u3000"]


@pytest.mark.parametrize("width", range(2, 12))
def test_no_row_begins_with_a_closing_mark_and_no_word_is_broken(width: int) -> None:
    """`Text.wrap` does both."""
    rows = [row.plain for row in wrap(row_of("他说，「好」。Python 很快！a, b"), width)]
    assert not [row for row in rows if row[0] in "，。」！"]
    assert any("Python" in row for row in rows)


@pytest.mark.parametrize("columns", [20, 23, 24, 31])
def test_a_table_keeps_every_glyph_whole_and_its_columns_in_line(columns: int) -> None:
    """`Table` cuts cells with "…", `Text.align` and `Segment.divide` cut glyphs in halves."""
    text = f"| {'中文' * 9} | b |\n|--:|:-:|\n| {'好🚀' * 8} | {'x中' * 7} |\n"
    rows = oneshot(text, columns)
    letters = "".join(row.plain for row in rows)
    assert letters.count("好") == letters.count("🚀") == 8
    assert letters.count("中") == 9 + 7
    assert "…" not in letters
    bars = {cell_width(row.plain[: row.plain.index("│")]) for row in rows if "│" in row.plain}
    assert len(bars) <= 1


@pytest.mark.parametrize("start", range(7))
@pytest.mark.parametrize("end", [*range(7), None])
def test_a_part_of_a_row_has_the_looks_that_it_has_in_the_row(start: int, end: int | None) -> None:
    row = join_rows(["a", row_of("bc", "strong"), row_of("de", "strong", "code"), "f"])
    part = row_part(row, start, end)
    check(part)
    assert part.plain == row.plain[start:end]
    for at, _ in enumerate(part.plain):
        assert roles_at(part, at) == roles_at(row, at + start)


def roles_at(row: Row, at: int) -> list[str | Style]:
    return [span.style for span in row.spans if span.start <= at < span.end]


def test_rows_hold_no_backgrounds() -> None:
    code = "```python\nimport os  # x\n'a' + 1\n```\n```diff\n-a\n+b\n```\n"
    for depth in (Colors.ANSI16, Colors.ANSI256, Colors.TRUE):
        for light in (False, True):
            theme = Theme(depth, light=light)
            drawn = "".join(map(theme.render, oneshot(code, 40)))
            assert re.search(r"\x1b\[[0-9;]*3[0-9]", drawn)
            assert not any(look.bgcolor for look in theme.roles.styles.values())
