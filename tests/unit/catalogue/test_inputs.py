"""What the models take besides words, and about how much of the context that takes."""

from __future__ import annotations

import pytest

from mimo_cli.api.protocol.messages import FileSource, Measures, Media, Reply, Text, Usage
from mimo_cli.catalogue import models, suggestions, token_estimate
from mimo_cli.conversation.turns import Turn

PRO = "mimo-v2.6-pro"
FLASH = "mimo-v2.6-flash"
FAST = "mimo-v2.6-pro-ultraspeed"


@pytest.mark.parametrize(
    ("model", "kind", "expected"),
    [
        (PRO, "image", True),
        (PRO, "video", True),
        ("mimo-v2.5-pro", "text", True),
        ("mimo-v2.5-pro", "audio", False),
        ("mimo-v2-omni", "image", None),
        ("qwen3-vl", "image", None),
    ],
)
def test_a_model_is_known_to_take_a_kind_of_input_or_not(
    model: str, kind: str, expected: bool | None
) -> None:
    assert models.takes(model, kind) is expected


@pytest.mark.parametrize(
    ("instead_of", "first"),
    [("", PRO), ("mimo-v2.5-pro", PRO), ("mimo-v2.5", FLASH), ("qwen3-vl", PRO)],
)
def test_the_best_replacement_is_named_first(instead_of: str, first: str) -> None:
    found = suggestions.who_takes("image", instead_of)
    assert found[0] == first
    assert sorted(found) == sorted([PRO, FLASH, FAST])


def test_no_model_takes_what_there_is_not() -> None:
    assert suggestions.who_takes("smell") == ()


PICTURE = Media("image", FileSource("image/png", 9, "0"), measures=Measures(1920, 1080))


def turn(usage: Usage) -> Turn:
    reply = Reply(content=(Text("a" * 80),), stop_reason="end_turn", usage=usage)
    return Turn((PICTURE, Text("q" * 40)), {}, 0.0, reply, "complete")


@pytest.mark.parametrize(
    ("turns", "used"),
    [
        ([], 2040 + 10),
        ([turn(Usage())], 2040 + 10 + 20 + 2040 + 10),
        # The service's count has the earlier picture in it.
        ([turn(Usage(3000, 7))], 3007 + 2040 + 10),
    ],
)
def test_the_estimate_of_a_request_has_its_pictures_in_it(turns: list[Turn], used: int) -> None:
    question = (PICTURE, Text("x" * 40))
    assert token_estimate.request(PRO, turns, question, None).used == used
    assert token_estimate.context(PRO, turns).used == used - 2040 - 10
