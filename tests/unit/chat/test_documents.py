"""Steps back are steps forward with the count below zero, as prompt_toolkit asks of a document."""

from __future__ import annotations

import pytest

from mimo_cli.chat.prompt.documents import ViDocument

OPPOSITE = {
    "get_cursor_left_position": "get_cursor_right_position",
    "find_previous_word_beginning": "find_next_word_beginning",
    "find_previous_word_ending": "find_next_word_ending",
}
TEXT = "one two, 三个字 four\nfive six"


@pytest.mark.parametrize(("back", "forward"), OPPOSITE.items())
@pytest.mark.parametrize("at", [4, 8, 12])
def test_a_count_below_zero_goes_the_other_way(back: str, forward: str, at: int) -> None:
    document = ViDocument(TEXT, at)
    assert getattr(document, back)(count=-1) == getattr(document, forward)(count=1)
    assert getattr(document, forward)(count=-1) == getattr(document, back)(count=1)
