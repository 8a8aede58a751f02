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
        ("\x0e\x0e\x10\r", 1),
        ("\x1b[F\r", 29),
        ("\x1b[F\x1b[H\r", 0),
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
        ("\x1b[200~7\r\x1b[201~\r", 0),
        ("5\x1b", None),
        ("about 7\r", 6),
        ("2 ABOUT\x1b[B\r", 11),  # 2, 12, 20 …
        ("about 7\x7f2\x7f\x7f\x7f\x7f\x7f\x7f\x7f3\r", 2),
        ("quit\r\x1b", None),  # no title holds it
        ("ut 1\x1b[F\r", 20),  # 1, 10 to 19, 21
        ("\x1b[B\x1b[Babout\r", 2),  # what was chosen stays so while it is shown
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


def test_words_show_the_titles_that_hold_them() -> None:
    with user() as somebody:
        picked = choose(
            somebody,
            ("or words of a title", "12"),
            ("\u203a 12", "\x7f\x7fAbout 3"),
            ("About 3: Enter takes, Esc none, Backspace erases", "z"),
            ("About 3z: no title holds that", "\r\x7f\r"),
        )
        assert picked == 2
    with user() as somebody:
        seen: list[str] = []

        def look(keys: str, _seconds: float) -> None:
            seen.append(somebody.screen.text)
            somebody.keys.send_text(keys)

        somebody.screen._act = look  # noqa: SLF001 - before it presses
        choose(somebody, ("Which?", "about 3"), ("about 3:", "\x1b"))
        assert [row[2:4].strip() for row in seen[1].splitlines()[1:-1]] == ["3", "13", "23", "30"]


def test_what_was_typed_before_the_list_waits_for_the_prompt_unsent() -> None:
    with user() as somebody:
        assert somebody.say("/resume\r3\rhello\r\x03") == "/resume"
        somebody.keys.send_text(" world\r")
        assert choose(somebody, ("Which?", "2\r")) == 1
        assert somebody.say(("hello\n   world", "!\r")) == "3\nhello\n world\n!"


def test_enter_that_bounced_chooses_nothing() -> None:
    with user() as somebody:
        somebody.keys.send_text("\r\r\x04")
        assert choose(somebody, ("Which?", "\x1b")) is None
        assert somebody.say("one\r") == "one"


def test_nothing_typed_behind_the_choice_is_sent() -> None:
    with user() as somebody:
        assert choose(somebody, ("Which?", "2\rmine\r")) == 1
        assert somebody.say(("mine", "!\r")) == "mine\n!"


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


@given(st.lists(st.integers(-40, 40) | st.sampled_from("0123456789ab <")), st.integers(1, 120))
def test_the_cursor_stays_in_the_list(steps: list[int | str], count: int) -> None:
    texts = [f"a{number}" for number in range(count)]
    cursor = Cursor(texts)
    for step in steps:
        if isinstance(step, int):
            cursor.move(step)
        elif step == "<":
            cursor.erase()
        else:
            cursor.type(step)
        assert (cursor.row is None) == (not cursor.left)
        assert cursor.row in [*cursor.left, None]
        if cursor.row is not None and not cursor.is_number:
            assert all(word in texts[cursor.row] for word in cursor.typed.split())


@given(st.integers(1, 200), st.data())
def test_the_chosen_row_is_shown_and_no_row_is_empty(count: int, data: st.DataObject) -> None:
    height = data.draw(st.integers(1, count))
    first = 0
    for chosen in data.draw(st.lists(st.integers(0, count - 1))):
        first = window(chosen, first, count, height)
        assert first <= chosen < first + height <= count
