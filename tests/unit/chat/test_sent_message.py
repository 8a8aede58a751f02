"""What stays on the screen of a message that was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.utils import get_cwidth
from support.prompting import user

from mimo_cli.chat.prompt.sent_message import MOST, Shown, shorten

if TYPE_CHECKING:
    from pathlib import Path


def numbered(count: int) -> list[str]:
    return [f"line {number}" for number in range(1, count + 1)]


@pytest.mark.parametrize("text", ["", "hi", "a\n\nb", "\n".join(numbered(MOST)), "x" * 160])
def test_a_message_of_some_lines_stays_as_it_is(text: str) -> None:
    assert shorten(text, 40) == Shown(tuple(text.split("\n")))


@pytest.mark.parametrize("end", ["", "\n", "\n\n \n"])
def test_of_a_long_one_the_first_and_last_lines_stay_and_a_count(end: str) -> None:
    lines = numbered(1500)
    shown = shorten("\n".join(lines) + end, 40)
    assert shown.left_out == 6
    assert shown.lines == (*lines[:6], "… 1,491 more lines …", *lines[-3:])


def test_of_a_long_line_its_ends_stay() -> None:
    (line,) = shorten("a" * 5000 + "z" * 20, 10).lines
    assert line == f"{'a' * 20} … 4,990 more characters … {'z' * 10}"


def test_the_rows_of_the_screen_count() -> None:
    wide = "中" * 30  # two rows of 40 columns
    kept = [wide] * 6
    assert shorten("\n".join(kept), 40) == Shown(tuple(kept))
    shown = shorten("\n".join([wide] * 7), 40)
    assert shown == Shown((wide, wide, wide, "… 3 more lines …", wide), 3)
    shown = shorten("\n".join(["x" * 200] * 20), 40)
    clipped = f"{'x' * 80} … 80 more characters … {'x' * 40}"
    assert [str(it) for it in shown.lines] == [clipped, "… 18 more lines …", clipped]
    assert shorten("中" * 81, 40).lines == (f"{'中' * 40} … 21 more characters … {'中' * 20}",)


@given(st.text(alphabet="a\n 中", max_size=400), st.integers(2, 30))
def test_what_stays_is_no_longer_than_the_message(text: str, columns: int) -> None:
    lines = text.split("\n")
    shown = shorten(text, columns)
    assert len(shown.lines) <= min(len(lines), MOST)
    rows = [max(1, -(-get_cwidth(str(line)) // columns)) for line in shown.lines]
    assert len(shown.lines) < len(lines) or shown.left_out is None
    assert str(shown.lines[0])[:columns] == lines[0][:columns]
    if columns > 20:  # room for the counts
        assert sum(rows) <= MOST + 2


def test_the_whole_message_is_sent_and_kept(tmp_path: Path) -> None:
    text = "\n".join(numbered(300))
    with user(history_file=tmp_path / "kept") as somebody:
        assert somebody.say(f"\x1b[200~{text}\x1b[201~", ("line 300", "\r")) == text
        shown = somebody.screen.text
        assert "\u203a line 1\n  line 2\n" in shown
        assert "\n  line 6\n  … 291 more lines …\n  line 298\n" in shown
        assert shown.endswith("\n  line 300")
        assert somebody.say(("\u203a\nmimo", "\x1b[A"), ("line 300\n", "\r")) == text
