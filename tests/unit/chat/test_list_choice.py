"""A list from which one picks a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.prompting import user

from mimo_cli.chat.conversation_list import CHOICE
from mimo_cli.chat.prompt.list_choice import Cursor, window
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.prompting import User

NASTY = "evil \x1b[2J\r\n\x07 \u202etitle"
WHICH = Phrase("Which?")


def rows(count: int) -> list[tuple[Phrase, ...]]:
    return [
        (verbatim("3 days ago"), verbatim("12 turns"), verbatim(f"about {number}"))
        for number in range(1, count + 1)
    ]


def choose(
    somebody: User, *steps: str | tuple[str, str], of: Sequence[Sequence[Phrase]] | None = None
) -> int | None:
    somebody.screen.steps = [*steps]
    return somebody.prompt.choose(WHICH, rows(30) if of is None else of, CHOICE)


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ("\r", 0),
        ("\x1b[B\x1b[B\r", 2),
        ("\x1b[B\x1b[B\x1b[A\r", 1),
        ("\x1b[A\r", 0),
        ("jjk\n", 1),
        ("\x0e\x0e\x10\r", 1),
        ("\x1b[F\r", 29),
        ("G\x1b[H\r", 0),
        ("\x1b[6~\r", 21),
        ("\x1b[6~\x1b[6~\x1b[5~\r", 8),
        ("3\r", 2),
        ("12\r", 11),
        ("312\r12\r", 11),  # a number that is not there takes nothing
        ("99\r99\r7\r", 6),
        ("99\x7f\r", 8),
        ("99\x7f\x7f\x7f\r", 8),
        ("0\r\x1b", None),
        ("07\r", 6),
        ("99\x1b[B\r", 9),
        ("5\x1b[B2\r", 1),
        ("xyz\x1b[200~7\r\x1b[201~\r", 0),
        ("5\x1b", None),
        ("q", None),
        ("\x03", None),
        ("\x04", None),
        ("\x07", None),
    ],
)
def test_keys_pick_a_row_or_none(keys: str, row: int | None) -> None:
    with user() as somebody:
        assert choose(somebody, ("Which?", keys)) == row
        assert somebody.screen.text == ""  # nothing of it stays


@pytest.mark.parametrize("columns", [4, 10, 24, 40, 80])
def test_each_conversation_has_one_row_at_all_widths(columns: int) -> None:
    with user({"COLUMNS": str(columns)}) as somebody:
        assert choose(somebody, ("Whi", "9\x1b[B\r")) == 9
    with user({"COLUMNS": str(columns)}) as somebody:
        seen: list[str] = []

        def look(keys: str, _seconds: float) -> None:
            seen.append(somebody.screen.text)
            somebody.keys.send_text(keys)

        somebody.screen._act = look  # noqa: SLF001 - before it presses
        choose(somebody, ("\u203a", "\x1b"))
        assert len(seen[0].splitlines()) <= 24
        if columns >= 24:
            assert seen[0].splitlines()[3].endswith("about 3")
            assert seen[0].splitlines()[-1].startswith("Enter takes, Esc none")


def test_a_number_that_is_not_there_is_told() -> None:
    with user() as somebody:
        assert choose(somebody, ("Which?", "99"), ("there is no number 99: they", "\r\x1b")) is None


def test_a_title_is_inert() -> None:
    with user() as somebody:
        assert (
            choose(somebody, ("title", "\r"), of=[(*map(verbatim, ("1 s", "1 turn", NASTY)),)]) == 0
        )
        assert "\x1b[2J\r" not in somebody.screen.received
        assert "\x07" not in somebody.screen.received
        assert "\u202e" not in somebody.screen.received


def test_a_prompt_is_a_prompt_again_afterwards() -> None:
    with user() as somebody:
        assert somebody.say("one\r") == "one"
        assert choose(somebody, ("Which?", "\x1b")) is None
        assert somebody.say(("mimo-v2.5", "two\r")) == "two"


def test_there_is_no_list_on_a_dumb_terminal() -> None:
    with user({"TERM": "dumb"}) as somebody:
        assert choose(somebody) is None


def test_it_ends_with_the_terminal() -> None:
    with user() as somebody:
        somebody.screen._act = lambda *_: somebody.keys.close()  # noqa: SLF001 - it has gone
        assert choose(somebody, ("Which?", "")) is None


@given(st.lists(st.integers(-40, 40) | st.sampled_from("0123456789")), st.integers(1, 120))
def test_the_cursor_stays_in_the_list(steps: list[int | str], count: int) -> None:
    cursor = Cursor(count)
    for step in steps:
        if isinstance(step, int):
            cursor.move(step)
        else:
            cursor.type(step)
        assert 0 <= cursor.row < count


@given(st.integers(1, 200), st.data())
def test_the_chosen_row_is_shown_and_no_row_is_empty(count: int, data: st.DataObject) -> None:
    height = data.draw(st.integers(1, count))
    first = 0
    for chosen in data.draw(st.lists(st.integers(0, count - 1))):
        first = window(chosen, first, count, height)
        assert first <= chosen < first + height <= count
