from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimo_cli.text.text_buffer import TextBuffer

PROPERTY = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)


@PROPERTY
@given(st.lists(st.text(max_size=3), max_size=600))
def test_what_was_added_is_there_in_its_order(pieces: list[str]) -> None:
    buffer = TextBuffer()
    assert not buffer
    for piece in pieces:
        buffer.append(piece)
    assert (str(buffer), bool(buffer)) == ("".join(pieces), bool(pieces))


def test_many_pieces_are_held_in_few() -> None:
    buffer = TextBuffer()
    for _ in range(10_000):
        buffer.append("x")
    assert str(buffer) == "x" * 10_000
    assert len(buffer._runs) + len(buffer._pieces) < 300  # noqa: SLF001 - its whole purpose


def test_a_large_piece_is_held_as_it_came() -> None:
    first, second = TextBuffer(), TextBuffer()
    for piece in ("small", "large " * 1000, "", "small", "large, too " * 1000):
        first.append(piece)
        second.append(piece)
    assert str(first) == str(second) == "small" + "large " * 1000 + "small" + "large, too " * 1000
    held = [{id(run) for run in it._runs if len(run) > 1000} for it in (first, second)]  # noqa: SLF001 - its whole purpose
    assert held[0] == held[1]
    assert len(held[0]) == 2
