"""A terminal of another size that tells nobody for a quarter of a second, as tmux does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.markdown_texts import ANSWERS, chunks, oneshot, quick
from support.screens import THEME, Clock, Screen, printed

from mimo_cli.screen.live import Live

FRAME = 0.04
BLIND = 7  # frames: a little more than the 250 ms of tmux


def streamed(
    pieces: list[str], screen: Screen, sizes: dict[int, tuple[int, int]], *, late: bool
) -> list[str]:
    """The scrollback of an answer with a frame for each piece, and what the resizes left of it."""
    clock = Clock()
    live = Live(screen.write, lambda: screen.size, clock, THEME, late=late)
    told = {turn + BLIND: size for turn, size in sizes.items()}
    for turn, piece in enumerate(pieces):
        if turn in sizes:
            screen.resize(*sizes[turn])
        screen.size = told.get(turn, screen.size)
        live.text(piece)
        clock.now += FRAME
        live.tick()
    live.finish()
    return screen.rows()


def words(count: int, between: str) -> str:
    """So many numbered words, with others between them."""
    return between.join(f"m{number:03} of an answer" for number in range(count))


TEXTS = {
    "paragraphs": words(40, ".\n\n"),
    "paragraphs of some rows": "\n\n".join(words(9, ", ") for _ in range(4)),
    "one paragraph": words(40, ", "),
    "items": "- " + words(40, "\n- "),
    "code": f"```\n{words(40, chr(10))}\n```",
    "long lines": "```\n" + "".join(f"m{n:03} = {'1 + ' * 15}1\n" for n in range(20)) + "```",
    "a table": "| a | b |\n|---|---|\n| " + words(12, " | x |\n| "),
    **ANSWERS,
}
BEFORE = "A row.\n\n" * 20  # fills the screen


def turns(sizes: list[tuple[int, tuple[int, int]]]) -> dict[int, tuple[int, int]]:
    """When the terminal takes which size: so many frames after it told of the one before."""
    at, turn = {}, 8
    for after, size in sizes:
        turn += after + BLIND
        at[turn] = size
    return at


@pytest.mark.untraced
@settings(quick, max_examples=20)
@given(
    st.sampled_from(sorted(TEXTS)),
    st.sampled_from([(40, 24), (60, 30)]),
    st.lists(st.tuples(st.integers(3, 12), st.integers(12, 40)), min_size=1, max_size=4),
    st.sampled_from([12, 24]),
    st.booleans(),
)
def test_a_terminal_of_another_height_that_tells_late_has_every_row_once(
    name: str, size: tuple[int, int], lines: list[tuple[int, int]], step: int, late: bool
) -> None:
    heights = turns([(after, (size[0], height)) for after, height in lines])
    text = BEFORE + TEXTS[name]
    rows = streamed(chunks(text, [step]), Screen(*size), heights, late=late)
    assert rows == printed(oneshot(text, size[0]), *size)


@pytest.mark.untraced
@settings(quick, max_examples=20)
@given(
    st.sampled_from(sorted(TEXTS.keys() - ANSWERS.keys())),
    st.integers(0, 12),
    st.integers(2, 11),
    st.booleans(),
)
def test_a_terminal_that_is_lower_than_its_live_rows_loses_no_word(
    name: str, after: int, height: int, late: bool
) -> None:
    text = BEFORE + TEXTS[name]
    heights = turns([(after, (40, height))])
    rows = streamed(chunks(text, [24]), Screen(40, 30), heights, late=late)
    wanted = re.findall(r"m\d{3}", TEXTS[name])
    assert set(wanted) <= set(re.findall(r"m\d{3}", "".join(rows)))


@pytest.mark.untraced
@settings(quick, max_examples=20)
@given(
    st.sampled_from(sorted(TEXTS.keys() - ANSWERS.keys())),
    st.integers(0, 12),
    st.sampled_from([(40, 24), (40, 15), (60, 24), (100, 20), (41, 40)]),
)
def test_a_terminal_of_another_width_down_to_half_that_tells_late_has_every_word_once(
    name: str, after: int, size: tuple[int, int]
) -> None:
    text = BEFORE + TEXTS[name]
    rows = streamed(chunks(text, [24]), Screen(80, 24), turns([(after, size)]), late=True)
    assert re.findall(r"m\d{3}", "".join(rows)) == re.findall(r"m\d{3}", TEXTS[name])
