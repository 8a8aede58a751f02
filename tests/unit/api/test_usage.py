from __future__ import annotations

import pytest

from mimo_cli.api.base_url import DEFAULT_BASE_URL
from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.protocol.messages import Reply, Text, Usage
from mimo_cli.catalogue import models, pricing, suggestions
from mimo_cli.conversation.turns import Turn
from mimo_cli.output.usage_line import usage_line

PRO = "mimo-v2.6-pro"
PAID = Endpoint(DEFAULT_BASE_URL, "sk-x")
PLAN = Endpoint("https://token-plan-cn.xiaomimimo.com/anthropic", "tp-x")


def shown(reply: Reply, seconds: float, first_text: float | None) -> Turn:
    turn = Turn((Text("hi"),), {"model": PRO}, 1.0, reply)
    return turn._replace(seconds=seconds, first_text=first_text)


def outcome(usage: Usage, seconds: float = 2.0, first_text: float | None = 0.54) -> Turn:
    return shown(Reply(stop_reason="end_turn", usage=usage), seconds, first_text)


@pytest.mark.parametrize(
    ("took", "model", "endpoint", "line"),
    [
        (
            outcome(Usage(57, 54)),
            PRO,
            PAID,
            (
                "57 tokens in · 54 out · first text after 0.5 s · 2.0 s in all · 27 tokens/s · "
                "$0.000072"
            ),
        ),
        (
            outcome(Usage(1000, 2000, 3000)),
            PRO,
            PAID,
            (
                "4,000 tokens in (75 % from cache) · 2,000 out · first text after 0.5 s · "
                "2.0 s in all · 1000 tokens/s · $0.002186"
            ),
        ),
        (
            outcome(Usage(0, 1, 1)),
            PRO,
            PLAN,
            (
                "1 tokens in (100 % from cache) · 1 out · first text after 0.5 s · 2.0 s in all · "
                "0 tokens/s"
            ),
        ),
        (
            outcome(Usage(1_000_000, 1_000_000), first_text=None),
            "mimo-v2.6-flash",
            PAID,
            "1,000,000 tokens in · 1,000,000 out · 2.0 s in all · 500000 tokens/s · $0.42",
        ),
        (outcome(Usage(), first_text=None), PRO, PAID, "2.0 s in all"),
        (outcome(Usage(5), first_text=None), PRO, PAID, "5 tokens in · 2.0 s in all"),
        (
            outcome(Usage(None, 4)),
            PRO,
            PAID,
            "4 out · first text after 0.5 s · 2.0 s in all · 2 tokens/s",
        ),
        (outcome(Usage(0, 0), 0.0, None), PRO, PAID, "0.0 s in all"),
        (
            outcome(Usage(1000, 2000, 3000, 500), first_text=None),
            PRO,
            PAID,
            (
                "4,500 tokens in (66 % from cache) · 2,000 out · 2.0 s in all · 1000 tokens/s · "
                "$0.002403"
            ),
        ),
        (outcome(Usage(1, 1), 0.0, None), "other", PAID, "1 tokens in · 1 out · 0.0 s in all"),
    ],
)
def test_the_line_says_what_is_known_and_no_more(
    took: Turn, model: str, endpoint: Endpoint, line: str
) -> None:
    cost = pricing.cost(took.reply, model, pricing.currency(endpoint, "auto"))
    assert usage_line(took._replace(cost=cost)) == line


def test_the_catalogue_is_consistent() -> None:
    ids = [model.id for model in models.MODELS]
    current = [model.id for model in models.current()]
    assert len(set(ids)) == len(ids)
    assert current == ["mimo-v2.6-pro", "mimo-v2.6-flash", "mimo-v2.6-pro-ultraspeed"]
    assert current[0] == models.DEFAULT_MODEL
    retired = [model for model in models.MODELS if model.retired]
    assert all(model.replacement in current for model in retired)
    assert models.find("nothing") is None
    assert suggestions.nearest("mimo-pro")[0] == "mimo-v2.6-pro"
    assert suggestions.nearest("mimo-v2.6-flsh") == ("mimo-v2.6-flash",)
    assert suggestions.nearest("flsh") == suggestions.nearest("fl") == ("mimo-v2.6-flash",)
    assert suggestions.nearest("v2.6") == tuple(model.id for model in models.current())
    assert suggestions.nearest("xyz") == suggestions.nearest("m") == ()


def test_the_count_of_an_answer_that_broke_off_is_not_known() -> None:
    took = shown(Reply(content=(Text("Half"),), usage=Usage(33, 0)), 2.0, 0.5)
    took = took._replace(cost=pricing.cost(took.reply, PRO, "USD"))
    assert usage_line(took) == "33 tokens in · first text after 0.5 s · 2.0 s in all"
